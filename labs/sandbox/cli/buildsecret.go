package cli

import (
	"fmt"
	"strings"
)

// maxSecret is buildkit: session/secrets/secrets.go, MaxSecretSize
const maxSecret = 500 << 10

// secret is --secret as it was typed. One of file and variable is "".
type secret struct{ id, file, variable string }

// readSecret reads --secret: id=NAME with a file, a variable, or what of the two has that name.
// buildx: util/buildflags/secrets.go
func (d *docker) readSecret(spec string, all map[string][]byte) error {
	s, err := parseSecret(spec)
	if err != nil {
		return err
	}
	if s.file == "" && s.variable == "" {
		if _, set := d.sys.LookupEnv(s.id); set {
			s.variable = s.id
		} else {
			s.file = s.id
		}
	}
	if s.file == "" {
		value, _ := d.sys.LookupEnv(s.variable) // what is not set is empty
		all[s.id] = []byte(value)
		return nil
	}
	content, err := d.sys.FS().ReadFile(s.file)
	if err != nil {
		return fmt.Errorf("failed to stat %s: stat %s: %s", s.file, s.file, reason(err))
	}
	if len(content) > maxSecret {
		return fmt.Errorf("secret %s too big. max size 500KB", s.id)
	}
	all[s.id] = content
	return nil
}

func parseSecret(spec string) (secret, error) {
	var s secret
	kind := ""
	for field := range strings.SplitSeq(spec, ",") {
		name, value, ok := strings.Cut(field, "=")
		if !ok {
			return s, fmt.Errorf("invalid field %q must be a key=value pair", field)
		}
		switch name = strings.ToLower(name); name {
		case "type":
			if value != "file" && value != "env" {
				return s, fmt.Errorf("unsupported secret type %q", value)
			}
			kind = value
		case "id":
			s.id = value
		case "env":
			s.variable = value
		case "source", "src":
			s.file = value
		default:
			return s, fmt.Errorf("unexpected key '%s' in '%s'", name, field)
		}
	}
	if s.id == "" {
		return s, fmt.Errorf("secret missing ID")
	}
	if kind == "env" && s.variable == "" {
		s.variable, s.file = s.file, ""
	}
	return s, nil
}
