package netfilter

import (
	"fmt"
	"net/netip"
	"strings"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// nftToken is a word of nft's language.
type nftToken struct {
	text   string
	quoted bool
	span   span
}

// span is a part of a script, for the marks below an error.
type span struct{ from, to int }

// nftError is what nft says about a script.
type nftError struct {
	text  string
	at    span
	extra span // marked with ~, if it is not empty
}

func (e *nftError) Error() string { return e.text }

func nftErr(at span, format string, args ...any) error {
	return &nftError{text: fmt.Sprintf(format, args...), at: at}
}

// maxScript bounds a script.
const maxScript = 4 << 20

// lexNft cuts a script into words. A line's end is a word too, as is a semicolon: both end a command.
func lexNft(s string) ([]nftToken, error) {
	if len(s) > maxScript {
		return nil, nftErr(span{}, "a script of more than %d bytes is not simulated", maxScript)
	}
	var out []nftToken
	for i := 0; i < len(s); {
		switch ch := s[i]; {
		case ch == ' ' || ch == '\t' || ch == '\r':
			i++
		case ch == '\\' && i+1 < len(s) && s[i+1] == '\n':
			i += 2
		case ch == '#':
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case ch == '"':
			end := strings.IndexByte(s[i+1:], '"')
			if end < 0 {
				return nil, nftErr(span{i, i + 1}, "syntax error, unexpected junk")
			}
			out = append(out, nftToken{s[i+1 : i+1+end], true, span{i, i + end + 2}})
			i += end + 2
		case strings.IndexByte("{};,\n()|&", ch) >= 0:
			out = append(out, nftToken{s[i : i+1], false, span{i, i + 1}})
			i++
		case strings.IndexByte("!=<>", ch) >= 0:
			n := 1
			if i+1 < len(s) && s[i+1] == '=' {
				n = 2
			}
			out = append(out, nftToken{s[i : i+n], false, span{i, i + n}})
			i += n
		default:
			end := i
			for end < len(s) && strings.IndexByte(" \t\r\n{};,\"()|&!=<>#", s[end]) < 0 {
				end++
			}
			out = append(out, splitColons(s[i:end], i)...)
			i = end
		}
	}
	return out, nil
}

// splitColons takes a word with colons apart, unless it is an address, an address with a port, or begins with one.
func splitColons(w string, at int) []nftToken {
	whole := []nftToken{{w, false, span{at, at + len(w)}}}
	if !strings.Contains(w, ":") || w == ":" || w[0] == ':' || w[0] == '[' || addressLike(w) {
		return whole
	}
	before, after, _ := strings.Cut(w, ":")
	i := at + len(before)
	out := []nftToken{{before, false, span{at, i}}, {":", false, span{i, i + 1}}}
	if after != "" {
		out = append(out, splitColons(after, i+1)...)
	}
	return out
}

func addressLike(w string) bool {
	if _, ok := packet.ParseMAC(w); ok {
		return true
	}
	for _, part := range strings.FieldsFunc(w, func(r rune) bool { return r == '/' || r == '-' }) {
		host, _, _ := strings.Cut(part, ":")
		_, err6 := netip.ParseAddr(part)
		_, err4 := netip.ParseAddr(host)
		return err6 == nil || err4 == nil
	}
	return false
}

// show is an error as nft prints it: the line and marks below the words that are meant. file is of -f.
func (e *nftError) show(script, file string) string {
	from, to := min(e.at.from, len(script)), min(e.at.to, len(script)+1)
	begin := strings.LastIndexByte(script[:from], '\n') + 1
	end := len(script)
	if i := strings.IndexByte(script[begin:], '\n'); i >= 0 {
		end = begin + i
	}
	line := script[begin:end]
	marks := []byte(strings.Repeat(" ", max(len(line), to-begin)))
	mark := func(s span, with byte) {
		for i := max(s.from-begin, 0); i < s.to-begin && i < len(marks); i++ {
			marks[i] = with
		}
	}
	mark(e.extra, '~')
	mark(span{from, max(to, from+1)}, '^')
	if to == from {
		marks = append(marks, '^')
	}
	for i := range marks[:min(len(marks), len(line))] {
		if line[i] == '\t' && marks[i] == ' ' {
			marks[i] = '\t'
		}
	}
	head := "Error: "
	if file != "" {
		head = fmt.Sprintf("%s:%d:%d-%d: Error: ", file, strings.Count(script[:begin], "\n")+1, from-begin+1,
			max(to, from+1)-begin)
	}
	return head + e.text + "\n" + line + "\n" + strings.TrimRight(string(marks), " \t") + "\n"
}
