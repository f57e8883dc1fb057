package build

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// running is a RUN.
type running struct {
	Process
	mounts []*mount
	script *script
}

// script is a heredoc that begins with #!: a file that is run. buildkit: dockerfile2llb, dispatchRun
type script struct{ name, text string }

// scripts is where such a file lies while it runs.
const scripts = "/dev/pipes"

// mount is a --mount of a RUN.
type mount struct {
	*instructions.Mount
	target string // absolute
	source *stage // nil: the context, or nothing
	secret string // its name
}

func (r *running) words() []string {
	words := append([]string{"run", r.User, r.Dir, fmt.Sprint(r.NoNetwork)}, r.Args...)
	words = append(append(words, "env"), r.Env...)
	if r.script != nil {
		words = append(words, "script", r.script.name, r.script.text)
	}
	for _, m := range r.mounts {
		words = append(words, "mount", string(m.Type), m.target, m.Source, m.CacheID, m.secret,
			fmt.Sprint(m.ReadOnly, m.SizeLimit))
	}
	return words
}

// runCommand is a RUN, with its heredocs and mounts.
func (s *stage) runCommand(c command, run *instructions.RunCommand) error {
	if err := refuseRun(run); err != nil {
		return err
	}
	r := &running{Process: Process{
		Env: s.env.words(), Proxy: s.p.b.proxy(), User: s.doc.Config.User, Dir: s.doc.Config.WorkingDir,
		NoNetwork: s.p.b.r.NoNetwork || instructions.GetNetwork(run) == instructions.NetworkNone,
	}}
	line, title := run.ShellDependantCmdLine, run.String()
	if len(line.Files) > 0 {
		if len(line.CmdLine) != 1 || !line.PrependShell {
			return fmt.Errorf("parsing produced an invalid run command: %v", line.CmdLine)
		}
		line, title = r.heredocs(line, title)
	}
	r.Args = s.line(line)
	if err := r.addMounts(s, c, run); err != nil {
		return err
	}
	lex := *s.p.lex
	lex.RawQuotes, lex.SkipUnsetEnv = true, true
	s.add(&todo{run: r, name: s.titled(c, title, &lex), at: c.Location()})
	return s.history("RUN "+strings.Join(append(s.argWords(), r.Args...), " ")+" # buildkit", true)
}

// refuseRun refuses what is not simulated of a RUN.
func refuseRun(run *instructions.RunCommand) error {
	if instructions.GetNetwork(run) == instructions.NetworkHost {
		return errors.New("RUN --network=host is not simulated")
	}
	for _, flag := range run.FlagsUsed {
		if flag != "mount" && flag != "network" {
			return fmt.Errorf("RUN --%s is not simulated", flag)
		}
	}
	for _, m := range instructions.GetMounts(run) {
		if m.Type == instructions.MountTypeSSH {
			return errors.New("RUN --mount=type=ssh is not simulated")
		}
	}
	return nil
}

// proxy is what a RUN's process is told of proxies, whether or not there is an ARG, and without counting for the
// cache. buildkit: executor/oci/spec.go, proxyEnvList
func (b *builder) proxy() []string {
	var env []string
	for _, name := range []string{"http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"} {
		for _, given := range sortedKeys(b.r.Args) {
			if strings.EqualFold(given, name) {
				env = append(env, strings.ToUpper(name)+"="+b.r.Args[given], name+"="+b.r.Args[given])
				break
			}
		}
	}
	return env
}

// heredocs puts the texts of heredocs into the command: one alone is the command, several are left to the shell.
func (r *running) heredocs(
	c instructions.ShellDependantCmdLine, title string,
) (instructions.ShellDependantCmdLine, string) {
	first := c.Files[0]
	if parser.MustParseHeredoc(c.CmdLine[0]) == nil {
		full := c.CmdLine[0]
		for _, f := range c.Files {
			full += "\n" + f.Data + f.Name
		}
		c.CmdLine = []string{full}
		return c, title
	}
	title += fmt.Sprintf(" (%s)", summary(first.Data))
	text := first.Data
	if first.Chomp {
		text = parser.ChompHeredocContent(text)
	}
	c.CmdLine = []string{text}
	if strings.HasPrefix(text, "#!") {
		r.script = &script{first.Name, text}
		c.CmdLine = []string{path.Join(scripts, first.Name)}
	}
	return c, title
}

// summary is the beginning of a heredoc. buildkit: dockerfile2llb, summarizeHeredoc
func summary(text string) string {
	first, _, more := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n"), "\n")
	if more {
		return first + "..."
	}
	return first
}

// addMounts is buildkit: dockerfile2llb/convert_runmount.go, dispatchRunMounts
func (r *running) addMounts(s *stage, c command, run *instructions.RunCommand) error {
	for n, given := range instructions.GetMounts(run) {
		m := &mount{Mount: given, target: given.Target, source: c.from[n]}
		if m.source != nil && !m.source.before(s) {
			return fmt.Errorf("cannot mount from stage %q to %q, stage needs to be defined before current command",
				m.From, m.Target)
		}
		if m.Type == instructions.MountTypeSecret {
			if err := m.nameSecret(); err != nil {
				return err
			}
		} else {
			m.target = s.absolute(m.Target)
			if m.target == "/" {
				return fmt.Errorf("invalid mount target %q", m.target)
			}
		}
		if m.Type == instructions.MountTypeCache && m.CacheID == "" {
			m.CacheID = path.Clean(m.Target)
		}
		if m.Type == instructions.MountTypeCache && (m.From != "" || m.Source != "") {
			return errors.New("RUN --mount=type=cache,from=... is not simulated")
		}
		r.mounts = append(r.mounts, m)
	}
	return nil
}

// nameSecret is buildkit: dockerfile2llb/convert_secrets.go, dispatchSecret
func (m *mount) nameSecret() error {
	m.secret = m.CacheID
	if m.Source != "" {
		m.secret = m.Source
	}
	if m.secret == "" {
		if m.Target == "" {
			return errors.New("one of source, target required")
		}
		m.secret = path.Base(m.Target)
	}
	if m.target == "" && m.Env == nil {
		m.target = "/run/secrets/" + path.Base(m.secret)
	}
	if m.target != "" {
		m.target = path.Join("/", m.target)
	}
	return nil
}

// before reports whether a stage comes before another one in the file, or is an image.
func (s *stage) before(other *stage) bool { return s.index < other.index }

func (s *stage) absolute(dir string) string {
	if path.IsAbs(dir) {
		return path.Clean(dir)
	}
	return path.Join("/", s.doc.Config.WorkingDir, dir)
}

// run does a RUN.
func (b *builder) run(step int, r *running, on *result) (*vfs.Layer, error) {
	p := r.Process
	p.Base = &image.Image{Layers: on.layers}
	for _, l := range on.layers {
		p.Base.Document.RootFS.DiffIDs = append(p.Base.Document.RootFS.DiffIDs, l.DiffID)
	}
	p.Env = slices.Clone(p.Env)
	p.Output = func(text []byte) { b.print(step, string(text)) }
	p.Pulse, p.Running = b.r.Pulse, func() { b.report(Event{Step: step, Kind: Running, Took: b.took(step)}) }
	m := &mounter{b: b}
	defer m.leave()
	if err := m.all(r, &p); err != nil {
		return nil, err
	}
	layer, err := b.w.Run(p)
	if err != nil {
		b.flush(step)
		return nil, fmt.Errorf("process %q did not complete successfully: %w", strings.Join(p.Args, " "), err)
	}
	return layer, nil
}
