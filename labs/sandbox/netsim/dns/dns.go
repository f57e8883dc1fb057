// Package dns is messages of the domain name system as values, and their bytes: what resolvers ask, what servers
// answer, and what tcpdump reads.
//
// Laws: names are without their final dot and as they were written; the root is "". Parse accepts anything and never
// returns more records than Max; what it cannot read is an error. Record types that are not listed are kept as Type and
// nothing else. Sources: RFC 1034, 1035, 2782, 3596. The bytes are golang.org/x/net/dns/dnsmessage's.
package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Max is how many records of a section are read.
const Max = 256

// Type is a kind of record, by IANA's number.
type Type uint16

// Types.
const (
	A     Type = 1
	NS    Type = 2
	CNAME Type = 5
	SOA   Type = 6
	PTR   Type = 12
	MX    Type = 15
	TXT   Type = 16
	AAAA  Type = 28
	SRV   Type = 33
	ANY   Type = 255
)

// types names the types that tools know by name.
func types() []struct {
	t    Type
	name string
} {
	return []struct {
		t    Type
		name string
	}{
		{A, "A"},
		{NS, "NS"},
		{CNAME, "CNAME"},
		{SOA, "SOA"},
		{PTR, "PTR"},
		{MX, "MX"},
		{TXT, "TXT"},
		{AAAA, "AAAA"},
		{SRV, "SRV"},
		{ANY, "ANY"},
	}
}

func (t Type) String() string {
	for _, k := range types() {
		if k.t == t {
			return k.name
		}
	}
	return "TYPE" + strconv.Itoa(int(t))
}

// TypeOf finds a type by name, in any case.
func TypeOf(name string) (Type, bool) {
	for _, k := range types() {
		if strings.EqualFold(k.name, name) {
			return k.t, true
		}
	}
	return 0, false
}

// Code says how a question ended.
type Code uint8

// Codes.
const (
	NoError  Code = 0
	FormErr  Code = 1
	ServFail Code = 2
	NXDomain Code = 3
	NotImp   Code = 4
	Refused  Code = 5
)

func (c Code) String() string {
	names := []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}
	if int(c) < len(names) {
		return names[c]
	}
	return "RCODE" + strconv.Itoa(int(c))
}

// Question asks for the records of a type that a name has.
type Question struct {
	Name string
	Type Type
}

// Record is what is known of a name. Which fields count follows from Type.
type Record struct {
	Name   string
	Type   Type
	TTL    uint32
	Addr   netip.Addr // A, AAAA
	Target string     // CNAME, NS, PTR, MX, SRV; of SOA the first server
	Text   []string   // TXT
	Pref   uint16     // MX, SRV
	Weight uint16     // SRV
	Port   uint16     // SRV
	Mail   string     // SOA: who answers for the zone
	Times  [5]uint32  // SOA: serial, refresh, retry, expire, minimum
}

// Message is a query or an answer.
type Message struct {
	ID                 uint16
	Response           bool
	Authoritative      bool
	Truncated          bool
	RecursionDesired   bool
	RecursionAvailable bool
	Code               Code
	Questions          []Question
	Answers            []Record
	Authorities        []Record
	Additionals        []Record
}

// Query is the usual question.
func Query(id uint16, name string, t Type) Message {
	return Message{ID: id, RecursionDesired: true, Questions: []Question{{name, t}}}
}

// Answer is the beginning of an answer to q.
func (m *Message) Answer(code Code, answers ...Record) Message {
	return Message{
		ID: m.ID, Response: true, RecursionDesired: m.RecursionDesired, Code: code, Questions: m.Questions, Answers: answers,
	}
}

// errName is said of a name that cannot be sent.
var errName = errors.New("dns: a label is empty or longer than 63 bytes, or the name is longer than 253")

// ValidName reports whether a name can be asked for.
func ValidName(name string) bool {
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}

// ReverseName is the name under which the names of an address are kept.
func ReverseName(a netip.Addr) string {
	var b strings.Builder
	bytes := a.Unmap().AsSlice()
	for i := len(bytes) - 1; i >= 0; i-- {
		if len(bytes) == 4 {
			fmt.Fprintf(&b, "%d.", bytes[i])
		} else {
			fmt.Fprintf(&b, "%x.%x.", bytes[i]&0xf, bytes[i]>>4)
		}
	}
	if len(bytes) == 4 {
		return b.String() + "in-addr.arpa"
	}
	return b.String() + "ip6.arpa"
}

// ReverseAddr is the address that a name of ReverseName stands for.
func ReverseAddr(name string) (netip.Addr, bool) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	var text string
	if v4, ok := strings.CutSuffix(name, ".in-addr.arpa"); ok {
		text = reversed(strings.Split(v4, "."), 1, ".")
	} else if v6, ok := strings.CutSuffix(name, ".ip6.arpa"); ok {
		text = reversed(strings.Split(v6, "."), 4, ":")
	}
	a, err := netip.ParseAddr(text)
	if err != nil || ReverseName(a) != name {
		return netip.Addr{}, false
	}
	return a, true
}

// reversed joins labels, the last first, in groups.
func reversed(labels []string, group int, between string) string {
	var b strings.Builder
	for i := range labels {
		if i > 0 && i%group == 0 {
			b.WriteString(between)
		}
		b.WriteString(labels[len(labels)-1-i])
	}
	return b.String()
}

// Pack is the message's bytes.
func (m *Message) Pack() ([]byte, error) {
	w := dnsmessage.Message{Header: dnsmessage.Header{
		ID: m.ID, Response: m.Response, Authoritative: m.Authoritative, Truncated: m.Truncated,
		RecursionDesired: m.RecursionDesired, RecursionAvailable: m.RecursionAvailable, RCode: dnsmessage.RCode(m.Code),
	}}
	for _, q := range m.Questions {
		name, err := wireName(q.Name)
		if err != nil {
			return nil, err
		}
		w.Questions = append(w.Questions, dnsmessage.Question{
			Name: name, Type: dnsmessage.Type(q.Type), Class: dnsmessage.ClassINET,
		})
	}
	for _, s := range []struct {
		from []Record
		to   *[]dnsmessage.Resource
	}{{m.Answers, &w.Answers}, {m.Authorities, &w.Authorities}, {m.Additionals, &w.Additionals}} {
		for i := range s.from {
			r, err := s.from[i].wire()
			if err != nil {
				return nil, err
			}
			*s.to = append(*s.to, r)
		}
	}
	return w.Pack()
}

func wireName(name string) (dnsmessage.Name, error) {
	if !ValidName(name) && name != "" && name != "." {
		return dnsmessage.Name{}, errName
	}
	return dnsmessage.NewName(strings.TrimSuffix(name, ".") + ".")
}

func (r *Record) wire() (dnsmessage.Resource, error) {
	name, err := wireName(r.Name)
	if err != nil {
		return dnsmessage.Resource{}, err
	}
	body, err := r.body()
	h := dnsmessage.ResourceHeader{Name: name, Type: dnsmessage.Type(r.Type), Class: dnsmessage.ClassINET, TTL: r.TTL}
	return dnsmessage.Resource{Header: h, Body: body}, err
}

// errAddress is said of an A record without an IPv4 address, and of an AAAA record without an IPv6 address.
var errAddress = errors.New("dns: the record's address is not of its type")

func (r *Record) body() (dnsmessage.ResourceBody, error) {
	target, err := wireName(r.Target)
	if err != nil {
		return nil, err
	}
	switch r.Type {
	case A:
		if !r.Addr.Is4() {
			return nil, errAddress
		}
		return &dnsmessage.AResource{A: r.Addr.As4()}, nil
	case AAAA:
		if !r.Addr.Is6() {
			return nil, errAddress
		}
		return &dnsmessage.AAAAResource{AAAA: r.Addr.As16()}, nil
	case CNAME:
		return &dnsmessage.CNAMEResource{CNAME: target}, nil
	case NS:
		return &dnsmessage.NSResource{NS: target}, nil
	case PTR:
		return &dnsmessage.PTRResource{PTR: target}, nil
	case MX:
		return &dnsmessage.MXResource{Pref: r.Pref, MX: target}, nil
	case TXT:
		return &dnsmessage.TXTResource{TXT: r.Text}, nil
	case SRV:
		return &dnsmessage.SRVResource{Priority: r.Pref, Weight: r.Weight, Port: r.Port, Target: target}, nil
	case SOA:
		mail, err := wireName(r.Mail)
		return &dnsmessage.SOAResource{
			NS: target, MBox: mail, Serial: r.Times[0], Refresh: r.Times[1], Retry: r.Times[2], Expire: r.Times[3],
			MinTTL: r.Times[4],
		}, err
	}
	return &dnsmessage.UnknownResource{Type: dnsmessage.Type(r.Type)}, nil
}

// Parse reads a message.
func Parse(b []byte) (Message, error) {
	var p dnsmessage.Parser
	h, err := p.Start(b)
	if err != nil {
		return Message{}, err
	}
	m := Message{
		ID: h.ID, Response: h.Response, Authoritative: h.Authoritative, Truncated: h.Truncated,
		RecursionDesired: h.RecursionDesired, RecursionAvailable: h.RecursionAvailable, Code: Code(h.RCode),
	}
	if err := m.readQuestions(&p); err != nil {
		return m, err
	}
	for _, s := range []struct {
		next func() (dnsmessage.Resource, error)
		to   *[]Record
	}{{p.Answer, &m.Answers}, {p.Authority, &m.Authorities}, {p.Additional, &m.Additionals}} {
		if err := readRecords(s.next, s.to); err != nil {
			return m, err
		}
	}
	return m, nil
}

// errTooMany is said of a message with more than Max records in a section.
var errTooMany = errors.New("dns: too many records")

func (m *Message) readQuestions(p *dnsmessage.Parser) error {
	for range Max {
		q, err := p.Question()
		if err == dnsmessage.ErrSectionDone {
			return nil
		}
		if err != nil {
			return err
		}
		m.Questions = append(m.Questions, Question{dotless(q.Name), Type(q.Type)})
	}
	return errTooMany
}

func readRecords(next func() (dnsmessage.Resource, error), to *[]Record) error {
	for range Max {
		r, err := next()
		if err == dnsmessage.ErrSectionDone {
			return nil
		}
		if err != nil {
			return err
		}
		*to = append(*to, record(&r))
	}
	return errTooMany
}

func dotless(n dnsmessage.Name) string { return strings.TrimSuffix(n.String(), ".") }

func record(w *dnsmessage.Resource) Record {
	r := Record{Name: dotless(w.Header.Name), Type: Type(w.Header.Type), TTL: w.Header.TTL}
	switch b := w.Body.(type) {
	case *dnsmessage.AResource:
		r.Addr = netip.AddrFrom4(b.A)
	case *dnsmessage.AAAAResource:
		r.Addr = netip.AddrFrom16(b.AAAA)
	case *dnsmessage.CNAMEResource:
		r.Target = dotless(b.CNAME)
	case *dnsmessage.NSResource:
		r.Target = dotless(b.NS)
	case *dnsmessage.PTRResource:
		r.Target = dotless(b.PTR)
	case *dnsmessage.MXResource:
		r.Pref, r.Target = b.Pref, dotless(b.MX)
	case *dnsmessage.TXTResource:
		r.Text = b.TXT
	case *dnsmessage.SRVResource:
		r.Pref, r.Weight, r.Port, r.Target = b.Priority, b.Weight, b.Port, dotless(b.Target)
	case *dnsmessage.SOAResource:
		r.Target, r.Mail = dotless(b.NS), dotless(b.MBox)
		r.Times = [5]uint32{b.Serial, b.Refresh, b.Retry, b.Expire, b.MinTTL}
	}
	return r
}
