package build

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
)

// expose is EXPOSE. buildkit: dockerfile2llb/convert_expose.go
func (s *stage) expose(c *instructions.ExposeCommand) error {
	var ports []string
	for _, word := range c.Ports {
		more, err := s.words(word)
		if err != nil {
			return err
		}
		for _, w := range more {
			s.lintPort(c, w)
			list, err := exposedPorts(w)
			if err != nil {
				return err
			}
			ports = append(ports, list...)
		}
	}
	if s.doc.Config.ExposedPorts == nil {
		s.doc.Config.ExposedPorts = map[string]struct{}{}
	}
	for _, p := range ports {
		s.doc.Config.ExposedPorts[p] = struct{}{}
	}
	return s.history(fmt.Sprintf("EXPOSE %v", ports), false)
}

// words splits a word after putting in the variables.
func (s *stage) words(text string) ([]string, error) {
	w, err := s.p.word(text, s.env)
	return w.Words, err
}

// lintPort warns of a port that says more than a number.
func (s *stage) lintPort(c *instructions.ExposeCommand, word string) {
	port, proto, _ := strings.Cut(word, "/")
	if rule := &linter.RuleExposeProtoCasing; proto != strings.ToLower(proto) {
		s.p.lint.Run(rule, c.Location(), rule.Format(word))
	}
	if rule := &linter.RuleExposeInvalidFormat; strings.Trim(port, ":") != port || strings.Contains(port, ":") {
		s.p.lint.Run(rule, c.Location(), rule.Format(word))
	}
}

// exposedPorts reads [ip:]host:container/protocol, each of the ports a range.
func exposedPorts(word string) ([]string, error) {
	rest, proto, _ := strings.Cut(word, "/")
	at := strings.LastIndexByte(rest, ':')
	if rest[at+1:] == "" {
		return nil, fmt.Errorf("invalid port: %q: no port specified", word)
	}
	kind := strings.ToLower(proto)
	switch kind {
	case "":
		kind = "tcp"
	case "tcp", "udp", "sctp":
	default:
		return nil, fmt.Errorf("invalid port: %q: invalid proto: %s", word, proto)
	}
	first, last, err := portRange(rest[at+1:])
	if err != nil {
		return nil, fmt.Errorf("invalid containerPort: %s", rest[at+1:])
	}
	if at >= 0 {
		if err := checkHost(rest[:at], rest[at+1:], last-first); err != nil {
			return nil, err
		}
	}
	var list []string
	for p := first; p <= last; p++ {
		list = append(list, strconv.Itoa(p)+"/"+kind)
	}
	return list, nil
}

// checkHost checks the address and the ports of the host, which then mean nothing.
func checkHost(word, container string, length int) error {
	ip, port := "", word
	if at := strings.LastIndexByte(word, ':'); at >= 0 {
		ip, port = word[:at], word[at+1:]
	}
	if _, err := netip.ParseAddr(strings.Trim(ip, "[]")); err != nil && ip != "" {
		return errors.New("invalid IP address: " + ip)
	}
	if port == "" {
		return nil
	}
	first, last, err := portRange(port)
	if err != nil {
		return errors.New("invalid hostPort: " + port)
	}
	if last-first != length && length != 0 {
		return fmt.Errorf("invalid ranges specified for container and host Ports: %s and %s", container, port)
	}
	return nil
}

// portRange reads "80" or "8000-9000".
func portRange(s string) (first, last int, err error) {
	from, to, ranged := strings.Cut(s, "-")
	if first, err = portNumber(from); err != nil || !ranged {
		return first, first, err
	}
	if last, err = portNumber(to); err == nil && last < first {
		err = strconv.ErrRange
	}
	return first, last, err
}

func portNumber(s string) (int, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && (n < 0 || n > 65535) {
		err = strconv.ErrRange
	}
	return int(n), err
}
