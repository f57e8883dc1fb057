package netsim

import (
	"dockerlearn/labs/sandbox/sim"
)

// Stack is a network namespace: the links, addresses, routes, rules and sockets that a group of processes shares.
type Stack struct {
	fabric *Fabric
	name   string
	id     uint64
	links  []*Link // by index
	closed bool
}

// NewStack makes a namespace with a loopback link that is up and has 127.0.0.1/8 and ::1/128. (In a real new
// namespace it is down; whoever makes one brings it up first of all.)
func (f *Fabric) NewStack(name string) *Stack {
	s := &Stack{fabric: f, name: name, id: f.nextID()}
	s.addLoopback()
	return s
}

// Name is what the maker called the namespace; it is for people.
func (s *Stack) Name() string { return s.name }

// ID is the inode number that /proc/PID/ns/net shows.
func (s *Stack) ID() uint64 { return s.id }

// Fabric is the world of links that the namespace belongs to.
func (s *Stack) Fabric() *Fabric { return s.fabric }

// Sim is the simulation that the namespace lives in.
func (s *Stack) Sim() *sim.Sim { return s.fabric.sim }

// Close ends the namespace: its sockets, its links and the other ends of their cables go.
func (s *Stack) Close() { s.closed = true }

// Closed reports whether the namespace has ended.
func (s *Stack) Closed() bool { return s.closed }

// Sysctl reads a kernel parameter of the namespace, written with dots or slashes: net.ipv4.ip_forward.
func (s *Stack) Sysctl(name string) (string, bool) { return "", false }

// SetSysctl sets a kernel parameter. One that does not exist is ENOENT; a value that is not allowed EINVAL.
func (s *Stack) SetSysctl(name, value string) error { return ENOSYS }

// Sysctls lists the names of the kernel parameters with dots, in order.
func (s *Stack) Sysctls() []string { return nil }

// UnprivilegedPort is the first port that anybody may bind: net.ipv4.ip_unprivileged_port_start.
func (s *Stack) UnprivilegedPort() int { return 1024 }

// PingGroups is the groups that may make ping sockets: net.ipv4.ping_group_range. Nobody may where low is above high.
func (s *Stack) PingGroups() (low, high uint32) { return 1, 0 }
