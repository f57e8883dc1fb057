package sandbox

import (
	"regexp"
	"testing"
)

// Programs that show the way, and who is known on it: on the host, and in a container.
func TestTracerouteAndArp(t *testing.T) {
	x := session(t, images(t, Learner))
	for _, line := range []string{
		"docker network create --subnet 10.5.0.0/24 app", "docker run -d --name box --network app alpine sleep 1d",
		"docker exec box ping -c 1 10.5.0.1", "ip neigh add 10.5.0.9 lladdr 02:00:00:00:00:09 dev $(ip -o route get 10.5.0.2 | cut -d' ' -f3)",
		"docker exec box ping -c 1 -W 1 10.5.0.77",
	} {
		run(t, x, line)
	}
	const ms = `  \d\.\d{3} ms  \d\.\d{3} ms  \d\.\d{3} ms\n`
	for _, c := range []struct{ line, want string }{
		{
			"docker exec box traceroute -n 192.168.65.1",
			`^traceroute to 192.168.65.1 \(192.168.65.1\), 30 hops max, 46 byte packets\n 1  10.5.0.1` + ms + ` 2  192.168.65.1` + ms + `$`,
		},
		{
			"docker exec box traceroute -I -n -q 1 192.168.65.1",
			`^traceroute .*\n 1  10.5.0.1  \d.\d+ ms\n 2  192.168.65.1  \d.\d+ ms\n$`,
		},
		{
			"docker exec box traceroute -n -w 1 -m 2 10.77.0.1",
			`^traceroute .*\n 1  10.5.0.1` + ms + ` 2  \*  \*  \*\n$`,
		},
		{
			"docker exec box traceroute -n 10.5.0.77",
			`^traceroute .*\n 1  10.5.0.\d+  \d+\.\d+ ms !H`,
		},
		{"traceroute -n 192.168.65.1", `^traceroute .*, 60 byte packets\n 1  192.168.65.1` + ms + `$`},
		{"docker exec -u 1000 box traceroute 10.5.0.1 2>&1", `^traceroute: socket\(AF_INET,3,1\): Operation not permitted\n$`},
		{"docker exec box arp -n 10.5.0.1", `^\? \(10.5.0.1\) at [0-9a-f:]{17} \[ether\]  on eth0\n$`},
		{"docker exec box arp -n 10.5.0.44", `^No match found in \d+ entries\n$`},
		{
			"arp -n 10.5.0.9",
			`^Address                  HWtype  HWaddress           Flags Mask            Iface
10.5.0.9                 ether   02:00:00:00:00:09   CM                    br-[0-9a-f]{12}\n$`,
		},
		{"arp -an 10.5.0.9", `^\? \(10.5.0.9\) at 02:00:00:00:00:09 \[ether\] PERM on br-[0-9a-f]{12}\n$`},
		{"arp -n 10.5.0.44", `^10.5.0.44 \(10.5.0.44\) -- no entry\n$`},
	} {
		if r := run(t, x, c.line); !regexp.MustCompile(c.want).MatchString(r.Stdout) {
			t.Errorf("%s\n%s%s", c.line, r.Stdout, r.Stderr)
		}
	}
}
