package netfilter

import (
	"errors"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Tables are the rules and connections of one namespace. The zero value has none.
type Tables struct {
	active int
}

// NewTables makes the tables of a new namespace.
func NewTables() *Tables { return &Tables{} }

// Rule is one rule of a chain.
type Rule struct {
	Origin         string // the command or the daemon's step that made it
	Packets, Bytes uint64
}

// Ref names a chain.
type Ref struct {
	Family Family
	Table  string
	Chain  string
}

// ParseRule reads a rule as it stands behind "iptables -A CHAIN": "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE".
func ParseRule(f Family, spec, origin string) (*Rule, error) { return nil, errors.ErrUnsupported }

// NewChain adds a chain, as iptables -N.
func (t *Tables) NewChain(at Ref) error { return errors.ErrUnsupported }

// FlushChain empties a chain, as iptables -F.
func (t *Tables) FlushChain(at Ref) error { return errors.ErrUnsupported }

// DeleteChain removes an empty chain that nobody jumps to, as iptables -X.
func (t *Tables) DeleteChain(at Ref) error { return errors.ErrUnsupported }

// SetPolicy says what becomes of packets at the end of a built-in chain, as iptables -P.
func (t *Tables) SetPolicy(at Ref, v Verdict) error { return errors.ErrUnsupported }

// Append adds a rule at the end of a chain, as iptables -A.
func (t *Tables) Append(at Ref, r *Rule) error { return errors.ErrUnsupported }

// Insert puts a rule before the one with the number, counted from 1, as iptables -I.
func (t *Tables) Insert(at Ref, number int, r *Rule) error { return errors.ErrUnsupported }

// Delete removes the first rule that says the same, as iptables -D.
func (t *Tables) Delete(at Ref, r *Rule) error { return errors.ErrUnsupported }

// Has reports whether the chain has a rule that says the same, as iptables -C.
func (t *Tables) Has(at Ref, r *Rule) bool { return false }

// Script does what "nft -f" does with a script: all of it, or nothing and an error. The rules that it makes have the
// origin.
func (t *Tables) Script(script, origin string) error { return errors.ErrUnsupported }

// Output is what a command printed and its exit code.
type Printed struct {
	Out, Err string
	Exit     int
}

// Iptables is iptables(8), without its name in args.
func (t *Tables) Iptables(args []string, at Local) Printed { return Printed{} }

// Ip6tables is ip6tables(8).
func (t *Tables) Ip6tables(args []string, at Local) Printed { return Printed{} }

// Save is iptables-save(8), or ip6tables-save.
func (t *Tables) Save(f Family, args []string, at Local) Printed { return Printed{} }

// Restore is iptables-restore(8), or ip6tables-restore, with its standard input.
func (t *Tables) Restore(f Family, args []string, input string, at Local) Printed { return Printed{} }

// Nft is nft(8). files reads what -f names, - is the standard input.
func (t *Tables) Nft(args []string, files func(name string) (string, error)) Printed { return Printed{} }

// ConntrackTool is conntrack(8).
func (t *Tables) ConntrackTool(args []string, at Local) Printed { return Printed{} }

// Conn is a tracked connection.
type Conn struct{}

// Conntrack lists the connections, oldest first.
func (t *Tables) Conntrack(at Local) []Conn { return nil }

// Forget drops the connections that f picks, and says how many these were.
func (t *Tables) Forget(f func(Conn) bool) int { return 0 }

// Step is a rule that was looked at, for those who follow a packet.
type Step struct {
	Hook    Hook
	Family  Family
	Table   string
	Chain   string
	Number  int   // from 1; 0 is the chain's policy
	Rule    *Rule // nil is the policy
	Matched bool
	What    string // what the rule did: "DROP", "jump DOCKER", "DNAT to 172.17.0.2:80"
}

// Trace calls f with every rule that a packet meets from now on; nil ends that.
func (t *Tables) Trace(f func(Step)) {}

// Clone is a copy of everything, for trying what would become of a packet: the original does not notice. A packet
// that is under way must not be shown to the copy.
func (t *Tables) Clone() *Tables { return &Tables{} }

func (t *Tables) run(h Hook, p *packet.IP, at *Place) Result { return Result{} }

func (r Reject) answer(p *packet.IP) *packet.IP { return nil }
