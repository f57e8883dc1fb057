package build

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// copying is a COPY or an ADD.
type copying struct {
	instructions.SourcesAndDest
	verb    string
	source  *stage // nil: the context
	chown   string
	chmod   string
	exclude []string
	unpack  bool
	parents bool
	link    bool   // over nothing, whatever is below: the layer stands on its own
	dest    string // absolute, with the slash at its end if there is one
}

func (c *copying) words() []string {
	words := []string{"copy", c.verb, c.dest, c.chown, c.chmod, fmt.Sprint(c.unpack, c.parents, c.link)}
	for _, here := range c.SourceContents {
		words = append(words, here.Path, here.Data)
	}
	words = append(words, c.exclude...)
	return append(append(words, "of"), c.SourcePaths...)
}

// files is an instruction that changes files.
func (s *stage) files(c command) error {
	switch cmd := c.Command.(type) {
	case *instructions.RunCommand:
		return s.runCommand(c, cmd)
	case *instructions.WorkdirCommand:
		return s.workdir(c, cmd)
	case *instructions.CopyCommand:
		k := &copying{
			verb: "COPY", SourcesAndDest: cmd.SourcesAndDest, chown: cmd.Chown, chmod: cmd.Chmod,
			exclude: cmd.ExcludePatterns, parents: cmd.Parents, link: cmd.Link,
		}
		if cmd.From != "" {
			if k.source = c.from[0]; !k.source.before(s) {
				return fmt.Errorf("cannot copy from stage %q, it needs to be defined before current stage %q",
					cmd.From, s.name())
			}
		}
		return s.copyCommand(c, k)
	case *instructions.AddCommand:
		if err := checkAdd(cmd); err != nil {
			return err
		}
		return s.copyCommand(c, &copying{
			verb: "ADD", SourcesAndDest: cmd.SourcesAndDest, chown: cmd.Chown, chmod: cmd.Chmod,
			exclude: cmd.ExcludePatterns, unpack: cmd.Unpack == nil || *cmd.Unpack, link: cmd.Link,
		})
	}
	return fmt.Errorf("%s is not simulated", strings.ToUpper(c.Name()))
}

// checkAdd refuses what is not simulated of an ADD. --keep-git-dir speaks of repositories alone, and those are remote.
func checkAdd(c *instructions.AddCommand) error {
	for _, src := range c.SourcePaths {
		if remote(src) {
			return fmt.Errorf("ADD of a remote source is not simulated: %s", src)
		}
	}
	switch {
	case c.Checksum == "":
		return nil
	case len(c.SourcePaths) != 1:
		return errors.New("checksum can't be specified for multiple sources")
	}
	return errors.New("checksum requires HTTP(S) or Git sources")
}

// remote reports whether a source lies in the network. buildkit: frontend/dockerfile/dfgitutil, ParseGitRef
func remote(src string) bool {
	return strings.Contains(src, "://") || strings.HasPrefix(src, "git@") || strings.HasPrefix(src, "github.com/")
}

func (s *stage) copyCommand(c command, k *copying) error {
	if k.verb == "COPY" {
		for _, src := range k.SourcePaths {
			switch {
			case strings.HasPrefix(src, "http://"), strings.HasPrefix(src, "https://"):
				return errors.New("source can't be a URL for COPY")
			case remote(src):
				return errors.New("source can't be a git ref for COPY")
			}
		}
	}
	if err := checkMode(k.chmod); err != nil {
		return err
	}
	k.dest = s.destination(k.DestPath)
	text := k.verb
	if k.parents {
		text += " --parents"
	}
	if k.chown != "" {
		text += " --chown=" + k.chown
	}
	if k.chmod != "" {
		text += " --chmod=" + k.chmod
	}
	for _, src := range k.SourcePaths {
		text += " " + src
		if k.source == nil {
			s.lintCopy(c, k.verb[:1]+strings.ToLower(k.verb[1:]), src)
		}
	}
	for _, here := range k.SourceContents {
		text += " <<" + here.Path
	}
	title := c.Command.(fmt.Stringer).String()
	s.add(&todo{copy: k, name: s.titled(c, title, s.p.lex), at: c.Location()})
	return s.history(text+" "+k.DestPath+" # buildkit", true)
}

// checkMode is of --chmod: an octal number. The words of chmod(1), which BuildKit takes, too, are refused.
func checkMode(text string) error {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseUint(text, 8, 32)
	if err == nil && n <= 0o7777 {
		return nil
	}
	if strings.ContainsAny(text, "+-=") {
		return fmt.Errorf("--chmod=%s is not simulated: only octal numbers are", text)
	}
	return fmt.Errorf("invalid chmod parameter: '%s'. it should be octal string and between 0 and 07777", text)
}

// destination is where a copy goes. buildkit: dockerfile2llb, pathRelativeToWorkingDir
func (s *stage) destination(given string) string {
	dest := s.absolute(given)
	if given == "." || given == "" || strings.HasSuffix(given, "/") || strings.HasSuffix(given, "/.") {
		dest = strings.TrimSuffix(dest, "/") + "/"
	}
	return dest
}
