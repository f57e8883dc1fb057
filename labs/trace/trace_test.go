package trace

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

var update = flag.Bool("update", false, "write what tests see into their golden files; read them")

const world = `docker run -d --name web -p 8080:80 nginx:alpine
docker run -d --name shy -p 127.0.0.1:8081:80 nginx:alpine
docker run -d --name cron alpine:3.22 sleep 100000
docker network create app
docker network create --internal inside
docker network create -o com.docker.network.bridge.enable_icc=false apart
docker run -d --name api --network app nginx:alpine
docker run -d --name db --network app nginx:alpine
docker run -d --name vault --network inside nginx:alpine
docker run -d --name one --network apart nginx:alpine
docker run -d --name two --network apart nginx:alpine
docker run -d --name loner --network none nginx:alpine
docker run -d --name inner redis:8 redis-server --bind 127.0.0.1 --port 70
`

func host(t testing.TB) (*sandbox.Host, *sandbox.Session) {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return populate(t, w)
}

func populate(t testing.TB, w *sandbox.World) (*sandbox.Host, *sandbox.Session) {
	t.Helper()
	s, err := w.Host("").NewConsole()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(world) {
		if r, err := s.Run(strings.TrimSpace(line)); err != nil || r.Exit != 0 {
			t.Fatalf("%s: %v %d\n%s", line, err, r.Exit, r.Stdout)
		}
	}
	return w.Host(""), s
}

// asks are what the golden files tell of.
func asks() map[string]sandbox.Ask {
	return map[string]sandbox.Ask{
		"published-lan":  {From: "lan", To: "192.168.65.3", Port: 8080},
		"published-host": {From: "host", To: "127.0.0.1", Port: 8080},
		"default-name":   {From: "cron", To: "web", Port: 80},
		"own-name":       {From: "api", To: "db", Port: 80},
		"isolated":       {From: "cron", To: "172.18.0.2", Port: 80},
		"refused":        {From: "api", To: "db", Port: 5432},
		"internal":       {From: "vault", To: "192.168.65.3", Port: 8080},
		"internal-out":   {From: "cron", To: "172.19.0.2", Port: 80},
		"icc":            {From: "one", To: "two", Port: 80},
		"loopback":       {From: "lan", To: "192.168.65.3", Port: 8081},
		"outside":        {From: "web", To: "example.com", Port: 80},
		"ping":           {From: "cron", To: "172.17.0.2"},
		"nobody":         {From: "cron", To: "172.17.0.99", Port: 80},
		"listens-inside": {From: "cron", To: "172.17.0.5", Port: 70},
		"datagram":       {From: "api", To: "db", Port: 53, UDP: true},
		"hairpin":        {From: "cron", To: "172.17.0.1", Port: 8080},
	}
}

func TestWords(t *testing.T) {
	h, _ := host(t)
	for name, a := range asks() { // any order: each is looked at for itself
		x, err := Run(h, a)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(Words(x, lessons.EN), "\n") + "\n\n" + strings.Join(Words(x, lessons.ZH), "\n") + "\n"
		path := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is told as\n%s\nwant\n%s", name, got, want)
		}
	}
}
