package nginx

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// Limits of a server.
const (
	backlog        = 511
	bindTries      = 5
	bindWait       = 500 * time.Millisecond
	maxConnections = 512 // worker_connections, as the default has it
)

// listen opens all sockets that the configuration names. What cannot be bound is tried again for a while. nginx:
// src/core/ngx_connection.c ngx_open_listening_sockets
func (m *master) listen() bool {
	old := m.sockets
	m.sockets = nil
	for _, at := range m.conf.addresses() {
		if i := slices.IndexFunc(old, func(s socket) bool { return s.at == at }); i >= 0 {
			m.sockets = append(m.sockets, old[i])
			continue
		}
		fd, err := m.bind(at)
		if err != nil {
			return false
		}
		m.sockets = append(m.sockets, socket{fd, at})
	}
	for _, s := range old {
		if !slices.Contains(m.sockets, s) {
			m.sys.Close(s.fd)
		}
	}
	return true
}

func (m *master) bind(at netip.AddrPort) (fd int, err error) {
	for try := range bindTries {
		if try > 0 {
			m.sys.Sleep(bindWait)
		}
		if fd, err = tcp.Listen(m.sys, at, m.conf.backlog(at), netsim.OptV6Only); err == nil {
			m.sys.SetNonblock(fd, true)
			return fd, nil
		}
		text := fmt.Sprintf("bind() to %s failed (%s)", at, errnoText(err))
		m.emerg(text)
		if err != vfs.EADDRINUSE {
			return -1, err
		}
	}
	m.emerg("still could not bind()")
	return -1, err
}

// backlog is how many connections may wait at an address.
func (c *config) backlog(at netip.AddrPort) int {
	for _, s := range c.servers {
		for _, l := range s.listens {
			if l.addr == at && l.backlog > 0 {
				return l.backlog
			}
		}
	}
	return backlog
}

// addresses is each address that is listened on, once.
func (c *config) addresses() (list []netip.AddrPort) {
	for _, s := range c.servers {
		for _, l := range s.listens {
			if !slices.Contains(list, l.addr) {
				list = append(list, l.addr)
			}
		}
	}
	return list
}

// start becomes the master process.
func (m *master) start() proc.ExitCode {
	w := m.logger()
	w.logLine("notice", "using the \"epoll\" event method")
	w.logLine("notice", m.version)
	w.logLine("notice", "built by gcc 14.2.0 (Debian 14.2.0-19)")
	u := m.sys.Uname()
	w.logLine("notice", "OS: "+u.Sysname+" "+u.Release)
	limit := m.sys.Rlimit(proc.RLIMIT_NOFILE)
	w.logLine("notice", fmt.Sprintf("getrlimit(RLIMIT_NOFILE): %d:%d", limit.Soft, limit.Hard))
	if m.conf.daemon {
		if _, err := m.sys.Fork(func(child proc.Sys) proc.ExitCode {
			child.Setsid()
			m.sys = child
			return m.supervise()
		}); err != nil {
			m.emerg("fork() failed (" + errnoText(err) + ")")
			return 1
		}
		return 0
	}
	return m.supervise()
}

// supervise keeps a worker alive and obeys signals. nginx: src/os/unix/ngx_process_cycle.c
func (m *master) supervise() proc.ExitCode {
	if err := m.writePID(); err != nil {
		m.emerg(err.Error())
		return 1
	}
	m.running = true
	m.sys.SetArgs([]string{"nginx: master process " + strings.Join(m.sys.Args(), " ")})
	for _, sig := range []proc.Signal{proc.SIGTERM, proc.SIGINT, proc.SIGQUIT, proc.SIGHUP, proc.SIGUSR1, proc.SIGWINCH, proc.SIGCHLD} {
		m.sys.Signal(sig, proc.Catch)
	}
	m.startWorker()
	for {
		m.sys.Pause()
		for sig, ok := m.sys.Caught(); ok; sig, ok = m.sys.Caught() {
			if m.obey(sig) {
				return m.finish(sig)
			}
		}
	}
}

// obey carries out a signal; true is: end.
func (m *master) obey(sig proc.Signal) bool {
	w := m.logger()
	switch sig {
	case proc.SIGTERM, proc.SIGINT, proc.SIGQUIT:
		return true
	case proc.SIGHUP:
		w.logLine("notice", "signal 1 (SIGHUP) received, reconfiguring")
		m.reload()
	case proc.SIGUSR1:
		w.logLine("notice", "reopening logs")
		m.closeLogs(m.conf)
		if err := m.openLogs(); err != nil {
			m.emerg(err.Error())
		}
	case proc.SIGCHLD:
		for {
			pid, status, err := m.sys.Wait(-1, proc.WNOHANG)
			if err != nil || pid == 0 {
				break
			}
			if pid != m.worker {
				continue
			}
			if sig, killed := status.Signaled(); killed {
				w.logLine("alert", fmt.Sprintf("worker process %d exited on signal %d", pid, int(sig)))
			}
			if _, killed := status.Signaled(); !killed && status.Code() == fatal {
				w.logLine("alert", fmt.Sprintf("worker process %d exited with fatal code %d and cannot be respawned", pid, fatal))
				m.worker = 0
				continue
			}
			m.startWorker()
		}
	}
	return false
}

// fatal is the exit code of a worker that no other would do better than.
const fatal = 2

// reload reads the configuration again. A bad one leaves everything as it was.
func (m *master) reload() {
	w := m.logger()
	w.logLine("notice", "reconfiguring")
	conf, err := m.load()
	if err != nil {
		m.emerg(err.Error())
		return
	}
	old, oldConf, oldSockets := m.worker, m.conf, m.sockets
	m.conf = conf
	if err := m.prepare(); err != nil {
		m.conf = oldConf
		m.emerg(err.Error())
		return
	}
	if !m.listen() {
		m.closeLogs(conf)
		m.conf, m.sockets = oldConf, oldSockets
		return
	}
	defer m.closeLogs(oldConf)
	m.startWorker()
	if old != 0 {
		m.sys.Kill(old, proc.SIGQUIT)
	}
}

// finish ends the worker and the master.
func (m *master) finish(sig proc.Signal) proc.ExitCode {
	w := m.logger()
	name := map[proc.Signal]string{proc.SIGTERM: "15 (SIGTERM)", proc.SIGINT: "2 (SIGINT)", proc.SIGQUIT: "3 (SIGQUIT)"}[sig]
	doing := "exiting"
	if sig == proc.SIGQUIT {
		doing = "shutting down"
	}
	w.logLine("notice", "signal "+name+" received, "+doing)
	if m.worker != 0 {
		m.endWorker(sig)
	}
	m.sys.FS().Unlink(m.conf.pidFile)
	w.logLine("notice", "exit")
	return 0
}

func (m *master) endWorker(sig proc.Signal) {
	m.sys.Kill(m.worker, sig)
	for {
		pid, _, err := m.sys.Wait(m.worker, 0)
		if err == proc.EINTR {
			continue
		}
		if err == nil {
			m.logger().logLine("notice", fmt.Sprintf("worker process %d exited with code 0", pid))
		}
		break
	}
}

func (m *master) startWorker() {
	w := m.logger()
	w.logLine("notice", "start worker processes")
	pid, err := m.sys.Fork(func(child proc.Sys) proc.ExitCode {
		child.SetArgs([]string{"nginx: worker process"})
		w.sys = child
		if !w.become() {
			return fatal
		}
		return w.run()
	})
	if err != nil {
		w.logLine("alert", "fork() failed while spawning \"worker process\" ("+errnoText(err)+")")
		return
	}
	m.worker = pid
	w.logLine("notice", fmt.Sprintf("start worker process %d", pid))
}

// shared is what a worker and its connections' processes know together.
type shared struct {
	connections, active, handled, requests int
}

// worker takes connections.
type worker struct {
	sys     proc.Sys
	conf    *config
	version string
	sockets []socket
	shared  *shared
}

func (w *worker) run() proc.ExitCode {
	for _, sig := range []proc.Signal{proc.SIGTERM, proc.SIGINT, proc.SIGQUIT} {
		w.sys.Signal(sig, proc.Catch)
	}
	w.sys.Signal(proc.SIGCHLD, proc.Ignore)
	w.sys.Signal(proc.SIGHUP, proc.Ignore)
	fds := make([]proc.PollFD, len(w.sockets))
	for {
		for i, s := range w.sockets {
			fds[i] = proc.PollFD{FD: s.fd, Want: proc.Readable}
		}
		_, err := w.sys.Poll(fds, -1)
		if sig, ok := w.sys.Caught(); ok {
			return w.leave(sig)
		}
		if err != nil {
			continue
		}
		for i := range fds {
			if fds[i].Ready != 0 {
				w.accept(w.sockets[i])
			}
		}
	}
}

// leave ends the worker: at once, or when the connections have ended.
func (w *worker) leave(sig proc.Signal) proc.ExitCode {
	if sig == proc.SIGQUIT {
		w.logLine("notice", "gracefully shutting down")
		for _, s := range w.sockets {
			w.sys.Close(s.fd)
		}
	}
	w.logLine("notice", "exiting")
	w.logLine("notice", "exit")
	return 0
}

func (w *worker) accept(s socket) {
	fd, from, err := w.sys.Accept(s.fd)
	if err != nil {
		return
	}
	defer w.sys.Close(fd)
	if w.shared.active >= maxConnections {
		w.logLine("alert", fmt.Sprintf("%d worker_connections are not enough", maxConnections))
		return
	}
	w.shared.connections++
	w.shared.active++
	w.shared.handled++
	number := w.shared.connections
	_, err = w.sys.Fork(func(child proc.Sys) proc.ExitCode {
		for _, s := range w.sockets {
			child.Close(s.fd)
		}
		mine := *w
		mine.sys = child
		for _, sig := range []proc.Signal{proc.SIGTERM, proc.SIGINT, proc.SIGQUIT} {
			child.Signal(sig, proc.Default)
		}
		local, _ := child.LocalAddr(fd)
		c := &connection{Conn: tcp.Conn{Sys: child, FD: fd}, w: &mine, from: from, local: local, number: number}
		c.serve()
		w.shared.active--
		return 0
	})
	if err != nil {
		w.shared.active--
	}
}

// connection is a client.
type connection struct {
	tcp.Conn
	w       *worker
	from    netip.AddrPort
	local   netip.AddrPort
	number  int
	asked   int64 // requests
	closing bool
	broken  bool // nothing can be sent any more
}

// Write notes when the client has gone.
func (c *connection) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.broken = c.broken || err != nil
	return n, err
}

// keeps reports whether the connection lives on behind an answer.
func (c *connection) keeps(q *request) bool {
	return !c.closing && q.loc.keepalive > 0 && c.asked < q.loc.keepRequests && q.head.KeepAlive() &&
		q.status != 400 && q.status != 505
}

// serve answers requests until somebody has enough.
func (c *connection) serve() {
	c.Sys.Signal(proc.SIGPIPE, proc.Ignore)
	r := http1.NewReader(c)
	usual := c.w.serverFor(c.local, "").top
	c.Patience = usual.headTimeout
	for !c.closing && !c.broken {
		head, err := r.Request()
		if err == io.EOF || err == proc.ETIMEDOUT && (c.asked > 0 || head == nil) {
			break
		}
		q := &request{w: c.w, conn: c, head: head, from: c.from, local: c.local, number: c.number, began: c.Sys.Uptime()}
		if err != nil {
			q.bad(err)
			break
		}
		c.w.shared.requests++
		c.asked++
		c.Patience = usual.bodyTimeout
		if err := q.readBody(r); err != nil {
			break
		}
		q.handle()
		c.Patience = q.loc.keepalive
	}
	c.Sys.Shutdown(c.FD, false, true)
	c.Close()
}

// bad answers what is no request.
func (q *request) bad(err error) {
	q.conn.closing = true
	if q.head == nil {
		q.head = &http1.Request{Proto: "HTTP/1.1"}
	}
	q.server = q.w.serverFor(q.local, "")
	q.loc = q.server.top
	switch err {
	case http1.ErrTooLarge:
		q.errorBody(414, nil)
	case http1.ErrVersion:
		q.errorBody(505, nil)
	case http1.ErrMalformed:
		q.errorBody(400, nil)
	default:
		return
	}
	q.log()
}

// serverFor is the server for an address and a name: the one that has the name, or the first. nginx:
// ngx_http_find_virtual_server
func (w *worker) serverFor(local netip.AddrPort, name string) *server {
	var here []*server
	var usual *server
	for _, s := range w.conf.servers {
		for _, l := range s.listens {
			if l.addr.Port() != local.Port() || !l.addr.Addr().IsUnspecified() && l.addr.Addr() != local.Addr() {
				continue
			}
			here = append(here, s)
			if usual == nil || l.isDefault {
				usual = s
			}
		}
	}
	for _, match := range []func(pattern string) bool{
		func(p string) bool { return strings.EqualFold(p, name) },
		func(p string) bool {
			return strings.HasPrefix(p, "*.") && strings.HasSuffix(name, strings.ToLower(p[1:]))
		},
		func(p string) bool {
			return strings.HasPrefix(p, ".") && (strings.HasSuffix(name, strings.ToLower(p)) || name == p[1:])
		},
		func(p string) bool { return strings.HasSuffix(p, ".*") && strings.HasPrefix(name, p[:len(p)-1]) },
	} {
		for _, s := range here {
			if name != "" && slices.ContainsFunc(s.names, match) {
				return s
			}
		}
	}
	if usual == nil {
		return w.conf.servers[0]
	}
	return usual
}

func (w *worker) stubStatus() []byte {
	return fmt.Appendf(nil, "Active connections: %d \nserver accepts handled requests\n %d %d %d \nReading: 0 Writing: 1 Waiting: %d \n",
		w.shared.active, w.shared.connections, w.shared.handled, w.shared.requests, w.shared.active-1)
}

// logLine writes to the error log.
func (w *worker) logLine(level, text string) {
	if slices.Index(logLevels(), level) < slices.Index(logLevels(), w.conf.logLevel) {
		return
	}
	w.append(w.conf.errorLog, logText(w.sys, level, text))
}

func logText(s proc.Sys, level, text string) string {
	pid := s.Getpid()
	return fmt.Sprintf("%s [%s] %d#%d: %s\n", s.Now().UTC().Format("2006/01/02 15:04:05"), level, pid, pid, text)
}

// append adds a line to a log. One that cannot be opened is standard error.
func (w *worker) append(file, line string) {
	if file == "stderr" || file == "" {
		w.sys.Write(2, []byte(line))
		return
	}
	fd, open := w.conf.logs[file]
	if !open {
		fd = 2
	}
	w.sys.Write(fd, []byte(line))
}
