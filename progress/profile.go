package progress

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrProfile is a name that no profile can have.
var ErrProfile = errors.New("a profile's name is up to 32 of a-z, 0-9, - and _, the first a letter or digit")

const (
	filePrefix = "progress"
	fileSuffix = ".db"
)

// fileName is the file of a profile.
func fileName(profile string) (string, error) {
	if profile == "" {
		return filePrefix + fileSuffix, nil
	}
	if !validProfile(profile) {
		return "", fmt.Errorf("profile %q: %w", profile, ErrProfile)
	}
	return filePrefix + "-" + profile + fileSuffix, nil
}

// validProfile: a name is part of a file's name on every system, also on those that take A and a for the same.
func validProfile(name string) bool {
	if len(name) > 32 || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "_") {
		return false
	}
	for _, c := range name {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_", c) {
			return false
		}
	}
	return true
}

// Profiles are the names of the profiles in a folder, sorted; the one without a name is "".
func Profiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		name, found := strings.CutSuffix(e.Name(), fileSuffix)
		if name, ours := strings.CutPrefix(name, filePrefix); found && ours {
			profile := strings.TrimPrefix(name, "-")
			if file, err := fileName(profile); err == nil && file == filepath.Base(e.Name()) {
				names = append(names, profile)
			}
		}
	}
	slices.Sort(names)
	return names, err
}
