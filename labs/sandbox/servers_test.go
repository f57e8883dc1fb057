package sandbox

import (
	"strings"
	"testing"
)

// The servers of the learners' images answer over the simulated network.
func TestServers(t *testing.T) {
	w, err := New(Config{Hosts: []HostConfig{{Images: Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s, err := w.Host("").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ line, out string }{
		{"docker network create appnet >/dev/null; docker run -d --name web --network appnet -p 8080:80 nginx >/dev/null; sleep 1", ""},
		{"wget -qO- http://localhost:8080 | sed -n 4p", "<title>Welcome to nginx!</title>\n"},
		{"docker run --rm --network appnet alpine wget -qO- http://web | sed -n 4p", "<title>Welcome to nginx!</title>\n"},
		{"docker exec web sh -c 'echo mine > /usr/share/nginx/html/index.html'; wget -qO- http://localhost:8080", "mine\n"},
		{"wget -qO- http://localhost:8080/nope; echo $?", "8\n"},
		{"docker logs web 2>/dev/null | tail -1 | cut -d' ' -f6-9", "\"GET /nope HTTP/1.1\" 404\n"},
		{"docker exec web nginx -t 2>&1 | tail -1", "nginx: configuration file /etc/nginx/nginx.conf test is successful\n"},
		{
			"docker exec web sh -c 'echo \"server { listen 80; location / { proxy_pass http://up:81; } }\" > /etc/nginx/conf.d/default.conf'; docker exec web nginx -t 2>&1 | head -1",
			"nginx: [emerg] host not found in upstream \"up:81\" in /etc/nginx/conf.d/default.conf:1\n",
		},
		{"docker run -d --name up --network appnet busybox sh -c 'mkdir /w; echo behind > /w/index.html; httpd -f -p 81 -h /w' >/dev/null; docker exec web nginx -s reload 2>/dev/null; sleep 1; wget -qO- http://localhost:8080", "behind\n"},
		{"docker exec web sed -i s/81/82/ /etc/nginx/conf.d/default.conf; docker exec web nginx -s reload 2>/dev/null; sleep 1; wget -O- http://localhost:8080 2>&1 | grep -o 'ERROR.*'", "ERROR 502: Bad Gateway.\n"},
		{"docker stop web; docker inspect web --format '{{.State.ExitCode}}'", "web\n0\n"},
	} {
		r, err := s.Run(c.line)
		if err != nil || r.Stdout != c.out {
			t.Errorf("%s\n%q, want %q\n%s%v", c.line, r.Stdout, c.out, r.Stderr, err)
		}
	}
	for e := range w.Events(0) {
		if e.Rule == "proc.bug" {
			t.Errorf("%.2000s", strings.TrimSpace(e.String()))
		}
	}
}
