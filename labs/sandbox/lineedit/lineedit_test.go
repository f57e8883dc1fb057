package lineedit

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

// words completes from a fixed list.
type words []string

func (w words) Complete(line string, at int) (int, []string) {
	from := strings.LastIndexByte(line[:at], ' ') + 1
	var found []string
	for _, x := range w {
		if strings.HasPrefix(x, line[from:at]) {
			found = append(found, x)
		}
	}
	return from, found
}

// desk is somebody in front of the editor.
type desk struct {
	m     *proctest.Machine
	tty   *proc.TTY
	p     *proc.Process
	see   *screen
	lines []string // what the program was given, "^C" and "^D" for the errors
	ed    *Editor
}

func sit(t testing.TB, width int, prompt string) *desk {
	d := &desk{see: &screen{width: width}}
	program := func(s proc.Sys) proc.ExitCode {
		d.ed = New(s, words{"docker", "docker-compose", "cat", "/etc/motd", "/etc/hosts", "目录"}).(*Editor)
		for {
			line, err := d.ed.ReadLine(prompt)
			switch err {
			case nil:
				d.lines = append(d.lines, line)
			case shell.ErrInterrupt:
				d.lines = append(d.lines, "^C")
			default:
				d.lines = append(d.lines, "^D")
				return 0
			}
		}
	}
	d.m = proctest.New(t, proctest.Config{})
	d.tty = d.m.Kernel.PTS().NewTTY(proc.Winsize{Cols: width, Rows: 24})
	d.tty.Attach(d.see.write)
	d.p = d.m.Start(proc.Spec{Args: []string{"editor"}, Program: program, TTY: d.tty})
	d.m.Sim.Settle()
	return d
}

func (d *desk) press(keys string) {
	d.tty.Type([]byte(keys))
	d.m.Sim.Settle()
}

const (
	up, down, right, left = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
	home, end, del        = "\x1b[H", "\x1b[F", "\x1b[3~"
	enter                 = "\r"
)

func TestLines(t *testing.T) {
	for _, c := range []struct{ name, keys, want string }{
		{"as typed", "ls -l" + enter, "ls -l"},
		{"in the middle", "ls" + left + "xy" + enter, "lxys"},
		{"home and end", "b" + home + "a" + end + "c" + enter, "abc"},
		{"backspace and delete", "abcd\x7f" + home + del + enter, "bc"},
		{"kill and yank", "one two\x17\x15\x19\x19" + enter, "one one "},
		{"kill to the end", "abcd" + left + left + "\x0b" + enter, "ab"},
		{"word by word", "one two three\x1bb\x1bbX" + enter, "one Xtwo three"},
		{"kill a word", "one two three" + home + "\x1bd\x1bd" + enter, " three"},
		{"transpose", "sl\x14" + enter, "ls"},
		{"undo", "ab\x15\x1f" + enter, "ab"},
		{"Chinese", "写时复" + left + "X制\x7f" + enter, "写时X复"},
		{"history", "one" + enter + "two" + enter + up + up + "!" + enter, "one two one!"},
		{"history and back", "one" + enter + "new" + up + down + enter, "one new"},
		{"last word", "cp a b" + enter + "cat \x1b." + enter, "cp a b cat b"},
		{"search", "docker ps" + enter + "ls" + enter + "\x12dock" + enter, "docker ps ls docker ps"},
		{"search again", "aa 1" + enter + "aa 2" + enter + "\x12aa\x12" + enter, "aa 1 aa 2 aa 1"},
		{"search given up", "one" + enter + "two\x12on\x07" + enter, "one two"},
		{"search and edit", "one" + enter + "\x12on" + end + "!" + enter, "one one!"},
		{"interrupt", "abc\x03x" + enter, "^C x"},
		{"end", "\x04", "^D"},
		{"^D deletes", "ab" + home + "\x04" + enter, "b"},
		{"complete", "ca\t" + enter, "cat "},
		{"complete as far as certain", "do\t" + enter, "docker"},
		{"complete a path", "cat /etc/m\t" + enter, "cat /etc/motd "},
		{"unknown keys do nothing", "a\x1b[99~b\x1bOZ" + enter, "ab"},
		{"nothing is remembered twice", "a" + enter + "a" + enter + "b" + enter + up + up + enter, "a a b a"},
		{"a control character is shown, not obeyed", "\x1b[200~x\x1b[201~" + enter, "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := sit(t, 80, "$ ")
			d.press(c.keys)
			if got := strings.Join(d.lines, " "); got != c.want {
				t.Errorf("read %q, want %q\n%s", got, c.want, d.see.text())
			}
		})
	}
}

func TestTheSecondTabLists(t *testing.T) {
	d := sit(t, 30, "$ ")
	d.press("docker\t")
	if d.see.bells != 1 {
		t.Errorf("%d bells", d.see.bells)
	}
	d.press("\t")
	const want = "$ docker\ndocker          docker-compose\n$ docker"
	if got := d.see.text(); got != want {
		t.Errorf("the screen shows\n%s\nwant\n%s", got, want)
	}
}

func TestLongLinesWrap(t *testing.T) {
	d := sit(t, 10, "$ ")
	d.press("12345678")
	if d.see.row != 1 || d.see.col != 0 {
		t.Errorf("after a full row the cursor is at %d,%d", d.see.row, d.see.col)
	}
	d.press("9" + home + "a")
	if got, want := d.see.text(), "$ a1234567\n89"; got != want {
		t.Errorf("the screen shows\n%s\nwant\n%s", got, want)
	}
	if d.see.row != 0 || d.see.col != 3 {
		t.Errorf("the cursor is at %d,%d", d.see.row, d.see.col)
	}
}

// Whatever is pressed, the screen shows the prompt and the line and nothing else, and the cursor stands in the line.
func TestTheScreenShowsTheLine(t *testing.T) {
	keys := []string{
		"a", "b ", "/", "写", "复制", "ｗ", left, right, home, end, del, "\x7f", "\x17", "\x0b", "\x15", "\x19", "\x1bb", "\x1bf",
		"\x1bd", "\x14", "\x1f", up, down, "\x12", "\x07", "\t",
	}
	rapid.Check(t, func(rt *rapid.T) {
		width := rapid.IntRange(8, 40).Draw(rt, "width")
		d := sit(t, width, "$ ")
		d.press("docker run 写时复制 alpine" + enter + "ls" + enter)
		for range rapid.IntRange(1, 40).Draw(rt, "keys") {
			d.press(rapid.SampledFrom(keys).Draw(rt, "key"))
		}
		if strings.Contains(d.ed.prompt, "search") {
			d.press("\x07")
		}
		want := &screen{width: width}
		want.write([]byte("$ " + string(d.ed.line)))
		got := d.see.text()
		if !strings.HasSuffix(got, want.text()) {
			rt.Fatalf("width %d: the screen ends with\n%s\nwant\n%s", width, got, want.text())
		}
		cursor := advance(place{}, "$ "+string(d.ed.line[:d.ed.at]), width)
		if d.see.col != cursor.col {
			rt.Fatalf("width %d, line %q at %d: the cursor is in column %d, want %d", width, string(d.ed.line), d.ed.at, d.see.col, cursor.col)
		}
		d.press("\x03")
		d.press("\x04")
	})
}

// A key costs the bytes that change: the line is not drawn anew.
func TestKeysCostLittle(t *testing.T) {
	d := sit(t, 80, "$ ")
	d.press(strings.Repeat("x", 60))
	var wrote []byte
	d.tty.Attach(func(b []byte) { wrote = append(wrote, b...); d.see.write(b) })
	for _, c := range []struct{ key, bytes string }{
		{"y", "y"}, {"\x7f", "\b\x1b[J"}, {"\x1b[D", "\b"}, {"\x1b[C", "\x1b[1C"}, {"写", "写"}, {"\x01", "\r\x1b[2C"}, {"\x05", "\x1b[62C"},
	} {
		wrote = nil
		if d.press(c.key); string(wrote) != c.bytes {
			t.Errorf("%q writes %q, want %q", c.key, wrote, c.bytes)
		}
	}
}

// Where the terminal gets another size, the line is drawn anew; busybox's editor begins a new prompt below.
func TestAnotherSize(t *testing.T) {
	d := sit(t, 80, "$ ")
	d.press("写时复制")
	d.tty.Resize(proc.Winsize{Cols: 40, Rows: 24})
	d.m.Sim.Settle()
	if got := d.see.text(); got != "$ 写时复制" {
		t.Errorf("%q", got)
	}
	d.ed.busybox = true
	d.tty.Resize(proc.Winsize{Cols: 60, Rows: 24})
	d.m.Sim.Settle()
	if got := d.see.text(); got != "$ 写时复制\n$ 写时复制" {
		t.Errorf("%q", got)
	}
}

func TestTheTerminalIsLeftAsItWas(t *testing.T) {
	d := sit(t, 80, "$ ")
	before := d.tty.Termios()
	d.press("\x04")
	after := d.tty.Termios()
	if before.Lflag&proc.ICANON != 0 {
		t.Error("while a line is read the terminal is not raw")
	}
	if after.Lflag&proc.ICANON == 0 || after.Lflag&proc.ECHO == 0 {
		t.Error("the terminal was left raw")
	}
	if !d.p.Done() {
		t.Error("the program did not end")
	}
}

func FuzzKeys(f *testing.F) {
	f.Add([]byte("ls\x1b[A\x12x\r\t\t"))
	f.Add([]byte("\xff\xfe\x1b\x1b[\x1bO\xe5"))
	f.Fuzz(func(t *testing.T, keys []byte) {
		if len(keys) > 2000 {
			return
		}
		d := sit(t, 20, "$ ")
		d.press(string(keys))
		d.press("\x07\x03\x04")
	})
}

func BenchmarkKey(b *testing.B) {
	d := sit(b, 80, "root@docker-host:~# ")
	d.press("docker run --rm alpine echo ")
	b.ReportAllocs()
	for b.Loop() {
		d.press("x\x7f")
	}
}
