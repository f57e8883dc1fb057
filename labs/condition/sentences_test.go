package condition

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"dockerlearn/lessons"
)

// everyForm has each form in each of its ways.
func everyForm() []string {
	return strings.Split(strings.TrimSpace(`
exists container web
exists image nginx:alpine
exists network appnet
exists volume data
absent container web
running web
exited web
exited web 137
paused web
healthy web
same web
same image nginx:alpine
same network appnet
same volume data
count containers <= 3
count stopped containers = 0
count running containers >= 1
count images < 4
count dangling images = 0
count networks > 1
count unused networks = 0
count volumes = 1
count unused volumes = 0
count anonymous volumes = 0
label container web team=shop
label image app version
image app has /bin/sh
image app lacks /root/key
image app < 20MB
layers app <= 3
runs web nginx:alpine
file web:/etc/app.conf contains "port 80"
file web:/etc/app.conf equals "a\nb"
file host:/srv/a exists
file web:/tmp/a absent
file host:/etc/key mode 600
from web:/etc/a upper
from web:/etc/a volume
from web:/etc/a bind
from web:/etc/a tmpfs
from web:/etc/a image
from web:/etc/a layer 2
mounted web /data
mounted web /data volume
mounted web /data volume data
mounted web /data volume data ro
mounted web /data bind rw
mounted web /data bind /srv/data
mounted web /data tmpfs
mounted web /data ro
size web < 1MB
volume data survives
volume data has /dump.rdb
volume data has /a.txt "two words"
network appnet has web
network back internal
network appnet driver bridge
network appnet subnet 10.200.0.0/24
network appnet option com.docker.network.bridge.enable_icc=false
networks web front
networks web front back
on-one-network web cache
address web back 10.5.0.9
default-route web front
default-route web none
resolves web cache
resolves host example.com
reach web -> cache:6379
reach host -> localhost:8080
reach lan -> host:8080
reach web -> dns:53/udp
reach web -> [fd00::2]:80
blocked web -> 172.18.0.2:6379
blocked lan -> host:8081
published web
published web 80
published web 53/udp
published web 80 -> 8080
published web 80 -> 127.0.0.1:8080
env web COLOUR=red
user web 1000:1000
command web "sleep 1d"
init web
read-only web
privileged web
stop-signal web INT
network-mode side container:web
log-driver web local
limit web memory <= 64MiB
limit web cpus <= 0.5
limit web pids <= 100
restart-policy web always
restart-policy web on-failure:5
log web contains ready
log web < 10MB
rotates web
used < 2GB
run "docker exec web id -u" prints 1000
run `+"`docker run --rm app true`"+` exits 0
not running web
any running web ; running web2
all running web ; running web2
not any running web ; running web2
any (all running a ; running b) ; not exists image c
`), "\n")
}

var update = flag.Bool("update", false, "write the golden files anew")

// All sentences, to be read through.
func TestSentences(t *testing.T) {
	var b strings.Builder
	for _, text := range everyForm() {
		c := mustParse(t, text)
		yes, no := c.says(true), c.says(false)
		fmt.Fprintf(&b, "%s\n  + %s\n    %s\n  - %s\n    %s\n", text, yes[lessons.EN], yes[lessons.ZH], no[lessons.EN], no[lessons.ZH])
	}
	if strings.Contains(b.String(), "%!") {
		t.Error("a sentence has an argument too many or too few")
	}
	const golden = "testdata/sentences.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Errorf("%s differs; -update, then read the difference:\n%s", golden, b.String())
	}
}

// Every form of the table is among them, and is written as it is read.
func TestEveryForm(t *testing.T) {
	begun := map[string]bool{}
	for _, text := range everyForm() {
		first, _, _ := strings.Cut(text, " ")
		begun[first] = true
		c := mustParse(t, text)
		again := mustParse(t, c.String())
		if again.String() != c.String() || fmt.Sprint(again.Subjects()) != fmt.Sprint(c.Subjects()) || again.Costly() != c.Costly() {
			t.Errorf("%s is written %s", text, c)
		}
	}
	for _, f := range Vocabulary() {
		for _, p := range f.Patterns {
			if first, _, _ := strings.Cut(p, " "); !begun[first] {
				t.Errorf("no example of %s", p)
			}
		}
	}
}

func TestSubjects(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"running web", "[{container web}]"},
		{"file web:/etc/a exists", "[{file web:/etc/a} {container web}]"},
		{"file host:/etc/a exists", "[{file host:/etc/a}]"},
		{"reach lan -> host:80", "[]"},
		{"reach web -> 10.0.0.1:80", "[{container web}]"},
		{"any reach web -> cache:80 ; running web ; volume data survives", "[{container web} {container cache} {volume data}]"},
		{"mounted web /data volume data", "[{container web} {volume data}]"},
		{"network appnet has web", "[{network appnet} {container web}]"},
		{"run true exits 0", "[]"},
	} {
		if got := fmt.Sprint(mustParse(t, c.text).Subjects()); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}
