package labs

// Change is what the last step did to something.
type Change string

// The changes.
const (
	Same    Change = ""
	Added   Change = "+"
	Altered Change = "~"
)

// Picture is what there is on a host, in an order that does not change by itself.
type Picture struct {
	Networks []Network   // each with the containers that are on it
	Apart    []Container // those on no network: stopped, or made without
	Volumes  []Thing
	Images   []Thing
	Gone     []string // what the last step removed
}

// Network is a network and who is on it.
type Network struct {
	Name, Driver, Subnet string
	Change               Change
	Containers           []Container
}

// Container is a container as a network sees it.
type Container struct {
	Name, Image, State, Address string
	Ports                       []string
	Change                      Change
}

// Thing is something that has no more to show than a name.
type Thing struct {
	Name   string
	Change Change
}
