package sandbox

import (
	"regexp"
	"strings"
	"testing"
)

// Learners watch a published port, the wires behind it, and keep what they saw in a file.
func TestTcpdump(t *testing.T) {
	x := session(t, images(t, Learner))
	run(t, x, "docker run -d --name web -p 8080:80 nginx:alpine")
	for _, c := range []struct{ line, want string }{
		{
			"tcpdump -n -t -i docker0 -c 5 tcp & sleep 0.1; curl -s -o /dev/null 127.0.0.1:8080; wait",
			`^IP 172.17.0.1.\d+ > 172.17.0.2.80: Flags \[S\], seq \d+, win 64240, options \[.*\], length 0
IP 172.17.0.2.80 > 172.17.0.1.\d+: Flags \[S\.\], seq \d+, ack \d+, win \d+, options \[.*\], length 0
IP 172.17.0.1.\d+ > 172.17.0.2.80: Flags \[\.\], ack 1, win \d+(, options \[.*\])?, length 0
IP 172.17.0.1.\d+ > 172.17.0.2.80: Flags \[P\.\], seq 1:\d+, ack 1, win \d+(, options \[.*\])?, length \d+: HTTP: GET / HTTP/1.1
IP 172.17.0.2.80 > `,
		},
		{
			"tcpdump -ni any -t -c 2 icmp & sleep 0.1; ping -c 1 172.17.0.2 >/dev/null; wait",
			`^docker0 Out IP 172.17.0.1 > 172.17.0.2: ICMP echo request, id \d+, seq 1, length 64
veth[0-9a-f]{7} Out IP 172.17.0.1 > 172.17.0.2: ICMP echo request, id \d+, seq 1, length 64
$`,
		},
		{
			"tcpdump -i docker0 -w /tmp/a.pcap -c 2 icmp & sleep 0.1; ping -c 1 172.17.0.2 >/dev/null; wait; tcpdump -t -c 1 -r /tmp/a.pcap",
			`^IP 172.17.0.1 > 172.17.0.2: ICMP echo request, id \d+, seq 1, length 64\n$`,
		},
	} {
		if r := run(t, x, c.line); !regexp.MustCompile(c.want).MatchString(r.Stdout) {
			t.Errorf("%s\n%s%s", c.line, r.Stdout, r.Stderr)
		}
	}
	for line, want := range map[string]string{
		"tcpdump -i nix":                  "tcpdump: nix: No such device exists\n(No such device exists)\n",
		"tcpdump -i docker0 port":         "tcpdump: can't parse filter expression: syntax error\n",
		"tcpdump -i docker0 vlan 3":       "tcpdump: 'vlan' in a filter is not simulated\n",
		"tcpdump -i docker0 host nowhere": "tcpdump: unknown host 'nowhere'\n",
	} {
		if r := run(t, x, line); r.Stderr != want || r.Exit != 1 {
			t.Errorf("%s: %q", line, r.Stderr)
		}
	}
	end := run(t, x, "timeout -s INT 1 tcpdump -n -i docker0 tcp")
	if end.Stdout != "\n" || !strings.HasSuffix(end.Stderr, "\n0 packets captured\n0 packets received by filter\n0 packets dropped by kernel\n") {
		t.Errorf("%q %q", end.Stdout, end.Stderr)
	}
}
