package labs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// shop is a lab of two services that do not find each other.
const shop = `docker network create appnet
docker run -d --name cache --network appnet alpine sleep 1d
docker run -d --name web nginx:alpine`

func lab(setup string) *lessons.Lab {
	return &lessons.Lab{ID: "test", Setup: lessons.Block{Text: setup}}
}

// sitting is a lab that is worked at, and its screen.
type sitting struct {
	*labs.Bench
	t     testing.TB
	kept  []labs.Entry
	shown strings.Builder
}

func sit(t testing.TB, l *lessons.Lab, past ...labs.Entry) *sitting {
	t.Helper()
	s := &sitting{t: t, kept: past}
	b, err := labs.Open(l, past, func(e labs.Entry) error { s.kept = append(s.kept, e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	s.Bench = b
	s.Output(func(p []byte) { s.shown.Write(p) })
	return s.wait(time.Second)
}

// wait lets time pass as a screen does: in small pieces.
func (s *sitting) wait(d time.Duration) *sitting {
	for end := s.Elapsed() + d; s.Elapsed() < end; {
		s.AdvanceTo(min(end, s.Elapsed()+d/3+1))
	}
	return s
}

// run types a line key by key and lets it end.
func (s *sitting) run(line string) *sitting {
	s.t.Helper()
	for _, k := range []byte(line + "\r") {
		if err := s.Type([]byte{k}); err != nil {
			s.t.Fatal(err)
		}
		s.AdvanceTo(s.Elapsed() + 2*time.Millisecond)
	}
	for range 600 {
		if s.wait(100 * time.Millisecond); s.AtPrompt() || s.Over() {
			return s
		}
	}
	return s
}

func (s *sitting) steps() string {
	var all []string
	for _, x := range s.Timeline() {
		all = append(all, fmt.Sprintf("%s/%d", x.Line, x.Exit))
	}
	return strings.Join(all, " ")
}

// everything is what can be told of a host: its engine, its network, its files and processes, and the line on the
// screen. Nothing more can be done with the host then.
func everything(t testing.TB, b *labs.Bench) string {
	t.Helper()
	var shown strings.Builder
	b.Output(func(p []byte) { shown.Write(p) })
	shown.Reset()
	if err := b.Type([]byte{0x0c}); err != nil {
		t.Fatal(err)
	}
	b.AdvanceTo(b.Elapsed() + time.Second)
	fmt.Fprintf(&shown, "\n%s, %v\n", b.Elapsed().Round(time.Microsecond), b.Timeline())
	s, err := b.Host().NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{
		"docker ps -a --no-trunc", "docker images --no-trunc", "docker volume ls", "docker network ls --no-trunc",
		"docker inspect $(docker ps -aq) $(docker network ls -q)", "ip addr", "iptables -S; iptables -t nat -S",
		"for c in $(docker ps -aq); do docker diff $c; docker logs $c; done 2>&1",
		"ps aux", "find /root /etc /var/lib/docker/volumes -type f -exec md5sum {} +", "date",
	} {
		r, err := s.Run(c)
		fmt.Fprintf(&shown, "$ %s\n%s%s[%d %v]\n", c, r.Stdout, r.Stderr, r.Exit, err)
	}
	return shown.String()
}

func TestALabIsWorkedAt(t *testing.T) {
	s := sit(t, lab(shop))
	s.run("docker network connect appnet web").run("docker exec web getent hosts cache").run("false")
	if got := s.steps(); got != "docker network connect appnet web/0 docker exec web getent hosts cache/0 false/1" {
		t.Errorf("steps: %s\n%s", got, s.shown.String())
	}
	if !strings.Contains(s.shown.String(), "172.18.0.2") {
		t.Errorf("screen: %s", s.shown.String())
	}
}

// The first prompt is there for whoever looks later, and after going back the screen begins anew.
func TestTheScreenBeginsWithThePrompt(t *testing.T) {
	s := sit(t, lab(""))
	if !strings.HasSuffix(s.shown.String(), "root@docker-host:~/lab# ") {
		t.Errorf("%q", s.shown.String())
	}
	s.run("echo one").run("echo two")
	s.shown.Reset()
	if err := s.Go(1); err != nil {
		t.Fatal(err)
	}
	if got := s.shown.String(); strings.Count(got, "lab# ") != 2 || strings.Contains(got, "two") {
		t.Errorf("%q", got)
	}
}

// What is kept brings the lab back, through JSON too.
func TestALabIsThereAgain(t *testing.T) {
	s := sit(t, lab(shop))
	s.run("x=中文; sleep 40; echo $x > f").run("docker rm -f web")
	s.Type([]byte("half\x1b[D\xe5"))
	s.wait(time.Second)
	text, err := json.Marshal(s.kept)
	if err != nil {
		t.Fatal(err)
	}
	var past []labs.Entry
	if err := json.Unmarshal(text, &past); err != nil {
		t.Fatal(err)
	}
	again := sit(t, lab(shop), past...)
	if len(again.kept) != len(past) {
		t.Errorf("opening added %v", again.kept[len(past):])
	}
	s.AdvanceTo(again.Elapsed())
	again.AdvanceTo(s.Elapsed())
	if a, b := everything(t, s.Bench), everything(t, again.Bench); a != b {
		t.Errorf("before:\n%s\nafter:\n%s", a, b)
	}
}

// A command that took long has ended when the lab is opened again.
func TestNobodyWaitsTwice(t *testing.T) {
	s := sit(t, lab("")).run("sleep 50; echo slept")
	again := sit(t, lab(""), s.kept...)
	if got := again.shown.String(); !strings.Contains(got, "\nslept") {
		t.Errorf("%q", got)
	}
}

// A key is kept before anything of it is shown.
func TestKeptBeforeItIsShown(t *testing.T) {
	var shown strings.Builder
	var b *labs.Bench
	kept := 0
	b, err := labs.Open(lab(""), nil, func(e labs.Entry) error {
		if kept++; strings.Contains(shown.String(), "x") {
			t.Errorf("%q was shown before %q was kept", shown.String(), e.Keys)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Output(func(p []byte) { shown.Write(p) })
	b.Type([]byte("x"))
	b.AdvanceTo(b.Elapsed() + time.Second)
	if !strings.HasSuffix(shown.String(), "x") || kept != 1 {
		t.Errorf("%d kept, shown %q", kept, shown.String())
	}
}

// What could not be kept is kept later, in order; the lab goes on meanwhile.
func TestWhatCannotBeKept(t *testing.T) {
	full := errors.New("disk full")
	var kept []byte
	var fails error
	b, err := labs.Open(lab(""), nil, func(e labs.Entry) error {
		if fails == nil {
			kept = append(kept, e.Keys...)
		}
		return fails
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		key  string
		err  error
		kept string
	}{{"t", nil, "t"}, {"r", full, "t"}, {"u", full, "t"}, {"e", nil, "true"}} {
		if fails = c.err; !errors.Is(b.Type([]byte(c.key)), c.err) || string(kept) != c.kept {
			t.Errorf("%d: kept %q", i, kept)
		}
	}
	b.Type([]byte("\r"))
	b.AdvanceTo(b.Elapsed() + time.Second)
	if len(b.Timeline()) != 1 {
		t.Errorf("%v", b.Timeline())
	}
}

func TestGoingBack(t *testing.T) {
	s := sit(t, lab(""))
	s.run("touch a").run("touch b")
	s.Resize(100, 30)
	s.run("touch c")
	if err := s.Go(1); err != nil {
		t.Fatal(err)
	}
	if got := s.wait(time.Second).run("ls").run("stty size").steps(); got != "touch a/0 ls/0 stty size/0" {
		t.Errorf("steps: %s", got)
	}
	if got := s.shown.String(); !strings.HasSuffix(got, "30 100\r\nroot@docker-host:~/lab# ") {
		t.Errorf("%q", got)
	}
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := s.wait(time.Second).steps(); got != "" {
		t.Errorf("steps after reset: %s", got)
	}
	if err := s.Go(7); err != nil || s.steps() != "" {
		t.Errorf("going to where nothing is: %v, %s", err, s.steps())
	}
	again := sit(t, lab(""), s.kept...)
	if again.steps() != "" || len(again.kept) != len(s.kept) {
		t.Errorf("opened again: %s", again.steps())
	}
}

// A step that runs can be undone too; so can one whose keys begin in the middle of what was typed at once.
func TestGoingBackFromTheMiddle(t *testing.T) {
	s := sit(t, lab(""))
	s.Type([]byte("sleep 1d\r"))
	s.wait(time.Minute)
	if err := s.Go(0); err != nil || s.wait(time.Second).steps() != "" || !s.AtPrompt() {
		t.Errorf("%v, %s", err, s.steps())
	}
	s.run("read -n1 x; echo got $x")
	s.Type([]byte("yls\r"))
	s.wait(time.Second)
	if err := s.Go(1); err != nil {
		t.Fatal(err)
	}
	if got := s.wait(time.Second).steps(); got != "read -n1 x; echo got $x/0" || !strings.HasSuffix(s.shown.String(), "got y\r\nroot@docker-host:~/lab# ") {
		t.Errorf("%s: %q", got, s.shown.String())
	}
}

// A fork is the same host, and nothing that is done to it is done to the lab.
func TestFork(t *testing.T) {
	s := sit(t, lab(shop)).run("docker volume create v").run("touch f")
	kept := len(s.kept)
	for _, command := range []string{"docker rm -f web cache; docker volume rm v; rm f", "ls; docker ps -q | wc -l"} {
		r, err := s.Try(command)
		if err != nil || r.Exit != 0 {
			t.Errorf("%v %+v", err, r)
		}
		if strings.HasPrefix(command, "ls") && r.Stdout != "f\n2\n" {
			t.Errorf("the lab has %q", r.Stdout)
		}
	}
	f, err := s.Fork()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if a, b := everything(t, f), everything(t, s.Bench); a != b || len(s.kept) != kept+1 {
		t.Errorf("fork:\n%s\nlab:\n%s\n%d kept", a, b, len(s.kept)-kept)
	}
}

// Going back brings back exactly what was there: the same as if what was undone had never been typed.
func TestUndoIsExact(t *testing.T) {
	var all []*lessons.Lab
	for _, setup := range []string{"", shop, "docker volume create data\ndocker run -d --name db -v data:/d alpine sh -c 'while sleep 7; do date >> /d/log; done'"} {
		all = append(all, lab(setup))
	}
	all = append(all, courseLabs()...)
	commands := []string{
		"docker network connect appnet web", "docker rm -f web", "docker run -d --name web nginx:alpine", "echo $RANDOM > f", "cd /tmp",
		"docker run --rm -v data:/d alpine touch /d/new", "docker volume rm data", "docker stop -t 1 db", "docker start db", "ls",
		"docker run -d -p 80 --name w2 nginx:alpine", "docker exec web sh -c 'echo hi > /x'", "docker system prune -af --volumes",
		"sleep 3", "docker pull busybox", "docker network create n2", "curl -s localhost:8080 | head -n 1", "x=$((x+1)); echo $x", "exec bash",
		"docker exec -it db sh\rexit 3", "docker restart db web", "cat > g <<E\rin it\rE", "systemctl restart docker", "ls 'a\x03",
	}
	rapid.Check(t, func(r *rapid.T) {
		l := rapid.SampledFrom(all).Draw(r, "lab")
		commands := append(linesOf(t, l), commands...)
		s := sit(t, l)
		defer func() { s.Close() }()
		var typed []labs.Entry // and not undone
		var starts []int       // of the steps, in typed
		for range rapid.IntRange(2, 7).Draw(r, "acts") {
			if n := len(s.Timeline()); n > 0 && rapid.IntRange(0, 2).Draw(r, "act") == 0 {
				to := rapid.IntRange(0, n-1).Draw(r, "undo to")
				if err := s.Go(to); err != nil {
					r.Fatal(err)
				}
				typed, starts = typed[:starts[to]], starts[:to]
				s.wait(time.Second)
				continue
			}
			before, kept, has := len(typed), len(s.kept), len(s.Timeline())
			s.run(rapid.SampledFrom(commands).Draw(r, "command"))
			typed = append(typed, s.kept[kept:]...)
			starts = append(starts, began(typed, before, len(s.Timeline())-has)...)
		}
		twin := sit(t, l)
		defer func() { twin.Close() }()
		for _, e := range typed {
			twin.AdvanceTo(e.At - 1)
			twin.Type(e.Keys)
		}
		meet(s, twin)
		if a, b := everything(t, s.Bench), everything(t, twin.Bench); a != b {
			r.Fatalf("after undo:\n%s\nas if it had not been:\n%s", difference(a, b), difference(b, a))
		}
	})
}

// meet brings two labs to the same time. A host that is busy is only ever at the end of a turn: who goes on to a time
// ends with the turn that crosses it, and so goes on to just before.
func meet(a, b *sitting) {
	for range 8 {
		behind, ahead := a, b
		if b.Elapsed() < a.Elapsed() {
			behind, ahead = b, a
		}
		to := ahead.Elapsed()
		if behind.Elapsed() == to {
			return
		}
		if behind.AdvanceTo(to - 1); behind.Elapsed() < to {
			behind.AdvanceTo(to)
		}
	}
}

// began is where so many steps began that were typed from a place on: the first there, each other behind an Enter.
func began(typed []labs.Entry, from, n int) []int {
	var starts []int
	for i := from; len(starts) < n; i++ {
		if i == from || strings.HasSuffix(string(typed[i-1].Keys), "\r") {
			starts = append(starts, i)
		}
	}
	return starts
}

// difference is the first lines of a that are not b's.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	return strings.Join(x[max(i-3, 0):min(i+6, len(x))], "\n")
}

// A past that makes no sense, of a damaged file, does no harm.
func TestAPastThatMakesNoSense(t *testing.T) {
	n := func(i int) *int { return &i }
	s := sit(t, lab(""), labs.Entry{Back: n(-3)}, labs.Entry{At: time.Hour, Keys: labs.Keys("ls\r")},
		labs.Entry{At: -5, Keys: labs.Keys("x")}, labs.Entry{Back: n(99)}, labs.Entry{Columns: -1, Rows: 1 << 20}, labs.Entry{Columns: 5})
	if s.Type([]byte("\r")) != nil {
		t.Error("nothing can be typed")
	}
}

func TestPicture(t *testing.T) {
	s := sit(t, lab(shop+"\ndocker volume create data\ndocker create --name later alpine"))
	draw := func() string {
		var b strings.Builder
		p := s.Picture()
		for _, n := range p.Networks {
			fmt.Fprintf(&b, "%s%s %s:", n.Change, n.Name, n.Subnet)
			for _, c := range n.Containers {
				fmt.Fprintf(&b, " %s%s %s %s %v", c.Change, c.Name, c.State, c.Address, c.Ports)
			}
			b.WriteString("\n")
		}
		for _, c := range p.Apart {
			fmt.Fprintf(&b, "apart %s%s %s\n", c.Change, c.Name, c.State)
		}
		fmt.Fprintln(&b, p.Volumes, p.Images, p.Gone)
		return b.String()
	}
	for _, c := range []struct{ line, want string }{
		{"true", "bridge 172.17.0.0/16: web running 172.17.0.2 []\nappnet 172.18.0.0/16: cache running 172.18.0.2 []\n" +
			"apart later created\n[{data }] [{alpine:latest } {busybox:latest } {nginx:alpine } {nginx:latest }] []\n"},
		{"docker network connect appnet web", "bridge 172.17.0.0/16: ~web running 172.17.0.2 []\n" +
			"appnet 172.18.0.0/16: cache running 172.18.0.2 [] ~web running 172.18.0.3 []\napart later created\n" +
			"[{data }] [{alpine:latest } {busybox:latest } {nginx:alpine } {nginx:latest }] []\n"},
		{
			"docker stop -t 0 web; docker volume rm data; docker run -d --name xx --network host -p 80 alpine sleep 1d 2>/dev/null",
			"bridge 172.17.0.0/16:\nappnet 172.18.0.0/16: cache running 172.18.0.2 []\nhost : +xx running  []\napart later created\n" +
				"apart ~web exited\n[] [{alpine:latest } {busybox:latest } {nginx:alpine } {nginx:latest }] [data]\n",
		},
		{"docker run -d --name yy -p 8080:80 -p 127.0.0.1:53:53/udp nginx:alpine; docker rmi alpine", "bridge 172.17.0.0/16: +yy running 172.17.0.2 [127.0.0.1:53:53/udp 8080:80]\n" +
			"appnet 172.18.0.0/16: cache running 172.18.0.2 []\nhost : xx running  []\napart later created\napart web exited\n" +
			"[] [{alpine:latest } {busybox:latest } {nginx:alpine } {nginx:latest }] []\n"},
	} {
		if s.run(c.line); draw() != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.line, draw(), c.want)
		}
	}
}
