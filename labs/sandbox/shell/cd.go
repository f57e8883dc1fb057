package shell

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

func biCd(s *Shell, a []string) int {
	physical := s.opts.physical
	letters := "LP"
	if s.cfg.Flavour == Bash {
		letters = "LPe@"
	}
	args, ok := s.flags(a, letters, func(c byte, _ string) {
		if c == 'L' || c == 'P' {
			physical = c == 'P'
		}
	})
	if !ok {
		return 2
	}
	if s.cfg.Flavour == Bash && len(args) > 1 {
		s.complain("too many arguments")
		return 1
	}
	dest, show, ok := s.cdTarget(args)
	if !ok {
		return 1
	}
	if at, err := s.searchCdPath(dest, physical, &show); err != nil {
		return s.cannotCd(dest, err)
	} else if show {
		s.print(at + "\n")
	}
	return 0
}

// cdTarget is where cd is to go, and whether it says where that is.
func (s *Shell) cdTarget(args []string) (dest string, show, ok bool) {
	name := ""
	switch {
	case len(args) == 0:
		name = "HOME"
	case args[0] == "-":
		name, show = "OLDPWD", true
	default:
		return args[0], false, true
	}
	dest, set := s.vars.get(name)
	if !set && s.cfg.Flavour == Bash {
		s.complain("%s not set", name)
		return "", false, false
	}
	return dest, show, true
}

// searchCdPath changes to dest, or to where CDPATH leads to it.
func (s *Shell) searchCdPath(dest string, physical bool, show *bool) (string, error) {
	cdpath, _ := s.vars.get("CDPATH")
	first, _, _ := strings.Cut(dest, "/")
	if cdpath != "" && first != "" && first != "." && first != ".." {
		for dir := range strings.SplitSeq(cdpath, ":") {
			at := dest
			if dir != "" {
				at = dir + "/" + dest
			}
			if s.isDir(at) {
				*show = *show || dir != "" && dir != "."
				return s.changeDir(at, physical)
			}
		}
	}
	return s.changeDir(dest, physical)
}

// changeDir is chdir(2) with $PWD kept: unless physical, .. goes back by name.
func (s *Shell) changeDir(dest string, physical bool) (string, error) {
	pwd := s.pwd()
	s.sys.Step(len(pwd) / 4) // paths are walked and copied as a whole
	if dest == "" {
		s.setPwd(pwd, pwd)
		return pwd, nil
	}
	logical := cleanPath(pwd, dest)
	if strings.HasPrefix(dest, "//") && !strings.HasPrefix(dest, "///") && s.cfg.Flavour != Bash {
		logical = "/" + logical // POSIX leaves two slashes at the start alone
	}
	target := dest
	if !physical && logical != "" {
		target = logical
	}
	err := s.sys.FS().Chdir(target)
	if err != nil && target != dest && s.cfg.Flavour == Bash {
		err = s.sys.FS().Chdir(dest)
	}
	if err != nil {
		return "", err
	}
	if physical || logical == "" {
		if at, err := s.sys.FS().Getwd(); err == nil {
			logical = at
		}
	}
	s.setPwd(logical, pwd)
	return logical, nil
}

// setPwd sets PWD and OLDPWD. ash and dash export them.
func (s *Shell) setPwd(now, before string) {
	s.cwd = now
	for _, v := range [...]struct{ name, value string }{{"OLDPWD", before}, {"PWD", now}} {
		s.setVar(v.name, v.value)
		if x := s.vars.m[v.name]; s.cfg.Flavour != Bash && !x.exported {
			x.exported = true
			s.vars.put(v.name, x)
		}
	}
}

// pwd is where the shell believes to be.
func (s *Shell) pwd() string {
	if s.cwd == "" {
		s.cwd = s.startDir()
	}
	return s.cwd
}

// startDir is $PWD if it is true, else what the kernel says.
func (s *Shell) startDir() string {
	at, err := s.sys.FS().Getwd()
	if v, ok := s.vars.get("PWD"); ok && strings.HasPrefix(v, "/") && v != at {
		here, err1 := s.sys.FS().Stat(".")
		there, err2 := s.sys.FS().Stat(v)
		if err1 == nil && err2 == nil && here.ID() == there.ID() && cleanPath("/", v) == v {
			return v
		}
	}
	if err != nil {
		return ""
	}
	return at
}

// cleanPath is path seen from dir, without . and .. and double slashes; "" if dir is not known.
func cleanPath(dir, path string) string {
	if !strings.HasPrefix(path, "/") {
		if dir == "" {
			return ""
		}
		path = dir + "/" + path
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "", ".":
		case "..":
			if len(parts) > 0 {
				parts = parts[:len(parts)-1]
			}
		default:
			parts = append(parts, part)
		}
	}
	return "/" + strings.Join(parts, "/")
}

func joinPath(dir, name string) string {
	if dir == "" {
		return name
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}

func (s *Shell) cannotCd(dest string, err error) int {
	switch s.cfg.Flavour {
	case Bash:
		s.complain("%s: %s", dest, s.errText(err))
		return 1
	case Dash:
		s.fatalf(2, "can't cd to %s", dest)
	}
	s.fatalf(2, "can't cd to %s: %s", dest, s.errText(err))
	return 2
}

func biPwd(s *Shell, a []string) int {
	physical := s.opts.physical
	if _, ok := s.flags(a, "LP", func(c byte, _ string) { physical = c == 'P' }); !ok {
		return 2
	}
	at := s.pwd()
	if physical {
		var err error
		if at, err = s.sys.FS().Getwd(); err != nil {
			return s.cannotTellPwd(err)
		}
	}
	s.print(at + "\n")
	return 0
}

func (s *Shell) cannotTellPwd(err error) int {
	if s.cfg.Flavour == Bash {
		s.complain("error retrieving current directory: getcwd: cannot access parent directories: %s", s.errText(err))
		return 1
	}
	s.fatalf(2, "getcwd: %s", s.errText(err))
	return 2
}

// The questions that a shell asks about files.

func (s *Shell) exists(path string) bool {
	_, err := s.sys.FS().Lstat(path)
	return err == nil
}

func (s *Shell) isDir(path string) bool {
	st, err := s.sys.FS().Stat(path)
	return err == nil && st.IsDir()
}

func (s *Shell) isRegular(path string) bool {
	st, err := s.sys.FS().Stat(path)
	return err == nil && st.Mode.IsRegular()
}

// sameFile reports whether two paths lead to one file.
func (s *Shell) sameFile(a, b string) bool {
	x, err1 := s.sys.FS().Stat(a)
	y, err2 := s.sys.FS().Stat(b)
	return err1 == nil && err2 == nil && x.ID() == y.ID()
}

// errnoOf is an error as a number, 0 if it is none of the kernel's.
func errnoOf(err error) proc.Errno {
	e, _ := err.(proc.Errno)
	return e
}
