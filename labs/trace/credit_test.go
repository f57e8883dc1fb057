package trace

import "testing"

func TestTyped(t *testing.T) {
	lines := []string{
		"docker network create app", "docker run -d --name web -p 80:80 nginx", "docker rm -f web",
		"docker run -d --name web -p 8080:80 nginx",
		"docker container create --name=db redis", "echo docker run --name web",
	}
	for _, row := range []struct{ origin, want string }{
		{"docker run web", "docker run -d --name web -p 8080:80 nginx"},
		{"docker run db", "docker container create --name=db redis"},
		{"docker run other", "docker run other"},
		{"docker network create app", "docker network create app"},
		{"dockerd", "dockerd"},
		{"", ""},
		{"iptables -A FORWARD -j DROP", "iptables -A FORWARD -j DROP"},
	} {
		if got := typed(lines, row.origin); got != row.want {
			t.Errorf("%q: %q, want %q", row.origin, got, row.want)
		}
	}
}
