// Package redis is redis-server and redis-cli of the redis images: the commands that a course needs, over the real
// protocol, with the server's own words and log.
//
// Laws: what clients send is bounded; one process serves all of them, as the real one does; what was saved is in
// dump.rdb in the working directory, and comes back from there.
//
// Differences: the file holds JSON behind the real one's first bytes; saving by itself happens at the end only. Left out:
// replication, clusters, scripts, streams, sets, transactions, publish and subscribe, passwords. Each is refused as the
// real one refuses what it does not know. Source: redis 8.2, src/server.c, src/networking.c, src/redis-cli.c
package redis

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

const (
	defaultPort    = 6379
	defaultVersion = "8.2.2"
	backlog        = 511
	mostClients    = 1000
	mostPending    = 16 << 20 // bytes of a client that wait to be read or sent
	dumpFile       = "dump.rdb"
)

// server is a redis-server as it runs.
type server struct {
	sys     proc.Sys
	data    *data
	version string
	port    uint16
	binds   []bindAddr
	least   string // marks of what is logged
	save    bool
	sockets []int
	clients []*client
	began   int64
	served  int64
}

// bindAddr is an address to listen on, as redis writes it: * is all of IPv4, a dash in front: it may fail.
type bindAddr struct {
	text string
	addr netip.Addr
	may  bool
}

func parseBind(words []string) (list []bindAddr, ok bool) {
	for _, w := range words {
		b := bindAddr{text: w}
		b.text, b.may = strings.CutPrefix(w, "-")
		var err error
		switch b.text {
		case "*":
			b.addr = netip.IPv4Unspecified()
		case "::*":
			b.addr, b.text = netip.IPv6Unspecified(), "::"
		default:
			b.addr, err = netip.ParseAddr(b.text)
		}
		if err != nil {
			return nil, false
		}
		list = append(list, b)
	}
	return list, len(list) > 0
}

// client is one connection.
type client struct {
	fd      int
	in, out []byte
	closing bool
}

// Server is redis-server.
func Server(s proc.Sys) proc.ExitCode {
	x := &server{sys: s, data: newData(s.Now), version: version(s), port: defaultPort, save: true, began: s.Now().Unix()}
	x.binds, _ = parseBind([]string{"*", "-::*"})
	x.least = "*#"
	if code, done := x.options(s.Args()[1:]); done {
		return code
	}
	x.log('*', "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
	x.log('*', "Redis version=%s, bits=64, commit=00000000, modified=0, pid=%d, just started", x.version, s.Getpid())
	x.log('*', "monotonic clock: POSIX clock_gettime")
	x.log('*', "Running mode=standalone, port=%d.", x.port)
	if !x.listen() {
		return 1
	}
	x.log('*', "Server initialized")
	if !x.load() {
		return 1
	}
	x.log('*', "Ready to accept connections tcp")
	return x.serve()
}

func version(s proc.Sys) string {
	if v := s.Getenv("REDIS_VERSION"); v != "" {
		return v
	}
	return defaultVersion
}

// log writes a line as the server does: who, when, how grave.
func (x *server) log(mark byte, format string, a ...any) {
	if strings.IndexByte(x.least, mark) < 0 {
		return
	}
	at := x.sys.Now().UTC().Format("02 Jan 2006 15:04:05.000")
	x.sys.Write(1, fmt.Appendf(nil, "%d:M %s %c %s\n", x.sys.Getpid(), at, mark, fmt.Sprintf(format, a...)))
}

// options reads --port N, --save "" and the like; what is not simulated is refused by name.
func (x *server) options(args []string) (code proc.ExitCode, done bool) {
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		n := 0
		for n < len(args) && !strings.HasPrefix(args[n], "--") {
			n++
		}
		values := args[:n]
		value := strings.Join(values, " ")
		args = args[n:]
		ok := true
		switch {
		case word == "-v" || word == "--version":
			x.sys.Write(1, []byte("Redis server v="+x.version+" sha=00000000:0 malloc=libc bits=64 build=0\n"))
			return 0, true
		case word == "--port":
			n, err := strconv.ParseUint(value, 10, 16)
			if err != nil {
				return x.refuse("port", value, "argument couldn't be parsed into an integer")
			}
			x.port = uint16(n)
		case word == "--save":
			x.save = value != ""
		case word == "--bind":
			if x.binds, ok = parseBind(strings.Fields(value)); !ok {
				return x.refuse("bind", value, "no address that could be listened on")
			}
		case word == "--loglevel":
			if x.least, ok = map[string]string{"notice": "*#", "warning": "#", "nothing": ""}[value]; !ok {
				return x.refuse("loglevel", value, "only notice, warning and nothing are simulated in the sandbox")
			}
		case word == "--appendonly" && value == "no", word == "--protected-mode" && value == "no":
			// as it is: the images are built without protected mode
		default:
			return x.refuse(strings.TrimPrefix(word, "--"), value, "not simulated in the sandbox")
		}
	}
	return 0, false
}

func (x *server) refuse(option, value, why string) (proc.ExitCode, bool) {
	x.sys.Write(2, fmt.Appendf(nil, "\n*** FATAL CONFIG FILE ERROR (Redis %s) ***\n>>> '%s \"%s\"'\n%s\n", x.version, option, value, why))
	return 1, true
}

func (x *server) listen() bool {
	for _, b := range x.binds {
		fd, err := tcp.Listen(x.sys, netip.AddrPortFrom(b.addr, x.port), backlog, netsim.OptV6Only)
		if err != nil && !b.may {
			x.log('#', "Warning: Could not create server TCP listening socket %s:%d: bind: %s",
				b.text, x.port, sentence(err))
			x.log('#', "Failed listening on port %d (tcp), aborting.", x.port)
			return false
		}
		if err == nil {
			x.sys.SetNonblock(fd, true) //nolint:errcheck // it is a socket
			x.sockets = append(x.sockets, fd)
		}
	}
	return true
}

func sentence(err error) string {
	if e, ok := err.(vfs.Errno); ok {
		return e.Error()
	}
	return err.Error()
}

// load takes what was saved.
func (x *server) load() bool {
	b, err := x.sys.FS().ReadFile(dumpFile)
	if err != nil {
		return true
	}
	if !x.data.load(b) {
		x.log('#', "Wrong signature trying to load DB from file")
		x.log('#', "Fatal error loading the DB, check server logs. Exiting.")
		return false
	}
	x.log('*', "Done loading RDB, keys loaded: %d, keys expired: 0.", len(x.data.keys))
	x.log('*', "DB loaded from disk: 0.000 seconds")
	return true
}

// dir is the working directory, where the dump is.
func (x *server) dir() string {
	dir, err := x.sys.FS().Getwd()
	if err != nil {
		return "(unreachable)"
	}
	return dir
}

// store saves.
func (x *server) store() error {
	err := x.sys.FS().WriteFile("temp-1.rdb", x.data.dump(), 0o600)
	if err == nil {
		err = x.sys.FS().Rename("temp-1.rdb", dumpFile)
	}
	if err != nil {
		x.log('#', "Failed opening the temp RDB file temp-1.rdb (in server root dir %s) for saving: %s",
			x.dir(), sentence(err))
		return err
	}
	x.data.dirty = false
	x.log('*', "DB saved on disk")
	return nil
}

// serve answers until a signal or SHUTDOWN ends it.
func (x *server) serve() proc.ExitCode {
	for _, sig := range []proc.Signal{proc.SIGTERM, proc.SIGINT} {
		x.sys.Signal(sig, proc.Catch) //nolint:errcheck // both can be caught
	}
	for {
		fds := x.watched()
		_, err := x.sys.Poll(fds, -1)
		if sig, ok := x.sys.Caught(); ok {
			return x.shutdown(fmt.Sprintf("Received %s scheduling shutdown...", sig))
		}
		if err != nil {
			continue
		}
		for i, f := range fds {
			switch {
			case f.Ready == 0:
			case i < len(x.sockets):
				x.accept(f.FD)
			default:
				if x.talk(x.clients[i-len(x.sockets)], f.Ready) {
					return x.shutdown("User requested shutdown...")
				}
			}
		}
		x.sweep()
	}
}

func (x *server) watched() []proc.PollFD {
	var fds []proc.PollFD
	for _, fd := range x.sockets {
		fds = append(fds, proc.PollFD{FD: fd, Want: proc.Readable})
	}
	for _, c := range x.clients {
		want := proc.Readable
		if len(c.out) > 0 {
			want = proc.Writable
		}
		fds = append(fds, proc.PollFD{FD: c.fd, Want: want})
	}
	return fds
}

func (x *server) accept(socket int) {
	fd, _, err := x.sys.Accept(socket)
	if err != nil {
		return
	}
	if len(x.clients) >= mostClients {
		x.sys.Write(fd, []byte("-ERR max number of clients reached\r\n"))
		x.sys.Close(fd) //nolint:errcheck // it is open
		return
	}
	x.sys.SetNonblock(fd, true) //nolint:errcheck // it is a socket
	x.clients = append(x.clients, &client{fd: fd})
}

// sweep forgets clients that have gone.
func (x *server) sweep() {
	kept := x.clients[:0]
	for _, c := range x.clients {
		if c.closing && len(c.out) == 0 {
			x.sys.Close(c.fd) //nolint:errcheck // it is open
			continue
		}
		kept = append(kept, c)
	}
	x.clients = kept
}

// talk reads from a client, answers, and writes as much as it takes. True: it wants the server to end.
func (x *server) talk(c *client, ready proc.Ready) (end bool) {
	if len(c.out) == 0 && !c.closing {
		buf := make([]byte, 16<<10)
		n, err := x.sys.Read(c.fd, buf)
		if n == 0 && err != proc.EAGAIN && err != proc.EINTR {
			c.closing = true
			return false
		}
		c.in = append(c.in, buf[:n]...)
		end = x.answerAll(c)
	}
	if len(c.out) > 0 {
		n, err := x.sys.Write(c.fd, c.out)
		c.out = c.out[n:]
		if err != nil && err != proc.EAGAIN && err != proc.EINTR || ready&(proc.Failed|proc.HungUp) != 0 {
			c.out, c.closing = nil, true
		}
	}
	if len(c.in) > mostPending || len(c.out) > mostPending {
		c.out, c.closing = nil, true
	}
	return end
}

// answerAll answers the commands that have come whole.
func (x *server) answerAll(c *client) (end bool) {
	for len(c.in) > 0 && !c.closing && !end {
		from := bytes.NewReader(c.in)
		r := bufio.NewReaderSize(from, 64<<10)
		words, err := readCommand(r)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return false // the rest is still to come
		}
		if err != nil {
			c.out, c.closing = append(c.out, "-ERR Protocol error\r\n"...), true
			return false
		}
		c.in = c.in[len(c.in)-from.Len()-r.Buffered():]
		x.sys.Step(1)
		if len(words) > 0 {
			var v value
			if v, end = x.answer(c, words); !end {
				c.out = appendValue(c.out, v)
			}
		}
	}
	return end
}

// answer does a command.
func (x *server) answer(c *client, words []string) (v value, end bool) {
	x.served++
	name := strings.ToUpper(words[0])
	switch name {
	case "PING":
		if len(words) > 1 {
			return words[1], false
		}
		return status("PONG"), false
	case "ECHO":
		return words[len(words)-1], false
	case "QUIT":
		c.closing = true
		return status("OK"), false
	case "SELECT":
		return selected(words), false
	case "CLIENT":
		return named(words), false
	case "COMMAND":
		return list{}, false
	case "INFO":
		return x.info(), false
	case "CONFIG":
		return x.config(words), false
	case "SAVE", "BGSAVE":
		if x.store() != nil {
			return failure("ERR"), false
		}
		return map[string]value{"SAVE": status("OK"), "BGSAVE": status("Background saving started")}[name], false
	case "SHUTDOWN":
		x.save = x.save && !(len(words) > 1 && strings.EqualFold(words[1], "NOSAVE"))
		return nil, true
	}
	do, least, most := commands(name)
	switch {
	case do == nil:
		return unknown(words), false
	case len(words) < least, most > 0 && len(words) > most:
		return failure("ERR wrong number of arguments for '" + strings.ToLower(name) + "' command"), false
	}
	return do(x.data, words), false
}

// selected answers SELECT: there is one database.
func selected(words []string) value {
	if len(words) != 2 {
		return failure("ERR wrong number of arguments for 'select' command")
	}
	switch n, err := strconv.Atoi(words[1]); {
	case err != nil:
		return failure("ERR invalid DB index")
	case n < 0 || n > 15:
		return failure("ERR DB index is out of range")
	case n > 0:
		return failure("ERR SELECT: only database 0 is simulated in the sandbox")
	}
	return status("OK")
}

// named answers CLIENT: what libraries say of themselves when they connect, which only CLIENT LIST would show.
func named(words []string) value {
	if len(words) > 2 && (strings.EqualFold(words[1], "SETNAME") || strings.EqualFold(words[1], "SETINFO")) {
		return status("OK")
	}
	return failure("ERR CLIENT: only SETNAME and SETINFO are simulated in the sandbox")
}

func unknown(words []string) failure {
	var b strings.Builder
	for _, w := range words[1:] {
		b.WriteString("'" + w + "' ")
	}
	return failure("ERR unknown command '" + words[0] + "', with args beginning with: " + b.String())
}

func (x *server) info() string {
	up := x.sys.Now().Unix() - x.began
	return fmt.Sprintf("# Server\r\nredis_version:%s\r\nredis_mode:standalone\r\nprocess_id:%d\r\ntcp_port:%d\r\nuptime_in_seconds:%d\r\n"+
		"\r\n# Clients\r\nconnected_clients:%d\r\n\r\n# Stats\r\ntotal_commands_processed:%d\r\n\r\n# Replication\r\nrole:master\r\n"+
		"connected_slaves:0\r\n\r\n# Keyspace\r\ndb0:keys=%d,expires=0,avg_ttl=0\r\n",
		x.version, x.sys.Getpid(), x.port, up, len(x.clients), x.served, len(x.data.names()))
}

func (x *server) config(words []string) value {
	if len(words) != 3 || !strings.EqualFold(words[1], "GET") {
		return failure("ERR CONFIG: only GET is simulated in the sandbox")
	}
	values := map[string]string{
		"dir": x.dir(), "port": strconv.Itoa(int(x.port)), "appendonly": "no", "dbfilename": dumpFile,
		"save": map[bool]string{true: "3600 1 300 100 60 10000"}[x.save],
	}
	if v, ok := values[strings.ToLower(words[2])]; ok {
		return list{strings.ToLower(words[2]), v}
	}
	return list{}
}

// shutdown saves what is not saved, and ends.
func (x *server) shutdown(why string) proc.ExitCode {
	x.log('*', "%s", why)
	if strings.HasPrefix(why, "Received") {
		x.log('*', "User requested shutdown...")
	}
	if x.save {
		x.log('*', "Saving the final RDB snapshot before exiting.")
		if x.store() != nil {
			return 1
		}
	}
	x.log('#', "Redis is now ready to exit, bye bye...")
	return 0
}
