package progress

import (
	"path"
	"strings"
)

// DefaultDir is where progress is kept unless the learner names another folder: $DOCKERLEARN_DATA, or else what the
// system recommends: $XDG_DATA_HOME or ~/.local/share, ~/Library/Application Support, %LocalAppData%. It is a pure
// function; an empty answer means that there is no home either.
func DefaultDir(getenv func(string) string, home, goos string) string {
	if dir := getenv("DOCKERLEARN_DATA"); dir != "" {
		return dir
	}
	if goos == "windows" {
		return windowsDir(getenv, home)
	}
	// The XDG specification: a path in it that is not absolute is to be ignored.
	if xdg := getenv("XDG_DATA_HOME"); path.IsAbs(xdg) {
		return path.Join(xdg, "dockerlearn")
	}
	switch {
	case home == "":
		return ""
	case goos == "darwin":
		return path.Join(home, "Library", "Application Support", "dockerlearn")
	}
	return path.Join(home, ".local", "share", "dockerlearn")
}

// windowsDir joins with a backslash on every system that computes it.
func windowsDir(getenv func(string) string, home string) string {
	base := getenv("LocalAppData")
	if base == "" {
		if home == "" {
			return ""
		}
		base = home + `\AppData\Local`
	}
	return strings.TrimRight(base, `\/`) + `\dockerlearn`
}
