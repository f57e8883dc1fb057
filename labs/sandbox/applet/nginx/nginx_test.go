package nginx_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/applet/nginx"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

// site is a machine with a configuration for one site.
func site(t testing.TB, conf string) *proctest.Machine {
	t.Helper()
	programs := applet.Programs(applet.GNU)
	programs["sh"] = shell.Program(shell.Config{Flavour: shell.Dash})
	programs["busybox"] = applet.Multicall(nil)
	programs["nginx"] = nginx.Program
	return proctest.New(t, proctest.Config{Programs: programs, Files: map[string]string{
		"/etc/nginx/nginx.conf": "events {}\nhttp {\n  access_log /dev/stdout;\n  error_log /dev/stderr;\n" +
			"  include conf.d/*.conf;\n}\n",
		"/etc/nginx/conf.d/site.conf": conf, "/www/index.html": "home\n", "/www/d/index.html": "inner\n", "/www/e/": "",
		"/www/50x.html": "sorry\n", "/up/index.html": "from above\n", "/run/": "", "/var/log/nginx/error.log": "",
		"/var/cache/nginx/": "", "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnginx:x:101:102::/:/bin/false\nweb:x:7:7::/:/bin/false\n",
		"/etc/group": "root:x:0:\nnginx:x:102:\nweb:x:7:\nlogs:x:9:web\n", "/etc/hosts": "127.0.0.1\tlocalhost app\n",
	}})
}

func TestAnswers(t *testing.T) {
	const front = "nginx -g 'daemon off;' >/dev/null 2>/dev/null & sleep 1; "
	const open2And4 = "sleep 2; ss -Htn | grep -c ESTAB; sleep 2; ss -Htn | grep -c ESTAB" // ends of connections
	for _, c := range []struct{ what, conf, do, want string }{
		{"a file", "server { listen 80; root /www; }", "curl -s localhost", "home\n"},
		{"a directory's index", "server { listen 80; root /www; }", "curl -s localhost/d/", "inner\n"},
		{
			"a directory without its slash", "server { listen 80; root /www; }",
			"curl -s -o /dev/null -w '%{http_code}' localhost/d", "301",
		},
		{"no index", "server { listen 80; root /www; }", "curl -s -o /dev/null -w '%{http_code}' localhost/e/", "403"},
		{
			"a page that is not there", "server { listen 80; root /www; server_tokens off; }", "curl -s localhost/nosuch",
			"<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n" +
				"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
		},
		{
			"an error's own page", "server { listen 80; root /www; error_page 404 /50x.html; }",
			"curl -s -w '%{http_code}' localhost/nosuch", "sorry\n404",
		},
		{"return", "server { listen 80; location /hi { return 200 'hello $remote_addr'; } }", "curl -s localhost/hi", "hello 127.0.0.1"},
		{
			"names of servers", "server { listen 80; return 200 first; } server { listen 80; server_name b.x; return 200 second; }",
			"curl -s localhost; curl -s -H 'Host: b.x' localhost", "firstsecond",
		},
		{
			"the order of locations",
			"server { listen 80; location / { return 200 a; } location /b { return 200 b; } location = /b/c { return 200 c; } location ~ \\.php$ { return 200 p; } }",
			"curl -s localhost/x; curl -s localhost/b/x; curl -s localhost/b/c; curl -s localhost/b/x.php", "abcp",
		},
		{"try_files", "server { listen 80; root /www; location / { try_files $uri /index.html; } }", "curl -s localhost/some/app", "home\n"},
		{"rewrite", "server { listen 80; root /www; rewrite ^/old/(.*)$ /$1 last; }", "curl -s localhost/old/d/", "inner\n"},
		{
			"proxy_pass", "server { listen 80; location /api/ { proxy_pass http://app:81/; } }",
			"busybox httpd -p 81 -h /up; curl -s localhost/api/", "from above\n",
		},
		{
			"an upstream with two servers, one of them down",
			"upstream u { server 127.0.0.1:81; server 127.0.0.1:82; } server { listen 80; location / { proxy_pass http://u; } }",
			"busybox httpd -p 81 -h /up; curl -s localhost; curl -s localhost", "from above\nfrom above\n",
		},
		{
			"an upstream that is not there", "server { listen 80; location / { proxy_pass http://app:81; } }",
			"curl -s -o /dev/null -w '%{http_code}' localhost", "502",
		},
		{
			"charset", "server { listen 80; root /www; types { text/html html; } charset utf-8; location /d/ { charset off; } }",
			"curl -sI localhost localhost/d/ localhost/no | grep Type", "Content-Type: text/html; charset=utf-8\r\n" +
				"Content-Type: text/html\r\nContent-Type: text/html; charset=utf-8\r\n",
		},
		{"no etag", "server { listen 80; root /www; etag off; }", "curl -sI localhost | grep -c ETag", "0\n"},
		{
			"missing files that are not logged", "server { listen 80; root /www; log_not_found off; error_log /log; }",
			"curl -s localhost/x localhost/y/ >/dev/null; cat /log", "",
		},
		{
			"a connection for two requests", "server { listen 80; keepalive_requests 2; return 200 $connection; }",
			"h='GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; printf \"$h$h$h\" | nc localhost 80 | grep Connection",
			"Connection: keep-alive\r\nConnection: close\r\n",
		},
		{
			"a connection that is left alone", "server { listen 80; keepalive_timeout 3; return 200; }",
			"(printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'; sleep 9) | nc localhost 80 >/dev/null & " + open2And4, "2\n0\n",
		},
		{
			"a client that takes its time over the head", "server { listen 80; client_header_timeout 3; }",
			"(printf 'GET / '; sleep 9) | nc localhost 80 >/dev/null & " + open2And4, "2\n0\n",
		},
		{
			"a client that takes its time over the body", "server { listen 80; client_body_timeout 3; }",
			"(printf 'POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 9\\r\\n\\r\\n'; sleep 9) | nc localhost 80 >/dev/null & " + open2And4, "2\n0\n",
		},
		{"a backlog", "server { listen 80 backlog=7; }", "ss -Hltn | tr -s ' ' | cut -d' ' -f3", "7\n"},
		{"rules for addresses", "server { listen 80; root /www; deny 127.0.0.1; }", "curl -s -o /dev/null -w '%{http_code}' localhost", "403"},
		{
			"a new configuration", "server { listen 80; return 200 old; }",
			"curl -s localhost; echo 'server { listen 80; return 200 new; }' >/etc/nginx/conf.d/site.conf; nginx -s reload 2>/dev/null; sleep 1; curl -s localhost",
			"oldnew",
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			r := site(t, c.conf).Sh(front + c.do + "; nginx -s stop 2>/dev/null; sleep 1")
			if r.Stdout != c.want {
				t.Errorf("%s\ngot  %q\nwant %q\n%s", c.do, r.Stdout, c.want, r.Stderr)
			}
		})
	}
}

func TestLogs(t *testing.T) {
	r := site(t, "server { listen 80; root /www; }").Sh(
		"nginx -g 'daemon off;' & sleep 1; curl -s -o /dev/null localhost; curl -s -o /dev/null localhost/nosuch; nginx -s quit; sleep 1")
	for _, want := range []string{
		`127.0.0.1 - - [02/Jan/2026:03:04:06 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/`,
		`"GET /nosuch HTTP/1.1" 404 153 "-" "curl/`,
	} {
		if !strings.Contains(r.Stdout, want) {
			t.Errorf("no %s in\n%s", want, r.Stdout)
		}
	}
	if want := `*2 open() "/www/nosuch" failed (2: No such file or directory), client: 127.0.0.1, server: , request: "GET /nosuch HTTP/1.1", host: "localhost"`; !strings.Contains(r.Stderr, want) {
		t.Errorf("no %s in\n%s", want, r.Stderr)
	}
}

func TestMistakes(t *testing.T) {
	for conf, want := range map[string]string{
		"server { listen 80 }":                                "unexpected \"}\" in /etc/nginx/conf.d/site.conf:1",
		"server {\n listen 80;\n":                             "unexpected end of file, expecting \"}\" in /etc/nginx/conf.d/site.conf:3",
		"server {\n lisen 80;\n}":                             "unknown directive \"lisen\" in /etc/nginx/conf.d/site.conf:2",
		"server { root; }":                                    "invalid number of arguments in \"root\" directive in /etc/nginx/conf.d/site.conf:1",
		"server { location / { proxy_pass http://nosuch; } }": "host not found in upstream \"nosuch\" in /etc/nginx/conf.d/site.conf:1",
		"server { gzip on; }":                                 "the directive \"gzip on\" is not simulated in the sandbox in /etc/nginx/conf.d/site.conf:1",
		"server { etag maybe; }":                              "invalid value \"maybe\" in \"etag\" directive, it must be \"on\" or \"off\"",
		"server { ssl_certificate x; }":                       "the directive \"ssl_certificate\" is not simulated in the sandbox in /etc/nginx/conf.d/site.conf:1",
		"server { listen [::]:80 ipv6only=off; }":             "the parameter \"ipv6only=off\" of \"listen\" is not simulated in the sandbox in /etc/nginx/conf.d/site.conf:1",
		"listen 80;":                                          "\"listen\" directive is not allowed here in /etc/nginx/conf.d/site.conf:1",
		"upstream u { } server { }":                           "no servers are inside upstream in /etc/nginx/conf.d/site.conf:1",
		"server { location ~ ( { } }":                         "pcre2_compile() failed",
		"server { error_page 20 /x; }":                        "invalid value \"20\" in /etc/nginx/conf.d/site.conf:1",
		strings.Repeat("a {", 40):                             "blocks are nested too deeply",
	} {
		r := site(t, conf).Run("nginx", "-t")
		if !strings.Contains(r.Stderr, "nginx: [emerg] "+want) || !strings.Contains(r.Stderr, "test failed") || r.Code != 1 {
			t.Errorf("%q: want %s, got\n%s[%d]", conf, want, r.Stderr, r.Code)
		}
	}
	r := site(t, "server { listen 80; }").Run("nginx", "-t")
	if want := "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n" +
		"nginx: configuration file /etc/nginx/nginx.conf test is successful\n"; r.Stderr != want || r.Code != 0 {
		t.Errorf("%s[%d]", r.Stderr, r.Code)
	}
}

func TestPortThatIsTaken(t *testing.T) {
	r := site(t, "server { listen 80; }").Sh("busybox httpd -p 80; nginx -g 'daemon off;'")
	if !strings.Contains(r.Stderr, "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n") ||
		!strings.Contains(r.Stderr, "nginx: [emerg] still could not bind()\n") || r.Code != 1 {
		t.Errorf("%s[%d]", r.Stderr, r.Code)
	}
}

// Many configurations listen on both families. What listens on [::] leaves IPv4 to others, and ss says so; a socket
// that takes both is * there.
func TestBothFamilies(t *testing.T) {
	r := site(t, "server { listen 80; listen [::]:80; root /www; access_log off; }").Sh("nginx; busybox httpd -p 81; " +
		"sleep 1; curl -s http://127.0.0.1 http://[::1]; ss -Hltn")
	if want := "home\nhome\n" +
		"LISTEN 0      511    0.0.0.0:80 0.0.0.0:*\n" +
		"LISTEN 0      511       [::]:80    [::]:*\n" +
		"LISTEN 0      9            *:81       *:*\n"; r.Stdout != want || r.Stderr != "" {
		t.Errorf("%s%s[%d]", r.Stdout, r.Stderr, r.Code)
	}
}

func TestUser(t *testing.T) {
	for _, c := range []struct{ globals, want string }{
		{"user web;", "7 7 7 7 7 7 7 7 7 9\n"},
		{"user web nginx;", "7 7 7 7 102 102 102 102 102 9\n"},
		{"", "101 101 101 101 102 102 102 102 102\n"},
		{"user nobody;", "nginx: [emerg] getpwnam(\"nobody\") failed in command line\n"},
		{"user web nobody;", "nginx: [emerg] getgrnam(\"nobody\") failed in command line\n"},
		{"user web; user web;", "nginx: [emerg] \"user\" directive is duplicate in command line\n"},
	} {
		r := site(t, "server { listen 80; }").Sh("nginx -g '" + c.globals + "' 2>/err; grep ^nginx /err; sleep 1; " +
			"for p in $(ps -eo pid,args | awk '$3 == \"worker\" {print $1}'); do echo $(awk '/^(Uid|Gid|Groups):/ {$1=\"\"; print}' /proc/$p/status); done")
		if r.Stdout != c.want {
			t.Errorf("%q: %q, want %q\n%s", c.globals, r.Stdout, c.want, r.Stderr)
		}
	}
}

func FuzzConfiguration(f *testing.F) {
	f.Add("server { listen 80; location ~ ^/(a|b)$ { return 200 \"x${uri}y\"; } }")
	f.Add("upstream u { server a weight=2; } server { location / { proxy_pass http://u/; } }")
	f.Add("server { error_page 404 =200 /x; try_files $uri =404; rewrite a b last; } # end")
	f.Fuzz(func(t *testing.T, conf string) {
		nginx.Check(conf)
	})
}
