package applet

import (
	"errors"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// ipCall is a call of ip(8): busybox's, or iproute2's under the GNU flavour.
type ipCall struct {
	*call
	net     *netsim.Stack
	family  int // 0, 4, 6; 17 is the link level
	oneline bool
	brief   bool // iproute2 alone from here on
	details bool
	stats   bool
	args    []string // not yet read
}

// afPacket is the family of `ip -0`.
const afPacket = 17

// ipCmd is ip and busybox's short forms ipaddr, iplink, iproute, ipneigh.
func ipCmd(c *call) proc.ExitCode {
	p := &ipCall{call: c, net: c.Network(), args: c.args}
	if c.gnu() {
		c.usageAt = 255
	}
	object, short := strings.CutPrefix(c.name, "ip")
	p.options()
	if !short || object == "" {
		if len(p.args) == 0 {
			p.usage()
		}
		object = p.next()
	}
	return p.object(object)
}

// options reads what stands before the object.
func (p *ipCall) options() {
	for len(p.args) > 0 && strings.HasPrefix(p.args[0], "-") {
		name := strings.TrimPrefix(p.next()[1:], "-")
		if !p.option(name) {
			if p.gnu() {
				p.Write(2, []byte("Option \"-"+name+"\" is unknown, try \"ip -help\".\n"))
				p.Exit(255)
			}
			p.usage()
		}
	}
}

func (p *ipCall) option(name string) bool {
	switch {
	case name == "4", name == "6":
		p.family, _ = strconv.Atoi(name)
	case name == "0":
		p.family = afPacket
	case isPrefix(name, "oneline"):
		p.oneline = true
	case isPrefix(name, "family"):
		return p.setFamily(p.next())
	case !p.gnu():
		return false
	case name == "br", isPrefix(name, "brief"):
		p.brief = true
	case isPrefix(name, "details"):
		p.details = true
	case isPrefix(name, "statistics"):
		p.stats = true
	case name == "n", isPrefix(name, "netns"):
		p.enter(p.next())
	case isPrefix(name, "numeric"), name == "c", strings.HasPrefix(name, "color"):
		// nothing here is shown by name or in colour
	case name == "V", name == "Version":
		p.print("ip utility, iproute2-6.15.0, libbpf 1.5.0\n")
		p.out.flush()
		p.Exit(0)
	default:
		return false
	}
	return true
}

func (p *ipCall) setFamily(name string) bool {
	n, ok := map[string]int{"inet": 4, "inet6": 6, "link": afPacket}[name]
	p.family = n
	return ok
}

// isPrefix reports whether a word is a short form of a keyword.
func isPrefix(word, full string) bool { return word != "" && strings.HasPrefix(full, word) }

// verb takes what is to be done; where nothing is said, it is show.
func (p *ipCall) verb() string {
	if len(p.args) == 0 {
		return "show"
	}
	return p.next()
}

// next takes a word; there must be one.
func (p *ipCall) next() string {
	if len(p.args) == 0 {
		if p.gnu() {
			p.out.flush()
			p.Write(2, []byte("Command line is not complete. Try option \"help\"\n"))
			p.Exit(255)
		}
		p.usage()
	}
	word := p.args[0]
	p.args = p.args[1:]
	return word
}

func (p *ipCall) object(name string) proc.ExitCode {
	for _, o := range p.objects() {
		if isPrefix(name, o.name) {
			return o.run()
		}
	}
	if p.gnu() {
		p.Write(2, []byte("Object \""+name+"\" is unknown, try \"ip help\".\n"))
		p.Exit(1)
	}
	p.usage()
	return 1
}

type ipObject struct {
	name string
	run  func() proc.ExitCode
}

// objects in the order in which their short forms are tried.
func (p *ipCall) objects() []ipObject {
	list := []ipObject{{"address", p.addr}, {"link", p.link}, {"route", p.route}, {"neighbour", p.neigh}, {"neighbor", p.neigh}}
	if p.gnu() {
		list = append(list, ipObject{"netns", p.netns})
	}
	return append(list, ipObject{"rule", p.rule})
}

// rule shows the three rules that every namespace has; changing them is not simulated.
func (p *ipCall) rule() proc.ExitCode {
	if len(p.args) > 0 && !isPrefix(p.args[0], "list") && !isPrefix(p.args[0], "show") {
		p.refuse("ip rule " + p.args[0])
	}
	p.print("0:\tfrom all lookup local")
	sep := "\n"
	if !p.gnu() {
		sep = " \n"
	}
	p.print(sep + "32766:\tfrom all lookup main" + sep)
	if p.family != 6 {
		p.print("32767:\tfrom all lookup default" + sep)
	}
	return 0
}

// refuse ends a call that asks for something that is not simulated.
func (p *ipCall) refuse(what string) {
	p.dieWith(1, "'%s' is not simulated in the sandbox", what)
}

// unknownCommand is what is said of a verb that an object does not have.
func (p *ipCall) unknownCommand(verb, object string) proc.ExitCode {
	p.out.flush()
	if p.gnu() {
		p.Write(2, []byte("Command \""+verb+"\" is unknown, try \"ip "+object+" help\".\n"))
		return 255
	}
	p.complain("invalid argument '%s' to '%s'", verb, p.name)
	return 1
}

// find is a link that has to exist.
func (p *ipCall) find(name string) *netsim.Link {
	if l := p.net.Link(name); l != nil {
		return l
	}
	p.out.flush()
	if p.gnu() {
		p.Write(2, []byte("Cannot find device \""+name+"\"\n"))
		p.Exit(1)
	}
	p.die("can't find device '%s'", name)
	return nil
}

// show finds a link that is to be shown: iproute2 words it otherwise.
func (p *ipCall) findToShow(name string) *netsim.Link {
	if l := p.net.Link(name); l != nil || !p.gnu() {
		return p.find(name)
	}
	p.Write(2, []byte("Device \""+name+"\" does not exist.\n"))
	p.Exit(1)
	return nil
}

// admin checks that the process may change the network.
func (p *ipCall) admin() {
	if !p.Has(proc.CAP_NET_ADMIN) {
		p.answer(netsim.EPERM)
	}
}

// answer ends the call if the kernel refused, with the words of rtnetlink.
func (p *ipCall) answer(err error) {
	if err == nil {
		return
	}
	p.out.flush()
	text := p.netText(err)
	if p.gnu() {
		p.Write(2, []byte("RTNETLINK answers: "+text+"\n"))
		p.Exit(2)
	}
	p.dieWith(2, "RTNETLINK answers: %s", text)
}

// netText is the words of the flavour's C library for an error of the network.
func (c *call) netText(err error) string {
	var e netsim.Errno
	if errors.As(err, &e) {
		return c.text(vfs.Errno(e))
	}
	return c.text(err)
}

// extAnswer is answer with the kernel's own sentence, which iproute2 prefers. busybox does not read it.
func (p *ipCall) extAnswer(text string, err error) {
	if p.gnu() {
		p.out.flush()
		p.Write(2, []byte("Error: "+text+"\n"))
		p.Exit(2)
	}
	p.answer(err)
}

// notValid ends a call with a word that is no address, number or name.
func (p *ipCall) notValid(what, word string) {
	p.out.flush()
	if p.gnu() {
		p.Write(2, []byte("Error: any valid "+what+" is expected rather than \""+word+"\".\n"))
		p.Exit(1)
	}
	p.die("invalid argument '%s' to '%s'", word, map[string]string{"prefix": "ip"}[what])
}

// prefix reads ADDRESS[/LENGTH].
func (p *ipCall) prefix(word string) netip.Prefix {
	if pre, err := netip.ParsePrefix(word); err == nil {
		return pre
	}
	a, err := netip.ParseAddr(word)
	if err != nil {
		p.notValid("prefix", word)
	}
	return netip.PrefixFrom(a, a.BitLen())
}

func (p *ipCall) address(word string) netip.Addr {
	a, err := netip.ParseAddr(word)
	if err != nil {
		if p.gnu() {
			p.notValid("inet address", word)
		}
		p.notValid("prefix", word)
	}
	return a
}

func (p *ipCall) number(word, what string) int {
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 {
		p.out.flush()
		if p.gnu() {
			p.Write(2, []byte("Error: argument \""+word+"\" is wrong: \""+what+"\" value is invalid\n"))
			p.Exit(255)
		}
		p.die("invalid argument '%s' to '%s'", word, what)
	}
	return n
}

// netnsDir is where `ip netns add` keeps names.
const netnsDir = "/run/netns"

// netns lists named namespaces and runs commands in them. A name is a file that names a process whose namespace it is:
// /run/netns/NAME -> /proc/PID/ns/net, as people make them for containers.
func (p *ipCall) netns() proc.ExitCode {
	verb := "list"
	if len(p.args) > 0 {
		verb = p.next()
	}
	switch {
	case isPrefix(verb, "list"), isPrefix(verb, "show"):
		entries, _ := p.FS().ReadDir(netnsDir)
		for i := len(entries) - 1; i >= 0; i-- {
			p.print(entries[i].Name + "\n")
		}
		return 0
	case isPrefix(verb, "exec"):
		p.enter(p.next())
		argv := append([]string{}, p.args...)
		if len(argv) == 0 {
			p.Write(2, []byte("No command specified\n"))
			return 255
		}
		p.become(argv, p.Environ())
	case isPrefix(verb, "identify"), isPrefix(verb, "pids"), isPrefix(verb, "add"), isPrefix(verb, "delete"),
		isPrefix(verb, "set"), isPrefix(verb, "attach"), isPrefix(verb, "monitor"):
		p.refuse("ip netns " + verb)
	}
	return p.unknownCommand(verb, "netns")
}

// enter moves the process into a named namespace.
func (p *ipCall) enter(name string) {
	at := path.Join(netnsDir, name)
	fail := func(err error) {
		p.out.flush()
		p.Write(2, []byte("Cannot open network namespace \""+name+"\": "+p.text(err)+"\n"))
		p.Exit(255)
	}
	target, err := p.FS().Readlink(at)
	if err != nil {
		fail(err)
	}
	process, err := p.processOf(target)
	if err != nil {
		fail(err)
	}
	if err := p.Setns(process, proc.NetNamespace); err != nil {
		p.Write(2, []byte("setting the network namespace \""+name+"\" failed: "+p.text(err)+"\n"))
		p.Exit(255)
	}
	p.net = p.Network()
}

// processOf is the process whose network namespace /proc/PID/ns/net is.
func (c *call) processOf(path string) (*proc.Process, error) {
	rest, _ := strings.CutPrefix(path, "/proc/")
	number, _ := strings.CutSuffix(rest, "/ns/net")
	pid, err := strconv.Atoi(number)
	if err != nil {
		return nil, proc.EINVAL
	}
	if process := c.Namespaces().PID.Lookup(proc.PID(pid)); process != nil && !process.Done() {
		return process, nil
	}
	return nil, proc.ENOENT
}
