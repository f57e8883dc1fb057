package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// What Resolve computes is what programs find that really ask.
func TestResolve(t *testing.T) {
	w := shop(t)
	x := session(t, w)
	run(t, x, "docker network create --internal back && docker run -d --name db --network back --network-alias database alpine sleep 1d")
	run(t, x, "docker network connect --alias shop back api && docker run -d --name side --network container:api alpine sleep 1d")
	run(t, x, "docker exec alone sh -c 'echo 10.0.0.9 stone >> /etc/hosts'")
	run(t, x, "docker run -d --name lost --dns 10.9.9.9 alpine sleep 1d")
	for _, from := range []string{"web", "api", "alone", "db", "side", "lost"} {
		for _, name := range []string{
			"web", "api", "alone", "db", "database", "shop", "shop.back", "db.appnet", "WEB", "stone", "example.com", "localhost", "nobody",
		} {
			found, err := w.Host("").Resolve(from, name)
			if err != nil {
				t.Fatal(err)
			}
			r := run(t, x, fmt.Sprintf("docker exec %s getent ahostsv4 %s || docker exec %s getent hosts %s", from, name, from, name))
			asked := strings.Fields(r.Stdout)
			for len(asked) > 0 && strings.Contains(asked[0], ":") {
				asked = nil // IPv6 alone
			}
			switch {
			case len(found) == 0 && len(asked) > 0 && name != "localhost":
				t.Errorf("%s: %s: nothing, but a program finds %v", from, name, asked)
			case len(found) > 0 && !strings.Contains(r.Stdout, found[0].String()) && name != "localhost":
				t.Errorf("%s: %s: %v, but a program finds %q", from, name, found, r.Stdout)
			}
		}
	}
	for _, c := range [][3]string{
		{FromHost, "example.com", "[198.51.100.10]"},
		{FromHost, "docker-host", "[127.0.1.1]"},
		{FromHost, "web", "[]"},
		{FromLAN, "example.com", "[198.51.100.10]"},
	} {
		if found, err := w.Host("").Resolve(c[0], c[1]); err != nil || fmt.Sprint(found) != c[2] {
			t.Errorf("%s: %s: %v, %v", c[0], c[1], found, err)
		}
	}
}
