package why_test

import (
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/why"
	"dockerlearn/lessons"
)

// At a terminal, a command's events are those that its login shell reports. A row of the screen may be a part of a line,
// and what is typed at a shell inside of a container is a command too.
func TestAtATerminal(t *testing.T) {
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	h := w.Host("")
	terminal, err := h.OpenTerminal(80, 24, "xterm", func([]byte) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range []string{
		"docker run -d --name web nginx:alpine\r", "docker rm web\r", "docker exec -it web sh\r", "rm /etc/motd\rcat /etc/motd\r",
	} {
		w.AdvanceTo(w.Elapsed() + time.Minute)
		terminal.Type([]byte(keys))
	}
	w.AdvanceTo(w.Elapsed() + time.Minute)
	commands := terminal.Commands()
	for _, c := range []struct {
		command   int
		row, want string // the command that the chain ends with
	}{
		{1, `Error response from daemon: cannot remove container "web": container is running:`, "docker run -d --name web nginx:alpine"},
		{1, "stop the container before removing or force remove", "docker run -d --name web nginx:alpine"},
		{2, "cat: can't open '/etc/motd': No such file or directory", "rm /etc/motd"},
		{1, "something else", ""},
		{1, "", ""},
	} {
		x := commands[c.command]
		list := why.ForLine(h, x.After, x.Last, c.row)
		got := ""
		if len(list) > 0 {
			got = list[len(list)-1].Command
		}
		if got != c.want {
			t.Errorf("%q below %q leads to %q, want %q:\n%s", c.row, x.Line, got, c.want, chain(list, lessons.EN))
		}
	}
}

// Whatever stands on a screen can be asked about.
func FuzzForLine(f *testing.F) {
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		f.Fatal(err)
	}
	h := w.Host("")
	session, err := h.NewConsole()
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range []string{"docker run -d --name web nginx:alpine", "docker rm web", "docker exec web cat /nope", "docker ps"} {
		r, err := session.Run(c)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(r.Stdout) {
			f.Add(uint64(0), line)
			f.Add(uint64(h.Log().Last()), line)
		}
	}
	f.Fuzz(func(t *testing.T, after uint64, line string) {
		for _, l := range why.ForLine(h, sim.EventID(after), 0, line) {
			if l.Says[lessons.EN] == "" || l.Says[lessons.ZH] == "" || strings.Contains(l.Says[lessons.EN], "%!") {
				t.Errorf("%q: %v", line, l)
			}
		}
	})
}
