package condition

import (
	"fmt"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox"
)

// script is what two hosts are made to do, one of which is looked at all the time.
func script() []string {
	return []string{
		"docker network create appnet",
		"mkdir -p /srv/data && echo a > /srv/data/a",
		"docker run -d --name web -p 8080:80 -v data:/data -v /srv/data:/srv --tmpfs /run/x nginx:alpine",
		"docker run -d --name cache --network appnet redis:alpine",
		"docker run --name job alpine sh -c 'echo ready; cat /nope'",
		"printf 'FROM alpine\\nRUN touch /a\\n' > Dockerfile && docker build -t app . 2>&1",
		"docker exec web sh -c 'echo x > /data/a; cat /etc/resolv.conf /data/a'",
		"docker exec web getent hosts cache",
		"docker network connect appnet web && docker exec web getent hosts cache",
		"docker exec web wget -qO- http://cache:6379 2>&1 | head -3",
		"docker exec cache redis-cli set a 1",
		"docker logs job 2>&1; docker diff web; docker ps -as; docker system df -v",
		"docker stop web && docker start web && docker inspect web",
		"docker cp job:/etc/hostname - | tar t",
		"stat /srv/data/a /srv/data /var/lib/docker/volumes/data/_data /var/lib/docker/containers/*",
		"docker exec web sh -c 'stat /data/a /etc/nginx/nginx.conf /etc/hosts /srv'",
		"docker run --rm -v new:/n alpine sh -c 'stat / /n; mount'",
		"docker rm -f web cache job; docker volume rm data; docker system prune -af",
		"cat /proc/net/dev /proc/self/mountinfo; iptables -L -v -n; iptables -t nat -L -v -n; ip neigh; df",
	}
}

// lookedAt are the conditions that one host is judged by.
func lookedAt() []string {
	all := append(everyForm(),
		"file web:/data/a contains x", "file web:/link/none exists", "file job:/etc/hostname exists", "file web:/proc/1/cmdline exists",
		"file web:/srv/a contains a", "file host:/srv/data/a contains a", "file host:/nope exists", "image app has /a", "image nginx:alpine has /none",
		"reach cache -> web:80", "reach web -> example.com:80", "reach web -> 172.18.0.99:80", "resolves web example.com", "resolves cache web",
		"log job contains ready", "volume data has /a x", "size job < 1B", "from web:/etc/nginx/nginx.conf image",
	)
	return all
}

// Who is looked at does not notice: the same bytes come, at the same times, and the same is written into the log.
func TestUnnoticed(t *testing.T) {
	alone, watched := newBed(t), newBed(t)
	var conditions []*Condition
	for _, text := range lookedAt() {
		if c := mustParse(t, text); !c.Costly() {
			conditions = append(conditions, c)
		}
	}
	for _, line := range script() {
		a, errA := alone.session.Run(line)
		b, errB := watched.session.Run(line)
		if a != b || errA != errB {
			t.Fatalf("%s:\n%s\n%s%v\nbut looked at:\n%s\n%s%v", line, a.Stdout, a.Stderr, a.After, b.Stdout, b.Stderr, b.After)
		}
		watched.state.Before = Remember(watched.state.Host)
		for _, c := range conditions {
			c.Check(watched.state)
		}
		if a, b := events(alone.world), events(watched.world); a != b {
			t.Fatalf("%s: the events differ:\n%s", line, difference(a, b))
		}
	}
	if a, b := alone.world.Elapsed(), watched.world.Elapsed(); a != b {
		t.Errorf("%v, but looked at %v", a, b)
	}
}

func events(w *sandbox.World) string {
	var b strings.Builder
	for e := range w.Events(0) {
		fmt.Fprintf(&b, "%v\n", e)
	}
	return b.String()
}

// difference is the first line in which two texts differ.
func difference(a, b string) string {
	other := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(other) || line != other[i] {
			return fmt.Sprintf("%d: %s\n%s", i, line, strings.Join(other[min(i, len(other)-1):min(i+3, len(other))], "\n"))
		}
	}
	return strings.Join(other[min(strings.Count(a, "\n"), len(other)-1):], "\n")
}

// All conditions of a lab have to be judged within 5 ms after a command.
func BenchmarkLab(b *testing.B) {
	x := newBed(b,
		"docker network create appnet", "docker run -d --name cache --network appnet redis:alpine",
		"docker run -d --name web -v data:/data nginx:alpine", "docker exec cache redis-cli set a 1",
		"docker network connect appnet web",
	)
	for _, c := range []struct {
		name       string
		conditions []string
	}{
		{"of the example", []string{"running web", "same cache", "resolves web cache", "reach web -> cache:6379"}},
		{"of files", []string{"file web:/etc/nginx/nginx.conf contains worker", "from web:/data volume", "volume data survives", "used < 8GB", "image nginx:alpine has /etc/nginx"}},
		{"that fail", []string{"reach cache -> 172.17.0.2:80", "resolves cache db", "file web:/a exists", "running db", "log web contains xyz"}},
	} {
		var all []*Condition
		for _, text := range c.conditions {
			all = append(all, mustParse(b, text))
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				for _, c := range all {
					c.Check(x.state)
				}
			}
		})
	}
	for _, text := range []string{"used < 8GB", "reach web -> cache:6379", "resolves web cache", "volume data survives", "running web"} {
		c := mustParse(b, text)
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				c.Check(x.state)
			}
		})
	}
}
