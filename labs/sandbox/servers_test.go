package sandbox

import (
	"strings"
	"testing"
)

// The servers of the learners' images answer over the simulated network.
func TestServers(t *testing.T) {
	w := images(t, Learner)
	s := session(t, w)
	for _, c := range []struct{ line, out string }{
		{"docker network create appnet >/dev/null; docker run -d --name web --network appnet -p 8080:80 nginx >/dev/null; sleep 1", ""},
		{"wget -qO- http://localhost:8080 | sed -n 4p", "<title>Welcome to nginx!</title>\n"},
		{"docker run --rm --network appnet alpine wget -qO- http://web | sed -n 4p", "<title>Welcome to nginx!</title>\n"},
		{"docker exec web sh -c 'echo mine > /usr/share/nginx/html/index.html'; wget -qO- http://localhost:8080", "mine\n"},
		{"wget -qO- http://localhost:8080/nope; echo $?", "8\n"},
		{"docker logs web 2>/dev/null | tail -1 | cut -d' ' -f6-9", "\"GET /nope HTTP/1.1\" 404\n"},
		{"docker exec web nginx -t 2>&1 | tail -1", "nginx: configuration file /etc/nginx/nginx.conf test is successful\n"},
		{
			"docker exec web sh -c 'echo \"server { listen 80; location / { proxy_pass http://up:81; } }\" > /etc/nginx/conf.d/default.conf'; docker exec web nginx -t 2>&1 | grep ^nginx | head -1",
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

// Nginx gives its workers to a user of their own, and says what it may not do.
func TestTheUserOfNginx(t *testing.T) {
	s := session(t, images(t, Learner))
	for _, c := range []struct{ line, out string }{
		{"docker run -d --name web -p 8080:80 nginx >/dev/null; sleep 1; docker top web -eo user,pid,args | tail -1 | tr -s ' '", "101 7 nginx: worker process\n"},
		{"docker diff web | grep temp", "A /var/cache/nginx/client_temp\nA /var/cache/nginx/fastcgi_temp\nA /var/cache/nginx/proxy_temp\n" +
			"A /var/cache/nginx/scgi_temp\nA /var/cache/nginx/uwsgi_temp\n"},
		{
			"docker exec web chmod 600 /usr/share/nginx/html/index.html; curl -s -o /dev/null -w '%{http_code}' localhost:8080; " +
				"docker logs web 2>&1 | grep -o 'open() .* denied)'",
			"403open() \"/usr/share/nginx/html/index.html\" failed (13: Permission denied)\n",
		},
		{
			"docker run --rm --read-only nginx 2>&1 | tail -1",
			"nginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (30: Read-only file system)\n",
		},
		{"docker run --rm --read-only --tmpfs /var/cache/nginx nginx 2>&1 | tail -1", "nginx: [emerg] open() \"/run/nginx.pid\" failed (30: Read-only file system)\n"},
		{
			"docker run --rm --cap-drop ALL nginx 2>&1 | tail -1",
			"nginx: [emerg] chown(\"/var/cache/nginx/client_temp\", 101) failed (1: Operation not permitted)\n",
		},
		{
			"docker run -d --name none --cap-drop SETGID nginx >/dev/null; sleep 1; docker logs none 2>&1 | tail -2 | cut -d' ' -f5-; docker top none | wc -l",
			"setgid(101) failed (1: Operation not permitted)\nworker process 7 exited with fatal code 2 and cannot be respawned\n2\n",
		},
		{"docker exec none nginx -s reload 2>/dev/null; sleep 1; docker logs none 2>&1 | grep -c respawned; docker inspect none --format '{{.State.Status}}'; docker stop none; docker inspect none --format '{{.State.ExitCode}}'", "2\nrunning\nnone\n0\n"},
		{
			"docker run --rm -u 101 nginx 2>&1 | grep ^nginx",
			"nginx: [warn] the \"user\" directive makes sense only if the master process runs with super-user privileges, ignored in " +
				"/etc/nginx/nginx.conf:1\nnginx: [emerg] mkdir() \"/var/cache/nginx/client_temp\" failed (13: Permission denied)\n",
		},
	} {
		r, err := s.Run(c.line)
		if err != nil || r.Stdout != c.out {
			t.Errorf("%s\n%q, want %q\n%s%v", c.line, r.Stdout, c.out, r.Stderr, err)
		}
	}
}

// Redis answers, and what it saved is in its volume.
func TestRedis(t *testing.T) {
	s := session(t, images(t, Learner))
	for _, c := range []struct{ line, out string }{
		{"docker network create app >/dev/null; docker run -d --name cache --network app -v cdata:/data redis >/dev/null 2>&1; sleep 1", ""},
		{"docker run --rm --network app redis redis-cli -h cache ping", "PONG\n"},
		{"docker exec cache redis-cli set k v; docker exec cache redis-cli incr n", "OK\n1\n"},
		{"docker rm -f cache >/dev/null; docker run -d --name two -v cdata:/data redis >/dev/null; sleep 1; docker exec two redis-cli get k", "\n"},
		{"docker exec two redis-cli set k w; docker stop two; docker start two; sleep 1; docker exec two redis-cli get k", "OK\ntwo\ntwo\nw\n"},
	} {
		r, err := s.Run(c.line)
		if err != nil || r.Stdout != c.out {
			t.Errorf("%s\n%q, want %q\n%s%v", c.line, r.Stdout, c.out, r.Stderr, err)
		}
	}
}

// The tools of the host and of containers speak to them, each in its own words.
func TestNetworkTools(t *testing.T) {
	s := session(t, images(t, Learner))
	for _, c := range []struct {
		line, out, errs string
		exit            int
	}{
		{"docker run -d --name web -p 8080:80 nginx >/dev/null; sleep 1", "", "", 0},
		{"ss -4ltn", "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 0      4096         0.0.0.0:8080      0.0.0.0:*          \n", "", 0},
		{"ss -6Hltn", "LISTEN 0      4096   [::]:8080 [::]:*\n", "", 0},
		{"docker run --rm --network container:web alpine netstat -ltn | tail -1", "tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      \n", "", 0},
		{"curl -s localhost:8080 | sed -n 4p", "<title>Welcome to nginx!</title>\n", "", 0},
		{"curl -sI localhost:8080 | head -1", "HTTP/1.1 200 OK\r\n", "", 0},
		{"curl -s -o /dev/null -w '%{http_code} %{size_download}\\n' localhost:8080/x", "404 153\n", "", 0},
		{"curl -f localhost:8080/x", "", "curl: (22) The requested URL returned error: 404\n", 22},
		{"curl localhost:9999", "", "curl: (7) Failed to connect to localhost port 9999 after 0 ms: Couldn't connect to server\n", 7},
		{"curl nosuch.example", "", "curl: (6) Could not resolve host: nosuch.example\n", 6},
		{"curl -s nosuch.example", "", "", 6},
		{"curl -m 2 192.168.65.77", "", "curl: (28) Connection timed out after 2000 milliseconds\n", 28},
		{"curl https://localhost", "", "curl: (1) Protocol \"https\" not supported or disabled in libcurl\n", 1},
		{"docker run -d --name srv alpine sh -c 'echo hello | nc -l -p 5000; sleep 100' >/dev/null; sleep 1; docker run --rm --link srv alpine sh -c 'echo ping | nc srv 5000'; docker logs srv", "hello\nping\n", "WARNING: Links on the default bridge network are deprecated and will be removed in a future release. Use a custom network instead.\n", 0},
		{"nc -vz 192.168.65.3 9999", "", "nc: connect to 192.168.65.3 (192.168.65.3) port 9999 (tcp) failed: Connection refused\n", 1},
		{"docker run --rm alpine nc -w 2 192.168.65.77 80", "", "nc: timed out\n", 1},
		{"nft list tables | head -2; conntrack -L 2>/dev/null | grep -c dport=5000", "table ip nat\ntable ip filter\n1\n", "", 0},
		{"curl -o page localhost:8080; wc -c < page", "172\n", "", 0},
	} {
		r, err := s.Run(c.line)
		if err != nil || r.Stdout != c.out || r.Stderr != c.errs || r.Exit != c.exit {
			t.Errorf("%s: exit %d %v\n%q, want %q\n%q, want %q", c.line, r.Exit, err, r.Stdout, c.out, r.Stderr, c.errs)
		}
	}
}
