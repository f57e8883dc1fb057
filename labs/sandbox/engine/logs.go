package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/vfs"
)

// logger writes a container's output to a file of the host, a line of JSON for each line. moby:
// daemon/logger/jsonfilelog, daemon/logger/copier.go
type logger struct {
	ct        *container
	path      string
	file      *vfs.File
	size      int64
	max       int64 // of one file; 0 is no limit
	files     int
	attrs     []api.LogAttr
	partial   [2][]byte // lines that have not ended, of stdout and stderr
	unwritten []byte    // entries on their way to the file
	followers []*follower
	lost      bool      // the disk was full
	retry     time.Time // when it is tried again
}

// logEntry is a line as json-file writes it.
type logEntry struct {
	Log    string            `json:"log"`
	Stream string            `json:"stream"`
	Attrs  map[string]string `json:"attrs,omitempty"`
	Time   time.Time         `json:"time"`
}

// longestLine is where a line is cut. moby: daemon/logger/copier.go, defaultBufSize
const longestLine = 16 << 10

// Options of the drivers. moby: jsonfilelog.ValidateLogOpt, local.ValidateLogOpt
var logOptions = map[string]string{
	"json-file": " max-file max-size compress labels labels-regex env env-regex tag mode max-buffer-size cache-disabled ",
	"local":     " max-file max-size compress labels labels-regex env env-regex tag mode max-buffer-size ",
	"none":      " mode max-buffer-size ",
}

const realDrivers = " awslogs fluentd gcplogs gelf journald splunk syslog "

// logProblem: moby: daemon/logger/factory.go, ValidateLogOpts
func logProblem(c api.LogConfig) string {
	known, ok := logOptions[c.Type]
	if !ok {
		if strings.Contains(realDrivers, " "+c.Type+" ") {
			return fmt.Sprintf("the log driver %s is not simulated; nothing was created", c.Type)
		}
		return fmt.Sprintf("logger: no log driver named '%s' is registered", c.Type)
	}
	for _, o := range sortedKeys(c.Config) {
		if !strings.Contains(known, " "+o+" ") {
			return fmt.Sprintf("unknown log opt '%s' for %s log driver", o, c.Type)
		}
	}
	switch m := c.Config["mode"]; m {
	case "", "blocking", "non-blocking":
	default:
		return fmt.Sprintf("logger: logging mode not supported: %s", m)
	}
	if c.Config["max-buffer-size"] != "" && c.Config["mode"] != "non-blocking" {
		return "logger: max-buffer-size option is only supported with 'mode=non-blocking'"
	}
	return ""
}

// openLog begins to log. moby: daemon/container/container.go, StartLogger
func (ct *container) openLog() error {
	l := &logger{ct: ct, path: ct.logPath(), files: 1}
	c := ct.host.LogConfig
	if c.Type == "local" {
		l.max, l.files = 20<<20, 5
	}
	if err := l.options(c.Config); err != nil {
		return err
	}
	if l.path != "" {
		if c.Type == "local" {
			ct.e.host.MkdirAll(ct.hostDir()+"/local-logs", 0o710)
		}
		f, err := ct.e.host.Open(l.path, vfs.O_RDWR|vfs.O_APPEND|vfs.O_CREAT, 0o640)
		if err != nil {
			return fmt.Errorf("open %s: %s", l.path, goWords(err))
		}
		l.file, l.size = f, f.Stat().Size
	}
	ct.logs = l
	return nil
}

func (l *logger) options(c map[string]string) error {
	if s := c["max-size"]; s != "" {
		n, ok := parseSize(strings.TrimRight(strings.ToLower(s), "b"), 0)
		if !ok {
			return fmt.Errorf("invalid size: '%s'", s)
		}
		if n <= 0 {
			return fmt.Errorf("max-size must be a positive number")
		}
		l.max = n
	}
	if s := c["max-file"]; s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("strconv.Atoi: parsing %q: invalid syntax", s)
		}
		if n < 1 {
			return fmt.Errorf("max-file cannot be less than 1")
		}
		l.files = n
	}
	if l.files > 1 && l.max == 0 {
		return fmt.Errorf("max-file is only effective with max-size")
	}
	l.attrs = l.ct.logAttrs(c)
	return nil
}

// logAttrs is what the options labels, env and tag add to each line. moby: daemon/logger/loginfo.go, ExtraAttributes
func (ct *container) logAttrs(c map[string]string) []api.LogAttr {
	found := map[string]string{}
	for _, name := range strings.Split(c["labels"], ",") {
		if v, ok := ct.config.Labels[name]; ok {
			found[name] = v
		}
	}
	for _, name := range strings.Split(c["env"], ",") {
		for _, kv := range ct.config.Env {
			if v, ok := strings.CutPrefix(kv, name+"="); ok && name != "" {
				found[name] = v
			}
		}
	}
	if tag := c["tag"]; tag != "" && !strings.Contains(tag, "{{") {
		found["tag"] = tag
	}
	var attrs []api.LogAttr
	for _, k := range sortedKeys(found) {
		attrs = append(attrs, api.LogAttr{Key: k, Value: found[k]})
	}
	return attrs
}

// logPath is where the log is; "" if nothing is kept.
func (ct *container) logPath() string {
	switch ct.host.LogConfig.Type {
	case "json-file":
		return ct.hostDir() + "/" + ct.id + "-json.log"
	case "local":
		return ct.hostDir() + "/local-logs/container.log"
	}
	return ""
}

// write takes what a process printed, and logs whole lines.
func (l *logger) write(stderr bool, b []byte) {
	if l == nil || l.path == "" && len(l.followers) == 0 {
		return
	}
	i := 0
	if stderr {
		i = 1
	}
	now := l.ct.e.now().UTC()
	rest := b
	if len(l.partial[i]) > 0 {
		rest = append(l.partial[i], b...)
	}
	for len(rest) > 0 {
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 || n > longestLine {
			if len(rest) < longestLine {
				break
			}
			n = longestLine
		}
		l.line(stderr, rest[:n], now)
		rest = rest[n:]
	}
	l.flush(now)
	l.partial[i] = append([]byte(nil), rest...)
}

// line takes one line. It is in the file when write is done.
func (l *logger) line(stderr bool, text []byte, now time.Time) {
	e := logEntry{Log: string(text), Stream: "stdout", Time: now}
	if stderr {
		e.Stream = "stderr"
	}
	for _, a := range l.attrs {
		if e.Attrs == nil {
			e.Attrs = map[string]string{}
		}
		e.Attrs[a.Key] = a.Value
	}
	if l.file != nil && !now.Before(l.retry) {
		l.store(e)
	}
	for _, f := range l.followers {
		f.offer(e.line())
	}
}

// store adds an entry to what flush writes.
func (l *logger) store(e logEntry) {
	before := len(l.unwritten)
	l.unwritten = e.appendJSON(l.unwritten)
	if l.max > 0 && l.size+int64(len(l.unwritten)) > l.max && l.size+int64(before) > 0 {
		last := slices.Clone(l.unwritten[before:])
		l.unwritten = l.unwritten[:before]
		l.flush(e.Time)
		l.rotate()
		l.unwritten = append(l.unwritten, last...)
	}
	if len(l.unwritten) >= flushAt {
		l.flush(e.Time)
	}
}

const flushAt = 64 << 10

// flush writes what was stored. A full disk loses it, and is tried again a second later.
func (l *logger) flush(now time.Time) {
	if l.file == nil || len(l.unwritten) == 0 {
		return
	}
	n, err := l.file.Write(l.unwritten)
	l.size += int64(n)
	l.unwritten = l.unwritten[:0]
	if err == nil {
		return
	}
	l.retry = now.Add(time.Second)
	if !l.lost {
		l.lost = true
		l.ct.e.sim.Log.Add(
			"docker.log.lost",
			l.ct.name,
			textOf("error writing log entry: "+goWords(err)),
			l.ct.cause,
			l.ct.e.whyFiles(),
		)
	}
}

// appendJSON appends the entry as a line of JSON: what json.Marshal gives, and much faster where a line has nothing to
// escape. moby: daemon/logger/jsonfilelog/jsonlog/jsonlogbytes.go
func (e logEntry) appendJSON(b []byte) []byte {
	plain := strings.TrimSuffix(e.Log, "\n")
	if len(e.Attrs) > 0 || strings.ContainsFunc(plain, escaped) {
		text, err := json.Marshal(e)
		if err != nil {
			return b // strings and a time can be marshalled
		}
		return append(append(b, text...), '\n')
	}
	b = append(append(b, `{"log":"`...), plain...)
	if len(plain) < len(e.Log) {
		b = append(b, `\n`...)
	}
	b = append(append(append(b, `","stream":"`...), e.Stream...), `","time":"`...)
	b = e.Time.AppendFormat(b, time.RFC3339Nano)
	return append(b, "\"}\n"...)
}

// escaped reports whether a character stands in JSON as something else.
func escaped(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\<>&`, r) }

// rotate puts the full file aside. moby: daemon/logger/loggerutils/logfile.go
func (l *logger) rotate() {
	host := l.ct.e.host
	if l.files < 2 {
		l.file.Truncate(0)
		l.size = 0
		return
	}
	for i := l.files - 1; i > 1; i-- {
		host.Rename(fmt.Sprintf("%s.%d", l.path, i-1), fmt.Sprintf("%s.%d", l.path, i))
	}
	host.Rename(l.path, l.path+".1")
	l.file.Close()
	f, err := host.Open(l.path, vfs.O_RDWR|vfs.O_APPEND|vfs.O_CREAT, 0o640)
	if err != nil {
		l.file, l.lost = nil, true
		return
	}
	l.file, l.size = f, 0
}

// closeLog writes what did not end with a newline, and ends those who follow.
func (ct *container) closeLog() {
	l := ct.logs
	if l == nil {
		return
	}
	for i, rest := range l.partial {
		if len(rest) > 0 {
			l.line(i == 1, rest, l.ct.e.now().UTC())
			l.flush(l.ct.e.now().UTC())
		}
	}
	for _, f := range l.followers {
		f.out.end(nil)
	}
	if l.file != nil {
		l.file.Close()
	}
	ct.logs = nil
}

// readLog is the lines that are on disk, the oldest first. What somebody wrote into the file besides is left out.
func (ct *container) readLog() []api.LogLine {
	path := ct.logPath()
	if path == "" {
		return nil
	}
	files := []string{path}
	for i := 1; ; i++ {
		old := fmt.Sprintf("%s.%d", path, i)
		if _, err := ct.e.host.Stat(old); err != nil {
			break
		}
		files = append(files, old)
	}
	slices.Reverse(files)
	var lines []api.LogLine
	for _, f := range files {
		text, err := ct.e.host.ReadFile(f)
		if err != nil {
			continue
		}
		for row := range bytes.Lines(text) {
			var e logEntry
			if json.Unmarshal(row, &e) == nil {
				lines = append(lines, e.line())
			}
		}
	}
	return lines
}

func (e logEntry) line() api.LogLine {
	l := api.LogLine{Time: e.Time, Stderr: e.Stream == "stderr", Line: []byte(e.Log)}
	for _, k := range sortedKeys(e.Attrs) {
		l.Attrs = append(l.Attrs, api.LogAttr{Key: k, Value: e.Attrs[k]})
	}
	return l
}
