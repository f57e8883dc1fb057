package engine

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// filters are conditions by name. moby: daemon/internal/filters
type filters api.Filters

// only refuses names that mean nothing here.
func (f filters) only(known ...string) error {
	for _, name := range sortedKeys(f) {
		if !slices.Contains(known, name) {
			return api.Errorf(api.InvalidParameter, "invalid filter '%s'", name)
		}
	}
	return nil
}

// bools refuses values that are not true or false.
func (f filters) bools(names ...string) error {
	for _, name := range names {
		for _, v := range f[name] {
			if _, err := strconv.ParseBool(v); err != nil {
				return api.Errorf(api.InvalidParameter, "invalid filter '%s=%v'", name, f[name])
			}
		}
	}
	return nil
}

func (f filters) is(name string) bool {
	for _, v := range f[name] {
		if on, err := strconv.ParseBool(v); err == nil && on {
			return true
		}
	}
	return false
}

// any reports whether no value is asked for, or one of them is right.
func (f filters) any(name string, ok func(string) bool) bool {
	return len(f[name]) == 0 || slices.ContainsFunc(f[name], ok)
}

func (f filters) boolean(name string, is bool) bool {
	return f.any(name, func(v string) bool {
		on, err := strconv.ParseBool(v)
		return err == nil && on == is
	})
}

func (f filters) exact(name, is string) bool {
	return f.any(name, func(v string) bool { return v == is })
}

// fuzzy is a part of the text, which is how names are matched.
func (f filters) fuzzy(name, is string) bool {
	return f.any(name, func(v string) bool { return strings.Contains(is, v) })
}

// labels wants all labels, and none of those behind label!.
func (f filters) labels(have map[string]string) bool {
	for _, want := range f["label"] {
		if !hasLabel(have, want) {
			return false
		}
	}
	for _, unwanted := range f["label!"] {
		if hasLabel(have, unwanted) {
			return false
		}
	}
	return true
}

func hasLabel(have map[string]string, want string) bool {
	name, value, valued := strings.Cut(want, "=")
	v, ok := have[name]
	return ok && (!valued || v == value)
}

// event reports whether an event is wanted. moby: daemon/events/filter.go. Names that are not known say nothing.
func (f filters) event(ev api.Event) bool {
	verb, _, _ := strings.Cut(ev.Action, ":")
	attrs := ev.Actor.Attributes
	return f.any("event", func(v string) bool { return v == ev.Action || v == verb }) &&
		f.exact("type", string(ev.Type)) && f.exact("scope", ev.Scope) && filters{"label": f["label"]}.labels(attrs) &&
		f.actor(ev, api.EventContainer, "container") && f.actor(ev, api.EventVolume, "volume") &&
		f.actor(ev, api.EventNetwork, "network") && f.actor(ev, api.EventDaemon, "daemon") &&
		f.eventImage(ev)
}

func (f filters) actor(ev api.Event, kind api.EventType, name string) bool {
	if len(f[name]) == 0 {
		return true
	}
	if ev.Type != kind {
		return false
	}
	return f.any(name, func(v string) bool {
		return strings.HasPrefix(ev.Actor.ID, v) || strings.HasPrefix(ev.Actor.Attributes["name"], v)
	})
}

func (f filters) eventImage(ev api.Event) bool {
	return f.any("image", func(v string) bool {
		id, name := ev.Actor.ID, ev.Actor.Attributes["name"]
		if ev.Type != api.EventImage {
			id, name = ev.Actor.Attributes["image"], ""
		}
		strip := func(s string) string { return strings.TrimSuffix(s, ":latest") }
		return strip(id) == strip(v) || name != "" && strip(name) == strip(v)
	})
}

// glob is a pattern against a text; a pattern that is none matches nothing.
func glob(pattern, s string) bool {
	ok, err := path.Match(pattern, s)
	return ok && err == nil
}

// integer reads a filter's value.
func integer(name, v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, api.Errorf(api.InvalidParameter, "%s", fmt.Sprintf("invalid filter '%s=[%s]'", name, v))
	}
	return n, nil
}
