package applet

import (
	"fmt"
	"io"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// apache is the web server of the httpd image: static files below DocumentRoot. Of its configuration it reads Listen,
// DocumentRoot, DirectoryIndex, ServerName, ErrorLog and CustomLog; others that a usual file has are refused by name.
// Left out: modules, virtual hosts, other users, keeping connections open.
type apache struct {
	*call
	root, docs, name    string
	index               []string
	errorLog, accessLog string
	port                uint16
	fd                  int
}

const (
	apacheVersion = "Apache/2.4.65 (Unix)"
	apacheRoot    = "/usr/local/apache2"
	apacheBacklog = 511
)

// apacheCmd is httpd under the GNU flavour.
func apacheCmd(c *call) proc.ExitCode {
	a := &apache{
		call: c, root: apacheRoot, docs: apacheRoot + "/htdocs", index: []string{"index.html"},
		errorLog: "/proc/self/fd/2", accessLog: "/proc/self/fd/1",
	}
	o := c.getopt("D:vtf:")
	if o.has('v') {
		c.print("Server version: " + apacheVersion + "\nServer built:   Jul 23 2025 16:52:52\n")
		return 0
	}
	a.configure(o.or('f', a.root+"/conf/httpd.conf"))
	if o.has('t') {
		c.Write(2, []byte("Syntax OK\n"))
		return 0
	}
	if o.or('D', "") != "FOREGROUND" {
		c.die("only -DFOREGROUND is simulated in the sandbox")
	}
	return a.start()
}

func (a *apache) configure(file string) {
	text, err := a.FS().ReadFile(file)
	if err != nil {
		a.die("Could not open configuration file %s: %s", file, a.text(err))
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if apacheHas(words[0]) {
			a.Write(2, []byte(fmt.Sprintf("httpd: line %d of %s: %s is not simulated in the sandbox\n", number, file, words[0])))
			a.Exit(1)
		}
		if len(words) < 2 || !a.statement(words[0], words[1:]) {
			a.Write(2, []byte(fmt.Sprintf("AH00526: Syntax error on line %d of %s:\nInvalid command '%s', perhaps misspelled or defined by "+
				"a module not included in the server configuration\n", number, file, words[0])))
			a.Exit(1)
		}
	}
	if a.port == 0 {
		a.Write(2, []byte("no listening sockets available, shutting down\nAH00015: Unable to open logs\n"))
		a.Exit(1)
	}
}

// apacheHas reports whether a statement of the usual file is one that the sandbox has not.
func apacheHas(name string) bool {
	return slices.Contains(strings.Fields(`LogLevel LoadModule User Group PidFile LogFormat AddType TypesConfig Include
		IncludeOptional Options AllowOverride Require Alias ScriptAlias Redirect ProxyPass ProxyPassReverse RewriteEngine
		RewriteRule ErrorDocument Timeout KeepAlive ServerTokens Header SetEnv <IfModule <Directory <Files <Location
		<VirtualHost`), name)
}

func (a *apache) statement(name string, args []string) bool {
	value := strings.Trim(args[0], `"`)
	switch name {
	case "Listen":
		n, err := strconv.ParseUint(value[strings.LastIndexByte(value, ':')+1:], 10, 16)
		a.port = uint16(n)
		return err == nil && n > 0
	case "DocumentRoot":
		a.docs = value
	case "ServerName":
		a.name = value
	case "ServerRoot":
		a.root = value
	case "ErrorLog":
		a.errorLog = value
	case "CustomLog":
		a.accessLog = value
	case "DirectoryIndex":
		a.index = args
	case "ServerAdmin": // no page here names them
	default:
		return false
	}
	return true
}

func (a *apache) start() proc.ExitCode {
	if a.name == "" {
		own := "127.0.0.1"
		if list := a.ownAddresses(); len(list) > 0 {
			own = list[0].String()
		}
		for range 2 {
			a.append(a.errorLog, "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using "+own+
				". Set the 'ServerName' directive globally to suppress this message\n")
		}
	}
	fd, err := tcp.Listen(a.Sys, netip.AddrPortFrom(netip.IPv6Unspecified(), a.port), apacheBacklog)
	if err != nil {
		code := 98
		if err == proc.EACCES {
			code = 13
		}
		a.Write(2, []byte(fmt.Sprintf("(%d)%s: AH00072: make_sock: could not bind to address [::]:%d\n"+
			"no listening sockets available, shutting down\nAH00015: Unable to open logs\n", code, a.text(err), a.port)))
		return 1
	}
	a.fd = fd
	a.SetNonblock(fd, true)
	a.notice("mpm_event", "AH00489: "+apacheVersion+" configured -- resuming normal operations")
	a.notice("core", "AH00094: Command line: 'httpd -D FOREGROUND'")
	return a.serve()
}

// notice writes to the error log.
func (a *apache) notice(module, text string) {
	a.append(a.errorLog, fmt.Sprintf("[%s] [%s:notice] [pid %d:tid %d] %s\n",
		a.Now().UTC().Format("Mon Jan 02 15:04:05.000000 2006"), module, a.Getpid(), a.Getpid(), text))
}

func (a *apache) append(file, line string) {
	fd, err := a.Open(file, proc.O_WRONLY|proc.O_APPEND|proc.O_CREAT, 0o644)
	if err != nil {
		a.Write(2, []byte(line))
		return
	}
	a.Write(fd, []byte(line))
	a.Close(fd)
}

func (a *apache) serve() proc.ExitCode {
	ends := map[proc.Signal]string{
		proc.SIGTERM: "AH00491: caught SIGTERM, shutting down", proc.SIGINT: "AH00491: caught SIGTERM, shutting down",
		proc.SIGWINCH: "AH00492: caught SIGWINCH, shutting down gracefully",
	}
	for _, sig := range []proc.Signal{proc.SIGTERM, proc.SIGINT, proc.SIGWINCH} {
		a.Signal(sig, proc.Catch)
	}
	a.Signal(proc.SIGCHLD, proc.Ignore)
	for {
		_, err := a.Poll([]proc.PollFD{{FD: a.fd, Want: proc.Readable}}, -1)
		if sig, ok := a.Caught(); ok {
			a.notice("mpm_event", ends[sig])
			return 0
		}
		if err != nil {
			continue
		}
		conn, from, err := a.Accept(a.fd)
		if err != nil {
			continue
		}
		a.Fork(func(child proc.Sys) proc.ExitCode {
			child.Close(a.fd)
			for sig := range ends { // any order: each is set alike
				child.Signal(sig, proc.Default)
			}
			c := *a.call
			c.Sys = child
			mine := *a
			mine.call = &c
			mine.answer(conn, from)
			return 0
		})
		a.Close(conn)
	}
}

func (a *apache) answer(conn int, from netip.AddrPort) {
	a.Signal(proc.SIGPIPE, proc.Ignore)
	c := &tcp.Conn{Sys: a.Sys, FD: conn, Patience: time.Minute}
	q, err := http1.NewReader(c).Request()
	if err == io.EOF || err == proc.ETIMEDOUT {
		return
	}
	status, body, h := 400, apachePage(400, "Bad Request", "Your browser sent a request that this server could not understand.<br />"), http1.Header(nil)
	line := "-"
	if err == nil {
		line = q.Line()
		status, body, h = a.content(q)
	}
	if status >= 300 {
		h = append(h, http1.Field{Name: "Content-Length", Value: strconv.Itoa(len(body))},
			http1.Field{Name: "Connection", Value: "close"}, http1.Field{Name: "Content-Type", Value: "text/html; charset=iso-8859-1"})
	}
	r := http1.Response{Proto: "HTTP/1.1", Status: status, Header: append(http1.Header{
		{Name: "Date", Value: http1.Date(a.Now())}, {Name: "Server", Value: apacheVersion},
	}, h...)}
	c.Write(r.Bytes())
	if q == nil || q.Method != "HEAD" {
		c.Write(body)
	}
	a.append(a.accessLog, fmt.Sprintf("%s - - [%s] \"%s\" %d %d\n", from.Addr(),
		a.Now().UTC().Format("02/Jan/2006:15:04:05 +0000"), strings.ReplaceAll(line, `"`, `\"`), status, len(body)))
	a.Shutdown(conn, false, true)
}

// content finds what is asked for.
func (a *apache) content(q *http1.Request) (int, []byte, http1.Header) {
	target, _, _ := strings.Cut(q.Target, "?")
	name, ok := http1.Unescape(target)
	if !ok || http1.Escapes(name) || !strings.HasPrefix(name, "/") {
		return 400, apachePage(400, "Bad Request", "Your browser sent a request that this server could not understand.<br />"), nil
	}
	if q.Method != "GET" && q.Method != "HEAD" {
		return 405, apachePage(405, "Method Not Allowed", "The requested method "+q.Method+" is not allowed for this URL."), nil
	}
	file := path.Join(a.docs, name)
	st, err := a.FS().Stat(file)
	if err == nil && st.Mode.IsDir() {
		if !strings.HasSuffix(name, "/") {
			to := "http://" + q.Header.Get("Host") + name + "/"
			return 301, apachePage(301, "Moved Permanently", "The document has moved <a href=\""+to+"\">here</a>."),
				http1.Header{{Name: "Location", Value: to}}
		}
		file, st, err = a.indexOf(file)
	}
	text, rerr := a.FS().ReadFile(file)
	switch {
	case err != nil:
		return 404, apachePage(404, "Not Found", "The requested URL was not found on this server."), nil
	case rerr != nil:
		return 403, apachePage(403, "Forbidden", "You don't have permission to access this resource."), nil
	}
	a.grow(len(text))
	kind := httpdType(file)
	h := http1.Header{
		{Name: "Last-Modified", Value: http1.Date(time.Unix(0, st.Mtime))},
		{Name: "ETag", Value: fmt.Sprintf("\"%x-%x\"", st.Size, st.Mtime/1000)},
		{Name: "Accept-Ranges", Value: "bytes"},
		{Name: "Content-Length", Value: strconv.Itoa(len(text))},
		{Name: "Connection", Value: "close"},
	}
	if kind != "" {
		h.Add("Content-Type", kind)
	}
	return 200, text, h
}

// indexOf is the page that stands for a directory. mod_dir: fixup_dir
func (a *apache) indexOf(dir string) (file string, st vfs.Stat, err error) {
	for _, name := range a.index {
		file = path.Join(dir, name)
		if st, err = a.FS().Stat(file); err == nil {
			break
		}
	}
	return file, st, err
}

func apachePage(status int, title, text string) []byte {
	return []byte(fmt.Sprintf("<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>%d %s</title>\n</head><body>\n"+
		"<h1>%s</h1>\n<p>%s</p>\n</body></html>\n", status, title, title, text))
}
