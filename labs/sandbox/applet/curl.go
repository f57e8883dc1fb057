package applet

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
)

// Exit codes of curl. curl: include/curl/curl.h
const (
	curlScheme   proc.ExitCode = 1
	curlUsage    proc.ExitCode = 2
	curlURL      proc.ExitCode = 3
	curlResolve  proc.ExitCode = 6
	curlConnect  proc.ExitCode = 7
	curlHTTP     proc.ExitCode = 22
	curlWrite    proc.ExitCode = 23
	curlTimeout  proc.ExitCode = 28
	curlTooMany  proc.ExitCode = 47
	curlNoAnswer proc.ExitCode = 52
	curlReceive  proc.ExitCode = 56
)

// transfer is a call of curl for one URL. Differences: no progress meter; HTTP alone.
type transfer struct {
	*call
	o        *options
	url      webURL
	begun    time.Duration
	deadline time.Duration // since the machine's start; 0 is none
	connect  time.Duration // how long connecting may take
	out      int
	status   int
	size     int64
}

func curlLongs() []string {
	return []string{
		"silent=s", "show-error=S", "fail=f", "head=I", "include=i", "location=L", "output=o", "remote-name=O", "request=X",
		"header=H", "data=d", "data-raw=ŕ", "data-binary=ƀ", "json=ĵ", "verbose=v", "write-out=w", "max-time=m",
		"connect-timeout=ċ", "user-agent=A", "user=u", "ipv4=4", "ipv6=6", "insecure=k", "resolve=ř", "retry=ŧ",
		"version=V", "no-progress-meter=ń", "get=G", "fail-with-body=ƒ", "url=ű",
	}
}

func curlCmd(c *call) proc.ExitCode {
	c.usageAt = curlUsage
	o := c.getopt("sSfIiLo:OX:H:d:ŕ:ƀ:ĵ:vw:m:ċ:A:u:46kř:ŧ:VńGƒű:", curlLongs()...)
	if o.has('V') {
		c.print("curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\nRelease-Date: 2023-02-20\nProtocols: http\n")
		return 0
	}
	c.refuse(o, "uřŧG")
	urls := append(o.values('ű'), o.args...)
	if len(urls) == 0 {
		c.Write(2, []byte("curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n"))
		return curlUsage
	}
	code := proc.ExitCode(0)
	for _, u := range urls {
		t := &transfer{call: c, o: o, out: 1}
		if code = t.run(u); code != 0 && len(urls) == 1 {
			return code
		}
	}
	return code
}

// fail is the sentence for an error, unless -s silences it.
func (t *transfer) fail(code proc.ExitCode, format string, a ...any) proc.ExitCode {
	if !t.o.has('s') || t.o.has('S') {
		t.Write(2, fmt.Appendf(nil, "curl: (%d) %s\n", code, fmt.Sprintf(format, a...)))
	}
	return code
}

// talk is a line of -v.
func (t *transfer) talk(format string, a ...any) {
	if t.o.has('v') {
		t.Write(2, fmt.Appendf(nil, format+"\n", a...))
	}
}

func (t *transfer) seconds(letter rune) time.Duration {
	text, given := t.o.value(letter)
	if !given {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > 1e6 {
		t.dieWith(curlUsage, "option: expected a proper numerical parameter")
	}
	return time.Duration(n * float64(time.Second))
}

func (t *transfer) run(text string) proc.ExitCode {
	u, ok := parseURL(text)
	if !ok {
		return t.fail(curlURL, "URL using bad/illegal format or missing URL")
	}
	if t.url = u; u.scheme != "http" {
		return t.fail(curlScheme, "Protocol \"%s\" not supported or disabled in libcurl", u.scheme)
	}
	t.begun = t.Uptime()
	if limit := t.seconds('m'); limit > 0 {
		t.deadline = t.begun + limit
	}
	t.connect = t.seconds('ċ')
	if err := t.open(); err != nil {
		return t.fail(curlWrite, "Failure writing output to destination")
	}
	code := t.follow()
	t.writeOut()
	return code
}

// open opens the file that -o or -O names.
func (t *transfer) open() (err error) {
	name, given := t.o.value('o')
	if t.o.has('O') {
		name, given = lastPart(t.url.path), true
	}
	if given && name != "-" {
		t.out, err = t.Open(name, proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC, 0o644)
	}
	return err
}

// follow asks, and asks again where an answer leads elsewhere and -L was given.
func (t *transfer) follow() proc.ExitCode {
	for range 51 {
		conn, code := t.dialURL()
		if conn == nil {
			return code
		}
		location, code := t.exchange(conn)
		t.Close(conn.FD)
		if location == "" || !t.o.has('L') || code != 0 {
			return code
		}
		t.talk("* Issue another request to this URL: '%s'", location)
		if t.url, _ = t.url.resolveRedirect(location); t.url.scheme != "http" {
			return t.fail(curlScheme, "Protocol \"%s\" not supported or disabled in libcurl", t.url.scheme)
		}
	}
	return t.fail(curlTooMany, "Maximum (50) redirects followed")
}

// left is how long a step may take that has its own limit; expired: the whole time is over.
func (t *transfer) left(own time.Duration) (d time.Duration, expired bool) {
	if t.deadline == 0 {
		return own, false
	}
	rest := t.deadline - t.Uptime()
	if own > 0 {
		rest = min(rest, own)
	}
	return rest, rest <= 0
}

func (t *transfer) dialURL() (*tcp.Conn, proc.ExitCode) {
	family := resolve.Any
	if t.o.has('4') {
		family = resolve.IPv4
	} else if t.o.has('6') {
		family = resolve.IPv6
	}
	list, err := t.resolver().Lookup(t.url.name, family)
	if err != nil {
		t.talk("* Could not resolve host: %s\n* Closing connection 0", t.url.name)
		return nil, t.fail(curlResolve, "Could not resolve host: %s", t.url.name)
	}
	began := t.Uptime()
	for _, a := range list {
		to := netip.AddrPortFrom(a, t.url.port)
		t.talk("*   Trying %s...", to)
		limit, _ := t.left(t.connect)
		var conn *tcp.Conn
		if conn, err = t.dial(to, limit); err == nil {
			t.talk("* Connected to %s (%s) port %d (#0)", t.url.name, a, t.url.port)
			return conn, 0
		}
		t.talk("* connect to %s port %d failed: %s", a, t.url.port, err)
	}
	ms := (t.Uptime() - began).Milliseconds()
	if err == proc.ETIMEDOUT && (t.connect > 0 || t.deadline > 0) {
		return nil, t.fail(curlTimeout, "Connection timed out after %d milliseconds", ms)
	}
	t.talk("* Failed to connect to %s port %d after %d ms: Couldn't connect to server\n* Closing connection 0", t.url.name, t.url.port, ms)
	return nil, t.fail(curlConnect, "Failed to connect to %s port %d after %d ms: Couldn't connect to server", t.url.name, t.url.port, ms)
}

// request is what is asked.
func (t *transfer) request() (http1.Request, []byte) {
	body, form := t.body()
	method := "GET"
	switch {
	case t.o.has('I'):
		method = "HEAD"
	case body != nil:
		method = "POST"
	}
	q := http1.Request{Method: t.o.or('X', method), Target: t.url.path, Proto: "HTTP/1.1"}
	q.Header.Add("Host", t.url.host)
	q.Header.Add("User-Agent", t.o.or('A', "curl/7.88.1"))
	q.Header.Add("Accept", "*/*")
	if body != nil {
		q.Header.Add("Content-Length", strconv.Itoa(len(body)))
		q.Header.Add("Content-Type", form)
	}
	for _, h := range t.o.values('H') {
		name, value, _ := strings.Cut(h, ":")
		if q.Header.Del(name); strings.TrimSpace(value) != "" {
			q.Header.Add(name, strings.TrimSpace(value))
		}
	}
	return q, body
}

// body puts together what -d and its like give; @NAME is a file.
func (t *transfer) body() (body []byte, form string) {
	form = "application/x-www-form-urlencoded"
	for _, g := range t.o.given {
		if !strings.ContainsRune("dŕƀĵ", g.letter) {
			continue
		}
		text := []byte(g.value)
		if name, file := strings.CutPrefix(g.value, "@"); file && g.letter != 'ŕ' {
			text = t.fileBody(name, g.letter != 'd')
		}
		if body != nil {
			body = append(body, '&')
		}
		body = append(body, text...)
		if g.letter == 'ĵ' {
			form = "application/json"
		}
	}
	return body, form
}

func (t *transfer) fileBody(name string, whole bool) []byte {
	var b []byte
	if name == "-" {
		in := t.stdin()
		for line, more := in.until(0); len(line) > 0; line, more = in.until(0) {
			if b = append(b, line...); !more {
				break
			}
		}
	} else {
		b, _ = t.FS().ReadFile(name) // curl itself goes on with nothing
	}
	if !whole {
		b = []byte(strings.NewReplacer("\r", "", "\n", "").Replace(string(b)))
	}
	return b
}

// exchange sends the request and takes the answer. location is where the answer leads.
func (t *transfer) exchange(conn *tcp.Conn) (location string, code proc.ExitCode) {
	q, body := t.request()
	for line := range strings.Lines(string(q.Bytes())) {
		t.talk("> %s", strings.TrimRight(line, "\r\n"))
	}
	if err := t.writeAll(conn.FD, slices.Concat(q.Bytes(), body)); err != nil {
		return "", t.fail(curlReceive, "Send failure: %s", t.text(err))
	}
	r := http1.NewReader(conn)
	head, err := t.head(conn, r)
	if err != nil {
		return "", t.broken(err)
	}
	t.status = head.Status
	for line := range strings.Lines(string(head.Bytes())) {
		t.talk("< %s", strings.TrimRight(line, "\r\n"))
	}
	if head.Status >= 400 && t.o.has('f') {
		return "", t.fail(curlHTTP, "The requested URL returned error: %d", head.Status)
	}
	if t.o.has('I') || t.o.has('i') {
		t.writeAll(t.out, head.Bytes())
	}
	if head.Status >= 300 && head.Status < 400 {
		location = head.Header.Get("Location")
	}
	keep := location == "" || !t.o.has('L')
	if code = t.content(conn, r, head, q.Method, keep); code == 0 && head.Status >= 400 && t.o.has('ƒ') {
		code = t.fail(curlHTTP, "The requested URL returned error: %d", head.Status)
	}
	t.talk("* Connection #0 to host %s left intact", t.url.name)
	return location, code
}

func (t *transfer) head(conn *tcp.Conn, r *http1.Reader) (*http1.Response, error) {
	for {
		limit, expired := t.left(0)
		if expired {
			return nil, proc.ETIMEDOUT
		}
		conn.Patience = limit
		head, err := r.Response()
		if err != nil || head.Status != 100 {
			return head, err
		}
	}
}

// content takes what follows the head.
func (t *transfer) content(conn *tcp.Conn, r *http1.Reader, head *http1.Response, method string, keep bool) proc.ExitCode {
	if method == "HEAD" || head.Status == 204 || head.Status == 304 {
		return 0
	}
	n, err := http1.BodyLength(head.Header, false)
	if err != nil {
		return t.fail(curlReceive, "Invalid Content-Length: value")
	}
	from := r.Body(n)
	buf := make([]byte, bufferSize)
	for {
		limit, expired := t.left(0)
		if expired {
			return t.broken(proc.ETIMEDOUT)
		}
		conn.Patience = limit
		got, err := from.Read(buf)
		t.Step(1)
		t.size += int64(got)
		if got > 0 && keep {
			if werr := t.writeAll(t.out, buf[:got]); werr != nil {
				return t.fail(curlWrite, "Failure writing output to destination")
			}
		}
		if err == io.EOF {
			return 0
		}
		if err != nil {
			return t.broken(err)
		}
	}
}

// broken is what a connection that ends or stays silent means.
func (t *transfer) broken(err error) proc.ExitCode {
	switch err {
	case io.EOF:
		return t.fail(curlNoAnswer, "Empty reply from server")
	case io.ErrUnexpectedEOF:
		return t.fail(18, "transfer closed with outstanding read data remaining")
	case proc.ETIMEDOUT:
		ms := (t.Uptime() - t.begun).Milliseconds()
		return t.fail(curlTimeout, "Operation timed out after %d milliseconds with %d bytes received", ms, t.size)
	case http1.ErrMalformed, http1.ErrTooLarge:
		return t.fail(1, "Received HTTP/0.9 when not allowed")
	}
	return t.fail(curlReceive, "Recv failure: %s", t.text(err))
}

// writeOut prints what -w asks for.
func (t *transfer) writeOut() {
	format, given := t.o.value('w')
	if !given {
		return
	}
	took := fmt.Sprintf("%.6f", (t.Uptime() - t.begun).Seconds())
	text := strings.NewReplacer(
		`\n`, "\n", `\t`, "\t", `\r`, "\r", "%%", "%",
		"%{http_code}", fmt.Sprintf("%03d", t.status), "%{response_code}", fmt.Sprintf("%03d", t.status),
		"%{size_download}", strconv.FormatInt(t.size, 10), "%{time_total}", took, "%{url_effective}", t.url.String(),
	).Replace(format)
	t.writeAll(1, []byte(text))
}
