package why

import (
	"maps"
	"strconv"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// words says what an event is, in a sentence. Events of rules without words are steps too small to tell.
func (t *teller) words(e sim.Event) said {
	if say, known := t.phrases[e.Rule]; known {
		return say(t, e)
	}
	return said{}
}

// tables are the words by what they are about.
func tables() []map[sim.Rule]phrase {
	return []map[sim.Rule]phrase{engineWords(), processWords(), fileWords(), networkWords(), buildWords()}
}

func phrases() map[sim.Rule]phrase {
	all := map[sim.Rule]phrase{}
	for _, t := range tables() {
		maps.Copy(all, t)
	}
	return all
}

// phrase makes the sentence of an event.
type phrase func(*teller, sim.Event) said

// small are the rules of events that are no news to who typed the command: they only hold a chain together.
func small() []sim.Rule {
	return []sim.Rule{
		"shell.command", // named with the links
		"proc.fork", "proc.exec", "proc.signal", "proc.signaled", "proc.exit", "proc.outputlimit",
		"docker.container.create", "docker.container.launch", "docker.container.attach", "docker.container.detach", "docker.container.resize",
		"docker.container.top", "docker.container.exec_create", "docker.container.exec_start", "docker.container.exec_detach",
		"docker.container.archive-path", "docker.container.export", "docker.container.prune",
		"docker.volume.mount", "docker.volume.unmount", "docker.volume.prune", "docker.network.prune",
		"docker.image.prune", "docker.image.save", "docker.image.push", "docker.network.disconnect",
		"build.cache.hit", "build.cache.collect",
		"vfs.lookup", "vfs.mount", "vfs.sealed", "vfs.wrote",
		"net.log", "net.retransmit", "net.timewait",
	}
}

// attr is an attribute that docker events shows with an event.
func attr(e sim.Event, name string) string {
	if d, ok := e.Detail.(interface{ Attributes() map[string]string }); ok {
		return d.Attributes()[name]
	}
	return ""
}

// signalName is a signal's number as its name.
func signalName(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		return number
	}
	return "SIG" + proc.Signal(n).String()
}
