package nginx

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
)

// expand replaces the variables in a text. nginx: src/http/ngx_http_script.c
func (q *request) expand(text string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' {
			b.WriteByte(text[i])
			continue
		}
		name, rest := variableName(text[i+1:])
		if name == "" {
			b.WriteByte('$')
			continue
		}
		b.WriteString(q.variable(name))
		i = len(text) - len(rest) - 1
	}
	return b.String()
}

// variableName splits NAME or {NAME} from the front of a text.
func variableName(text string) (name, rest string) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		if name, rest, ok := strings.Cut(inner, "}"); ok {
			return name, rest
		}
		return "", text
	}
	n := 0
	for n < len(text) && (text[n] == '_' || text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z' || text[n] >= '0' && text[n] <= '9') {
		n++
	}
	return text[:n], text[n:]
}

// variable is a variable's value; "" for those that are not set.
func (q *request) variable(name string) string {
	if len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		if i := int(name[0] - '0'); i < len(q.captures) {
			return q.captures[i]
		}
		return ""
	}
	if v, ok := q.vars[name]; ok {
		return v
	}
	for prefix, look := range map[string]func(string) string{ // any order: no name has two of the prefixes
		"http_": q.head.Header.Get, "sent_http_": q.sent.Get, "arg_": q.argument, "cookie_": q.cookie,
	} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && (prefix != "http_" || name != "http_host") {
			return look(strings.ReplaceAll(rest, "_", "-"))
		}
	}
	if f, ok := variables()[name]; ok {
		return f(q)
	}
	return ""
}

// variables are those that the core knows.
func variables() map[string]func(q *request) string {
	return map[string]func(q *request) string{
		"host": (*request).host, "http_host": func(q *request) string { return q.head.Header.Get("Host") },
		"uri": func(q *request) string { return q.uri }, "document_uri": func(q *request) string { return q.uri },
		"request_uri": func(q *request) string { return q.head.Target }, "args": func(q *request) string { return q.args },
		"query_string": func(q *request) string { return q.args },
		"is_args":      func(q *request) string { return map[bool]string{true: "?"}[q.args != ""] },
		"scheme":       func(*request) string { return "http" },
		"request":      func(q *request) string { return q.head.Line() }, "request_method": func(q *request) string { return q.head.Method },
		"server_protocol": func(q *request) string { return q.head.Proto },
		"remote_addr":     func(q *request) string { return q.from.Addr().String() },
		"remote_port":     func(q *request) string { return strconv.Itoa(int(q.from.Port())) },
		"remote_user":     func(*request) string { return "-" },
		"server_addr":     func(q *request) string { return q.local.Addr().String() },
		"server_port":     func(q *request) string { return strconv.Itoa(int(q.local.Port())) },
		"server_name":     func(q *request) string { return first(q.server.names) },
		"status":          func(q *request) string { return strconv.Itoa(q.status) },
		"body_bytes_sent": func(q *request) string { return strconv.FormatInt(q.bodySent, 10) },
		"bytes_sent":      func(q *request) string { return strconv.FormatInt(q.bodySent+q.headSent, 10) },
		"content_length":  func(q *request) string { return q.head.Header.Get("Content-Length") },
		"content_type":    func(q *request) string { return q.head.Header.Get("Content-Type") },
		"document_root":   func(q *request) string { return q.loc.root }, "request_filename": (*request).fileName,
		"hostname": func(q *request) string { return q.w.sys.Hostname() }, "nginx_version": func(q *request) string { return q.w.version },
		"pid":          func(q *request) string { return strconv.Itoa(int(q.w.sys.Getpid())) },
		"connection":   func(q *request) string { return strconv.Itoa(q.number) },
		"time_local":   func(q *request) string { return q.w.sys.Now().UTC().Format("02/Jan/2006:15:04:05 +0000") },
		"time_iso8601": func(q *request) string { return q.w.sys.Now().UTC().Format("2006-01-02T15:04:05+00:00") },
		"msec":         func(q *request) string { return seconds(float64(q.w.sys.Now().UnixMilli()) / 1000) },
		"request_time": func(q *request) string { return seconds((q.w.sys.Uptime() - q.began).Seconds()) },
		"proxy_host":   func(q *request) string { return q.proxyHost }, "proxy_add_x_forwarded_for": (*request).forwardedFor,
		"upstream_addr":          func(q *request) string { return dash(strings.Join(q.tried, ", ")) },
		"upstream_status":        func(q *request) string { return dash(q.upstreamStatus) },
		"upstream_response_time": func(q *request) string { return dash(q.upstreamTime) },
	}
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// host is the name in the request line or in Host, or the server's own.
func (q *request) host() string {
	if h := q.head.Header.Get("Host"); h != "" {
		if name, _, ok := strings.Cut(h, ":"); ok && !strings.HasPrefix(h, "[") {
			h = name
		}
		return strings.ToLower(h)
	}
	return first(q.server.names)
}

func (q *request) argument(name string) string {
	for part := range strings.SplitSeq(q.args, "&") {
		if key, value, _ := strings.Cut(part, "="); key == strings.ReplaceAll(name, "-", "_") {
			return value
		}
	}
	return ""
}

func (q *request) cookie(name string) string {
	for part := range strings.SplitSeq(q.head.Header.Get("Cookie"), ";") {
		if key, value, _ := strings.Cut(strings.TrimSpace(part), "="); key == strings.ReplaceAll(name, "-", "_") {
			return value
		}
	}
	return ""
}

func (q *request) forwardedFor() string {
	if before := q.head.Header.Get("X-Forwarded-For"); before != "" {
		return before + ", " + q.from.Addr().String()
	}
	return q.from.Addr().String()
}

// logLine is a line of an access log. A variable that is empty is a dash there.
func (q *request) logLine(format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '$' {
			b.WriteByte(format[i])
			continue
		}
		name, rest := variableName(format[i+1:])
		b.WriteString(logEscape(dash(q.variable(name))))
		i = len(format) - len(rest) - 1
	}
	return b.String() + "\n"
}

// logEscape keeps what a client sent from looking like another line. nginx: ngx_http_log_escape
func logEscape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < 0x20 || c == 0x7f || c == '"' || c == '\\' || c > 0x7e {
			fmt.Fprintf(&b, "\\x%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// request is a request on its way through the server.
type request struct {
	w      *worker
	conn   *connection
	head   *http1.Request
	body   []byte
	from   netip.AddrPort
	local  netip.AddrPort
	number int // of the connection
	began  time.Duration

	server   *server
	loc      *location
	uri      string
	args     string
	captures []string
	vars     map[string]string
	inner    int // redirections inside of the server

	status         int
	errorStatus    int // whose page is being shown
	sent           http1.Header
	headSent       int64
	bodySent       int64
	done           bool
	proxyHost      string
	tried          []string
	upstreamStatus string
	upstreamTime   string
}
