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
	ns, view := s.p.ns, s.p.view // nothing happens where one of them cannot be
	for _, kind := range what {
		switch kind {
		case NetNamespace:
			ns.Net = of.ns.Net
		case UTSNamespaceKind:
			ns.UTS = of.ns.UTS
		case IPCNamespaceKind:
			ns.IPC = of.ns.IPC
		case MountNamespace:
			view = of.view.Clone()
		default:
			return vfs.EINVAL
		}
	}
	s.p.ns, s.p.view = ns, view
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
