package condition

import "strings"

// Form is a way of writing conditions, as CONTRIBUTING.md lists it.
type Form struct {
	Patterns []string // C is a container, X whatever the word before it says
	Holds    string   // when
}

// form is that with what reads it.
type form struct {
	Form
	read func(r *reading, first string) test
}

// begins reports whether conditions of the form begin with a word.
func (f form) begins(first string) bool {
	for _, p := range f.Patterns {
		if word, _, _ := strings.Cut(p, " "); word == first {
			return true
		}
	}
	return false
}

// Vocabulary is every form, in the order in which they are listed. `not`, `any` and `all` are put before others.
func Vocabulary() []Form {
	var all []Form
	for _, f := range forms() {
		all = append(all, f.Form)
	}
	return append(all,
		Form{[]string{"not CONDITION"}, "it does not hold"},
		Form{[]string{"any A ; B", "all A ; B"}, "one of them holds, each of them; `(…)` around one that stands in another"},
	)
}

// forms are all but those that are put before others.
func forms() []form {
	return []form{
		{Form{[]string{"exists container|image|network|volume X", "absent … X"}, "there is one of that name, or none"}, readExists},
		{Form{[]string{"running C", "exited C [CODE]", "paused C", "healthy C"}, "that is its state"}, readState},
		{Form{[]string{"same C", "same container|image|network|volume X"}, "it is the one that the setup made"}, readSame},
		{Form{[]string{"runs C X"}, "the container was made from that image, as it is now"}, readRuns},
		{Form{[]string{"env C KEY=VALUE", "user C USER", "command C TEXT", "init C"}, "of how it was made"}, readMade},
		{Form{[]string{"restart-policy C NAME[:N]"}, "`no`, `always`, `unless-stopped`, `on-failure`"}, readPolicy},
		{Form{[]string{"limit C memory|cpus|pids <= X"}, "it has a limit, not above that"}, readLimit},
	}
}
