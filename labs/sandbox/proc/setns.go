package proc

import "dockerlearn/labs/sandbox/vfs"

// Setns moves the process into namespaces of another: those of what that are set there. It needs CAP_SYS_ADMIN. A new
// pid namespace counts for children alone, as setns(2) has it, and is refused here. Linux: kernel/nsproxy.c
func (s Sys) Setns(of *Process, what ...NamespaceKind) error {
	s.p.enter()
	if !s.p.cred.Effective.Has(CAP_SYS_ADMIN) {
		return EPERM
	}
	if of.Done() {
		return ESRCH
	}
	for _, kind := range what {
		switch kind {
		case NetNamespace:
			s.p.ns.Net = of.ns.Net
		case UTSNamespaceKind:
			s.p.ns.UTS = of.ns.UTS
		case IPCNamespaceKind:
			s.p.ns.IPC = of.ns.IPC
		case MountNamespace:
			s.p.view = of.view.Clone()
		default:
			return vfs.EINVAL
		}
	}
	return nil
}

// NamespaceKind is a kind of namespace that Setns can change.
type NamespaceKind string

// Kinds, by their names below /proc/PID/ns.
const (
	NetNamespace     NamespaceKind = "net"
	UTSNamespaceKind NamespaceKind = "uts"
	IPCNamespaceKind NamespaceKind = "ipc"
	MountNamespace   NamespaceKind = "mnt"
)
