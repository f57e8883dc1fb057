package netfilter

// Rule is one rule of a chain.
type Rule struct {
	Origin         string // the command or the daemon's step that made it
	Packets, Bytes uint64
	body           body
	handle         uint64
}

// body is what a rule says, in the terms of the tool that made it.
type body interface {
	// eval looks at the packet of a walk, counts it in the rule where it matches, and does what the rule says.
	eval(w *walk, r *Rule) action
	calls() []*Chain // chains that it jumps to
	tracks() bool    // it needs connections
	clone(chain func(*Chain) *Chain) body
	String() string
}

// String is the rule as the tool that made it writes it, without the chain.
func (r *Rule) String() string { return r.body.String() }

// action is what follows from a rule.
type action uint8

const (
	actNone     action = iota // the rule did not match
	actContinue               // it matched, and the next rule is asked
	actReturn
	actJump
	actGoto
	actAccept
	actDrop
	actReject
)
