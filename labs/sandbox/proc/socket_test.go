package proc_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/vfs"
)

func at(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// sayf prints to standard output.
func sayf(s proc.Sys, format string, args ...any) { s.Write(1, fmt.Appendf(nil, format+"\n", args...)) }

// server answers each connection with what it got, in upper case, and ends with the first "quit".
func server(s proc.Sys) proc.ExitCode {
	fd, err := s.Socket(proc.AF_INET, proc.SockStream)
	if err == nil {
		err = s.Bind(fd, at("0.0.0.0:8000"))
	}
	if err == nil {
		err = s.Listen(fd, 5)
	}
	if err != nil {
		sayf(s, "server: %v", err)
		return 1
	}
	buf := make([]byte, 100)
	for {
		conn, _, err := s.Accept(fd)
		if err != nil {
			sayf(s, "accept: %v", err)
			return 1
		}
		n, _ := s.Read(conn, buf)
		s.Write(conn, []byte(strings.ToUpper(string(buf[:n]))))
		s.Close(conn)
		if string(buf[:n]) == "quit" {
			return 0
		}
	}
}

func ask(s proc.Sys, what string) string {
	fd, err := s.Socket(proc.AF_INET, proc.SockStream)
	if err != nil {
		return err.Error()
	}
	defer s.Close(fd)
	if err := s.Connect(fd, at("127.0.0.1:8000")); err != nil {
		return err.Error()
	}
	s.Write(fd, []byte(what))
	buf := make([]byte, 100)
	n, err := s.Read(fd, buf)
	if err != nil {
		return err.Error()
	}
	return string(buf[:n])
}

func program(t *testing.T, programs proc.Programs, f func(s proc.Sys)) string {
	t.Helper()
	m := proctest.New(t, proctest.Config{Programs: programs})
	r := m.Do("", proc.Spec{Args: []string{"test"}, Program: func(s proc.Sys) proc.ExitCode {
		f(s)
		return 0
	}})
	return r.Stdout + r.Stderr
}

func TestSocketsTalk(t *testing.T) {
	got := program(t, proc.Programs{"server": server}, func(s proc.Sys) {
		sayf(s, "%s", ask(s, "nobody there"))
		pid, err := s.Spawn(proc.Command{Path: "/bin/server", Args: []string{"server"}})
		if err != nil {
			sayf(s, "%v", err)
		}
		s.Sleep(time.Second)
		sayf(s, "%s", ask(s, "hello"))
		tcp := readFile(s, "/proc/net/tcp")
		sayf(s, "%s", strings.Join(strings.Fields(strings.Split(tcp, "\n")[1])[:4], " "))
		sayf(s, "%s", ask(s, "quit"))
		s.Wait(pid, 0)
		sayf(s, "%s", ask(s, "again"))
	})
	want := "Connection refused\nHELLO\n0: 00000000:1F40 00000000:0000 0A\nQUIT\nConnection refused\n"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func readFile(s proc.Sys, path string) string {
	fd, err := s.Open(path, proc.O_RDONLY, 0)
	if err != nil {
		return err.Error()
	}
	defer s.Close(fd)
	var all []byte
	buf := make([]byte, 4096)
	for {
		n, err := s.Read(fd, buf)
		if n == 0 || err != nil {
			return string(all)
		}
		all = append(all, buf[:n]...)
	}
}

// A process that is killed leaves no socket; the other side sees the end.
func TestSocketsCloseWithTheProcess(t *testing.T) {
	hang := func(s proc.Sys) proc.ExitCode {
		fd, _ := s.Socket(proc.AF_INET6, proc.SockStream)
		s.Bind(fd, at("[::]:8000"))
		s.Listen(fd, 5)
		conn, _, _ := s.Accept(fd)
		s.Read(conn, make([]byte, 1))
		s.Pause()
		return 0
	}
	got := program(t, proc.Programs{"hang": hang}, func(s proc.Sys) {
		pid, _ := s.Spawn(proc.Command{Path: "/bin/hang", Args: []string{"hang"}})
		s.Sleep(time.Second)
		fd, _ := s.Socket(proc.AF_INET, proc.SockStream)
		sayf(s, "connect: %v", s.Connect(fd, at("127.0.0.1:8000")))
		s.Write(fd, []byte("x"))
		ready := []proc.PollFD{{FD: fd, Want: proc.Readable}}
		n, err := s.Poll(ready, 2*time.Second)
		sayf(s, "poll: %d %v", n, err)
		s.Kill(pid, proc.SIGKILL)
		n, err = s.Poll(ready, time.Second)
		sayf(s, "poll: %d %v", n, err)
		n, err = s.Read(fd, make([]byte, 10))
		sayf(s, "read: %d %v", n, err)
		left := 0
		for _, i := range s.Network().Sockets() {
			if i.State == "LISTEN" {
				left++
			}
		}
		sayf(s, "listeners: %d", left)
	})
	want := "connect: <nil>\npoll: 0 <nil>\npoll: 1 <nil>\nread: 0 <nil>\nlisteners: 0\n"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestSocketErrors(t *testing.T) {
	got := program(t, nil, func(s proc.Sys) {
		s.Signal(proc.SIGPIPE, proc.Ignore)
		a, _ := s.Socket(proc.AF_INET, proc.SockStream)
		sayf(s, "bind: %v", s.Bind(a, at("192.0.2.1:1")))
		sayf(s, "connect: %v", s.Connect(a, at("192.0.2.1:1")))
		_, err := s.Read(a, make([]byte, 1))
		sayf(s, "read: %v", err)
		_, err = s.Write(a, make([]byte, 1))
		sayf(s, "write: %v", err)
		_, err = s.PeerAddr(a)
		sayf(s, "peer: %v", err)
		_, _, err = s.Accept(1)
		sayf(s, "accept of a file: %v", err)
		sayf(s, "v6 on v4: %v", s.Bind(a, at("[::1]:1")))
		_, err = s.Socket(1, proc.SockStream)
		sayf(s, "unix: %v", err)
		s.SetNonblock(a, true)
		sayf(s, "connect without waiting: %v", s.Connect(a, at("127.0.0.1:1")))
		s.Sleep(time.Second)
		sayf(s, "then: %v", s.SockError(a))
		u, _ := s.Socket(proc.AF_INET, proc.SockDgram)
		s.SetNonblock(u, true)
		_, _, err = s.RecvFrom(u, make([]byte, 1))
		sayf(s, "recvfrom: %v", err)
		sayf(s, "%v", s.Close(u))
		s.Setuid(1000)
		b, _ := s.Socket(proc.AF_INET, proc.SockStream)
		sayf(s, "privileged: %v", s.Bind(b, at("0.0.0.0:80")))
		_, err = s.Socket(proc.AF_INET, proc.SockRaw)
		sayf(s, "raw: %v", err)
		_, err = s.Socket(proc.AF_INET, proc.SockICMP)
		sayf(s, "ping: %v", err)
		s.Network().SetSysctl("net.ipv4.ping_group_range", "0 2147483647")
		_, err = s.Socket(proc.AF_INET, proc.SockICMP)
		sayf(s, "ping: %v", err)
	})
	want := `bind: Cannot assign requested address
connect: Network is unreachable
read: Transport endpoint is not connected
write: Broken pipe
peer: Transport endpoint is not connected
accept of a file: Socket operation on non-socket
v6 on v4: Address family not supported by protocol
unix: Address family not supported by protocol
connect without waiting: Operation now in progress
then: Connection refused
recvfrom: Resource temporarily unavailable
<nil>
privileged: Permission denied
raw: Operation not permitted
ping: Permission denied
ping: <nil>
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestPingSocket(t *testing.T) {
	got := program(t, nil, func(s proc.Sys) {
		fd, err := s.Socket(proc.AF_INET, proc.SockRaw)
		if err != nil {
			sayf(s, "%v", err)
			return
		}
		s.ICMPSend(fd, packet.ICMP{Type: packet.EchoRequest, ID: 7, Seq: 1}, netip.MustParseAddr("127.0.0.1"), 0)
		for range 2 {
			p, err := s.ICMPRecv(fd)
			sayf(s, "%d from %s, %v", p.ICMP.Type, p.Src, err)
		}
		n, err := s.Poll([]proc.PollFD{{FD: fd, Want: proc.Readable}}, time.Second)
		sayf(s, "%d %v", n, err)
	})
	if got != "8 from 127.0.0.1, <nil>\n0 from 127.0.0.1, <nil>\n0 <nil>\n" {
		t.Errorf("got:\n%s", got)
	}
}

// A network namespace's files, as a process in it sees them.
func TestNetworkFiles(t *testing.T) {
	got := program(t, nil, func(s proc.Sys) {
		n := s.Network()
		l, err := n.AddDummy("d0")
		if err != nil {
			sayf(s, "%v", err)
		}
		l.SetMAC(packet.MAC{2, 0, 0, 0, 0, 1})
		l.AddAddr(netip.MustParsePrefix("10.1.2.3/24"))
		l.Up()
		n.AddRoute(netsim.Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Gateway: netip.MustParseAddr("10.1.2.1")})
		n.AddNeighbour("d0", netip.MustParseAddr("10.1.2.1"), packet.MAC{2, 0, 0, 0, 0, 9})
		u, _ := s.Socket(proc.AF_INET6, proc.SockDgram)
		s.Bind(u, at("[::]:53"))
		for _, path := range []string{"route", "arp", "udp6", "if_inet6"} {
			for line := range strings.Lines(readFile(s, "/proc/net/"+path)) {
				sayf(s, "%s", strings.TrimSpace(line))
			}
		}
		for _, path := range []string{"address", "operstate", "mtu", "statistics/rx_bytes"} {
			sayf(s, "%s", strings.TrimSpace(readFile(s, "/sys/class/net/d0/"+path)))
		}
		fd, err := s.Open("/proc/sys/net/ipv4/ip_forward", proc.O_WRONLY, 0)
		sayf(s, "%v", err)
		s.Write(fd, []byte("1\n"))
		sayf(s, "%s", strings.TrimSpace(readFile(s, "/proc/sys/net/ipv4/conf/d0/forwarding")))
		_, err = s.Write(fd, []byte("many\n"))
		sayf(s, "%v", err)
		_, err = s.Open("/proc/sys/net/ipv4/nothing", proc.O_RDONLY, 0)
		sayf(s, "%v", err)
		link, _ := s.FS().Readlink("/proc/self/fd/3")
		sayf(s, "%v", strings.HasPrefix(link, "socket:["))
		st, _ := s.Fstat(3)
		sayf(s, "%v", st.Mode.Type() == vfs.S_IFSOCK)
	})
	want := `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
d0	00000000	0102010A	0003	0	0	0	00000000	0	0	0
d0	0002010A	00000000	0001	0	0	0	00FFFFFF	0	0	0
IP address       HW type     Flags       HW address            Mask     Device
10.1.2.1         0x1         0x6         02:00:00:00:00:09     *        d0
sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
0: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 10004 2 0000000000000000 0
00000000000000000000000000000001 01 80 10 80       lo
fe80000000000000000000fffe000001 02 40 20 80       d0
02:00:00:00:00:01
unknown
1500
0
<nil>
1
Invalid argument
No such file or directory
true
true
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// Of several namespaces all are entered or none.
func TestSetnsIsWhole(t *testing.T) {
	m := proctest.New(t, proctest.Config{})
	r := m.Do("", proc.Spec{Args: []string{"test"}, Program: func(s proc.Sys) proc.ExitCode {
		before := s.Network()
		other := before.Fabric().NewStack("other")
		p, err := m.Kernel.Start(proc.Spec{
			Args: []string{"idle"}, View: m.View, Namespaces: proc.Namespaces{Net: other},
			Program: func(s proc.Sys) proc.ExitCode { s.Sleep(time.Minute); return 0 },
		})
		if err != nil {
			sayf(s, "%v", err)
			return 1
		}
		err = s.Setns(p, proc.NetNamespace, "pid")
		sayf(s, "%v, stayed %v", err, s.Network() == before)
		err = s.Setns(p, proc.NetNamespace, proc.UTSNamespaceKind)
		sayf(s, "%v, there %v", err, s.Network() == other)
		return 0
	}})
	if want := "Invalid argument, stayed true\n<nil>, there true\n"; r.Stdout != want {
		t.Errorf("%q %s", r.Stdout, r.Stderr)
	}
}
