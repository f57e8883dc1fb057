package applet

import (
	"strconv"
	"strings"
	"time"
)

// zone is the time zone that TZ asks for. Names of places are not known: the machine has no zone files, and UTC is
// what a container without them shows. POSIX's form, CST-8, is understood without its summer time.
func (c *call) zone() *time.Location {
	tz := c.Getenv("TZ")
	i := strings.IndexAny(tz, "+-0123456789")
	if i < 3 || strings.ContainsAny(tz[:i], "/") {
		return time.UTC
	}
	name, rest := strings.Trim(tz[:i], "<>"), tz[i:]
	sign := -1
	switch rest[0] {
	case '-':
		sign, rest = 1, rest[1:]
	case '+':
		rest = rest[1:]
	}
	parts := strings.Split(strings.TrimRight(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), ":")
	seconds, unit := 0, 3600
	for _, p := range parts[:min(len(parts), 3)] {
		n, err := strconv.Atoi(p)
		if err != nil || n > 167 {
			return time.UTC
		}
		seconds += n * unit
		unit /= 60
	}
	return time.FixedZone(name, sign*seconds)
}

// at is nanoseconds since 1970 as a time in the process's zone.
func (c *call) at(ns int64) time.Time { return time.Unix(0, ns).In(c.zone()) }
