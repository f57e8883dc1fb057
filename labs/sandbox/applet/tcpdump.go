package applet

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/tcpdump"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
)

// dump is a tcpdump as it runs.
type dump struct {
	*call
	printer tcpdump.Printer
	takes   tcpdump.Filter
	link    string
	numeric bool
	count   int // 0: without end
	stamp   bool
	ascii   bool // -A
	hex     bool // -X
	file    int  // -w: where frames go instead; -1 is nowhere
	hosts   map[netip.Addr]string

	captured, received int
}

// tcpdumpCmd is tcpdump(8) without what takes protocols apart in detail.
func tcpdumpCmd(c *call) proc.ExitCode {
	o := c.getopt("i:nc:ew:r:tlUpDqvxXAs:S")
	c.refuse(o, "Dqvx")
	c.refuse(o, "S")
	d := &dump{call: c, file: -1, hosts: map[netip.Addr]string{}}
	d.numeric, d.stamp, d.ascii, d.hex = o.has('n'), !o.has('t'), o.has('A'), o.has('X')
	d.printer = tcpdump.Printer{Links: o.has('e'), Numeric: d.numeric, Host: d.host, Port: d.port}
	if text, given := o.value('c'); given {
		n, err := strconv.Atoi(text)
		if err != nil || n <= 0 {
			c.die("invalid packet count %s", text)
		}
		d.count = n
	}
	if file, given := o.value('r'); given {
		return d.replay(file, strings.Join(o.args, " "))
	}
	d.link = o.or('i', d.usual())
	fd := d.open()
	d.compile(strings.Join(o.args, " "))
	if file, given := o.value('w'); given {
		d.create(file)
	}
	c.Signal(proc.SIGINT, proc.Catch)
	c.Signal(proc.SIGTERM, proc.Catch)
	d.greet()
	return d.run(fd)
}

// usual is the first link that is up and leads somewhere. libpcap: pcap_findalldevs
func (d *dump) usual() string {
	for _, l := range d.Network().Links() {
		if l.IsUp() && l.Kind() != "loopback" {
			return l.Name()
		}
	}
	return "lo"
}

func (d *dump) open() int {
	fd, err := d.PacketSocket(d.link)
	switch err {
	case nil:
		return fd
	case proc.ENODEV:
		d.die("%s: No such device exists\n(No such device exists)", d.link)
	case proc.EPERM:
		d.die("%s: You don't have permission to perform this capture on that device\n(socket: Operation not permitted)", d.link)
	}
	d.die("%s: %s", d.link, d.text(err))
	return -1
}

func (d *dump) compile(text string) {
	f, err := tcpdump.Compile(text, tcpdump.Names{
		Host: func(name string) ([]netip.Addr, bool) {
			list, err := d.resolver().Lookup(name, 0)
			return list, err == nil
		},
		Port: func(name string) (uint16, bool) { return netfilter.ServicePort(name, "") },
	})
	if err != nil {
		d.die("%s", err)
	}
	d.takes = f
}

func (d *dump) create(file string) {
	if file == "-" {
		d.file = 1
	} else {
		fd, err := d.Open(file, proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC, 0o644)
		if err != nil {
			d.die("%s: %s", file, d.text(err))
		}
		d.file = fd
	}
	d.writeAll(d.file, tcpdump.Header(d.link == "any")) //nolint:errcheck // as tcpdump, which finds out later
}

func (d *dump) greet() {
	kind := "EN10MB (Ethernet)"
	head := ""
	if d.link == "any" {
		kind = "LINUX_SLL2 (Linux cooked v2)"
		head = d.name + ": data link type LINUX_SLL2\n"
	}
	listening := fmt.Sprintf("listening on %s, link-type %s, snapshot length %d bytes\n", d.link, kind, tcpdump.SnapLen)
	if d.file >= 0 {
		listening = d.name + ": " + listening
	} else {
		head += d.name + ": verbose output suppressed, use -v[v]... for full protocol decode\n"
	}
	d.Write(2, []byte(head+listening))
}

// run shows frames until there are enough, or a signal ends it.
func (d *dump) run(fd int) proc.ExitCode {
	for d.count == 0 || d.captured < d.count {
		p, err := d.PacketRecv(fd)
		if err == proc.EINTR {
			if d.file < 0 {
				d.print("\n")
			}
			break
		}
		if err != nil {
			d.die("pcap_loop: %s", d.text(err))
		}
		d.Step(1)
		if !d.takes(&p.Frame) {
			continue
		}
		d.received++
		d.captured++
		d.take(&p)
	}
	return d.statistics(fd)
}

func (d *dump) take(p *proc.Packet) {
	if d.file >= 0 {
		for _, wire := range p.Frame.Wire(p.MTU) {
			if d.link == "any" {
				wire = tcpdump.Cook(&p.Frame, wire, p.Index, p.Sent)
			}
			if err := d.writeAll(d.file, tcpdump.Record(p.At, wire)); err != nil {
				d.die("Unable to write output: %s", d.text(err))
			}
		}
		return
	}
	line := ""
	if d.link == "any" {
		line = d.printer.Cooked(&p.Frame, p.Link, p.Index, p.Sent)
	} else {
		line = d.printer.Line(&p.Frame)
	}
	d.show(p.At, line, &p.Frame)
}

func (d *dump) show(at time.Time, line string, f *packet.Frame) {
	if d.stamp {
		d.print(at.Format("15:04:05.000000 "))
	}
	d.print(line + "\n")
	if f.IP != nil && (d.ascii || d.hex) {
		wire := f.IP.Marshal()
		if d.hex {
			d.print(tcpdump.Hex(wire))
		} else {
			d.print(tcpdump.ASCII(wire))
		}
	}
	d.out.flush()
}

func (d *dump) statistics(fd int) proc.ExitCode {
	d.out.flush()
	dropped, _ := d.PacketsDropped(fd)
	s := func(n int) string {
		if n == 1 {
			return ""
		}
		return "s"
	}
	d.Write(2, fmt.Appendf(nil, "%d packet%s captured\n%d packet%s received by filter\n%d packet%s dropped by kernel\n",
		d.captured, s(d.captured), d.received, s(d.received), dropped, s(dropped)))
	return 0
}

// replay shows what a file has.
func (d *dump) replay(file, filter string) proc.ExitCode {
	b, err := d.FS().ReadFile(file)
	if err != nil {
		d.die("%s: %s", file, d.text(err))
	}
	d.grow(len(b))
	list, bad := tcpdump.Read(b)
	if len(list) == 0 && bad != nil {
		d.die("%s", bad)
	}
	d.Write(2, fmt.Appendf(nil, "reading from file %s, link-type EN10MB (Ethernet), snapshot length %d\n", file, tcpdump.SnapLen))
	d.compile(filter)
	for _, x := range list {
		d.Step(1)
		if d.takes(x.Frame) && (d.count == 0 || d.captured < d.count) {
			d.captured++
			d.show(x.At, d.printer.Line(x.Frame), x.Frame)
		}
	}
	if bad != nil {
		d.die("pcap_loop: %s", bad)
	}
	return 0
}

// maxDumpHosts is how many addresses' names are remembered.
const maxDumpHosts = 4096

// host is what an address is called, as the resolver says; it is asked once.
func (d *dump) host(a netip.Addr) string {
	if d.numeric {
		return a.String()
	}
	if name, known := d.hosts[a]; known {
		return name
	}
	name, err := d.resolver().Reverse(a)
	if err != nil {
		name = a.String()
	}
	if len(d.hosts) < maxDumpHosts {
		d.hosts[a] = name
	}
	return name
}

func (d *dump) port(n uint16, proto packet.Proto) string {
	if !d.numeric {
		if name := netfilter.ServiceName(n, proto.String()); name != "" {
			return name
		}
	}
	return strconv.Itoa(int(n))
}
