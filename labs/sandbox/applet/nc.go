package applet

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
)

// ncCmd is nc: a connection to somewhere, or with -l from somewhere, between it and the standard streams. busybox:
// networking/nc_bloaty.c; with -z, -v and the words of Debian's netcat-openbsd on a Debian machine.
func ncCmd(c *call) proc.ExitCode {
	letters := "lkvzup:w:e:ni:s:f:"
	if c.gnu() {
		letters += "N4q:"
	}
	o := c.getopt(letters)
	c.refuse(o, "uekisf")
	n := &netcat{call: c, o: o, patience: c.ncSeconds(o, 'w'), linger: -1}
	if text, given := o.value('q'); given && !strings.HasPrefix(text, "-") {
		n.linger = c.duration(text)
	}
	n.passesEnd = !c.gnu() || o.has('N') || n.linger >= 0
	if o.has('l') {
		return n.listen()
	}
	c.refuse(o, "p")
	if len(o.args) != 2 {
		c.usage()
	}
	return n.connect(o.args[0], o.args[1])
}

// netcat is an nc as it runs.
type netcat struct {
	*call
	o         *options
	patience  time.Duration // -w; 0 is for ever
	linger    time.Duration // -q: how long to go on after the end of the standard input; negative is for ever
	passesEnd bool          // of the standard input, to the other side: netcat-openbsd does so only when told to
}

func (c *call) ncSeconds(o *options, letter rune) time.Duration {
	text, given := o.value(letter)
	if !given {
		return 0
	}
	return c.duration(text)
}

func (n *netcat) port(text string) uint16 {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		n.die("bad port '%s'", text)
	}
	return uint16(port)
}

// listen waits for one connection.
func (n *netcat) listen() proc.ExitCode {
	text := n.o.or('p', "")
	if text == "" && len(n.o.args) > 0 {
		text = n.o.args[len(n.o.args)-1]
	}
	if text == "" {
		n.usage()
	}
	at := netip.AddrPortFrom(netip.IPv4Unspecified(), n.port(text))
	fd, err := tcp.Listen(n.Sys, at, 1)
	if err != nil {
		if n.gnu() {
			n.complain("%s", n.text(err))
			return 1
		}
		n.die("bind: %s", n.text(err))
	}
	if n.o.has('v') {
		n.Write(2, []byte("listening on "+at.Addr().String()+":"+text+" ...\n"))
	}
	conn, from, err := n.Accept(fd)
	if err != nil {
		n.die("accept: %s", n.text(err))
	}
	n.Close(fd)
	if n.o.has('v') {
		n.Write(2, []byte("connect to "+at.String()+" from "+from.String()+"\n"))
	}
	n.carry(conn)
	return 0
}

func (n *netcat) connect(host, port string) proc.ExitCode {
	list, err := n.addresses(host)
	if err != nil {
		if n.gnu() {
			n.complain("getaddrinfo for host \"%s\" port %s: %s", host, port, err)
			return 1
		}
		n.die("bad address '%s'", host)
	}
	to := netip.AddrPortFrom(list[0], n.port(port))
	conn, err := n.dial(to, n.patience)
	if err != nil {
		return n.notConnected(host, port, to, err)
	}
	defer n.Close(conn.FD)
	switch {
	case n.o.has('v') && n.gnu():
		n.Write(2, []byte("Connection to "+host+" ("+to.Addr().String()+") "+port+" port [tcp/*] succeeded!\n"))
	case n.o.has('v'):
		n.Write(2, []byte(host+" ("+to.String()+") open\n"))
	}
	if !n.o.has('z') {
		n.carry(conn.FD)
	}
	return 0
}

// addresses is what a host's name stands for; with -n it has to be an address.
func (n *netcat) addresses(host string) ([]netip.Addr, error) {
	family := resolve.Any
	if n.o.has('4') {
		family = resolve.IPv4
	}
	if n.o.has('n') {
		if _, err := netip.ParseAddr(host); err != nil {
			return nil, resolve.NoName
		}
	}
	return n.resolver().Lookup(host, family)
}

func (n *netcat) notConnected(host, port string, to netip.AddrPort, err error) proc.ExitCode {
	switch {
	case n.gnu() && (n.o.has('v') || err != proc.ETIMEDOUT):
		if n.o.has('v') {
			n.complain("connect to %s (%s) port %s (tcp) failed: %s", host, to.Addr(), port, n.text(err))
		}
	case !n.gnu() && err == proc.ETIMEDOUT && n.patience > 0:
		n.complain("timed out")
	case !n.gnu():
		n.complain("%s (%s): %s", host, to, n.text(err))
	}
	return 1
}

// carry copies both ways until the other side has ended, or -q says so.
func (n *netcat) carry(conn int) {
	buf := make([]byte, bufferSize)
	open := true
	patience := time.Duration(-1)
	for {
		fds := []proc.PollFD{{FD: conn, Want: proc.Readable}}
		if open {
			fds = append(fds, proc.PollFD{FD: 0, Want: proc.Readable})
		}
		ready, err := n.Poll(fds, patience)
		if err != nil {
			continue
		}
		if ready == 0 {
			return
		}
		if fds[0].Ready != 0 {
			got, err := n.read(conn, buf)
			if got == 0 || err != nil {
				return
			}
			n.writeAll(1, buf[:got]) //nolint:errcheck // nobody reads it any more
		}
		if open && fds[1].Ready != 0 {
			got, err := n.read(0, buf)
			if open = got > 0 && err == nil; !open {
				if n.passesEnd {
					n.Shutdown(conn, false, true) //nolint:errcheck // the other side may have gone
				}
				patience = n.linger
				continue
			}
			if n.writeAll(conn, buf[:got]) != nil {
				return
			}
		}
	}
}
