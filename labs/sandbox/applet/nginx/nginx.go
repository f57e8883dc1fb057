// Package nginx is the web server of the nginx images: its command line, its configuration language, a master and its
// worker, static files, redirections and proxying, with its answers, logs and mistakes in its own words.
//
// Laws: a statement that nginx knows and this package does not is refused by name at start, as nginx refuses one that
// does not exist; statements that only tune speed are accepted. What clients, upstreams and configurations send is
// bounded. Messages go where the configuration says; the images have links to /dev/stdout and /dev/stderr there.
//
// Differences: there is one worker, and it makes a process for each connection, because programs here wait in system
// calls; regular expressions are RE2's. Left out: TLS, HTTP/2, caches, compression, if and map, mail and streams.
// Source: nginx 1.29, src/core and src/http.
package nginx

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/proc"
)

// defaultVersion is what the server says where the image does not say (NGINX_VERSION).
const defaultVersion = "1.29.3"

// Program is the server.
func Program(s proc.Sys) proc.ExitCode {
	m := &master{sys: s, file: "/etc/nginx/nginx.conf", version: "nginx/" + versionOf(s)}
	return m.main(s.Args()[1:])
}

func versionOf(s proc.Sys) string {
	if v := s.Getenv("NGINX_VERSION"); v != "" {
		return v
	}
	return defaultVersion
}

// master is a call of nginx, and the process that keeps the workers.
type master struct {
	sys     proc.Sys
	version string
	file    string
	globals string // -g
	signal  string // -s
	test    bool
	dump    bool
	quiet   bool
	conf    *config
	sockets []socket
	worker  proc.PID // 0: none, and there will be no other
	early   int      // the log before there is a configuration; -1 if there is none
	running bool     // what goes wrong is only logged
}

// socket is one that is listened on.
type socket struct {
	fd int
	at netip.AddrPort
}

func (m *master) say(format string, a ...any) { m.sys.Write(2, fmt.Appendf(nil, format+"\n", a...)) }

func (m *master) main(args []string) proc.ExitCode {
	if code, done := m.options(args); done {
		return code
	}
	m.openEarly()
	conf, err := m.load()
	m.conf = conf
	if m.signal != "" && err == nil {
		return m.sendSignal()
	}
	if m.test && err == nil && !m.quiet {
		m.say("nginx: the configuration file %s syntax is ok", m.file)
	}
	if err == nil {
		err = m.prepare()
	}
	if err != nil {
		m.emerg(err.Error())
	}
	switch {
	case m.test:
		return m.tested(err)
	case err != nil:
		return 1
	}
	if !m.listen() {
		return 1
	}
	return m.start()
}

// options reads -v -V -t -T -q -c FILE -g TEXT -s SIGNAL; done is: that was all.
func (m *master) options(args []string) (code proc.ExitCode, done bool) {
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch a {
		case "-v":
			m.say("nginx version: %s", m.version)
			return 0, true
		case "-V":
			m.say("nginx version: %s\nbuilt by gcc 14.2.0 (Debian 14.2.0-19)\nconfigure arguments: --prefix=/etc/nginx", m.version)
			return 0, true
		case "-t":
			m.test = true
		case "-T":
			m.test, m.dump = true, true
		case "-q":
			m.quiet = true
		case "-c", "-g", "-s":
			if len(args) == 0 {
				m.say("nginx: option \"%s\" requires %s", a, map[string]string{"-c": "file name", "-g": "parameter", "-s": "parameter"}[a])
				return 1, true
			}
			m.optionValue(a, args[0])
			args = args[1:]
		default:
			m.say("nginx: invalid option: \"%s\"", strings.TrimPrefix(a, "-"))
			return 1, true
		}
	}
	if m.signal != "" && !slices.Contains([]string{"stop", "quit", "reopen", "reload"}, m.signal) {
		m.say("nginx: invalid option: \"-s %s\"", m.signal)
		return 1, true
	}
	return 0, false
}

func (m *master) optionValue(option, value string) {
	switch option {
	case "-c":
		m.file = value
		if !path.IsAbs(value) {
			m.file = path.Join("/etc/nginx", value)
		}
	case "-g":
		m.globals = value
	case "-s":
		m.signal = value
	}
}

// prepare makes what a configuration needs. nginx: ngx_init_cycle
func (m *master) prepare() error {
	if m.test {
		if err := m.tryPID(); err != nil {
			return err
		}
	}
	if err := m.makeTemporaries(); err != nil {
		return err
	}
	return m.openLogs()
}

// earlyLog is where messages go before a configuration says where.
const earlyLog = "/var/log/nginx/error.log"

// openEarly opens the log that there is before a configuration. nginx: ngx_log_init
func (m *master) openEarly() {
	fd, err := m.sys.Open(earlyLog, proc.O_WRONLY|proc.O_APPEND|proc.O_CREAT|proc.O_CLOEXEC, 0o644)
	if err != nil {
		m.say("nginx: [alert] could not open error log file: open() \"%s\" failed (%s)", earlyLog, errnoText(err))
		fd = -1
	}
	m.early = fd
}

// emerg is a message that ends the start.
func (m *master) emerg(text string) { m.complain("emerg", text) }

// complain writes to the log, and as long as somebody may look at it, to standard error. nginx: ngx_log_error_core
func (m *master) complain(level, text string) {
	if m.running {
		m.logger().logLine(level, text)
		return
	}
	if m.early >= 0 {
		m.sys.Write(m.early, []byte(logText(m.sys, level, text)))
	}
	m.say("nginx: [%s] %s", level, text)
}

func (m *master) load() (*config, error) {
	globals, err := parse(commandLine, m.globals)
	if err != nil {
		return &config{}, &configError{text: "invalid -g parameter"}
	}
	l := &loader{
		prefix: "/etc/nginx", root: m.sys.Creds().EUID == 0,
		readFile: func(name string) (string, error) {
			b, err := m.sys.FS().ReadFile(name)
			return string(b), err
		},
		glob: m.glob,
		resolve: func(name string) ([]netip.Addr, error) {
			return resolve.Resolver{Sys: m.sys}.Lookup(name, resolve.Any)
		},
	}
	conf, err := l.load(m.file, globals)
	for _, w := range conf.warnings {
		m.complain("warn", w)
	}
	return conf, err
}

// openLogs opens the logs before the workers become another user, who may not. nginx: ngx_open_file in ngx_init_cycle
func (m *master) openLogs() error {
	m.conf.logs = map[string]int{}
	for _, name := range append(m.conf.logFiles, m.conf.errorLog, defaultAccessLog) {
		if _, open := m.conf.logs[name]; open || name == "" || name == "stderr" {
			continue
		}
		fd, err := m.sys.Open(name, proc.O_WRONLY|proc.O_APPEND|proc.O_CREAT|proc.O_CLOEXEC, 0o644)
		if err != nil && name != defaultAccessLog {
			return &configError{text: fmt.Sprintf("open() \"%s\" failed (%s)", name, errnoText(err))}
		}
		if err == nil {
			m.conf.logs[name] = fd
		}
	}
	return nil
}

// closeLogs closes the logs of a configuration that is not used any more.
func (m *master) closeLogs(c *config) {
	for _, fd := range c.logs { // any order: each is closed
		m.sys.Close(fd)
	}
}

// glob is the files that a pattern stands for; only its last part may be one.
func (m *master) glob(pattern string) (names []string) {
	dir, last := path.Split(pattern)
	entries, _ := m.sys.FS().ReadDir(dir)
	for _, e := range entries {
		if ok, _ := path.Match(last, e.Name); ok && !strings.HasPrefix(e.Name, ".") {
			names = append(names, dir+e.Name)
		}
	}
	slices.Sort(names)
	return names
}

func (m *master) tested(err error) proc.ExitCode {
	if err != nil {
		m.say("nginx: configuration file %s test failed", m.file)
		return 1
	}
	if !m.quiet {
		m.say("nginx: configuration file %s test is successful", m.file)
	}
	if m.dump {
		for _, f := range m.conf.files {
			m.sys.Write(1, []byte("# configuration file "+f.name+":\n"+f.text+"\n"))
		}
	}
	return 0
}

func (m *master) sendSignal() proc.ExitCode {
	w := m.logger()
	w.logLine("notice", "signal process started")
	text, err := m.sys.FS().ReadFile(m.conf.pidFile)
	if err != nil {
		m.say("nginx: [error] open() \"%s\" failed (%s)", m.conf.pidFile, errnoText(err))
		return 1
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		m.say("nginx: [error] invalid PID number \"%s\" in \"%s\"", strings.TrimSpace(string(text)), m.conf.pidFile)
		return 1
	}
	sig := map[string]proc.Signal{"stop": proc.SIGTERM, "quit": proc.SIGQUIT, "reopen": proc.SIGUSR1, "reload": proc.SIGHUP}[m.signal]
	if err := m.sys.Kill(proc.PID(pid), sig); err != nil {
		m.say("nginx: [alert] kill(%d, %d) failed (%s)", pid, int(sig), errnoText(err))
		return 1
	}
	return 0
}

// errnoText is an error as nginx's messages have it: (2: No such file or directory).
func errnoText(err error) string {
	var no proc.Errno
	if errors.As(err, &no) {
		return strconv.Itoa(int(no)) + ": " + no.Error()
	}
	return err.Error()
}

// logger writes to the logs of the master.
func (m *master) logger() *worker {
	return &worker{sys: m.sys, conf: m.conf, version: m.version, sockets: m.sockets, shared: &shared{}}
}
