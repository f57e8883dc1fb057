package image

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// ApplyChanges changes a configuration by Dockerfile instructions, as commit and import do with --change. Either all
// of them are good or none is applied. moby: builder/dockerfile/builder.go, BuildFromConfig
func (c *Config) ApplyChanges(lines []string) error {
	next := c.clone()
	for _, line := range lines {
		line = strings.ToValidUTF8(line, "\uFFFD") // as it will be in the document, which is JSON
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name := strings.ToUpper(word)
		change := changes[name]
		if change == nil {
			return Refuse(ErrInvalid, "%s is not a valid change command", name)
		}
		rest = strings.TrimSpace(rest)
		if rest == "" {
			return Refuse(ErrInvalid, "%s requires at least one argument", name)
		}
		if err := change(&next, rest); err != nil {
			return err
		}
	}
	*c = next
	return nil
}

// clone copies a configuration, so that the copy can be changed.
func (c *Config) clone() Config {
	var next Config
	if err := json.Unmarshal(compact(c), &next); err != nil {
		panic(err) // it was marshalled just now
	}
	return next
}

var changes = map[string]func(*Config, string) error{
	"CMD":         func(c *Config, s string) error { c.Cmd = command(s); return nil },
	"ENTRYPOINT":  func(c *Config, s string) error { c.Entrypoint = command(s); return nil },
	"ENV":         changeEnv,
	"EXPOSE":      changeExpose,
	"HEALTHCHECK": changeHealthcheck,
	"LABEL":       changeLabel,
	"ONBUILD":     func(c *Config, s string) error { c.OnBuild = append(c.OnBuild, s); return nil },
	"STOPSIGNAL":  func(c *Config, s string) error { c.StopSignal = s; return nil },
	"USER":        func(c *Config, s string) error { c.User = s; return nil },
	"VOLUME":      changeVolume,
	"WORKDIR":     changeWorkdir,
}

// command reads the exec form, a JSON array, or else the shell form.
func command(s string) []string {
	if argv, ok := execForm(s); ok {
		return argv
	}
	return []string{"/bin/sh", "-c", s}
}

func execForm(s string) (argv []string, ok bool) {
	return argv, strings.HasPrefix(s, "[") && json.Unmarshal([]byte(s), &argv) == nil
}

// list reads a JSON array or words.
func list(s string) []string {
	if argv, ok := execForm(s); ok {
		return argv
	}
	return quotedWords(s)
}

func changeEnv(c *Config, s string) error {
	pairs, err := pairsOf("ENV", s)
	for _, p := range pairs {
		c.Env = setEnv(c.Env, p[0], p[1])
	}
	return err
}

func setEnv(env []string, name, value string) []string {
	for i, old := range env {
		if key, _, _ := strings.Cut(old, "="); key == name {
			env[i] = name + "=" + value
			return env
		}
	}
	return append(env, name+"="+value)
}

func changeLabel(c *Config, s string) error {
	pairs, err := pairsOf("LABEL", s)
	for _, p := range pairs {
		if c.Labels == nil {
			c.Labels = map[string]string{}
		}
		c.Labels[p[0]] = p[1]
	}
	return err
}

// pairsOf reads A=b C="d e", or the old form A b c d.
func pairsOf(name, s string) ([][2]string, error) {
	words := quotedWords(s)
	if !strings.Contains(words[0], "=") {
		key, value, ok := strings.Cut(s, " ")
		if !ok {
			return nil, Refuse(ErrInvalid, "%s must have two arguments", name)
		}
		return [][2]string{{key, strings.TrimSpace(value)}}, nil
	}
	var pairs [][2]string
	for _, w := range words {
		key, value, ok := strings.Cut(w, "=")
		switch {
		case !ok:
			return nil, Refuse(ErrInvalid, "Syntax error - can't find = in %q. Must be of the form: name=value", w)
		case key == "":
			return nil, Refuse(ErrInvalid, "%s names can not be blank", name)
		}
		pairs = append(pairs, [2]string{key, value})
	}
	return pairs, nil
}

// quotedWords splits at blanks outside of quotes and takes the quotes and backslashes away. There is at least one.
func quotedWords(s string) []string {
	var words []string
	var word strings.Builder
	quote, began := byte(0), false
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; {
		case ch == '\\' && quote != '\'' && i+1 < len(s):
			i++
			word.WriteByte(s[i])
			began = true
		case quote != 0 && ch == quote:
			quote = 0
		case quote == 0 && (ch == '"' || ch == '\''):
			quote, began = ch, true
		case quote == 0 && (ch == ' ' || ch == '\t'):
			if began {
				words = append(words, word.String())
			}
			word.Reset()
			began = false
		default:
			word.WriteByte(ch)
			began = true
		}
	}
	if began || len(words) == 0 {
		words = append(words, word.String())
	}
	return words
}

func changeExpose(c *Config, s string) error {
	if c.ExposedPorts == nil {
		c.ExposedPorts = map[string]struct{}{}
	}
	for _, w := range quotedWords(s) {
		first, last, proto, err := portRange(w)
		if err != nil {
			return err
		}
		for n := first; n <= last; n++ {
			c.ExposedPorts[strconv.Itoa(n)+"/"+proto] = struct{}{}
		}
	}
	return nil
}

func portRange(s string) (first, last int, proto string, err error) {
	numbers, proto, ok := strings.Cut(strings.ToLower(s), "/")
	if !ok {
		proto = "tcp"
	}
	low, high, ranged := strings.Cut(numbers, "-")
	if !ranged {
		high = low
	}
	a, errA := strconv.ParseUint(low, 10, 16)
	b, errB := strconv.ParseUint(high, 10, 16)
	switch {
	case errA != nil || errB != nil || b < a:
		return 0, 0, "", Refuse(ErrInvalid, "invalid containerPort: %s", s)
	case proto != "tcp" && proto != "udp" && proto != "sctp":
		return 0, 0, "", Refuse(ErrInvalid, "invalid proto: %s", proto)
	}
	return int(a), int(b), proto, nil
}

func changeVolume(c *Config, s string) error {
	if c.Volumes == nil {
		c.Volumes = map[string]struct{}{}
	}
	for _, v := range list(s) {
		if strings.TrimSpace(v) == "" {
			return Refuse(ErrInvalid, "VOLUME specified can not be an empty string")
		}
		c.Volumes[v] = struct{}{}
	}
	return nil
}

func changeWorkdir(c *Config, s string) error {
	if dir := quotedWords(s)[0]; strings.HasPrefix(dir, "/") {
		c.WorkingDir = "/" + inside(dir)
	} else {
		c.WorkingDir = "/" + inside(c.WorkingDir+"/"+dir)
	}
	return nil
}

func changeHealthcheck(c *Config, s string) error {
	h := Healthcheck{}
	for strings.HasPrefix(s, "--") {
		var flag string
		flag, s, _ = strings.Cut(s, " ")
		s = strings.TrimSpace(s)
		if err := h.set(flag); err != nil {
			return err
		}
	}
	kind, rest, _ := strings.Cut(s, " ")
	rest = strings.TrimSpace(rest)
	switch argv, exec := execForm(rest); {
	case strings.EqualFold(kind, "NONE") && rest == "":
		h.Test = []string{"NONE"}
	case !strings.EqualFold(kind, "CMD"):
		return Refuse(ErrInvalid, "Unknown type %q in HEALTHCHECK (try CMD)", strings.ToUpper(kind))
	case exec && len(argv) > 0:
		h.Test = append([]string{"CMD"}, argv...)
	case rest == "" || exec:
		return Refuse(ErrInvalid, "Missing command after HEALTHCHECK CMD")
	default:
		h.Test = []string{"CMD-SHELL", rest}
	}
	c.Healthcheck = &h
	return nil
}

// set reads one of HEALTHCHECK's flags.
func (h *Healthcheck) set(flag string) error {
	name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
	into := map[string]*time.Duration{
		"interval": &h.Interval, "timeout": &h.Timeout, "start-period": &h.StartPeriod, "start-interval": &h.StartInterval,
	}[name]
	if name == "retries" {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return Refuse(ErrInvalid, "--retries cannot be negative (%s)", value)
		}
		h.Retries = n
		return nil
	}
	if into == nil {
		return Refuse(ErrInvalid, "unknown flag: %s", name)
	}
	d, err := time.ParseDuration(value)
	if err != nil {
		return Refuse(ErrInvalid, "%v", err)
	}
	if d != 0 && d < time.Millisecond {
		return Refuse(ErrInvalid, "interval %q cannot be less than 1ms", name)
	}
	*into = d
	return nil
}
