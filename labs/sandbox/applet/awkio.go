package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// awkReader is a file or a command's output that getline reads.
type awkReader struct {
	in  *input
	pid proc.PID // of the command; 0 is a file
}

// awkWriter is a file or a command that print writes to.
type awkWriter struct {
	w   *writer
	pid proc.PID
}

// printed is what print prints.
func (a *awk) printed(args []awkExpr) string {
	ors := a.globals[a.vORS].v.text(a.convfmt())
	if len(args) == 0 {
		return a.record + ors
	}
	if len(args) == 1 {
		return args[0](a).text(a.globals[a.vOFMT].v.s) + ors
	}
	parts := make([]string, len(args))
	for i, e := range args {
		parts[i] = e(a).text(a.globals[a.vOFMT].v.s)
	}
	return strings.Join(parts, a.globals[a.vOFS].v.text(a.convfmt())) + ors
}

func (a *awk) printTo(how, name, text string) {
	w := a.writers[name]
	if w == nil {
		w = a.newAwkWriter(how, name)
		a.writers[name] = w
		a.opened = append(a.opened, name)
	}
	w.w.string(text)
	if name == "/dev/stderr" {
		w.w.flush()
	}
}

func (a *awk) newAwkWriter(how, name string) *awkWriter {
	a.out.flush()
	if how == "|" {
		r, w, err := a.Pipe()
		if err != nil {
			a.die("pipe: %s", a.text(err))
		}
		a.SetCloseOnExec(w, true)
		pid, err := a.shell(name, []int{r, 1, 2})
		a.Close(r)
		if err != nil {
			a.die("can't execute 'sh': %s", a.text(err))
		}
		return &awkWriter{a.newWriter(w), pid}
	}
	switch name {
	case "/dev/stdout":
		return &awkWriter{w: a.out}
	case "/dev/stderr":
		return &awkWriter{w: a.newWriter(2)}
	}
	flags := proc.O_WRONLY | proc.O_CREAT | proc.O_TRUNC
	if how == ">>" {
		flags = proc.O_WRONLY | proc.O_CREAT | proc.O_APPEND
	}
	fd, err := a.Open(name, flags|proc.O_CLOEXEC, 0o666)
	if err != nil {
		a.die("can't open '%s': %s", name, a.text(err))
	}
	return &awkWriter{w: a.newWriter(fd)}
}

// shell starts a command line.
func (a *awk) shell(line string, files []int) (proc.PID, error) {
	return a.Spawn(proc.Command{Path: "/bin/sh", Args: []string{"sh", "-c", line}, Files: files})
}

// reader is the file or command that getline reads, opened at its first use; nil if it cannot be.
func (a *awk) reader(how, name string) *awkReader {
	if r := a.readers[name]; r != nil {
		return r
	}
	r := &awkReader{}
	if how == "<" {
		in, err := a.open(name)
		if err != nil {
			return r
		}
		r.in = in
	} else {
		a.flushAll()
		from, to, err := a.Pipe()
		if err != nil {
			return r
		}
		a.SetCloseOnExec(from, true)
		r.pid, err = a.shell(name, []int{0, to, 2})
		a.Close(to)
		if err != nil {
			return &awkReader{}
		}
		r.in = a.input(from, name)
		r.in.closes = true
	}
	a.readers[name] = r
	a.opened = append(a.opened, name)
	return r
}

// getline reads a record into a place or $0: 1, 0 at the end, -1 if that cannot be. main reads the program's input.
func (a *awk) getline(r *awkReader, place *awkPlace, main bool) awkValue {
	a.work()
	var text string
	var ok bool
	switch {
	case main:
		text, ok = a.nextMain()
	case r.in == nil:
		return awkNum(-1)
	default:
		if text, ok = a.readRecord(r.in); !ok && r.in.err != nil {
			return awkNum(-1)
		}
	}
	if !ok {
		return awkNum(0)
	}
	if place != nil {
		place.set(a, awkInput(text))
	} else {
		a.setRecord(text)
	}
	if main || r.pid != 0 {
		a.count(main)
	}
	return awkNum(1)
}

func (a *awk) flushAll() {
	a.out.flush()
	for _, name := range a.opened {
		if w := a.writers[name]; w != nil {
			w.w.flush()
		}
	}
}

// closeNamed closes what has that name and returns its status, -1 if there is none.
func (a *awk) closeNamed(name string) int {
	status := -1
	if w := a.writers[name]; w != nil {
		w.w.flush()
		if w.w.fd > 2 {
			a.Close(w.w.fd)
		}
		status = a.reap(w.pid)
		delete(a.writers, name)
	}
	if r := a.readers[name]; r != nil {
		if r.in != nil {
			r.in.close()
		}
		status = a.reap(r.pid)
		delete(a.readers, name)
	}
	return status
}

func (a *awk) reap(pid proc.PID) int {
	if pid == 0 {
		return 0
	}
	_, st, _ := a.Wait(pid, 0)
	return int(st.Code())
}

func (a *awk) closeAll() {
	a.out.flush()
	for _, name := range a.opened {
		a.closeNamed(name)
	}
}

// sprintf formats as printf does; the first argument is the format.
func (a *awk) sprintf(args []awkExpr) string {
	values := make([]awkValue, len(args))
	for i, e := range args {
		values[i] = e(a)
	}
	return a.format(values[0].text(a.convfmt()), values[1:])
}

func (a *awk) format(format string, args []awkValue) string {
	var b strings.Builder
	next := func() (awkValue, bool) {
		if len(args) == 0 {
			return awkValue{}, false
		}
		v := args[0]
		args = args[1:]
		return v, true
	}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i+1 < len(format) && format[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		f, size, ok := readSpec(format[i:], func() int {
			v, _ := next()
			return int(v.num())
		})
		if !ok {
			b.WriteString(format[i:])
			break
		}
		if f.width > 1<<16 {
			a.grow(f.width)
		}
		v, _ := next()
		b.WriteString(a.formatted(f, v))
		i += size - 1
	}
	return b.String()
}

func (a *awk) formatted(f formatSpec, v awkValue) string {
	switch f.verb {
	case 'c':
		if v.kind == 'n' || v.kind == 'i' {
			return f.text(string([]byte{byte(int(v.num()))}))
		}
		if s := v.text(a.convfmt()); s != "" {
			return f.text(s[:1])
		}
		return f.text("")
	case 's':
		return f.text(v.text(a.convfmt()))
	case 'd', 'i', 'o', 'x', 'X', 'u':
		n := v.num()
		if n != n || n > 9.3e18 || n < -9.3e18 {
			return f.text(awkNum(n).text("%.6g"))
		}
		return f.integer(int64(n))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		return f.float(v.num())
	}
	a.fault(1, "Invalid format specifier")
	return ""
}
