// Package passwd is who a machine knows: /etc/passwd and /etc/group as programs read them. See passwd(5) and group(5).
package passwd

import (
	"strconv"
	"strings"
)

// User is a line of /etc/passwd.
type User struct {
	Name               string
	UID, GID           uint32
	Gecos, Home, Shell string
}

// Group is a line of /etc/group.
type Group struct {
	Name    string
	GID     uint32
	Members []string
}

// Accounts is who the machine knows.
type Accounts struct {
	users  []User
	groups []Group
}

// Read reads both files; what is not there is empty.
func Read(readFile func(string) ([]byte, error)) *Accounts {
	a := &Accounts{}
	for _, f := range colons(readFile, "/etc/passwd", 7) {
		a.users = append(a.users, User{f[0], Number(f[2]), Number(f[3]), f[4], f[5], f[6]})
	}
	for _, f := range colons(readFile, "/etc/group", 4) {
		g := Group{Name: f[0], GID: Number(f[2])}
		if f[3] != "" {
			g.Members = strings.Split(f[3], ",")
		}
		a.groups = append(a.groups, g)
	}
	return a
}

// colons is the lines of a file that have n fields.
func colons(readFile func(string) ([]byte, error), path string, n int) [][]string {
	text, _ := readFile(path)
	var list [][]string
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), ":"); len(f) == n {
			list = append(list, f)
		}
	}
	return list
}

// Number is the number of a user or a group, 0 if it is none.
func Number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}

// User finds an account by number.
func (a *Accounts) User(uid uint32) (User, bool) {
	for _, u := range a.users {
		if u.UID == uid {
			return u, true
		}
	}
	return User{}, false
}

// UserNamed finds an account by name.
func (a *Accounts) UserNamed(name string) (User, bool) {
	for _, u := range a.users {
		if u.Name == name {
			return u, true
		}
	}
	return User{}, false
}

// Group finds a group by number.
func (a *Accounts) Group(gid uint32) (Group, bool) {
	for _, g := range a.groups {
		if g.GID == gid {
			return g, true
		}
	}
	return Group{}, false
}

// GroupNamed finds a group by name.
func (a *Accounts) GroupNamed(name string) (Group, bool) {
	for _, g := range a.groups {
		if g.Name == name {
			return g, true
		}
	}
	return Group{}, false
}

// UserName is a user's name, or the number if it has none.
func (a *Accounts) UserName(uid uint32) string {
	if u, ok := a.User(uid); ok {
		return u.Name
	}
	return strconv.FormatUint(uint64(uid), 10)
}

// GroupName is a group's name, or the number if it has none.
func (a *Accounts) GroupName(gid uint32) string {
	if g, ok := a.Group(gid); ok {
		return g.Name
	}
	return strconv.FormatUint(uint64(gid), 10)
}

// UID reads a user by name or number.
func (a *Accounts) UID(s string) (uint32, bool) {
	if u, ok := a.UserNamed(s); ok {
		return u.UID, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil
}

// GID reads a group by name or number.
func (a *Accounts) GID(s string) (uint32, bool) {
	if g, ok := a.GroupNamed(s); ok {
		return g.GID, true
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err == nil
}

// GroupsOf is the numbers of the groups that list a user.
func (a *Accounts) GroupsOf(name string, primary uint32) []uint32 {
	list := []uint32{primary}
	for _, g := range a.groups {
		for _, m := range g.Members {
			if m == name && g.GID != primary {
				list = append(list, g.GID)
			}
		}
	}
	return list
}

// Names reports whether one of the users in a list, by name or number, is this one.
func (a *Accounts) Names(list string, uid uint32) bool {
	for name := range strings.SplitSeq(list, ",") {
		if id, ok := a.UID(name); ok && id == uid {
			return true
		}
	}
	return false
}
