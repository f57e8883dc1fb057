package proc

import (
	"slices"

	"dockerlearn/labs/sandbox/vfs"
)

// Cap is a capability's number. Linux: include/uapi/linux/capability.h.
type Cap uint

const (
	CAP_CHOWN Cap = iota
	CAP_DAC_OVERRIDE
	CAP_DAC_READ_SEARCH
	CAP_FOWNER
	CAP_FSETID
	CAP_KILL
	CAP_SETGID
	CAP_SETUID
	CAP_SETPCAP
	CAP_LINUX_IMMUTABLE
	CAP_NET_BIND_SERVICE
	CAP_NET_BROADCAST
	CAP_NET_ADMIN
	CAP_NET_RAW
	CAP_IPC_LOCK
	CAP_IPC_OWNER
	CAP_SYS_MODULE
	CAP_SYS_RAWIO
	CAP_SYS_CHROOT
	CAP_SYS_PTRACE
	CAP_SYS_PACCT
	CAP_SYS_ADMIN
	CAP_SYS_BOOT
	CAP_SYS_NICE
	CAP_SYS_RESOURCE
	CAP_SYS_TIME
	CAP_SYS_TTY_CONFIG
	CAP_MKNOD
	CAP_LEASE
	CAP_AUDIT_WRITE
	CAP_AUDIT_CONTROL
	CAP_SETFCAP
	CAP_MAC_OVERRIDE
	CAP_MAC_ADMIN
	CAP_SYSLOG
	CAP_WAKE_ALARM
	CAP_BLOCK_SUSPEND
	CAP_AUDIT_READ
	CAP_PERFMON
	CAP_BPF
	CAP_CHECKPOINT_RESTORE

	lastCap = CAP_CHECKPOINT_RESTORE
)

// CapSet is a set of capabilities, as /proc/PID/status prints it.
type CapSet uint64

// AllCaps is every capability that Linux 6.18 has.
const AllCaps CapSet = 1<<(lastCap+1) - 1

// Caps makes a set.
func Caps(list ...Cap) CapSet {
	var set CapSet
	for _, c := range list {
		set |= 1 << c
	}
	return set
}

// Has reports whether c is in the set.
func (set CapSet) Has(c Cap) bool { return set&(1<<c) != 0 }

// Creds is who a process is and what it may do.
type Creds struct {
	UID, EUID, SUID uint32
	GID, EGID, SGID uint32
	Groups          []uint32

	Effective, Permitted, Inheritable, Bounding, Ambient CapSet
}

// Root is the superuser with all capabilities.
func Root() Creds {
	return Creds{Effective: AllCaps, Permitted: AllCaps, Bounding: AllCaps}
}

// User is an ordinary user. Its bounding set is a container's or host's matter: it limits what a setuid file can give.
func User(uid, gid uint32, bounding CapSet, groups ...uint32) Creds {
	return Creds{UID: uid, EUID: uid, SUID: uid, GID: gid, EGID: gid, SGID: gid, Groups: groups, Bounding: bounding}
}

// Creds is who the process is.
func (s Sys) Creds() Creds {
	s.p.enter()
	return s.p.cred
}

// Has reports whether the process has a capability.
func (s Sys) Has(c Cap) bool { return s.Creds().Effective.Has(c) }

func (p *Process) setCreds(c Creds) {
	p.cred = c
	p.view.SetCred(c.vfs())
}

// vfs is what the files' permission checks look at.
func (c Creds) vfs() vfs.Cred {
	return vfs.Cred{UID: c.EUID, GID: c.EGID, Groups: c.Groups, Caps: vfs.Caps(c.Effective)}
}

// Setuid is setuid(2): with CAP_SETUID all three ids change, and a root that becomes someone else loses its powers.
func (s Sys) Setuid(uid uint32) error {
	s.p.enter()
	c := s.p.cred
	switch {
	case c.Effective.Has(CAP_SETUID):
		was := c
		c.UID, c.EUID, c.SUID = uid, uid, uid
		s.p.setCreds(was.fixCaps(c))
	case uid == c.UID || uid == c.SUID:
		c.EUID = uid
		s.p.setCreds(s.p.cred.fixCaps(c))
	default:
		return EPERM
	}
	return nil
}

// Seteuid changes the effective user only.
func (s Sys) Seteuid(uid uint32) error {
	s.p.enter()
	c := s.p.cred
	if !c.Effective.Has(CAP_SETUID) && uid != c.UID && uid != c.SUID {
		return EPERM
	}
	c.EUID = uid
	s.p.setCreds(s.p.cred.fixCaps(c))
	return nil
}

// fixCaps is what a change of users does to capabilities. Linux: cap_emulate_setxuid.
func (old Creds) fixCaps(c Creds) Creds {
	wasRoot := old.UID == 0 || old.EUID == 0 || old.SUID == 0
	isRoot := c.UID == 0 || c.EUID == 0 || c.SUID == 0
	if wasRoot && !isRoot {
		c.Permitted, c.Effective, c.Ambient = 0, 0, 0
	}
	if old.EUID == 0 && c.EUID != 0 {
		c.Effective = 0
	}
	if old.EUID != 0 && c.EUID == 0 {
		c.Effective = c.Permitted
	}
	return c
}

// Setgid is setgid(2).
func (s Sys) Setgid(gid uint32) error {
	s.p.enter()
	c := s.p.cred
	switch {
	case c.Effective.Has(CAP_SETGID):
		c.GID, c.EGID, c.SGID = gid, gid, gid
	case gid == c.GID || gid == c.SGID:
		c.EGID = gid
	default:
		return EPERM
	}
	s.p.setCreds(c)
	return nil
}

// Setgroups replaces the supplementary groups.
func (s Sys) Setgroups(groups []uint32) error {
	s.p.enter()
	if !s.p.cred.Effective.Has(CAP_SETGID) {
		return EPERM
	}
	c := s.p.cred
	c.Groups = slices.Clone(groups)
	s.p.setCreds(c)
	return nil
}

// SetCaps lowers the process's capabilities, or raises them within what is permitted.
func (s Sys) SetCaps(effective, permitted, inheritable CapSet) error {
	s.p.enter()
	c := s.p.cred
	if permitted&^c.Permitted != 0 || effective&^permitted != 0 {
		return EPERM
	}
	c.Effective, c.Permitted, c.Inheritable = effective, permitted, inheritable
	s.p.setCreds(c)
	return nil
}

// onExec is who the process is after it executed a file that belongs to uid and gid and may have set-id bits.
// Linux: security/commoncap.c, cap_bprm_creds_from_file.
func (c Creds) onExec(setuid, setgid bool, uid, gid uint32) Creds {
	if setuid {
		c.EUID = uid
	}
	if setgid {
		c.EGID = gid
	}
	c.SUID, c.SGID = c.EUID, c.EGID
	if setuid || setgid {
		c.Ambient = 0
	}
	switch {
	case c.EUID == 0 || c.UID == 0:
		c.Permitted = c.Bounding | c.Inheritable
		c.Effective = 0
		if c.EUID == 0 {
			c.Effective = c.Permitted
		}
	default:
		c.Permitted = c.Ambient
		c.Effective = c.Ambient
	}
	return c
}
