package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// xargs is an xargs as it runs.
type xargs struct {
	*call
	o       *options
	in      *input
	argv    []string // the command
	max     int      // arguments a run
	lines   int      // lines a run; 0 is any number
	lineEnd bool     // the last word was the last one of its line
	size    int      // bytes a run
	replace string
	stop    string
	ran     bool
	failed  proc.ExitCode
	ended   bool
}

func xargsCmd(c *call) proc.ExitCode {
	o := c.getopt("+0a:rtpE:e::I:i::n:s:P:xL:d:", "no-run-if-empty=r", "null=0", "max-args=n", "max-procs=P", "verbose=t",
		"replace=I", "arg-file=a", "delimiter=d", "max-lines=L")
	c.refuse(o, "x")
	x := &xargs{call: c, o: o, in: c.stdin(), argv: o.args, max: 1 << 30, size: 32 << 10, replace: o.or('I', "")}
	if len(x.argv) == 0 {
		x.argv = []string{"echo"}
	}
	if v, ok := o.value('i'); ok {
		if x.replace = v; v == "" {
			x.replace = "{}"
		}
	}
	x.stop = o.or('E', o.or('e', ""))
	if v, ok := o.value('n'); ok {
		x.max = int(c.number(v, nil))
	}
	if v, ok := o.value('L'); ok {
		x.lines = int(c.number(v, nil))
	}
	if v, ok := o.value('P'); ok && c.number(v, nil) != 1 {
		c.die("-P is not simulated here: commands run one after the other")
	}
	if v, ok := o.value('s'); ok {
		x.size = int(c.number(v, nil))
	}
	if v, ok := o.value('a'); ok {
		if x.in = c.openOrWarn(v); x.in == nil {
			return 1
		}
	}
	x.all()
	return x.failed
}

func (x *xargs) all() {
	if x.replace != "" {
		for {
			line, ok := x.wholeLine()
			if !ok {
				return
			}
			x.runReplaced(line)
		}
	}
	var batch []string
	size, lines := 0, 0
	for {
		word, ok := x.item()
		if !ok {
			break
		}
		x.Step(1)
		if len(batch) > 0 && size+len(word)+1 > x.size {
			x.run(batch)
			batch, size = nil, 0
		}
		batch = append(batch, word)
		if x.lineEnd {
			lines++
		}
		if size += len(word) + 1; len(batch) >= x.max || x.lines > 0 && lines >= x.lines {
			x.run(batch)
			batch, size, lines = nil, 0, 0
		}
	}
	if len(batch) > 0 || !x.ran && !x.o.has('r') {
		x.run(batch)
	}
}

func (x *xargs) runReplaced(line string) {
	argv := make([]string, len(x.argv))
	for i, a := range x.argv {
		argv[i] = strings.ReplaceAll(a, x.replace, line)
	}
	x.start(argv)
}

func (x *xargs) run(args []string) { x.start(append(append([]string(nil), x.argv...), args...)) }

func (x *xargs) start(argv []string) {
	x.ran = true
	line := strings.Join(argv, " ")
	switch {
	case x.o.has('p'):
		if !x.asks(line + " ?...") {
			return
		}
	case x.o.has('t'):
		x.out.flush()
		x.Write(2, []byte(line+"\n"))
	}
	st, err := x.spawn(argv, nil)
	if err != nil {
		code := proc.ExitCode(126)
		if err == proc.ENOENT {
			code = 127
		}
		x.dieWith(code, "%s: %s", argv[0], x.text(err))
	}
	x.after(argv[0], st)
}

// after turns a command's status into xargs': 255 and signals end it.
func (x *xargs) after(name string, st proc.Status) {
	sig, killed := st.Signaled()
	switch {
	case killed && x.gnu():
		x.dieWith(125, "%s: terminated by signal %d", name, int(sig))
	case killed:
		x.dieWith(125, "'%s' terminated by signal %d", name, int(sig))
	case st.Code() == 255:
		x.dieWith(124, "%s: exited with status 255; aborting", name)
	case st.Code() != 0:
		x.failed = 123
	}
}

// wholeLine is the next line for -I, without blanks in front of it; empty ones are left out.
func (x *xargs) wholeLine() (string, bool) {
	delim := byte('\n')
	if x.o.has('0') {
		delim = 0
	}
	for {
		line, ok := x.in.until(delim)
		if !ok {
			return "", false
		}
		text := strings.TrimSuffix(string(line), string(rune(delim)))
		if delim == '\n' {
			text = strings.TrimLeft(text, " \t")
		}
		if text != "" {
			return text, true
		}
	}
}

// item is the next argument: up to a zero byte with -0, a word with quotes and backslashes otherwise.
func (x *xargs) item() (string, bool) {
	if x.ended {
		return "", false
	}
	if d, ok := x.o.value('d'); ok && d != "" || x.o.has('0') {
		delim := byte(0)
		if ok && !x.o.has('0') {
			delim = unescapeDelim(d)
		}
		line, more := x.in.until(delim)
		if len(line) > 0 && line[len(line)-1] == delim {
			line = line[:len(line)-1]
		}
		return string(line), more
	}
	word, ok := x.word()
	if ok && x.stop != "" && word == x.stop {
		x.ended = true
		return "", false
	}
	return word, ok
}

func unescapeDelim(d string) byte {
	switch d {
	case `\n`:
		return '\n'
	case `\t`:
		return '\t'
	case `\0`:
		return 0
	}
	return d[0]
}

func (x *xargs) word() (string, bool) {
	var b []byte
	any := false
	for {
		c, ok := x.in.byte()
		switch {
		case !ok:
			x.ended = true
			return string(b), any
		case c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r':
			if any {
				x.lineEnd = c == '\n'
				return string(b), true
			}
			continue
		case c == '\'' || c == '"':
			b = x.quoted(b, c)
		case c == '\\':
			if c, ok = x.in.byte(); ok {
				b = append(b, c)
			}
		default:
			b = append(b, c)
		}
		any = true
		if len(b)%bufferSize == bufferSize-1 {
			x.grow(bufferSize)
		}
	}
}

func (x *xargs) quoted(b []byte, quote byte) []byte {
	for {
		c, ok := x.in.byte()
		if ok && c == quote {
			return b
		}
		if !ok || c == '\n' {
			kind := "double"
			if quote == '\'' {
				kind = "single"
			}
			if x.gnu() {
				x.die("unmatched %s quote; by default quotes are special to xargs unless you use the -0 option", kind)
			}
			x.die("unmatched %s quote", kind)
		}
		b = append(b, c)
	}
}
