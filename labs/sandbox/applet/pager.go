package applet

import (
	"bytes"
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// pagerCmd is less and more: cat where the output is no terminal, a screen at a time where it is.
func pagerCmd(c *call) proc.ExitCode {
	letters := "EFIMmNSRh~"
	if c.gnu() {
		letters = "EFIMmNSR~XdfeiQ"
	}
	o := c.getopt(letters)
	if len(o.args) == 0 && c.IsTerminal(0) {
		if c.gnu() {
			c.Write(2, []byte("Missing filename (\"less --help\" for help)\n"))
			return 1
		}
		c.die("missing filename")
	}
	names := o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	p := &pager{call: c, o: o}
	for _, name := range names {
		in, err := c.open(name)
		if err != nil {
			if c.gnu() {
				c.Write(2, []byte(name+": "+c.text(err)+"\n"))
				c.failed = 1
			} else {
				c.warn("can't open '%s': %s", name, c.text(err))
			}
			continue
		}
		if !c.IsTerminal(1) {
			for b := in.piece(); b != nil; b = in.piece() {
				c.out.bytes(b)
			}
		} else {
			p.name = name
			p.page(in)
		}
		in.complain()
		in.close()
		if p.quit {
			break
		}
	}
	return c.failed
}

// pager shows lines a screen at a time and reads keys from the terminal.
type pager struct {
	*call
	o     *options
	name  string
	quit  bool
	lines []string
	top   int
	find  string
	rows  int
	cols  int
	tty   int
}

func (p *pager) page(in *input) {
	p.lines, p.top = nil, 0
	for line, ok := in.chomped(); ok; line, ok = in.chomped() {
		p.grow(len(line) + 16)
		p.lines = append(p.lines, p.plain(string(bytes.ReplaceAll(line, []byte("\t"), []byte("        ")))))
	}
	p.size()
	if p.o.has('F') && len(p.lines) < p.rows {
		p.print(strings.Join(append(p.lines, ""), "\n"))
		return
	}
	restore, ok := p.keys()
	if !ok {
		p.print(strings.Join(append(p.lines, ""), "\n"))
		return
	}
	defer restore()
	for !p.quit {
		p.draw()
		was := p.atEnd()
		if p.key() || p.o.has('E') && p.atEnd() || p.o.has('e') && was && p.atEnd() {
			break
		}
	}
	p.print("\r\x1b[K")
	p.out.flush()
}

// plain is a line without colours: busybox takes them out with -R, less shows them as ESC without it.
func (p *pager) plain(line string) string {
	switch {
	case p.gnu() && !p.o.has('R'):
		return strings.ReplaceAll(line, "\x1b", "ESC")
	case p.gnu() || !p.o.has('R'):
		return line
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(line, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		line = strings.TrimPrefix(strings.TrimLeft(after, "0123456789;"), "m")
	}
}

func (p *pager) size() {
	p.rows, p.cols = 24, 80
	if size, err := p.TerminalSize(1); err == nil && size.Rows > 1 {
		p.rows, p.cols = size.Rows, size.Cols
	}
}

// keys opens the terminal for keys, one by one.
func (p *pager) keys() (restore func(), ok bool) {
	p.tty = 0
	if !p.IsTerminal(0) {
		fd, err := p.Open("/dev/tty", proc.O_RDONLY, 0)
		if err != nil {
			return nil, false
		}
		p.tty = fd
	}
	old, err := p.Termios(p.tty)
	if err != nil {
		return nil, false
	}
	raw := old
	raw.Lflag &^= proc.ICANON | proc.ECHO
	p.SetTermios(p.tty, raw, false)
	return func() { p.SetTermios(p.tty, old, false) }, true
}

func (p *pager) draw() {
	p.size()
	p.top = max(0, min(p.top, len(p.lines)-p.rows+1))
	p.print("\x1b[H\x1b[J")
	end := min(len(p.lines), p.top+p.rows-1)
	for i := p.top; i < end; i++ {
		line := p.lines[i]
		if p.o.has('N') {
			line = fmt.Sprintf("%7d %s", i+1, line)
		}
		for proc.StringWidth(line) > p.cols && len(line) > 0 {
			line = string([]rune(line)[:len([]rune(line))-1])
		}
		p.print(line + "\n")
	}
	for i := end; i < p.top+p.rows-1; i++ {
		p.print(map[bool]string{false: "~\n", true: "\n"}[p.o.has('~')])
	}
	p.print("\x1b[7m" + p.status(end) + "\x1b[m")
	p.out.flush()
}

// status is the last line: where the lines before end stand in the file.
func (p *pager) status(end int) string {
	switch {
	case p.o.has('M') || p.o.has('m'):
		text := fmt.Sprintf("%s lines %d-%d/%d", p.name, p.top+1, end, len(p.lines))
		if end == len(p.lines) {
			return text + " (END)"
		}
		return text + fmt.Sprintf(" %d%%", end*100/len(p.lines))
	case end == len(p.lines):
		return "(END)"
	}
	return p.name
}

// atEnd reports whether the last line is on the screen.
func (p *pager) atEnd() bool { return p.top+p.rows-1 >= len(p.lines) }

// key reads a key and moves; done says that this file is over.
func (p *pager) key() (done bool) {
	b := make([]byte, 8)
	n, err := p.read(p.tty, b)
	if n == 0 || err != nil {
		p.quit = true
		return true
	}
	switch string(b[:n]) {
	case "q", "Q", "\x03":
		p.quit = true
		return true
	case " ", "f", "\x06", "\x1b[6~":
		if p.app.Name == "more" && p.atEnd() {
			return true
		}
		p.top += p.rows - 1
	case "b", "\x02", "\x1b[5~":
		p.top -= p.rows - 1
	case "j", "\r", "\n", "\x1b[B", "e":
		p.top++
	case "k", "y", "\x1b[A":
		p.top--
	case "g", "<", "\x1b[H":
		p.top = 0
	case "G", ">", "\x1b[F":
		p.top = len(p.lines)
	case "/":
		p.ask()
		p.search(p.top)
	case "n":
		p.search(p.top + 1)
	}
	return false
}

// ask reads what to look for.
func (p *pager) ask() {
	p.print("\r\x1b[K/")
	p.find = ""
	b := make([]byte, 64)
	for {
		p.out.flush()
		n, err := p.read(p.tty, b)
		if n == 0 || err != nil || b[0] == '\r' || b[0] == '\n' {
			return
		}
		p.find += string(b[:n])
		p.print(string(b[:n]))
	}
}

func (p *pager) search(from int) {
	fold := func(s string) string { return s }
	if p.o.has('I') || p.o.has('i') && p.find == strings.ToLower(p.find) {
		fold = strings.ToLower
	}
	for i := from; i < len(p.lines); i++ {
		if strings.Contains(fold(p.lines[i]), fold(p.find)) {
			p.top = i
			return
		}
	}
}

// viCmd says how to do without.
func viCmd(c *call) proc.ExitCode {
	c.complain("a full-screen editor is not simulated here. Write a file with a here-document:\n" +
		"  cat > FILE <<'END'\n  …\n  END\n" +
		"or change it with sed -i 's/OLD/NEW/' FILE")
	return 1
}
