package shell

import "strings"

// tilde splits "~user/rest" and says what ~user stands for. whole says that nothing follows in the word; without it
// the name must end at a slash.
func (s *Shell) tilde(text string, whole, assign bool) (rest, home string, ok bool) {
	end := strings.IndexByte(text, '/')
	if assign {
		if colon := strings.IndexByte(text, ':'); colon >= 0 && (end < 0 || colon < end) {
			end = colon
		}
	}
	if end < 0 {
		if !whole {
			return "", "", false
		}
		end = len(text)
	}
	user, rest := text[1:end], text[end:]
	switch {
	case user == "":
		home, ok = s.vars.get("HOME")
		if !ok && s.cfg.Flavour == Bash {
			home, ok = s.homeOf("root")
		}
	case user == "+" && s.cfg.Flavour == Bash:
		home, ok = s.vars.get("PWD")
	case user == "-" && s.cfg.Flavour == Bash:
		home, ok = s.vars.get("OLDPWD")
	case strings.ContainsAny(user, "\\\"'$`"):
	default:
		home, ok = s.homeOf(user)
	}
	return rest, home, ok
}

// homeOf looks a user's directory up in the machine's /etc/passwd.
func (s *Shell) homeOf(user string) (string, bool) {
	text, err := s.readFile("/etc/passwd")
	if err != nil {
		return "", false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if f := strings.Split(line, ":"); len(f) >= 6 && f[0] == user {
			return f[5], true
		}
	}
	return "", false
}
