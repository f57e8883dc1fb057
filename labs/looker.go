package labs

import "dockerlearn/labs/sandbox"

// Looker is what a panel over a lab may look at: it reads, and changes nothing.
type Looker interface {
	Host() *sandbox.Host
	Commands() []sandbox.Command // that were typed at the host's own prompt, oldest first
}

var _ Looker = (*Bench)(nil)
