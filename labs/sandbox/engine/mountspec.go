package engine

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/vfs"
)

// mountPoint is a mount as a container has it. moby: daemon/volume/mounts/mounts.go, MountPoint
type mountPoint struct {
	kind        api.MountType
	name        string // of the volume
	source      string // on the host
	dest        string
	driver      string
	mode        string
	readOnly    bool
	propagation string
	subpath     string
	noCopy      bool
	mustExist   bool // a missing source is an error, not a new directory
	anonymous   bool
	spec        api.Mount
}

// parseBind reads SOURCE:DESTINATION:MODE as -v has it. moby: daemon/volume/mounts/linux_parser.go, ParseMountRaw
func parseBind(raw, driver string) (*mountPoint, error) {
	bad := fmt.Errorf("invalid volume specification: '%s'", raw)
	parts := strings.SplitN(raw, ":", 4)
	if parts[0] == "" || len(parts) > 3 {
		return nil, bad
	}
	var m api.Mount
	mode := ""
	switch len(parts) {
	case 1:
		m.Target = parts[0]
	case 2:
		if validMode(parts[1]) {
			return nil, bad
		}
		m.Source, m.Target = parts[0], parts[1]
	case 3:
		m.Source, m.Target, mode = parts[0], parts[1], parts[2]
	}
	if !validMode(mode) {
		return nil, invalidMode(mode)
	}
	m.Type = api.MountVolume
	if strings.HasPrefix(m.Source, "/") {
		m.Type = api.MountBind
	}
	m.ReadOnly = modeHas(mode, "ro")
	if m.Type == api.MountVolume {
		m.VolumeOptions = &api.VolumeOptions{NoCopy: modeHas(mode, "nocopy")}
		if driver != "" {
			m.VolumeOptions.DriverConfig = &api.VolumeDriver{Name: driver}
		}
	}
	mp, err := parseMount(m)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", bad, err)
	}
	mp.mode, mp.mustExist = mode, false
	if p := propagationOf(mode); p != "" {
		mp.propagation = p
	}
	return mp, nil
}

func invalidMode(mode string) error { return fmt.Errorf("invalid mode: %s", mode) }

var propagations = []string{"private", "rprivate", "slave", "rslave", "shared", "rshared"}

// validMode reports whether a mode has known words only, and none of a kind twice.
func validMode(mode string) bool {
	if mode == "" {
		return true
	}
	seen := map[string]bool{}
	for word := range strings.SplitSeq(mode, ",") {
		kind := ""
		switch {
		case word == "rw" || word == "ro":
			kind = "access"
		case word == "z" || word == "Z":
			kind = "label"
		case word == "nocopy":
			kind = "copy"
		case word == "consistent" || word == "cached" || word == "delegated":
			kind = "consistency"
		case slices.Contains(propagations, word):
			kind = "propagation"
		}
		if kind == "" || seen[kind] {
			return false
		}
		seen[kind] = true
	}
	return true
}

func modeHas(mode, word string) bool { return slices.Contains(strings.Split(mode, ","), word) }

func propagationOf(mode string) string {
	for word := range strings.SplitSeq(mode, ",") {
		if slices.Contains(propagations, word) {
			return word
		}
	}
	return ""
}

// parseMount reads a mount as --mount gives it. moby: linux_parser.go, validateMountConfigImpl and parseMountSpec
func parseMount(m api.Mount) (*mountPoint, error) {
	if err := mountProblem(m); err != nil {
		return nil, fmt.Errorf("invalid mount config for type %q: %w", m.Type, err)
	}
	mp := &mountPoint{kind: m.Type, dest: path.Clean(m.Target), readOnly: m.ReadOnly, spec: m}
	switch m.Type {
	case api.MountBind:
		mp.source, mp.propagation = path.Clean(m.Source), "rprivate"
		mp.mustExist = m.BindOptions == nil || !m.BindOptions.CreateMountpoint
		if o := m.BindOptions; o != nil && o.Propagation != "" {
			mp.propagation = o.Propagation
		}
	case api.MountVolume:
		mp.name, mp.anonymous = m.Source, m.Source == ""
		if o := m.VolumeOptions; o != nil {
			mp.noCopy, mp.subpath = o.NoCopy, o.Subpath
			if o.DriverConfig != nil {
				mp.driver = o.DriverConfig.Name
			}
		}
	case api.MountImage:
		mp.source, mp.readOnly = m.Source, true
		if o := m.ImageOptions; o != nil {
			mp.subpath = o.Subpath
		}
	}
	return mp, nil
}

func mountProblem(m api.Mount) error {
	if m.Target == "" {
		return errors.New("field Target must not be empty")
	}
	if path.Clean(m.Target) == "/" {
		return errors.New("invalid specification: destination can't be '/'")
	}
	if !strings.HasPrefix(m.Target, "/") {
		return notAbsolute(m.Target)
	}
	extra := func(name string, there bool) error {
		if there {
			return fmt.Errorf("field %s must not be specified", name)
		}
		return nil
	}
	switch m.Type {
	case api.MountBind:
		if m.Source == "" {
			return errors.New("field Source must not be empty")
		}
		if o := m.BindOptions; o != nil && o.Propagation != "" && !slices.Contains(propagations, o.Propagation) {
			return fmt.Errorf("invalid propagation mode: %s", o.Propagation)
		}
		if !strings.HasPrefix(m.Source, "/") {
			return notAbsolute(m.Source)
		}
		return errors.Join(extra("VolumeOptions", m.VolumeOptions != nil), extra("TmpfsOptions", m.TmpfsOptions != nil))
	case api.MountVolume:
		if m.Source == "" && m.ReadOnly {
			return errors.New("must not set ReadOnly mode when using anonymous volumes")
		}
		if o := m.VolumeOptions; o != nil && o.Subpath != "" && !localPath(o.Subpath) {
			return errors.New("subpath must be a relative path within the volume")
		}
		return errors.Join(extra("BindOptions", m.BindOptions != nil), extra("TmpfsOptions", m.TmpfsOptions != nil))
	case api.MountTmpfs:
		return errors.Join(extra("Source", m.Source != ""), extra("BindOptions", m.BindOptions != nil),
			extra("VolumeOptions", m.VolumeOptions != nil))
	case api.MountImage:
		if m.Source == "" {
			return errors.New("field Source must not be empty")
		}
		return errors.Join(extra("BindOptions", m.BindOptions != nil), extra("VolumeOptions", m.VolumeOptions != nil))
	}
	return errors.New("mount type unknown")
}

func notAbsolute(p string) error {
	return fmt.Errorf("invalid mount path: '%s' mount path must be absolute", p)
}

// localPath reports whether a path stays where it begins.
func localPath(p string) bool {
	clean := path.Clean("/" + p)
	return !strings.HasPrefix(p, "/") && clean == "/"+path.Clean(p)
}

// parseFrom reads CONTAINER[:MODE] of --volumes-from. moby: linux_parser.go, ParseVolumesFrom
func parseFrom(spec string) (id, mode string, err error) {
	if spec == "" {
		return "", "", errors.New("volumes-from specification cannot be an empty string")
	}
	id, mode, moded := strings.Cut(spec, ":")
	if !moded {
		return id, "rw", nil
	}
	if !validMode(mode) || modeHas(mode, "nocopy") {
		return "", "", invalidMode(mode)
	}
	return id, mode, nil
}

// parseTmpfs reads the options of mount(8) for a tmpfs.
func parseTmpfs(options string) (tmpfsMount, error) {
	t := tmpfsMount{flags: vfs.MS_NOSUID | vfs.MS_NODEV | vfs.MS_NOEXEC}
	var shown []string
	for o := range strings.SplitSeq(options, ",") {
		name, value, _ := strings.Cut(o, "=")
		ok := true
		switch name {
		case "":
			continue
		case "rw", "suid", "dev", "exec", "ro", "nosuid", "nodev", "noexec", "noatime", "relatime":
			t.flag(name)
			continue
		case "size":
			var n int64
			n, ok = parseSize(value, defaultMemory)
			t.Size = n
			value = strconv.FormatInt(n/1024, 10) + "k"
		case "nr_inodes":
			t.Inodes, ok = parseSize(value, 1<<20)
		case "mode":
			n, err := strconv.ParseUint(value, 8, 32)
			ok = err == nil
			t.Mode = vfs.Mode(n) & vfs.PermMask
		case "uid", "gid":
			n, err := strconv.ParseUint(value, 10, 32)
			ok = err == nil
			if t.UID = uint32(n); name == "gid" {
				t.UID, t.GID = 0, uint32(n)
			}
		default:
			ok = false
		}
		if !ok {
			return t, fmt.Errorf("invalid tmpfs option %q", o)
		}
		shown = append(shown, name+"="+value)
	}
	t.shown = strings.Join(shown, ",")
	return t, nil
}

// tmpfsMount is a tmpfs as asked for.
type tmpfsMount struct {
	vfs.TmpfsOptions
	flags vfs.MountFlags
	shown string // in /proc/mounts
}

func (t *tmpfsMount) flag(name string) {
	on, off := vfs.MountFlags(0), vfs.MountFlags(0)
	switch name {
	case "rw":
		off = vfs.MS_RDONLY
	case "ro":
		on = vfs.MS_RDONLY
	case "suid":
		off = vfs.MS_NOSUID
	case "nosuid":
		on = vfs.MS_NOSUID
	case "dev":
		off = vfs.MS_NODEV
	case "nodev":
		on = vfs.MS_NODEV
	case "exec":
		off = vfs.MS_NOEXEC
	case "noexec":
		on = vfs.MS_NOEXEC
	case "noatime":
		on = vfs.MS_NOATIME
	}
	t.flags = t.flags&^off | on
}

// parseSize reads 64m, 1g, 50%.
func parseSize(s string, whole int64) (int64, bool) {
	unit := int64(1)
	if s == "" {
		return 0, false
	}
	switch s[len(s)-1] | 0x20 {
	case 'k':
		unit = 1 << 10
	case 'm':
		unit = 1 << 20
	case 'g':
		unit = 1 << 30
	case 't':
		unit = 1 << 40
	case '%' | 0x20:
		n, err := strconv.ParseInt(s[:len(s)-1], 10, 64)
		return whole / 100 * n, err == nil && n >= 0 && n <= 100
	}
	if unit > 1 {
		s = s[:len(s)-1]
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n * unit, err == nil && n >= 0 && n < 1<<62/unit
}
