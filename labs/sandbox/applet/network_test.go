package applet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

// netMachine is one on which the network's tools run.
func netMachine(t testing.TB, f applet.Flavour) *proctest.Machine {
	t.Helper()
	programs := applet.Programs(f)
	flavour := shell.Ash
	if f == applet.GNU {
		flavour = shell.Dash
	} else {
		programs["getent"] = applet.MuslGetent()
	}
	sh := shell.Program(shell.Config{Flavour: flavour})
	programs["sh"] = sh
	programs["busybox"] = applet.Multicall(proc.Programs{"sh": sh})
	return proctest.New(t, proctest.Config{
		Programs: programs, Dir: "/www",
		Files: map[string]string{
			"/www/index.html": "hello\n", "/www/d/x.txt": "x\n", "/www/e/index.html": "IDX\n", "/etc/hosts": "127.0.0.1\tlocalhost web\n::1\tlocalhost\n",
			"/etc/resolv.conf": "nameserver 127.0.0.1\n",
		},
	})
}

// networkLines are what the goldens testdata/network-*.txt hold the answers to. Where a real busybox or Debian has the
// same program, its answer was looked at in a namespace of its own.
func networkLines() []string {
	return []string{
		"ip addr", "ip -4 -o addr", "ip link show lo", "ip route; ip -6 route", "ip -br addr", "ip foo", "ip addr foo", "ip link show nosuch",
		"ip link add a type veth peer name b && ip link set a up && ip link set b up && ip addr add 10.1.0.1/24 dev a && " +
			"ip -4 addr show a; ip route; ip route get 10.1.0.9; ip route add 10.2.0.0/16 via 10.1.0.2; ip route; " +
			"ip route add 10.3.0.0/16 via 10.9.0.1; ip route del 10.7.0.0/16; ip addr add 10.1.0.1/24 dev a",
		"ip link add br0 type bridge && ip link add a type veth peer name b && ip link set a master br0 && ip link set a up; " +
			"bridge link; brctl show",
		"ping -c 2 127.0.0.1", "ping -c 1 localhost", "ping6 -c 1 ::1", "ping -c 1 10.0.0.1", "ping nosuch", "ping -c x 127.0.0.1", "ping",
		"busybox httpd -f -v -p 80 & sleep 1; wget -O- http://127.0.0.1/; wget -q -O- http://web/; wget -q http://127.0.0.1/nosuch",
		"busybox httpd -f -p 80 & sleep 1; busybox httpd -f -p 80; wget -S -O x http://localhost/d; wget -q http://web; cat index.html",
		"wget http://127.0.0.1:81/", "wget http://nosuch.example/", "wget foo://x", "wget -O- http://10.0.0.1",
		"nslookup web", "hostname; hostname -f; hostname -i", "sysctl net.ipv4.ip_forward; sysctl net.ipv4.nosuch",
		"getent hosts web; getent hosts nosuch; getent hosts 127.0.0.1",
		"getent ahosts web; getent hosts; getent hosts nosuch web; echo $?; getent passwd; getent; getent x; getent hosts 9.9.9.9",
		"busybox httpd -f -p 8080 & sleep 1; curl -s http://127.0.0.1:8080/; curl -sS http://127.0.0.1:1/; curl -sS http://nosuch/; " +
			"curl -sS -f http://127.0.0.1:8080/nosuch; curl -sI http://127.0.0.1:8080/",
		"busybox httpd -f -p 8080 & sleep 1; netstat -tln; ss -tln",
	}
}

func TestApache(t *testing.T) {
	m := netMachine(t, applet.GNU)
	for file, text := range map[string]string{
		"/usr/local/apache2/conf/httpd.conf": "ServerRoot \"/usr/local/apache2\"\nListen 80\nDocumentRoot \"/usr/local/apache2/htdocs\"\n" +
			"ErrorLog /proc/self/fd/2\nCustomLog /proc/self/fd/1 common\n",
		"/usr/local/apache2/htdocs/index.html": "It works!\n",
	} {
		m.View.MkdirAll(filepath.Dir(file), 0o755)
		m.View.WriteFile(file, []byte(text), 0o644)
	}
	r := m.Sh("httpd -DFOREGROUND & sleep 1; curl -s localhost; curl -s -o /dev/null -w '%{http_code}\\n' localhost/nosuch; kill -WINCH $!; wait")
	if !strings.Contains(r.Stdout, "It works!\n") || !strings.Contains(r.Stdout, "404\n") ||
		!strings.Contains(r.Stdout, "127.0.0.1 - - [02/Jan/2026:03:04:06 +0000] \"GET / HTTP/1.1\" 200 10\n") &&
			!strings.Contains(r.Stdout, "::1 - - [02/Jan/2026:03:04:06 +0000] \"GET / HTTP/1.1\" 200 10\n") ||
		!strings.Contains(r.Stderr, "AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations") ||
		!strings.Contains(r.Stderr, "AH00492: caught SIGWINCH, shutting down gracefully") {
		t.Errorf("%s\n%s[%d]", r.Stdout, r.Stderr, r.Code)
	}
	for text, want := range map[string]string{
		"Listen 80\nUser www-data\n": "httpd: line 2 of /c: User is not simulated in the sandbox\n",
		"Listen 80\nUsr www-data\n": "AH00526: Syntax error on line 2 of /c:\nInvalid command 'Usr', perhaps misspelled or defined by a module " +
			"not included in the server configuration\n",
		"Listen 80\nDirectoryIndex a.html b.html\n": "Syntax OK\n",
		"#": "no listening sockets available, shutting down\nAH00015: Unable to open logs\n",
	} {
		m.View.WriteFile("/c", []byte(text), 0o644)
		if r := m.Sh("httpd -t -f /c"); r.Stderr != want {
			t.Errorf("%q: %q, want %q", text, r.Stderr, want)
		}
	}
	m.View.WriteFile("/c", []byte("Listen 81\nServerName a\nDirectoryIndex a.html b.html\n"), 0o644)
	m.View.WriteFile("/usr/local/apache2/htdocs/b.html", []byte("b\n"), 0o644)
	if r := m.Sh("httpd -DFOREGROUND -f /c >/dev/null 2>/dev/null & sleep 1; curl -s localhost:81; kill $!"); r.Stdout != "b\n" {
		t.Errorf("%s%s", r.Stdout, r.Stderr)
	}
}

func TestNetworkTools(t *testing.T) {
	for name, f := range map[string]applet.Flavour{"busybox": applet.Busybox, "gnu": applet.GNU} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, line := range networkLines() {
				r := netMachine(t, f).Sh(line)
				fmt.Fprintf(&b, "$ %s\n%s", line, r.Stdout)
				for e := range strings.Lines(r.Stderr) {
					b.WriteString("2| " + e)
				}
				fmt.Fprintf(&b, "[exit %d]\n", r.Code)
			}
			file := filepath.Join("testdata", "network-"+name+".txt")
			if *update {
				os.WriteFile(file, []byte(b.String()), 0o644)
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
