package xray_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/xray"
	"dockerlearn/lessons"
)

// desk is a host at whose terminal and in whose shell commands run.
type desk struct {
	t     testing.TB
	world *sandbox.World
	host  *sandbox.Host
	shell *sandbox.Session
	term  *sandbox.Terminal
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Seed: 7, Hosts: []sandbox.HostConfig{{Images: sandbox.Recorded}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	d := &desk{t: t, world: w, host: w.Host("")}
	if d.shell, err = d.host.NewSession(); err != nil {
		t.Fatal(err)
	}
	if d.term, err = d.host.OpenTerminal(80, 24, "xterm", func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	return d
}

// run runs commands that end well, and returns what the last one printed.
func (d *desk) run(lines ...string) string {
	d.t.Helper()
	out := ""
	for _, l := range lines {
		r, err := d.shell.Run(l)
		if err != nil || r.Exit != 0 {
			d.t.Fatalf("%s: exit %d, %v\n%s%s", l, r.Exit, err, r.Stdout, r.Stderr)
		}
		out = r.Stdout
	}
	return out
}

// types types commands at the terminal, a minute each.
func (d *desk) types(lines ...string) []sandbox.Command {
	for _, l := range lines {
		d.term.Type([]byte(l + "\r"))
		d.world.AdvanceTo(d.world.Elapsed() + time.Minute)
	}
	return d.term.Commands()
}

func (d *desk) look(container string) xray.Stack {
	d.t.Helper()
	return must(xray.Look(d.host, container))
}

func (d *desk) list(container, dir string) map[string]xray.Entry {
	d.t.Helper()
	out := map[string]xray.Entry{}
	for _, e := range must(xray.List(d.host, container, dir)).Entries {
		out[e.Name()] = e
	}
	return out
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// shop is two containers of nginx, one of an image that was built with a file in two layers and one removed, and a
// stopped one; with a volume, a bind and a tmpfs.
func shop(t testing.TB) *desk {
	d := newDesk(t)
	d.run(
		"mkdir -p /srv/shop/conf /srv/site",
		"echo 'listen 80;' > /srv/shop/conf/shop.conf; echo hello > /srv/site/index.html",
		`printf 'FROM alpine\nRUN mkdir /srv/site && dd if=/dev/zero of=/srv/site/big bs=1k count=300 && echo one > /srv/site/a\n`+
			`WORKDIR /srv/site\nCOPY conf/ /etc/shop/\nRUN rm /srv/site/big && echo two > /srv/site/a\nCMD ["sleep","1d"]\n' > /srv/shop/Dockerfile`,
		"docker build -q -t shop:1.2 /srv/shop",
		"docker run -d --name web -v shopdata:/var/lib/shop -v /srv/site:/www:ro --tmpfs /scratch shop:1.2",
		"docker run -d --name web2 shop:1.2",
		"docker run -d --name plain alpine sleep 1d",
		"docker run -d --name nginx nginx",
		"docker exec web sh -c 'echo note >> /etc/shop/shop.conf; rm /etc/motd; mkdir /new; echo x > /new/f; echo o > /var/lib/shop/orders'",
		"docker run --name done shop:1.2 sh -c 'rm -r /etc/shop; mkdir /etc/shop; echo z > /etc/shop/z'",
	)
	return d
}

var all = []string{"web", "web2", "plain", "nginx", "done"}

// The numbers are those that Docker's own commands show.
func TestNumbersAgreeWithDocker(t *testing.T) {
	d := shop(t)
	size := map[string]string{}
	for l := range strings.Lines(d.run("docker ps -as --format '{{.Names}}|{{.Size}}'")) {
		name, s, _ := strings.Cut(strings.TrimSpace(l), "|")
		size[name] = s
	}
	sum := int64(0)
	for _, name := range all {
		s := d.look(name)
		sum += s.Size
		if got := fmt.Sprintf("%s (virtual %s)", xray.Bytes(s.Size), xray.Bytes(s.Virtual())); got != size[name] {
			t.Errorf("%s: %s, docker ps -s says %s", name, got, size[name])
		}
		var steps, diff []string
		for _, st := range s.Steps {
			if st.Kind != xray.Init {
				steps = append(steps, xray.Bytes(st.Size)+"|"+st.CreatedBy)
			}
		}
		history := strings.Split(strings.TrimSpace(d.run("docker history --no-trunc --format '{{.Size}}|{{.CreatedBy}}' "+s.Image)), "\n")
		if !slices.Equal(steps, history) {
			t.Errorf("%s: %q, docker history says %q", name, steps, history)
		}
		for _, e := range must(xray.Changes(d.host, name)).Entries {
			diff = append(diff, fmt.Sprintf("%c %s", e.Change, e.Path))
		}
		want := strings.TrimSpace(d.run("docker diff " + name))
		if strings.Join(diff, "\n") != want || s.Changes != len(diff) {
			t.Errorf("%s: %q, docker diff says %q", name, diff, want)
		}
	}
	usage := must(d.host.Engine().DiskUsage(api.Caller{}, api.DiskUsageOptions{Verbose: true}))
	if sum != usage.ContainerUsage.TotalSize {
		t.Errorf("containers take %d, docker system df says %d", sum, usage.ContainerUsage.TotalSize)
	}
	for _, i := range usage.ImageUsage.Items {
		if slices.Contains(i.RepoTags, "shop:1.2") {
			inspect := must(d.host.Engine().ImageInspect(api.Caller{}, "shop:1.2", api.ImageInspectOptions{Manifests: true}))
			layers := d.look("web2").Once - d.look("web2").Steps[0].Size
			if want := inspect.Manifests[0].ImageData.Size.Unpacked; layers != want {
				t.Errorf("the layers of shop:1.2 take %d, docker system df counts %d", layers, want)
			}
		}
	}
}

// What is seen is what processes in the container see, and what docker diff says of it follows from the layers.
func TestEntriesAreWhatTheContainerSees(t *testing.T) {
	d := shop(t)
	for _, name := range all[:4] {
		for _, dir := range []string{"/", "/etc", "/srv", "/srv/site", "/etc/shop", "/var/lib", "/var/lib/shop", "/www", "/scratch"} {
			if name != "web" && dir != "/" && dir != "/etc" {
				continue
			}
			var seen []string
			for _, e := range must(xray.List(d.host, name, dir)).Entries {
				if !e.Gone {
					seen = append(seen, e.Name())
				}
				d.agrees(name, e)
			}
			slices.Sort(seen)
			want := strings.Fields(d.run("docker exec " + name + " ls -A " + dir))
			slices.Sort(want)
			if !slices.Equal(seen, want) {
				t.Errorf("%s %s: %v, want %v", name, dir, seen, want)
			}
		}
	}
}

// agrees works out from the copies what docker diff says.
func (d *desk) agrees(name string, e xray.Entry) {
	d.t.Helper()
	if e.Gone && !e.Copies[0].By.InLayers() && !e.Copies[0].Whiteout {
		return // it is a mount that hides it
	}
	upper, image := false, false
	for _, c := range e.Copies {
		switch {
		case c.Kind == xray.Upper:
			upper = true
		case (c.By == xray.Place{} || c.By.Kind == xray.Upper || !c.By.InLayers()) && !c.Whiteout:
			image = true // the image on its own shows it
		}
	}
	switch {
	case upper && !image && e.Change != xray.Added:
		d.t.Errorf("%s %s: only the container has it, %q", name, e.Path, e.Change)
	case image && e.Gone && e.Change != xray.Deleted:
		d.t.Errorf("%s %s: the container hides it, %q", name, e.Path, e.Change)
	case !upper && !e.Gone && e.Change != 0:
		d.t.Errorf("%s %s: nothing in the container, %q", name, e.Path, e.Change)
	}
}

// Where entries come from, and what of them lies in which layer.
func TestEntries(t *testing.T) {
	d := shop(t)
	for _, c := range []struct{ container, dir, name, want string }{
		{"web", "/etc/shop", "shop.conf", "upper C file 16B: upper answers, 4 by upper"},
		{"web", "/etc", "motd", "gone upper D file 19B: upper whiteout, 1 by upper"},
		{"web", "/", "new", "upper A directory 0B: upper answers"},
		{"web", "/srv/site", "a", "layer 5 file 4B: 5 answers, 2 by 5"},
		{"web", "/srv/site", "big", "gone layer 5 file 307kB: 5 whiteout, 2 by 5"},
		{"web", "/var/lib", "shop", "volume shopdata A directory 0B: upper by volume"},
		{"web", "/var/lib/shop", "orders", "volume shopdata file 2B:"},
		{"web", "/www", "index.html", "bind /srv/site file 6B:"},
		{"web", "/", "scratch", "tmpfs A directory 0B: upper by tmpfs"},
		{"web", "/", "proc", "kernel directory 0B: 1 by kernel"},
		{"web", "/etc", "hosts", "docker file"},
		{"done", "/etc", "shop", "upper C directory 0B: upper answers opaque, 4 by upper"},
		{"done", "/etc/shop", "z", "upper A file 2B: upper answers"},
		{"done", "/etc/shop", "shop.conf", "gone layer 4 D file 11B: 4 by upper"},
	} {
		e, ok := d.list(c.container, c.dir)[c.name]
		if got := shown(e); !ok || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %s/%s: %s, want %s", c.container, c.dir, c.name, got, c.want)
		}
	}
	if n := d.list("web", "/srv/site")["big"].Wasted(); n != 300<<10 {
		t.Errorf("wasted %d", n)
	}
}

func shown(e xray.Entry) string {
	s := ""
	if e.Gone {
		s = "gone "
	}
	s += place(e.From)
	if e.From.Kind == xray.Layer {
		s = strings.Replace(s, fmt.Sprint(e.From.Level), fmt.Sprint("layer ", e.From.Level), 1)
	}
	if n := e.From.Name; n != "" && e.From.Kind != xray.Docker {
		s += " " + n
	}
	if e.Change != 0 {
		s += " " + string(e.Change)
	}
	s += " " + string(e.Type) + " " + xray.Bytes(e.Size) + ":"
	for i, c := range e.Copies {
		if i > 0 {
			s += ","
		}
		s += " " + place(c.Place)
		switch {
		case c.Whiteout:
			s += " whiteout"
		case c.Answers:
			s += " answers"
		default:
			s += " by " + place(c.By)
		}
		if c.Opaque {
			s += " opaque"
		}
	}
	return s
}

func place(p xray.Place) string {
	if p.Kind == xray.Layer {
		return fmt.Sprint(p.Level)
	}
	return string(p.Kind)
}

// A mount hides what the image has in the directory, whether the container runs or not.
func TestAMountHidesTheImagesFiles(t *testing.T) {
	d := shop(t)
	d.run("docker run -d --name over -v /srv/site:/etc/shop shop:1.2")
	for range 2 {
		all := d.list("over", "/etc/shop")
		if got := shown(all["index.html"]); got != "bind /srv/site file 6B:" {
			t.Errorf("what is mounted: %s", got)
		}
		if got := shown(all["shop.conf"]); got != "gone layer 4 file 11B: 4 by bind" || all["shop.conf"].State(lessons.EN) != "hidden by the mount" {
			t.Errorf("what is below: %s", got)
		}
		d.run("docker stop -t 0 over")
	}
}

// However much there is, an answer is bounded.
func TestAnswersAreBounded(t *testing.T) {
	d := newDesk(t)
	d.run("docker run -d --name box alpine sleep 1d")
	commands := d.types("docker exec box sh -c 'mkdir /m; cd /m; seq 2100 | xargs touch; seq 90000 > /n; mv /m /o'")
	if l := must(xray.List(d.host, "box", "/o")); len(l.Entries) != xray.Most || l.More != 100 {
		t.Errorf("%d entries and %d more", len(l.Entries), l.More)
	}
	if l := must(xray.Changes(d.host, "box")); len(l.Entries) != xray.Most || l.More != 102 {
		t.Errorf("%d changes and %d more", len(l.Entries), l.More)
	}
	if c := must(xray.Read(d.host, "box", "/n", xray.Place{Kind: xray.Upper})); !c.Cut || len(c.Lines) != 2000 {
		t.Errorf("%d lines, cut %v", len(c.Lines), c.Cut)
	}
	if h := must(xray.LastDeeds(d.host, "box", commands)); len(h.Deeds) != 200 || len(h.Deeds)+h.More != 2102 || h.Deeds[2].Path != "/o/1" {
		t.Errorf("%d deeds and %d more, %v", len(h.Deeds), h.More, h.Deeds[:min(len(h.Deeds), 3)])
	}
}

// What is shared with whom.
func TestSharing(t *testing.T) {
	d := shop(t)
	s := d.look("web")
	base := s.Steps[len(s.Steps)-1]
	for i := len(s.Steps) - 1; base.Level != 1; i-- {
		base = s.Steps[i]
	}
	if got := strings.Join(base.Containers, " "); got != "web web2 plain nginx done" {
		t.Errorf("on the lowest layer stand %s", got)
	}
	if got := strings.Join(base.Images, " "); got != "shop:1.2 alpine:latest nginx:latest" {
		t.Errorf("the lowest layer is in %s", got)
	}
	own := int64(0)
	for _, st := range s.Steps {
		if len(st.Containers) == 3 {
			own += st.Size
		}
	}
	if want := own*3 + base.Size*5; s.Apart != want || s.Once != own+base.Size {
		t.Errorf("once %d, apart %d, want %d", s.Once, s.Apart, want)
	}
}

// What the last command did, and what it cost.
func TestLastDeeds(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"append", "docker exec web sh -c 'echo hi >> /etc/shop/shop.conf'", "/etc/shop/shop.conf copied 11 from 4, wrote 3, now 14"},
		{"again", "docker exec web sh -c 'echo hi >> /etc/shop/shop.conf; echo ho >> /etc/shop/shop.conf'", "/etc/shop/shop.conf copied 11 from 4, wrote 6, now 17"},
		{"replace", "docker exec web sh -c 'echo hi > /etc/shop/shop.conf'", "/etc/shop/shop.conf copied 0 from 4, wrote 3, now 3"},
		{"chmod", "docker exec web chmod 600 /etc/shop/shop.conf", "/etc/shop/shop.conf copied 11 from 4, now 11"},
		{"make", "docker exec web sh -c 'mkdir /d; echo 1 > /d/f'", "/d made; /d/f made, wrote 2, now 2"},
		{"remove", "docker exec web rm /etc/shop/shop.conf", "/etc/shop/shop.conf deleted"},
		{"remove a directory", "docker exec web rm -r /etc/shop", "/etc/shop deleted"},
		{"remove and make", "docker exec web sh -c 'rm -r /etc/shop; mkdir /etc/shop; echo 1 > /etc/shop/n'", "/etc/shop opaque; /etc/shop/n made, wrote 2, now 2"},
		{"a temporary file", "docker exec web sh -c 'echo 1 > /t; rm /t; echo 2 > /u'", "/u made, wrote 2, now 2"},
		{"sed", "docker exec web sed -i s/80/81/ /etc/shop/shop.conf", "/etc/shop/shop.conf wrote 11, now 11"},
		{"move", "docker exec web mv /etc/shop/shop.conf /n", "/n copied 11 from 4, moved from /etc/shop/shop.conf, now 11"},
		{"a volume", "docker exec web sh -c 'echo 1 >> /var/lib/shop/orders'", "/var/lib/shop/orders in volume shopdata, wrote 2, now 4"},
		{"a bind", "docker exec web2 sh -c 'echo 1 >> /var/lib/shop/orders'", ""},
		{"memory", "docker exec web sh -c 'echo 1 > /scratch/x'", "/scratch/x in tmpfs, wrote 2, now 2"},
		{"copied in", "docker cp /srv/site/index.html web:/etc/shop/shop.conf", "/etc/shop/shop.conf wrote 6, now 6"},
		{"nothing", "docker exec web cat /etc/shop/shop.conf", ""},
	} {
		d := newDesk(t)
		d.run(
			"mkdir -p /srv/shop/conf /srv/site; echo 'listen 80;' > /srv/shop/conf/shop.conf; echo hello > /srv/site/index.html",
			`printf 'FROM alpine\nRUN mkdir /srv/site\nRUN touch /x\nCOPY conf/ /etc/shop/\nCMD ["sleep","1d"]\n' > /srv/shop/Dockerfile`,
			"docker build -q -t shop:1.2 /srv/shop",
			"docker run -d --name web -v shopdata:/var/lib/shop --tmpfs /scratch shop:1.2",
			"docker exec web sh -c 'echo 0 > /var/lib/shop/orders'",
		)
		h := must(xray.LastDeeds(d.host, "web", d.types(c.line, "docker ps")))
		var got []string
		for _, deed := range h.Deeds {
			got = append(got, deedShown(deed))
		}
		if s := strings.Join(got, "; "); s != c.want || h.Latest || s != "" && h.Line != c.line {
			t.Errorf("%s: %s, want %s (of %q)", c.name, s, c.want, h.Line)
		}
	}
}

func deedShown(d xray.Deed) string {
	var parts []string
	add := func(is bool, format string, args ...any) {
		if is {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(d.Made, "made")
	add(d.Deleted, "deleted")
	add(d.Opaque, "opaque")
	add(d.In != xray.Place{}, "in %s", strings.TrimSpace(place(d.In)+" "+d.In.Name))
	add(d.CopyUp, "copied %d from %s", d.Copied, place(d.From))
	add(d.Moved != "", "moved from %s", d.Moved)
	add(d.Wrote > 0, "wrote %d", d.Wrote)
	add(d.Type == xray.File && !d.Deleted, "now %d", d.Size)
	return d.Path + " " + strings.Join(parts, ", ")
}

// Files are read in every layer, and compared.
func TestReadAndCompare(t *testing.T) {
	d := shop(t)
	e := d.list("web", "/etc/shop")["shop.conf"]
	old := must(xray.Read(d.host, "web", e.Path, e.Copies[1].Place))
	now := must(xray.Read(d.host, "web", e.Path, e.Copies[0].Place))
	if got := fmt.Sprintf("%c%s", xray.Compare(old, now)[1].Op, xray.Compare(old, now)[1].Text); len(old.Lines) != 1 || got != "+note" {
		t.Errorf("%q to %q: %s", old.Lines, now.Lines, got)
	}
	big := must(xray.Read(d.host, "web", "/srv/site/big", xray.Place{Kind: xray.Layer, Level: 2}))
	if !big.Binary || !big.Cut || big.Size != 300<<10 || len(big.Lines) > 0 {
		t.Errorf("%+v", big)
	}
	orders := must(xray.Read(d.host, "web", "/var/lib/shop/orders", xray.Place{Kind: xray.Volume, Name: "shopdata"}))
	if strings.Join(orders.Lines, "|") != "o" {
		t.Errorf("%+v", orders)
	}
	if _, err := xray.Read(d.host, "web", "/nx", xray.Place{Kind: xray.Upper}); err == nil {
		t.Error("a file that is not there was read")
	}
}

// A host that was looked at and one that was not go on alike.
func TestLookingChangesNothing(t *testing.T) {
	life := func(looking bool) string {
		d := shop(t)
		look := func() {
			if looking {
				d.everything()
			}
		}
		var out []string
		for _, l := range []string{
			"docker exec web find / -xdev -newer /etc/hostname", "docker exec nginx ls -lauR /etc /usr/share/nginx", "docker diff web",
			"docker stop -t 1 web; docker start web; docker exec web stat /etc/shop/shop.conf /etc /var/lib/shop",
			"docker run -d alpine sleep 5", "docker ps -as --no-trunc", "docker system df -v", "df; df -i", "docker inspect web nginx",
			"docker commit web kept", "docker images --no-trunc", "docker rm -f web",
		} {
			look()
			r, _ := d.shell.Run(l)
			out = append(out, l, r.Stdout, r.Stderr)
		}
		look()
		n := 0
		for range d.world.Events(0) {
			n++
		}
		return strings.Join(append(out, fmt.Sprint(n, d.world.Elapsed())), "\n")
	}
	if a, b := life(false), life(true); a != b {
		t.Errorf("looking changed something:\n%s\n\n%s", a, b)
	}
}

// everything looks at all there is, four levels deep.
func (d *desk) everything() {
	for _, c := range must(xray.Containers(d.host)) {
		d.look(c.Name)
		must(xray.Changes(d.host, c.ID))
		must(xray.LastDeeds(d.host, c.ID, d.term.Commands()))
		dirs := []string{"/"}
		for len(dirs) > 0 {
			l, err := xray.List(d.host, c.ID, dirs[0])
			if dirs = dirs[1:]; err != nil {
				continue
			}
			for _, e := range l.Entries {
				if e.Type == xray.Dir && strings.Count(e.Path, "/") < 4 {
					dirs = append(dirs, e.Path)
				}
				for _, copy := range e.Copies {
					xray.Read(d.host, c.ID, e.Path, copy.Place)
				}
				xray.Read(d.host, c.ID, e.Path, e.From)
			}
		}
	}
}

func TestInstruction(t *testing.T) {
	for _, c := range []struct{ by, comment, want string }{
		{"RUN /bin/sh -c apk add nginx # buildkit", "buildkit.dockerfile.v0", "RUN apk add nginx"},
		{"COPY conf/ /etc/nginx/ # buildkit", "", "COPY conf/ /etc/nginx/"},
		{`/bin/sh -c #(nop)  CMD ["nginx" "-g"]`, "", `CMD ["nginx" "-g"]`},
		{"/bin/sh -c set -x     && make", "", "RUN set -x && make"},
		{`CMD ["/bin/sh"]`, "", `CMD ["/bin/sh"]`},
		{"", "Imported from -", "Imported from -"},
	} {
		if got := xray.Instruction(c.by, c.comment); got != c.want {
			t.Errorf("%q: %q", c.by, got)
		}
	}
}

// Everything that can be said is said in both languages, and leaves no verb of a format behind.
func TestWords(t *testing.T) {
	d := shop(t)
	commands := d.types(
		"docker exec web sh -c 'echo hi >> /etc/shop/shop.conf; rm /srv/site/a; mkdir /d; echo 1 > /d/f; chmod 600 /etc/passwd; mv /etc/group /g; "+
			"echo 1 > /scratch/x; echo 2 >> /var/lib/shop/orders; echo 3 > /etc/shells; sed -i s/a/b/ /etc/os-release; rm /new/f; rm -r /home; mkdir /home; "+
			"echo 4 >> /new/g; mv /new/g /new/h'",
		"docker exec web sh -c 'echo 5 >> /new/h; mv /new/h /new/i'",
	)
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		for n := 1; n <= len(commands); n++ {
			for _, dir := range []string{"/", "/etc", "/srv/site", "/etc/shop"} {
				v := must(xray.See(d.host, commands[:n], xray.Ask{Container: "web", Dir: dir}))
				for _, s := range xray.Words(v, lang) {
					if strings.Contains(s, "%!") || s == "" {
						t.Errorf("%s", s)
					}
					t.Log(s)
				}
				for _, deed := range v.Happened.Deeds {
					if s := deed.Brief(lang); strings.Contains(s, "%!") || s == "" {
						t.Errorf("%s: %s", deed.Path, s)
					}
				}
			}
		}
	}
	empty := must(xray.See(newDesk(t).host, nil, xray.Ask{}))
	if s := xray.Words(empty, lessons.EN); len(s) != 1 || !strings.Contains(s[0], "no container") {
		t.Errorf("%v", s)
	}
}

// A look at a container takes less than a frame.
func BenchmarkSee(b *testing.B) {
	d := shop(b)
	for b.Loop() {
		must(xray.See(d.host, nil, xray.Ask{Container: "web", Dir: "/etc"}))
	}
}
