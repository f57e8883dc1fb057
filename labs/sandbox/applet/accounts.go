package applet

import (
	"strconv"
	"strings"
)

// account is a line of /etc/passwd.
type account struct {
	name             string
	uid, gid         uint32
	gecos, home, run string
}

// accounts is who the machine knows.
type accounts struct {
	users  []account
	groups []group
}

// group is a line of /etc/group.
type group struct {
	name    string
	gid     uint32
	members []string
}

// accounts reads /etc/passwd and /etc/group; what is not there is empty.
func (c *call) accounts() *accounts {
	a := &accounts{}
	for _, f := range c.colons("/etc/passwd", 7) {
		a.users = append(a.users, account{f[0], id32(f[2]), id32(f[3]), f[4], f[5], f[6]})
	}
	for _, f := range c.colons("/etc/group", 4) {
		g := group{name: f[0], gid: id32(f[2])}
		if f[3] != "" {
			g.members = strings.Split(f[3], ",")
		}
		a.groups = append(a.groups, g)
	}
	return a
}

// colons is the lines of a file that have n fields.
func (c *call) colons(path string, n int) [][]string {
	text, _ := c.FS().ReadFile(path)
	var list [][]string
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), ":"); len(f) == n {
			list = append(list, f)
		}
	}
	return list
}

func id32(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}

// user finds an account by number.
func (a *accounts) user(uid uint32) (account, bool) {
	for _, u := range a.users {
		if u.uid == uid {
			return u, true
		}
	}
	return account{}, false
}

func (a *accounts) userNamed(name string) (account, bool) {
	for _, u := range a.users {
		if u.name == name {
			return u, true
		}
	}
	return account{}, false
}

func (a *accounts) group(gid uint32) (group, bool) {
	for _, g := range a.groups {
		if g.gid == gid {
			return g, true
		}
	}
	return group{}, false
}

// userName is a user's name, or the number if it has none.
func (a *accounts) userName(uid uint32) string {
	if u, ok := a.user(uid); ok {
		return u.name
	}
	return strconv.FormatUint(uint64(uid), 10)
}

func (a *accounts) groupName(gid uint32) string {
	if g, ok := a.group(gid); ok {
		return g.name
	}
	return strconv.FormatUint(uint64(gid), 10)
}

// uid reads a user by name or number.
func (a *accounts) uid(s string) (uint32, bool) {
	if u, ok := a.userNamed(s); ok {
		return u.uid, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil
}

func (a *accounts) gid(s string) (uint32, bool) {
	for _, g := range a.groups {
		if g.name == s {
			return g.gid, true
		}
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil
}

// groupsOf is the numbers of the groups that list a user.
func (a *accounts) groupsOf(name string, primary uint32) []uint32 {
	list := []uint32{primary}
	for _, g := range a.groups {
		for _, m := range g.members {
			if m == name && g.gid != primary {
				list = append(list, g.gid)
			}
		}
	}
	return list
}

// names reports whether one of the users in a list, by name or number, is this one.
func (a *accounts) names(list string, uid uint32) bool {
	for name := range strings.SplitSeq(list, ",") {
		if id, ok := a.uid(name); ok && id == uid {
			return true
		}
	}
	return false
}
