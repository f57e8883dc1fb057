package xray

import (
	"dockerlearn/labs/sandbox"
)

// Ask is what somebody wants to see.
type Ask struct {
	Container string // by name or id; "" is one that the last commands did something to, or the newest
	Dir       string // "" is where the last deed was, or the root
	Changed   bool   // only what docker diff shows, of the whole container
}

// View is what is seen.
type View struct {
	Containers []Container
	Stack      Stack
	Listing    Listing
	Happened   Happened
}

// See looks into a container. Without a container there is nothing to see, which is no error.
func See(h *sandbox.Host, commands []sandbox.Command, ask Ask) (View, error) {
	var v View
	var err error
	if v.Containers, err = Containers(h); err != nil || len(v.Containers) == 0 {
		return v, err
	}
	if ask.Container == "" {
		ask.Container = choose(h, v.Containers, commands)
	}
	if v.Stack, err = Look(h, ask.Container); err != nil {
		return v, err
	}
	if v.Happened, err = LastDeeds(h, v.Stack.ID, commands); err != nil {
		return v, err
	}
	if ask.Dir == "" {
		ask.Dir = v.Happened.dir()
	}
	if ask.Changed {
		v.Listing, err = Changes(h, v.Stack.ID)
	} else {
		v.Listing, err = List(h, v.Stack.ID, ask.Dir)
	}
	return v, err
}

// choose is the container whose files were changed last, or else the newest.
func choose(h *sandbox.Host, all []Container, commands []sandbox.Command) string {
	last := all[len(all)-1].ID
	if len(commands) > 0 {
		for f := range h.FileChanges(commands[0].After, 0) {
			last = f.Container
		}
	}
	return last
}

// dir is the directory in which the most telling deed was done.
func (h Happened) dir() string {
	if d := h.Telling(); d != nil {
		return parent(d.Path)
	}
	return "/"
}

// Telling is the deed that shows most: a file that had to be copied, or else the first.
func (h Happened) Telling() *Deed {
	for i, d := range h.Deeds {
		if d.CopyUp && d.Type == File {
			return &h.Deeds[i]
		}
	}
	if len(h.Deeds) > 0 {
		return &h.Deeds[0]
	}
	return nil
}
