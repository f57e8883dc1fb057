package labs_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"dockerlearn/labs"
)

// BenchmarkOpen is a lab from its setup to its first prompt.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		s, err := labs.Open(lab(shop), nil, nil)
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// longSession is two hundred lines, typed key by key.
func longSession(t testing.TB) *sitting {
	s := sit(t, lab(shop))
	lines := []string{
		"docker ps -a", "docker network connect appnet web", "docker exec web getent hosts cache", "docker network disconnect appnet web",
		"docker run --rm alpine echo hello", "docker logs web | tail -n 3", "docker inspect web | head -n 20", "ls -la /etc", "docker images",
		"for i in 1 2 3; do echo $i; done",
	}
	for i := range 200 {
		s.run(lines[i%len(lines)])
	}
	return s
}

// BenchmarkReplay is a session of 200 lines from its entries to its last prompt.
func BenchmarkReplay(b *testing.B) {
	past := longSession(b).kept
	b.ReportMetric(float64(len(past)), "entries")
	for b.Loop() {
		s, err := labs.Open(lab(shop), past, nil)
		if err != nil {
			b.Fatal(err)
		}
		s.AdvanceTo(s.Elapsed() + time.Second)
		if n := len(s.Timeline()); n != 200 {
			b.Fatal(n)
		}
		s.Close()
	}
}

// BenchmarkFork is a copy of a lab in which five lines were typed.
func BenchmarkFork(b *testing.B) {
	s := sit(b, lab(shop))
	for range 5 {
		s.run("docker run --rm alpine true")
	}
	for b.Loop() {
		f, err := s.Fork()
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
}

func BenchmarkPicture(b *testing.B) {
	s := sit(b, lab(shop))
	for b.Loop() {
		s.Picture()
	}
}

// An hour of somebody who types a command every four seconds and undoes one in ten holds less than 150 MB. It takes a
// minute, so it is switched on by hand.
func TestSoak(t *testing.T) {
	if os.Getenv("DOCKERLEARN_LIVE_SOAK") == "" {
		t.Skip("DOCKERLEARN_LIVE_SOAK=1 works for an hour of a host's time")
	}
	s := sit(t, judged(shop, "running web", "resolves web cache", "reach web -> 172.17.0.2:80", "log web < 1MB"))
	var worst uint64
	for n := 0; s.Elapsed() < time.Hour; n++ {
		switch {
		case n%10 == 9:
			if err := s.Go(len(s.Timeline()) - 1); err != nil {
				t.Fatal(err)
			}
		case n%7 == 0:
			s.run(fmt.Sprintf("docker run -d --name c%d alpine sh -c 'while sleep 1; do date; done' && docker rm -f c%d", n, n))
		case n%11 == 0:
			s.run("seq 20000")
		default:
			s.run([]string{"docker ps -a", "docker inspect web", "docker logs web", "docker pull nginx", "docker system df"}[n%5])
		}
		s.wait(4 * time.Second)
		s.shown.Reset()
		s.Check()
		s.Picture()
		if n%20 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			worst = max(worst, m.HeapAlloc+m.StackInuse)
		}
	}
	t.Logf("%d steps, %d entries, at most %d MB", len(s.Timeline()), len(s.kept), worst>>20)
	if worst > 150<<20 {
		t.Errorf("%d MB are held", worst>>20)
	}
}
