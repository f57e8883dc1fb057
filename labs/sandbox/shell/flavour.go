package shell

// Flavour is which shell is imitated. They parse a little differently, offer different extensions, and word their
// messages in their own way.
type Flavour int

const (
	Ash  Flavour = iota // busybox sh, in busybox and alpine images
	Dash                // /bin/sh of Debian and Ubuntu
	Bash                // bash 5.2
)

// String is the name that people know the shell by.
func (f Flavour) String() string { return [...]string{"ash", "dash", "bash"}[f] }

// traits is how a flavour differs where a value says it all. What differs in structure asks for the flavour by name.
type traits struct {
	echoEscapes   bool // echo interprets \n without being asked
	echoEFlag     bool // echo knows -e and -E
	redirectFails int  // status after a redirection that failed
	unsetFails    int  // status of a shell that ends at ${x?} or set -u
	specialFatal  bool // an error in a special builtin ends the shell
	notFoundWhat  string
	random        bool // $RANDOM
	pipefail      bool
}

func (f Flavour) traits() traits {
	switch f {
	case Dash:
		return traits{echoEscapes: true, redirectFails: 2, unsetFails: 2, specialFatal: true, notFoundWhat: "not found"}
	case Bash:
		return traits{
			echoEFlag:     true,
			redirectFails: 1,
			unsetFails:    127,
			notFoundWhat:  "command not found",
			random:        true,
			pipefail:      true,
		}
	}
	return traits{
		echoEFlag:     true,
		redirectFails: 1,
		unsetFails:    2,
		specialFatal:  true,
		notFoundWhat:  "not found",
		random:        true,
		pipefail:      true,
	}
}
