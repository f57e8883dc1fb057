package applet

import (
	"fmt"
	"io"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
)

// webServer is busybox's httpd: files below a directory, one process for each connection. Left out: CGI, passwords and
// the configuration file. busybox: networking/httpd.c
type webServer struct {
	*call
	verbose int
	fd      int
	v6      bool // listens on ::, so that IPv4 callers are shown mapped
}

// httpdBacklog is how many connections wait.
const httpdBacklog = 9

// httpdPatience is how long a client may take to say what it wants. busybox: HEADER_READ_TIMEOUT
const httpdPatience = 60 * time.Second

func httpdCmd(c *call) proc.ExitCode {
	if c.gnu() {
		return apacheCmd(c)
	}
	o := c.getopt("c:d:h:e:m:fu:p:r:vi")
	c.refuse(o, "cdemuri")
	if len(o.args) > 0 {
		c.usage()
	}
	w := &webServer{call: c, verbose: o.count('v')}
	if home, ok := o.value('h'); ok {
		if err := c.FS().Chdir(home); err != nil {
			c.die("can't change directory to '%s': %s", home, c.text(err))
		}
	}
	w.listen(o.or('p', "80"))
	c.Signal(proc.SIGCHLD, proc.Ignore)
	if o.has('f') {
		return w.serve(c.Sys)
	}
	if _, err := c.Fork(func(s proc.Sys) proc.ExitCode { s.Setsid(); return w.serve(s) }); err != nil {
		c.die("can't fork: %s", c.text(err))
	}
	return 0
}

// listen binds [IP:]PORT.
func (w *webServer) listen(text string) {
	host, port, hasHost := strings.Cut(text, ":")
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		host, port = strings.Trim(text[:i], "[]"), text[i+1:]
	}
	if !hasHost {
		host, port = "::", text
	}
	a, err := netip.ParseAddr(host)
	n, perr := strconv.ParseUint(port, 10, 16)
	if err != nil || perr != nil {
		w.die("bad address '%s'", text)
	}
	w.v6 = a.Is6()
	fd, err := tcp.Listen(w.Sys, netip.AddrPortFrom(a, uint16(n)), httpdBacklog)
	if err != nil {
		w.die("bind: %s", w.text(err))
	}
	w.fd = fd
}

// serve takes connections for ever.
func (w *webServer) serve(s proc.Sys) proc.ExitCode {
	for {
		conn, from, err := s.Accept(w.fd)
		if err != nil {
			continue
		}
		s.Fork(func(child proc.Sys) proc.ExitCode {
			child.Close(w.fd)
			c := *w.call
			c.Sys = child
			v := visit{webServer: &webServer{call: &c, verbose: w.verbose, v6: w.v6}, conn: conn, from: w.shown(from)}
			v.answer()
			return 0
		})
		s.Close(conn)
	}
}

// shown is a caller's address as messages begin with it.
func (w *webServer) shown(from netip.AddrPort) string {
	if w.v6 && from.Addr().Is4() {
		return fmt.Sprintf("[::ffff:%s]:%d", from.Addr(), from.Port())
	}
	return from.String()
}

// visit is one connection.
type visit struct {
	*webServer
	conn int
	from string
	head bool // without the body
}

func (v *visit) answer() {
	r := http1.NewReader(&tcp.Conn{Sys: v.Sys, FD: v.conn, Patience: httpdPatience})
	q, err := r.Request()
	switch {
	case err == proc.ETIMEDOUT:
		v.refuse(408, "Request Timeout", "No request appeared within 60 seconds")
	case err == io.EOF:
	case err != nil || !strings.HasPrefix(q.Target, "/"):
		v.refuse(400, "Bad Request", "Unsupported method")
	default:
		v.request(q)
	}
	v.Shutdown(v.conn, false, true)
	v.Close(v.conn)
}

func (v *visit) request(q *http1.Request) {
	target, _, _ := strings.Cut(q.Target, "?")
	name, ok := http1.Unescape(target)
	switch {
	case !ok, http1.Escapes(name):
		v.refuse(400, "Bad Request", "Unsupported method")
		return
	case q.Method != "GET" && q.Method != "HEAD":
		v.refuse(501, "Not Implemented", "The requested method is not recognized")
		return
	}
	v.head = q.Method == "HEAD"
	if v.verbose > 1 {
		v.log("url:" + name)
	}
	file := "." + name
	st, err := v.FS().Stat(file)
	switch {
	case err == nil && st.Mode.IsDir() && !strings.HasSuffix(name, "/"):
		v.send(302, "Found", http1.Header{{Name: "Content-type", Value: "text/html"}, {Name: "Location", Value: name + "/"}}, nil)
		return
	case strings.HasSuffix(name, "/"):
		file = path.Join(file, "index.html")
	}
	v.file(file, q.Header.Get("Range"))
}

func (v *visit) file(name, wanted string) {
	st, err := v.FS().Stat(name)
	if err != nil || !st.Mode.IsRegular() {
		v.refuse(404, "Not Found", "The requested URL was not found")
		return
	}
	text, err := v.FS().ReadFile(name)
	if err != nil {
		v.refuse(404, "Not Found", "The requested URL was not found")
		return
	}
	v.grow(len(text))
	var h http1.Header
	if kind := httpdType(name); kind != "" {
		h.Add("Content-type", kind)
	}
	status, reason := 200, "OK"
	if first, last, ok := byteRange(wanted, len(text)); ok {
		status, reason = 206, "Partial Content"
		h.Add("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, len(text)))
		text = text[first : last+1]
	}
	modified := time.Unix(0, st.Mtime)
	h.Add("Accept-Ranges", "bytes")
	h.Add("Last-Modified", http1.Date(modified))
	h.Add("ETag", fmt.Sprintf("\"%x-%x\"", modified.Unix(), st.Size))
	h.Add("Content-Length", strconv.Itoa(len(text)))
	v.send(status, reason, h, text)
}

// byteRange reads "bytes=FIRST-[LAST]".
func byteRange(text string, size int) (first, last int, ok bool) {
	rest, ok := strings.CutPrefix(text, "bytes=")
	from, to, dash := strings.Cut(rest, "-")
	first, err := strconv.Atoi(from)
	if !ok || !dash || err != nil || first < 0 || first >= size {
		return 0, 0, false
	}
	last, err = strconv.Atoi(to)
	if err != nil || last >= size {
		last = size - 1
	}
	return first, last, last >= first
}

// httpdType is the kind of a file by its suffix; "" is not said.
func httpdType(name string) string {
	return map[string]string{
		".txt": "text/plain", ".h": "text/plain", ".c": "text/plain", ".cc": "text/plain", ".cpp": "text/plain",
		".htm": "text/html", ".html": "text/html", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
		".png": "image/png", ".svg": "image/svg+xml", ".css": "text/css", ".js": "application/javascript",
		".wav": "audio/wav", ".avi": "video/x-msvideo", ".mov": "video/quicktime", ".mpeg": "video/mpeg", ".mp3": "audio/mpeg",
	}[path.Ext(name)]
}

func (v *visit) refuse(status int, reason, text string) {
	body := fmt.Sprintf("<HTML><HEAD><TITLE>%d %s</TITLE></HEAD>\n<BODY><H1>%d %s</H1>\n%s\n</BODY></HTML>\n",
		status, reason, status, reason, text)
	v.send(status, reason, http1.Header{{Name: "Content-type", Value: "text/html"}}, []byte(body))
}

func (v *visit) send(status int, reason string, h http1.Header, body []byte) {
	if v.verbose > 0 {
		v.log("response:" + strconv.Itoa(status))
	}
	r := http1.Response{Proto: "HTTP/1.1", Status: status, Reason: reason, Header: append(http1.Header{
		{Name: "Date", Value: http1.Date(v.Now())}, {Name: "Connection", Value: "close"},
	}, h...)}
	v.writeAll(v.conn, r.Bytes())
	if !v.head {
		v.writeAll(v.conn, body)
	}
}

func (v *visit) log(text string) { v.call.Write(2, []byte(v.from+": "+text+"\n")) }
