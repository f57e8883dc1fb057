// Package resolve turns names into addresses for programs, as the two C libraries of Linux images do it: /etc/hosts, then
// the servers of /etc/resolv.conf.
//
// Laws: a Resolver does what getaddrinfo and getnameinfo do with the system calls of its process, waiting as long as they
// wait. Files are read at each look-up, as no program here lives long enough to see them change. Errors are Error values
// with each library's own words.
//
// The libraries differ in what a learner sees: musl asks all servers at once and gives up after timeout seconds, and a
// name with ndots dots or more never gets a search domain; glibc asks one server after the other, attempts times, hears
// that a port is closed, and tries the search list after the name itself.
//
// Left out: DNS over TCP after a truncated answer, EDNS, mDNS, NIS, and the actions of nsswitch.conf other than
// [NOTFOUND=return]. Sources: musl src/network/{lookup_name,res_msend,resolvconf}.c; glibc resolv/res_send.c,
// sysdeps/posix/getaddrinfo.c; resolv.conf(5), nsswitch.conf(5).
package resolve

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/proc"
)

// Family is which addresses are wanted.
type Family int

// Families, by the numbers of address families.
const (
	Any  Family = 0
	IPv4 Family = proc.AF_INET
	IPv6 Family = proc.AF_INET6
)

func (f Family) has(a netip.Addr) bool { return f == Any || a.Is4() == (f == IPv4) }

// Error says why there is no address.
type Error int

// Errors, as getaddrinfo(3) names them.
const (
	NoName Error = iota + 1 // EAI_NONAME: nobody knows the name
	Again                   // EAI_AGAIN: nobody answered, or could not
	NoData                  // EAI_NODATA: the name has no such address
	Fail                    // EAI_FAIL: a server refuses
)

// Error is glibc's sentence.
func (e Error) Error() string {
	return [...]string{
		NoName: "Name or service not known", Again: "Temporary failure in name resolution",
		NoData: "No address associated with hostname", Fail: "Non-recoverable failure in name resolution",
	}[e]
}

// Musl is musl's sentence.
func (e Error) Musl() string {
	return [...]string{
		NoName: "Name does not resolve", Again: "Try again",
		NoData: "Name has no usable address", Fail: "Non-recoverable error",
	}[e]
}

// Resolver looks names up for a process.
type Resolver struct {
	Sys  proc.Sys
	Musl bool // the library is musl, not glibc
}

// RuleNoName is the event of a name that was looked up in vain: its detail is who was asked, and how that ended.
const RuleNoName = "net.noname"

// Failure is the detail of RuleNoName.
type Failure struct {
	Servers []netip.AddrPort
	Err     error
	Net     string // the namespace in which it was looked up
}

func (x Failure) String() string { return fmt.Sprintf("%s, asked %v", x.Err, x.Servers) }

// Lookup is a name's addresses, the one to try first in front.
func (r Resolver) Lookup(name string, f Family) ([]netip.Addr, error) {
	found, err := r.lookup(name, f)
	if err != nil {
		r.Sys.Event(RuleNoName, name, Failure{r.Config().Servers, err, r.Sys.Network().Name()})
	}
	return found, err
}

func (r Resolver) lookup(name string, f Family) ([]netip.Addr, error) {
	if a, ok := numeric(name); ok {
		if !f.has(a) {
			return nil, map[bool]Error{true: NoData, false: noAddressFamily}[r.Musl]
		}
		return []netip.Addr{a}, nil
	}
	if !dns.ValidName(name) {
		return nil, NoName
	}
	err := error(NoName)
	for _, source := range r.sources() {
		var found []netip.Addr
		switch source.name {
		case "files":
			found, err = r.fromHosts(name, f)
		case "dns":
			found, err = r.fromDNS(name, f)
		default:
			continue
		}
		if len(found) > 0 {
			return r.sorted(found), nil
		}
		if err == NoData || err == NoName && source.final {
			break
		}
	}
	return nil, err
}

// noAddressFamily is what glibc says of a numeric address of another family: EAI_ADDRFAMILY is shown as this.
const noAddressFamily = NoName

// Numeric reads an address without asking anybody, in all forms of inet_aton(3).
func numeric(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap(), true
	}
	parts := strings.Split(s, ".")
	if len(parts) > 4 || !strings.ContainsAny(s, "0123456789") {
		return netip.Addr{}, false
	}
	return aton(parts)
}

// aton reads 1 to 4 numbers: the last fills what the others leave.
func aton(parts []string) (netip.Addr, bool) {
	value := uint64(0)
	for i, p := range parts {
		n, ok := number(p)
		last := i == len(parts)-1
		if !ok || !last && n > 255 || last && n >= 1<<(8*(4-i)) {
			return netip.Addr{}, false
		}
		if last {
			value |= n
		} else {
			value |= n << (8 * (3 - i))
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

// number reads a C number: 0x is hexadecimal, a leading 0 octal.
func number(s string) (uint64, bool) {
	base, digits := uint64(10), s
	switch {
	case strings.HasPrefix(s, "0x"), strings.HasPrefix(s, "0X"):
		base, digits = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, digits = 8, s[1:]
	}
	if digits == "" || len(digits) > 12 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range []byte(strings.ToLower(digits)) {
		d := uint64(strings.IndexByte("0123456789abcdef", c))
		if d >= base { // -1 is above any base
			return 0, false
		}
		n = n*base + d
	}
	return n, true
}

// source is where to look, and whether the search ends there.
type source struct {
	name  string
	final bool
}

// sources is the order of places: musl's is fixed, glibc's stands in nsswitch.conf.
func (r Resolver) sources() []source {
	usual := []source{{name: "files"}, {name: "dns"}}
	if r.Musl {
		return usual
	}
	text, err := r.Sys.FS().ReadFile("/etc/nsswitch.conf")
	if err != nil {
		return usual
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		list, ok := strings.CutPrefix(strings.TrimSpace(line), "hosts:")
		if !ok {
			continue
		}
		var found []source
		for word := range strings.FieldsSeq(list) {
			if strings.EqualFold(word, "[NOTFOUND=return]") && len(found) > 0 {
				found[len(found)-1].final = true
			} else {
				found = append(found, source{name: word})
			}
		}
		return found
	}
	return usual
}

// Hosts calls f with each line of /etc/hosts, until it says no.
func (r Resolver) Hosts(f func(a netip.Addr, names []string) bool) {
	text, err := r.Sys.FS().ReadFile("/etc/hosts")
	if err == nil {
		ParseHosts(text, f)
	}
}

// ParseHosts calls f with each line of a text like /etc/hosts, until it says no.
func ParseHosts(text []byte, f func(a netip.Addr, names []string) bool) {
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		a, err := netip.ParseAddr(words[0])
		if err == nil && !f(a.Unmap(), words[1:]) {
			return
		}
	}
}

func hasName(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// fromHosts looks the name up in /etc/hosts. A name that is there with addresses of the other family alone ends musl's
// search, not glibc's.
func (r Resolver) fromHosts(name string, f Family) (found []netip.Addr, err error) {
	other := false
	r.Hosts(func(a netip.Addr, names []string) bool {
		switch {
		case !hasName(names, name):
		case f.has(a):
			found = append(found, a)
		default:
			other = true
		}
		return len(found) < maxAddresses
	})
	if other && len(found) == 0 && r.Musl {
		return nil, NoData
	}
	return found, NoName
}

// maxAddresses is how many addresses of a name are looked at. musl: MAXADDRS
const maxAddresses = 48

// Canonical is the full name behind a name: the first one on its line of /etc/hosts, or what a server was asked for.
func (r Resolver) Canonical(name string, f Family) (string, error) {
	full := ""
	r.Hosts(func(a netip.Addr, names []string) bool {
		if hasName(names, name) && f.has(a) {
			full = names[0]
		}
		return full == ""
	})
	if full != "" {
		return full, nil
	}
	if _, err := r.Lookup(name, f); err != nil {
		return "", err
	}
	return strings.TrimSuffix(name, "."), nil
}

// Reverse is the name of an address.
func (r Resolver) Reverse(a netip.Addr) (string, error) {
	name := ""
	r.Hosts(func(b netip.Addr, names []string) bool {
		if a == b {
			name = names[0]
		}
		return name == ""
	})
	if name != "" {
		return name, nil
	}
	answers := r.ask(r.Config(), []dns.Question{{Name: dns.ReverseName(a), Type: dns.PTR}})
	if answers[0] == nil {
		return "", Again
	}
	for _, rec := range answers[0].Answers {
		if rec.Type == dns.PTR && rec.Target != "" {
			return rec.Target, nil
		}
	}
	return "", NoName
}

// sorted puts addresses that can be reached first, and of those IPv6 before IPv4. RFC 6724, rules 1 and 6; a list of
// IPv4 addresses keeps its order.
func (r Resolver) sorted(list []netip.Addr) []netip.Addr {
	if !slices.ContainsFunc(list, netip.Addr.Is6) {
		return list
	}
	rank := func(a netip.Addr) int {
		if _, _, err := r.Sys.Network().Lookup(a); err != nil {
			return 2
		}
		if a.Is6() {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b netip.Addr) int { return rank(a) - rank(b) })
	return list
}

// Config is what /etc/resolv.conf says.
type Config struct {
	Servers  []netip.AddrPort
	Search   []string
	NDots    int
	Timeout  time.Duration
	Attempts int
}

// Limits of resolv.conf(5).
const (
	maxServers  = 3
	maxNDots    = 15
	maxTimeout  = 30
	maxAttempts = 5
	maxSearch   = 6 // glibc has had no limit since 2.26; a name costs a question each
)

// Config reads /etc/resolv.conf. Without a server there is one on this machine.
func (r Resolver) Config() Config {
	text, _ := r.Sys.FS().ReadFile("/etc/resolv.conf")
	return ParseConfig(text)
}

// ParseConfig reads a text like /etc/resolv.conf.
func ParseConfig(text []byte) Config {
	c := Config{NDots: 1, Timeout: 5 * time.Second, Attempts: 2}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) > 1 {
			c.line(words[0], words[1:])
		}
	}
	if len(c.Servers) == 0 {
		c.Servers = []netip.AddrPort{netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 53)}
	}
	return c
}

func (c *Config) line(key string, words []string) {
	switch key {
	case "nameserver":
		if a, err := netip.ParseAddr(words[0]); err == nil && len(c.Servers) < maxServers {
			c.Servers = append(c.Servers, netip.AddrPortFrom(a.Unmap(), 53))
		}
	case "search", "domain":
		c.Search = words[:min(len(words), maxSearch)]
	case "options":
		for _, w := range words {
			name, value, _ := strings.Cut(w, ":")
			n, ok := number(value)
			if !ok {
				continue
			}
			switch name {
			case "ndots":
				c.NDots = int(min(n, maxNDots))
			case "timeout":
				c.Timeout = time.Duration(max(min(n, maxTimeout), 1)) * time.Second
			case "attempts":
				c.Attempts = int(max(min(n, maxAttempts), 1))
			}
		}
	}
}

// Candidates is the names that are asked for, in order.
func (c Config) Candidates(name string, musl bool) []string {
	bare := strings.TrimSuffix(name, ".")
	if bare != name {
		return []string{bare}
	}
	var searched []string
	for _, domain := range c.Search {
		if full := name + "." + strings.Trim(domain, "."); dns.ValidName(full) {
			searched = append(searched, full)
		}
	}
	if strings.Count(name, ".") < c.NDots {
		return append(searched, name)
	}
	if musl {
		return []string{name}
	}
	return append([]string{name}, searched...)
}

// fromDNS asks servers for a name. An answer other than "no such name" ends musl's search list; glibc goes on, and
// remembers that somebody could not answer.
func (r Resolver) fromDNS(name string, f Family) ([]netip.Addr, error) {
	c := r.Config()
	worst := NoName
	for _, full := range c.Candidates(name, r.Musl) {
		found, err := r.asked(full, f, c)
		switch {
		case len(found) > 0:
			return found, nil
		case err == NoName:
		case r.Musl:
			return nil, err
		case err == Again || worst == NoName:
			worst = err
		}
	}
	return nil, worst
}

// asked asks for the addresses of one name.
func (r Resolver) asked(name string, f Family, c Config) (found []netip.Addr, err Error) {
	var questions []dns.Question
	if f != IPv6 {
		questions = append(questions, dns.Question{Name: name, Type: dns.A})
	}
	if f != IPv4 {
		questions = append(questions, dns.Question{Name: name, Type: dns.AAAA})
	}
	answers := r.ask(c, questions)
	err = NoData
	for _, m := range answers {
		switch {
		case m == nil || m.Code == dns.ServFail:
			err = Again
		case m.Code == dns.NXDomain && err == NoData:
			err = NoName
		case m.Code != dns.NoError && m.Code != dns.NXDomain && err == NoData:
			err = Fail
		case m.Code == dns.NoError:
			found = append(found, addresses(m)...)
		}
	}
	if r.Musl && err != NoData { // one bad answer spoils the other
		return nil, err
	}
	return found[:min(len(found), maxAddresses)], err
}

func addresses(m *dns.Message) (found []netip.Addr) {
	for _, rec := range m.Answers {
		if rec.Type == dns.A || rec.Type == dns.AAAA {
			found = append(found, rec.Addr)
		}
	}
	return found
}
