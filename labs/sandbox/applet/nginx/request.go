package nginx

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
	"dockerlearn/labs/sandbox/proc"
)

// maxInner is how often a request may be led elsewhere inside of the server. nginx: NGX_HTTP_MAX_URI_CHANGES
const maxInner = 10

// handle answers a request and writes it down.
func (q *request) handle() {
	q.server = q.w.serverFor(q.local, q.hostName())
	q.loc = q.server.top
	target, args, _ := strings.Cut(q.head.Target, "?")
	if rest, ok := strings.CutPrefix(target, "http://"); ok {
		_, target, _ = strings.Cut(rest, "/")
		target = "/" + target
	}
	uri, ok := http1.Unescape(target)
	q.uri, q.args = path.Clean("/"+uri), args
	if strings.HasSuffix(uri, "/") && q.uri != "/" {
		q.uri += "/"
	}
	switch {
	case !ok || strings.IndexByte(uri, 0) >= 0 || http1.Escapes(uri) || !strings.HasPrefix(target, "/"):
		q.fail(400)
	case q.head.Proto == "HTTP/1.1" && q.head.Header.Get("Host") == "":
		q.logf("info", "client sent HTTP/1.1 request without \"Host\" header while reading client request headers")
		q.fail(400)
	default:
		q.route()
	}
	q.log()
}

func (q *request) hostName() string {
	h, _, _ := strings.Cut(q.head.Header.Get("Host"), ":")
	return strings.ToLower(h)
}

// route finds a location and lets its statements have the request.
func (q *request) route() {
	for {
		if q.inner++; q.inner > maxInner {
			q.logf("error", "rewrite or internal redirection cycle while processing \"%s\"", q.uri)
			q.fail(500)
			return
		}
		if q.inner == 1 {
			if again := q.steps(q.server.top); q.done {
				return
			} else if again {
				continue
			}
		}
		loc := q.find(q.server.locations)
		if loc == nil {
			loc = q.server.top
		}
		q.loc = loc
		if loc != q.server.top {
			if again := q.steps(loc); q.done {
				return
			} else if again {
				continue
			}
		}
		if !q.allowed() {
			q.logf("error", "access forbidden by rule")
			q.fail(403)
			return
		}
		if !q.content() {
			return
		}
	}
}

// find is the location for the URI. nginx: ngx_http_core_find_location
func (q *request) find(list []*location) *location {
	var best *location
	for _, l := range list {
		switch l.kind {
		case exactMatch:
			if q.uri == l.text {
				return l
			}
		case prefixMatch, prefixOverRegex:
			if strings.HasPrefix(q.uri, l.text) && (best == nil || len(l.text) > len(best.text)) {
				best = l
			}
		}
	}
	if best != nil && len(best.nested) > 0 {
		if in := q.find(best.nested); in != nil {
			return in
		}
	}
	if best != nil && best.kind == prefixOverRegex {
		return best
	}
	for _, l := range list {
		if l.kind == regexMatch {
			if m := l.regex.FindStringSubmatch(q.uri); m != nil {
				q.captures = m
				return l
			}
		}
	}
	return best
}

// steps carries out return, rewrite and set; true is: look for a location again.
func (q *request) steps(loc *location) bool {
	for i := range loc.steps {
		s := &loc.steps[i]
		switch s.kind {
		case "set":
			q.setVariable(s.name, q.expand(s.text))
		case "return":
			q.doReturn(s)
			return false
		case "rewrite":
			if changed, again := q.rewrite(s); changed && (s.flag != "" || q.done) {
				return again
			}
		}
	}
	return false
}

func (q *request) setVariable(name, value string) {
	if q.vars == nil {
		q.vars = map[string]string{}
	}
	q.vars[name] = value
}

func (q *request) rewrite(s *step) (changed, again bool) {
	m := s.regex.FindStringSubmatch(q.uri)
	if m == nil {
		return false, false
	}
	q.captures = m
	to := q.expand(s.text)
	outside := strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://")
	if s.flag == "redirect" || s.flag == "permanent" || outside {
		q.redirect(map[bool]int{true: 301, false: 302}[s.flag == "permanent"], to)
		return true, false
	}
	uri, args, hasArgs := strings.Cut(to, "?")
	q.uri = uri
	switch {
	case hasArgs && args != "" && q.args != "":
		q.args = args + "&" + q.args
	case hasArgs:
		q.args = args
	}
	return true, s.flag == "last"
}

func (q *request) doReturn(s *step) {
	text := q.expand(s.text)
	switch {
	case s.code == 444:
		q.status, q.done = 444, true
		q.conn.closing = true
	case s.code == 301 || s.code == 302 || s.code == 303 || s.code == 307 || s.code == 308:
		q.redirect(s.code, text)
	case s.flag == "text":
		kind := q.loc.defaultType
		q.respond(s.code, kind, http1.Header{}, []byte(text))
	default:
		q.fail(s.code)
	}
}

// redirect sends the client elsewhere. A place on this server is completed to a whole URL.
func (q *request) redirect(code int, to string) {
	if strings.HasPrefix(to, "/") {
		host := q.host()
		if p := q.local.Port(); p != 80 {
			host += ":" + strconv.Itoa(int(p))
		}
		to = "http://" + host + to
	}
	q.errorBody(code, http1.Header{{Name: "Location", Value: to}})
}

func (q *request) allowed() bool {
	for _, r := range q.loc.access {
		if !r.from.IsValid() || r.from.Contains(q.from.Addr()) {
			return r.allow
		}
	}
	return true
}

// content makes the answer; true is: the URI has changed, look for a location again.
func (q *request) content() bool {
	if q.tooLarge() {
		q.logf("error", "client intended to send too large body: %d bytes", q.bodyLength())
		q.conn.closing = true
		q.fail(413)
		return false
	}
	if len(q.loc.tryFiles) > 0 {
		if again, done := q.tryFiles(); done {
			return again
		}
	}
	switch {
	case q.loc.stub:
		q.respond(200, "text/plain", nil, q.w.stubStatus())
	case q.loc.pass != nil:
		q.proxy()
	default:
		return q.static()
	}
	return false
}

func (q *request) bodyLength() int64 {
	n, _ := strconv.ParseInt(q.head.Header.Get("Content-Length"), 10, 64)
	return n
}

func (q *request) tooLarge() bool { return q.loc.maxBody > 0 && q.bodyLength() > q.loc.maxBody }

// tryFiles looks for the first file that exists; the last word is where to go if none does.
func (q *request) tryFiles() (again, done bool) {
	list := q.loc.tryFiles
	for _, word := range list[:len(list)-1] {
		name := q.expand(word)
		st, err := q.w.sys.FS().Stat(q.pathOf(name))
		if err == nil && st.Mode.IsDir() == strings.HasSuffix(name, "/") {
			q.uri = name
			return false, false
		}
	}
	last := list[len(list)-1]
	if code, ok := strings.CutPrefix(last, "="); ok {
		n, _ := strconv.Atoi(code)
		q.fail(n)
		return false, true
	}
	return q.goTo(q.expand(last)), true
}

// goTo leads the request to a URI or a named location; true is: look for a location.
func (q *request) goTo(to string) bool {
	if !strings.HasPrefix(to, "@") {
		uri, args, ok := strings.Cut(to, "?")
		q.uri = uri
		if ok {
			q.args = args
		}
		return true
	}
	for _, l := range q.server.locations {
		if l.kind == namedMatch && l.text == to {
			q.loc = l
			if q.steps(l); !q.done {
				return q.content()
			}
			return false
		}
	}
	q.logf("error", "could not find named location \"%s\"", to)
	q.fail(500)
	return false
}

// fileName is the file that the URI stands for.
func (q *request) fileName() string { return q.pathOf(q.uri) }

func (q *request) pathOf(uri string) string {
	if q.loc.alias != "" {
		return q.loc.alias + strings.TrimPrefix(uri, q.loc.text)
	}
	return strings.TrimSuffix(q.expand(q.loc.root), "/") + uri
}

// static answers with a file.
func (q *request) static() bool {
	if q.head.Method != "GET" && q.head.Method != "HEAD" {
		q.fail(405)
		return false
	}
	name := q.fileName()
	if strings.HasSuffix(q.uri, "/") {
		return q.directory(name)
	}
	st, err := q.w.sys.FS().Stat(name)
	switch {
	case err != nil:
		q.cannotOpen("open", name, err)
	case st.Mode.IsDir():
		to := q.uri + "/"
		if q.args != "" {
			to += "?" + q.args
		}
		q.redirect(301, to)
	default:
		q.file(name)
	}
	return false
}

func (q *request) cannotOpen(call, name string, err error) {
	if err != proc.ENOENT || q.loc.logNotFound {
		q.logf("error", "%s() \"%s\" failed (%s)", call, name, errnoText(err))
	}
	if err == proc.EACCES {
		q.fail(403)
		return
	}
	q.fail(404)
}

// directory answers for a URI with a slash at its end: with an index file, or a list.
func (q *request) directory(name string) bool {
	for _, index := range q.loc.index {
		index = q.expand(index)
		if strings.HasPrefix(index, "/") {
			return q.goTo(index)
		}
		if _, err := q.w.sys.FS().Stat(name + index); err == nil {
			return q.goTo(q.uri + index)
		}
	}
	st, err := q.w.sys.FS().Stat(name)
	switch {
	case err != nil || !st.Mode.IsDir():
		if err == nil {
			err = proc.ENOTDIR
		}
		if q.loc.logNotFound {
			q.logf("error", "\"%s\" is not found (%s)", name+first(q.loc.index), errnoText(err))
		}
		q.fail(404)
	case q.loc.autoindex:
		q.list(name)
	default:
		q.logf("error", "directory index of \"%s\" is forbidden", name)
		q.fail(403)
	}
	return false
}

// list is the page of autoindex. nginx: src/http/modules/ngx_http_autoindex_module.c
func (q *request) list(name string) {
	entries, _ := q.w.sys.FS().ReadDir(name)
	var b strings.Builder
	fmt.Fprintf(&b, "<html>\r\n<head><title>Index of %s</title></head>\r\n<body>\r\n<h1>Index of %s</h1><hr><pre><a href=\"../\">../</a>\r\n", q.uri, q.uri)
	var dirs, files []string
	for _, e := range entries {
		st, err := q.w.sys.FS().Stat(name + e.Name)
		if err != nil || strings.HasPrefix(e.Name, ".") {
			continue
		}
		shown, size := e.Name, strconv.FormatInt(st.Size, 10)
		if st.Mode.IsDir() {
			shown, size = shown+"/", "-"
		}
		line := fmt.Sprintf("<a href=\"%s\">%s</a>%s %s %19s\r\n", shown, shown, strings.Repeat(" ", max(50-len(shown), 0)),
			time.Unix(0, st.Mtime).UTC().Format("02-Jan-2006 15:04"), size)
		if st.Mode.IsDir() {
			dirs = append(dirs, line)
		} else {
			files = append(files, line)
		}
	}
	b.WriteString(strings.Join(dirs, "") + strings.Join(files, "") + "</pre><hr></body>\r\n</html>\r\n")
	q.respond(200, "text/html", nil, []byte(b.String()))
}

func (q *request) file(name string) {
	text, err := q.w.sys.FS().ReadFile(name)
	if err != nil {
		q.cannotOpen("open", name, err)
		return
	}
	q.w.sys.Alloc(int64(len(text)))
	defer q.w.sys.Free(int64(len(text)))
	st, _ := q.w.sys.FS().Stat(name)
	modified := time.Unix(0, st.Mtime)
	etag := fmt.Sprintf("\"%x-%x\"", modified.Unix(), st.Size)
	h := http1.Header{{Name: "Last-Modified", Value: http1.Date(modified)}}
	if q.loc.etag {
		h.Add("ETag", etag)
	}
	status := 200
	if q.errorStatus != 0 {
		status = q.errorStatus
	}
	if status == 200 && (q.loc.etag && q.head.Header.Get("If-None-Match") == etag ||
		q.head.Header.Get("If-Modified-Since") == http1.Date(modified)) {
		q.respond(304, "", h, nil)
		return
	}
	if status == 200 {
		h.Add("Accept-Ranges", "bytes")
	}
	q.respond(status, q.typeOf(name), h, text)
}

func (q *request) typeOf(name string) string {
	if kind, ok := q.loc.types[strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")]; ok {
		return kind
	}
	return q.loc.defaultType
}

// fail answers with an error: with the page that the configuration has for it, or a small one of its own.
func (q *request) fail(code int) {
	if q.errorStatus == 0 && q.inner > 0 {
		for _, p := range q.loc.errorPages {
			if !slices.Contains(p.codes, code) {
				continue
			}
			q.errorStatus = code
			if p.as > 0 {
				q.errorStatus = p.as
			}
			if strings.HasPrefix(p.to, "http") {
				q.redirect(302, q.expand(p.to))
				return
			}
			q.head = &http1.Request{Method: "GET", Target: q.head.Target, Proto: q.head.Proto, Header: q.head.Header}
			if q.goTo(q.expand(p.to)) {
				q.route()
			}
			return
		}
	}
	if q.errorStatus != 0 {
		code = q.errorStatus
	}
	q.errorBody(code, nil)
}

// errorBody is nginx's own page. nginx: src/http/ngx_http_special_response.c
func (q *request) errorBody(code int, h http1.Header) {
	title := strconv.Itoa(code)
	if text := errorTitle(code); text != "" {
		title += " " + text
	}
	name := "nginx"
	if q.loc.tokens {
		name = q.w.version
	}
	if code < 300 || errorTitle(code) == "" {
		q.respond(code, q.loc.defaultType, h, nil)
		return
	}
	body := "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title + "</h1></center>\r\n<hr><center>" +
		name + "</center>\r\n</body>\r\n</html>\r\n"
	q.respond(code, "text/html", h, []byte(body))
}

// errorTitle is what nginx calls a status; "" if it has no page for it.
func errorTitle(code int) string {
	return map[int]string{
		301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect", 308: "Permanent Redirect",
		400: "Bad Request", 401: "Authorization Required", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
		405: "Not Allowed", 406: "Not Acceptable", 408: "Request Time-out", 409: "Conflict", 410: "Gone", 411: "Length Required",
		412: "Precondition Failed", 413: "Request Entity Too Large", 414: "Request-URI Too Large",
		415: "Unsupported Media Type", 416: "Requested Range Not Satisfiable", 421: "Misdirected Request",
		429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
		503: "Service Temporarily Unavailable", 504: "Gateway Time-out", 505: "HTTP Version Not Supported",
		507: "Insufficient Storage",
	}[code]
}

// reason is the phrase behind a status, which differs from the title of some pages.
func reason(code int) string {
	if text := map[int]string{301: "Moved Permanently", 302: "Moved Temporarily", 401: "Unauthorized", 405: "Not Allowed"}[code]; text != "" {
		return text
	}
	if text := errorTitle(code); text != "" {
		return text
	}
	return http1.StatusText(code)
}

// respond sends a whole answer.
func (q *request) respond(status int, kind string, h http1.Header, body []byte) {
	head := http1.Header{}
	if kind != "" {
		head.Add("Content-Type", q.withCharset(kind))
	}
	if status != 304 && status != 204 {
		head.Add("Content-Length", strconv.Itoa(len(body)))
	}
	q.sendHead(status, reason(status), head, h)
	if q.head.Method != "HEAD" && status != 304 {
		q.sendBody(body)
	}
}

// withCharset says which characters a text is in. nginx: ngx_http_charset_default_types
func (q *request) withCharset(kind string) string {
	texts := []string{
		"text/html", "text/xml", "text/plain", "text/vnd.wap.wml", "application/javascript", "application/rss+xml",
	}
	if q.loc.charset == "" || !slices.Contains(texts, kind) {
		return kind
	}
	return kind + "; charset=" + q.loc.charset
}

// sendHead sends the head: the server's own fields, those of the answer, and what the configuration adds.
func (q *request) sendHead(status int, reason string, own, more http1.Header) {
	q.status, q.done = status, true
	name := q.w.version
	if !q.loc.tokens {
		name = "nginx"
	}
	q.sent = http1.Header{{Name: "Server", Value: name}, {Name: "Date", Value: http1.Date(q.w.sys.Now())}}
	q.sent = append(q.sent, own...)
	after := http1.Header{}
	for _, f := range more {
		if f.Name == "Last-Modified" || f.Name == "Location" {
			q.sent = append(q.sent, f)
		} else {
			after = append(after, f)
		}
	}
	keep := "close"
	if q.conn.keeps(q) {
		keep = "keep-alive"
	} else {
		q.conn.closing = true
	}
	q.sent.Add("Connection", keep)
	q.sent = append(q.sent, after...)
	for _, p := range q.loc.addHeaders {
		if p.always || slices.Contains([]int{200, 201, 204, 206, 301, 302, 303, 304, 307, 308}, status) {
			q.sent.Add(p.name, q.expand(p.value))
		}
	}
	r := http1.Response{Proto: "HTTP/1.1", Status: status, Reason: reason, Header: q.sent}
	n, err := q.conn.Write(r.Bytes())
	q.headSent = int64(n)
	if err != nil {
		q.conn.closing = true
	}
}

func (q *request) sendBody(b []byte) {
	n, err := q.conn.Write(b)
	q.bodySent += int64(n)
	if err != nil {
		q.conn.closing = true
	}
}

// log writes the access log.
func (q *request) log() {
	for _, t := range q.loc.accessLog {
		q.w.append(t.file, q.logLine(q.w.conf.formats[t.format]))
	}
}

// logf writes to the error log, with who asked for what.
func (q *request) logf(level, format string, a ...any) {
	text := fmt.Sprintf(format, a...) + ", client: " + q.from.Addr().String() + ", server: " + first(q.server.names) +
		", request: \"" + logEscape(q.head.Line()) + "\""
	if len(q.tried) > 0 {
		text += ", upstream: \"http://" + q.tried[len(q.tried)-1] + q.upstreamURI() + "\""
	}
	if h := q.head.Header.Get("Host"); h != "" {
		text += ", host: \"" + logEscape(h) + "\""
	}
	q.w.logLine(level, "*"+strconv.Itoa(q.number)+" "+text)
}

// readBody takes a request's body, as far as it is allowed to be long.
func (q *request) readBody(r *http1.Reader) error {
	n, err := http1.BodyLength(q.head.Header, true)
	if err != nil {
		return err
	}
	if n > http1.Length(maxBodyKept) {
		q.conn.closing = true
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(r.Body(n), maxBodyKept+1))
	q.body = b
	if len(b) > maxBodyKept {
		q.conn.closing = true
	}
	return err
}

// maxBodyKept is how much of a request's body a worker takes.
const maxBodyKept = 8 << 20
