package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

func checkMount(s string) (string, error) {
	_, err := parseMount(s)
	return s, err
}

func (d *docker) specMounts(c *call, s *spec) error {
	for _, v := range c.list("mount") {
		m, err := parseMount(v)
		if err != nil {
			return err
		}
		if strings.HasPrefix(m.Source, ".") {
			m.Source = d.sys.FS().Abs(m.Source)
		}
		s.host.Mounts = append(s.host.Mounts, m)
	}
	return nil
}

// parseMount reads --mount. cli: opts/mount.go
func parseMount(v string) (api.Mount, error) {
	m := api.Mount{Type: api.MountVolume}
	v = strings.TrimSpace(v)
	if v == "" {
		return m, errors.New("value is empty")
	}
	fields, err := csv.NewReader(strings.NewReader(v)).Read()
	if err != nil {
		return m, err
	}
	for _, field := range fields {
		key, val, hasVal := strings.Cut(field, "=")
		if err := checkMountField(field, key, val, hasVal); err != nil {
			return m, err
		}
		key = strings.ToLower(key)
		set, ok := mountKeys[key]
		switch {
		case !hasVal && !mountSwitches[key]:
			return m, fmt.Errorf("invalid field '%s' must be a key=value pair", field)
		case !ok:
			return m, fmt.Errorf("unknown option '%s' in '%s'", key, field)
		}
		if !hasVal {
			val = "true"
		}
		if err := set(&m, key, val); err != nil {
			return m, err
		}
	}
	return m, checkMountOptions(&m)
}

func checkMountField(field, key, val string, hasVal bool) error {
	if k := strings.TrimSpace(key); k != key {
		return fmt.Errorf("invalid option '%s' in '%s': option should not have whitespace", k, field)
	}
	if !hasVal {
		return nil
	}
	switch strings.TrimSpace(val) {
	case "":
		return fmt.Errorf("invalid value for '%s': value is empty", key)
	case val:
		return nil
	}
	return fmt.Errorf("invalid value for '%s' in '%s': value should not have whitespace", key, field)
}

// mountSwitches need no value.
var mountSwitches = map[string]bool{
	"readonly": true, "ro": true, "volume-nocopy": true, "bind-nonrecursive": true, "bind-create-src": true,
}

var mountKeys = map[string]func(m *api.Mount, key, val string) error{
	"type": func(m *api.Mount, _,
		val string,
	) error {
		m.Type = api.MountType(strings.ToLower(val))
		return nil
	},
	"source":      setSource,
	"src":         setSource,
	"target":      setTarget,
	"dst":         setTarget,
	"destination": setTarget,
	"readonly":    setReadOnly,
	"ro":          setReadOnly,
	"consistency": func(m *api.Mount, _, val string) error { m.Consistency = strings.ToLower(val); return nil },
	"bind-propagation": func(m *api.Mount, _,
		val string,
	) error {
		bindOf(m).Propagation = strings.ToLower(val)
		return nil
	},
	"bind-nonrecursive": func(*api.Mount, string, string) error {
		return errors.New("bind-nonrecursive is deprecated, use bind-recursive=disabled instead")
	},
	"bind-recursive": setRecursive,
	"bind-create-src": func(m *api.Mount, key, val string) (err error) {
		bindOf(m).CreateMountpoint, err = mountBool(key, val)
		return err
	},
	"volume-subpath": func(m *api.Mount, _, val string) error { volumeOf(m).Subpath = val; return nil },
	"volume-nocopy": func(m *api.Mount, key, val string) (err error) {
		volumeOf(m).NoCopy, err = mountBool(key, val)
		return err
	},
	"volume-label": func(m *api.Mount, _, val string) error {
		volumeOf(m).Labels = put(volumeOf(m).Labels, val)
		return nil
	},
	"volume-driver": func(m *api.Mount, _, val string) error { driverOf(m).Name = val; return nil },
	"volume-opt": func(m *api.Mount, _, val string) error {
		driverOf(m).Options = put(driverOf(m).Options, val)
		return nil
	},
	"image-subpath": func(m *api.Mount, _, val string) error {
		m.ImageOptions = &api.ImageOptions{Subpath: val}
		return nil
	},
	"tmpfs-size": func(m *api.Mount, key, val string) error {
		n, err := ramInBytes(val)
		if err != nil {
			return fmt.Errorf("invalid value for %s: %s", key, val)
		}
		tmpfsOf(m).SizeBytes = n
		return nil
	},
	"tmpfs-mode": func(m *api.Mount, key, val string) error {
		n, err := strconv.ParseUint(val, 8, 32)
		if err != nil {
			return fmt.Errorf("invalid value for %s: %s", key, val)
		}
		tmpfsOf(m).Mode = uint32(n)
		return nil
	},
}

func setSource(m *api.Mount, _, val string) error { m.Source = val; return nil }
func setTarget(m *api.Mount, _, val string) error { m.Target = val; return nil }

func setReadOnly(m *api.Mount, key, val string) (err error) {
	m.ReadOnly, err = mountBool(key, val)
	return err
}

func setRecursive(m *api.Mount, key, val string) error {
	switch val {
	case "enabled":
	case "disabled":
		bindOf(m).NonRecursive = true
	case "writable":
		bindOf(m).ReadOnlyNonRecursive = true
	case "readonly":
		bindOf(m).ReadOnlyForceRecursive = true
	default:
		return fmt.Errorf("invalid value for %s: %s (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")", key, val)
	}
	return nil
}

func mountBool(key, val string) (bool, error) {
	switch val {
	case "1", "true":
		return true, nil
	case "0", "false":
		return false, nil
	}
	return false, fmt.Errorf("invalid value for '%s': invalid boolean value (%q): must be one of \"true\", \"1\", "+
		"\"false\", or \"0\" (default \"true\")", key, val)
}

func put(m map[string]string, pair string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	k, v := split(pair, "=")
	m[k] = v
	return m
}

func bindOf(m *api.Mount) *api.BindOptions {
	if m.BindOptions == nil {
		m.BindOptions = &api.BindOptions{}
	}
	return m.BindOptions
}

func volumeOf(m *api.Mount) *api.VolumeOptions {
	if m.VolumeOptions == nil {
		m.VolumeOptions = &api.VolumeOptions{}
	}
	return m.VolumeOptions
}

func driverOf(m *api.Mount) *api.VolumeDriver {
	v := volumeOf(m)
	if v.DriverConfig == nil {
		v.DriverConfig = &api.VolumeDriver{}
	}
	return v.DriverConfig
}

func tmpfsOf(m *api.Mount) *api.TmpfsOptions {
	if m.TmpfsOptions == nil {
		m.TmpfsOptions = &api.TmpfsOptions{}
	}
	return m.TmpfsOptions
}

// checkMountOptions refuses options of another type. cli: opts/mount_utils.go
func checkMountOptions(m *api.Mount) error {
	for _, o := range []struct {
		name  string
		kind  api.MountType
		given bool
	}{
		{"bind", api.MountBind, m.BindOptions != nil},
		{"volume", api.MountVolume, m.VolumeOptions != nil},
		{"image", api.MountImage, m.ImageOptions != nil},
		{"tmpfs", api.MountTmpfs, m.TmpfsOptions != nil},
	} {
		if o.given && m.Type != o.kind {
			return fmt.Errorf("cannot mix '%s-*' options with mount type '%s'", o.name, m.Type)
		}
	}
	b := m.BindOptions
	switch {
	case b == nil:
	case b.ReadOnlyNonRecursive && !m.ReadOnly:
		return errors.New("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction")
	case b.ReadOnlyForceRecursive && !m.ReadOnly:
		return errors.New("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction")
	case b.ReadOnlyForceRecursive && b.Propagation != "rprivate":
		return errors.New("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction")
	}
	return nil
}
