package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// account is who a process in a container is.
type account struct {
	uid, gid uint32
	groups   []uint32
	home     string
}

const maxID = 1<<31 - 1

// lookUser finds USER[:GROUP] in a container's own /etc/passwd and /etc/group. moby/sys: user/user.go, GetExecUser
func lookUser(v *vfs.View, spec string, more []string) (account, error) {
	name, group, grouped := strings.Cut(spec, ":")
	a := account{home: "/"}
	number, err := strconv.Atoi(name)
	numeric := err == nil
	found := false
	for _, f := range table(v, "/etc/passwd", 7) {
		if name == "" && f[2] == "0" || f[0] == name || numeric && f[2] == name {
			a.uid, a.gid, a.home, name, found = id(f[2]), id(f[3]), f[5], f[0], true
			break
		}
	}
	if !found && name != "" {
		if !numeric {
			return a, fmt.Errorf("unable to find user %s: no matching entries in passwd file", name)
		}
		if number < 0 || number > maxID {
			return a, fmt.Errorf("uids and gids must be in range 0-%d", maxID)
		}
		a.uid = uint32(number)
	}
	groups := table(v, "/etc/group", 4)
	if grouped && group != "" {
		if err := a.setGroup(groups, group); err != nil {
			return a, err
		}
	} else if found {
		for _, f := range groups {
			if slices.Contains(strings.Split(f[3], ","), name) {
				a.groups = append(a.groups, id(f[2]))
			}
		}
	}
	a.groups = slices.Insert(a.groups, 0, a.gid)
	return a, a.addGroups(groups, more)
}

func (a *account) setGroup(groups [][]string, group string) error {
	for _, f := range groups {
		if f[0] == group || f[2] == group {
			a.gid = id(f[2])
			return nil
		}
	}
	n, err := strconv.Atoi(group)
	if err != nil {
		return fmt.Errorf("unable to find group %s: no matching entries in group file", group)
	}
	if n < 0 || n > maxID {
		return fmt.Errorf("uids and gids must be in range 0-%d", maxID)
	}
	a.gid = uint32(n)
	return nil
}

// addGroups is --group-add. moby/sys: user/user.go, GetAdditionalGroups
func (a *account) addGroups(groups [][]string, more []string) error {
	for _, name := range more {
		i := slices.IndexFunc(groups, func(f []string) bool { return f[0] == name || f[2] == name })
		if i >= 0 {
			a.groups = append(a.groups, id(groups[i][2]))
			continue
		}
		n, err := strconv.Atoi(name)
		if err != nil {
			return fmt.Errorf("unable to find group %s: no matching entries in group file", name)
		}
		a.groups = append(a.groups, uint32(n))
	}
	return nil
}

func id(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32) // a number that is none counts as 0, as there
	return uint32(n)
}

// readText is the content of a file that may be missing, as far as one could want to read it.
func readText(v *vfs.View, file string) string {
	f, err := v.Open(file, vfs.O_RDONLY, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	text := make([]byte, min(f.Stat().Size, 1<<20))
	n, _ := f.Pread(text, 0)
	return string(text[:n])
}

// table is the lines of a file with fields between colons, filled up to n fields.
func table(v *vfs.View, file string, n int) [][]string {
	var rows [][]string
	for line := range strings.SplitSeq(readText(v, file), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, ":")
		for len(f) < n {
			f = append(f, "")
		}
		rows = append(rows, f)
	}
	return rows
}

// defaultCaps is what containers get. moby: daemon/pkg/oci/caps/defaults.go
const defaultCaps = proc.CapSet(1<<proc.CAP_CHOWN | 1<<proc.CAP_DAC_OVERRIDE | 1<<proc.CAP_FSETID | 1<<proc.CAP_FOWNER |
	1<<proc.CAP_MKNOD | 1<<proc.CAP_NET_RAW | 1<<proc.CAP_SETGID | 1<<proc.CAP_SETUID | 1<<proc.CAP_SETFCAP |
	1<<proc.CAP_SETPCAP | 1<<proc.CAP_NET_BIND_SERVICE | 1<<proc.CAP_SYS_CHROOT | 1<<proc.CAP_KILL |
	1<<proc.CAP_AUDIT_WRITE)

// capNames in the kernel's order.
const capNames = "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE " +
	"NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE " +
	"SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL " +
	"SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"

// parseCaps reads names of capabilities. moby: daemon/pkg/oci/caps/utils.go, NormalizeLegacyCapabilities
func parseCaps(what string, names []string) (proc.CapSet, error) {
	known := strings.Fields(capNames)
	var set proc.CapSet
	for _, n := range names {
		name := strings.ToUpper(n)
		if name == "ALL" {
			set = proc.AllCaps
			continue
		}
		name = strings.TrimPrefix(name, "CAP_")
		i := slices.Index(known, name)
		if i < 0 {
			return 0, api.Errorf(api.InvalidParameter, "invalid %s: unknown capability: %q", what, "CAP_"+name)
		}
		set |= 1 << i
	}
	return set, nil
}

// capabilities is what the container's root may do. moby: daemon/pkg/oci/caps/utils.go, TweakCapabilities
func (ct *container) capabilities() proc.CapSet {
	if ct.host.Privileged {
		return ct.e.c.Caps
	}
	set := defaultCaps
	add, _ := parseCaps("CapAdd", ct.host.CapAdd) // both were checked
	drop, _ := parseCaps("CapDrop", ct.host.CapDrop)
	switch {
	case hasAll(ct.host.CapAdd):
		set = ct.e.c.Caps &^ drop
		if hasAll(ct.host.CapDrop) {
			set = 0
		}
	case hasAll(ct.host.CapDrop):
		set = add
	default:
		set = set&^drop | add
	}
	return set & ct.e.c.Caps
}

func hasAll(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, "ALL") })
}

// creds is the account with the powers that it gets from a bounding set.
func (a *account) creds(caps proc.CapSet) proc.Creds {
	if a.uid != 0 {
		return proc.User(a.uid, a.gid, caps, a.groups...)
	}
	return proc.Creds{
		GID: a.gid, EGID: a.gid, SGID: a.gid, Groups: a.groups, Effective: caps, Permitted: caps, Bounding: caps,
	}
}
