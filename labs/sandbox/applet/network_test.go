package applet_test

import (
	"testing"

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

func TestTry(t *testing.T) {
	for _, f := range []applet.Flavour{applet.Busybox, applet.GNU} {
		for _, line := range []string{
			"ip addr", "ip route; ip -6 route", "ip -br addr; ip -br link", "ip link", "ping -c 2 127.0.0.1", "ping -c 1 localhost", "ping -c 1 -W 1 10.0.0.1", "ping nosuch",
			"busybox httpd -f -v -p 80 & sleep 1; wget -O- http://127.0.0.1/; wget -q -O- http://web/; wget -O- http://127.0.0.1/nosuch; wget http://127.0.0.1:81/; kill %1",
			"busybox httpd -f -p 80 & sleep 1; busybox httpd -f -p 80; wget -S -O x http://localhost/d; ls; kill %1",
			"nslookup web", "wget http://nosuch.example/",
		} {
			r := netMachine(t, f).Sh(line)
			t.Logf("%v $ %s\n%s2| %s[%d]", f, line, r.Stdout, r.Stderr, r.Code)
		}
	}
}
