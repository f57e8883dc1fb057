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
		{Form{[]string{
			"exists container|image|network|volume X", "absent … X",
		}, "there is one of that name, or none"}, readExists},
		{Form{[]string{"running C", "exited C [CODE]", "paused C", "healthy C"}, "that is its state"}, readState},
		{Form{[]string{"same C", "same image|network|volume X"}, "it is the one that the setup made"}, readSame},
		{Form{[]string{
			"count [WHICH] containers|images|networks|volumes = N",
		}, "there are so many; WHICH is `running`, `stopped`, `dangling`, `unused`, `anonymous`"}, readCount},
		{Form{[]string{"label container|image|network|volume X KEY[=VALUE]"}, "it has the label"}, readLabel},
		{Form{[]string{"image X has|lacks PATH", "image X < SIZE"}, "of an image's files and size"}, readImage},
		{Form{[]string{"layers X <= N"}, "of how many layers it has"}, readLayers},
		{Form{[]string{"runs C X"}, "the container was made from that image, as it is now"}, readRuns},
		{Form{[]string{
			"file C:PATH contains|equals TEXT", "file C:PATH exists|absent", "file C:PATH mode MODE",
		}, "of a file that a container sees, running or not; C may be `host`"}, readFile},
		{Form{[]string{
			"from C:PATH upper|volume|bind|tmpfs|image", "from C:PATH layer N",
		}, "where a read of it is answered; layer 1 is the lowest"}, readFrom},
		{Form{[]string{
			"mounted C PATH [volume [X]|bind [PATH]|tmpfs] [ro|rw]",
		}, "something is mounted there"}, readMounted},
		{Form{[]string{"size C < SIZE"}, "of the container's own writable layer"}, readSize},
		{Form{[]string{
			"volume X survives", "volume X has PATH [TEXT]",
		}, "it is the volume of the setup, and each file that it had begins as it did then; there is " +
			"such a file in it, with that text"}, readVolume},
		{Form{[]string{
			"network X has C", "network X internal", "network X driver|subnet|option VALUE",
		}, "of a network; an option is KEY=VALUE"}, readNetwork},
		{Form{[]string{"networks C X…"}, "it is on these networks and on no other"}, readNetworks},
		{Form{[]string{"on-one-network A B"}, "they have a network in common"}, readOnOne},
		{Form{[]string{"address C X ADDRESS"}, "that is its address on the network"}, readAddress},
		{Form{[]string{
			"default-route C X",
		}, "its default route leads through that network; X may be `none`"}, readRoute},
		{Form{[]string{
			"resolves A NAME",
		}, "a program in A finds an address for the name; A may be `host` or `lan`"}, readResolves},
		{Form{[]string{
			"reach A -> B:PORT[/udp]", "blocked … -> …",
		}, "A can connect, or not; A may be `host` or `lan`, B a name that A knows, an address, or `host`"}, readReach},
		{Form{[]string{
			"published C [PORT[/udp] [-> [ADDRESS:]PORT]]",
		}, "the port is published; without one, any is"}, readPublished},
		{Form{[]string{"env C KEY=VALUE", "user C USER", "command C TEXT", "init C"}, "of how it was made"}, readMade},
		{Form{[]string{
			"read-only C", "privileged C", "stop-signal C SIGNAL", "network-mode C MODE", "log-driver C NAME",
		}, "of how it was made, too; a mode that shares is `container:NAME`"}, readManner},
		{Form{[]string{"limit C memory|cpus|pids <= X"}, "it has a limit, not above that"}, readLimit},
		{Form{[]string{"restart-policy C NAME[:N]"}, "`no`, `always`, `unless-stopped`, `on-failure`"}, readPolicy},
		{Form{[]string{"log C contains TEXT", "log C < SIZE"}, "of what the container has written"}, readLog},
		{Form{[]string{"rotates C"}, "its log is bounded"}, readRotates},
		{Form{[]string{"used < SIZE"}, "Docker's files on the disk together, logs too"}, readUsed},
		{Form{[]string{
			"run `COMMAND` prints TEXT", "run `COMMAND` exits N",
		}, "tried on a copy of the host; only for what nothing else says, and with a sentence"}, readRun},
	}
}
