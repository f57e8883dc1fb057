package api

import "dockerlearn/labs/sandbox/sim"

// EventType is the kind of thing that an event is about.
type EventType string

// The kinds of things.
const (
	EventBuilder   EventType = "builder"
	EventContainer EventType = "container"
	EventDaemon    EventType = "daemon"
	EventImage     EventType = "image"
	EventNetwork   EventType = "network"
	EventPlugin    EventType = "plugin"
	EventVolume    EventType = "volume"
)

// Event is one line of docker events. Action may say more behind a colon: "exec_start: ls ".
type Event struct {
	Type     EventType
	Action   string
	Actor    Actor
	Scope    string `json:"scope,omitempty"`
	Time     int64  `json:"time,omitempty"`     // seconds since 1970
	TimeNano int64  `json:"timeNano,omitempty"` // nanoseconds since 1970

	// ID is the event in the world's log, which knows its causes.
	ID sim.EventID `json:"-"`
}

// Actor is what it happened to.
type Actor struct {
	ID         string
	Attributes map[string]string
}

// EventsOptions say which events. Since and Until are seconds since 1970 with a fraction, or "".
type EventsOptions struct {
	Since, Until string
	Filters      Filters
}
