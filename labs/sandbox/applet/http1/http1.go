// Package http1 reads and writes HTTP/1.1 messages, for the clients and servers of the sandbox's images.
//
// Laws: what comes from the other side is bounded: a line by MaxLine, a head by MaxHead. Header fields keep their order
// and their spelling and are found in any case. A body ends where its head says: after Content-Length bytes, with the
// last chunk, or with the connection. Source: RFC 9112.
//
// Left out: trailers are read and forgotten, obsolete line folding is refused, HTTP/2 does not exist.
package http1

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// Limits on what the other side may send.
const (
	MaxLine = 8 << 10
	MaxHead = 32 << 10
)

// Errors of reading.
var (
	ErrMalformed = errors.New("http1: malformed message")
	ErrTooLarge  = errors.New("http1: head is too large")
	ErrVersion   = errors.New("http1: unknown protocol version")
)

// Field is a line of a head.
type Field struct{ Name, Value string }

// Header is the fields of a head in their order.
type Header []Field

// Get is the value of the first field of that name; "" if there is none.
func (h Header) Get(name string) string {
	v, _ := h.Lookup(name)
	return v
}

// Lookup is Get that says whether the field is there.
func (h Header) Lookup(name string) (string, bool) {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// Add appends a field.
func (h *Header) Add(name, value string) { *h = append(*h, Field{name, value}) }

// Set replaces the fields of that name by one.
func (h *Header) Set(name, value string) {
	h.Del(name)
	h.Add(name, value)
}

// Del removes the fields of that name.
func (h *Header) Del(name string) {
	kept := (*h)[:0:0]
	for _, f := range *h {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	*h = kept
}

// HasToken reports whether a list such as Connection's contains the word.
func (h Header) HasToken(name, token string) bool {
	for _, f := range h {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		for word := range strings.SplitSeq(f.Value, ",") {
			if strings.EqualFold(strings.TrimSpace(word), token) {
				return true
			}
		}
	}
	return false
}

func (h Header) append(b []byte) []byte {
	for _, f := range h {
		b = append(append(append(append(b, f.Name...), ": "...), f.Value...), "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// Request is the head of a request.
type Request struct {
	Method, Target, Proto string
	Header                Header
}

// Bytes is the head as it is sent.
func (q *Request) Bytes() []byte {
	return q.Header.append([]byte(q.Method + " " + q.Target + " " + q.Proto + "\r\n"))
}

// Line is the request line, as access logs have it.
func (q *Request) Line() string { return q.Method + " " + q.Target + " " + q.Proto }

// KeepAlive reports whether the client wants the connection to live on.
func (q *Request) KeepAlive() bool { return keepAlive(q.Proto, q.Header) }

// Response is the head of a response.
type Response struct {
	Proto  string
	Status int
	Reason string
	Header Header
}

// Bytes is the head as it is sent.
func (r *Response) Bytes() []byte {
	reason := r.Reason
	if reason == "" {
		reason = StatusText(r.Status)
	}
	return r.Header.append([]byte(r.Proto + " " + strconv.Itoa(r.Status) + " " + reason + "\r\n"))
}

// KeepAlive reports whether the server lets the connection live on.
func (r *Response) KeepAlive() bool { return keepAlive(r.Proto, r.Header) }

func keepAlive(proto string, h Header) bool {
	if proto == "HTTP/1.0" {
		return h.HasToken("Connection", "keep-alive")
	}
	return !h.HasToken("Connection", "close")
}

// StatusText is the usual reason phrase.
func StatusText(status int) string {
	return map[int]string{
		100: "Continue", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
		301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
		308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
		405: "Method Not Allowed", 408: "Request Timeout", 411: "Length Required", 413: "Request Entity Too Large",
		414: "Request-URI Too Large", 416: "Requested Range Not Satisfiable", 418: "I'm a teapot", 429: "Too Many Requests",
		500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
		504: "Gateway Timeout", 505: "HTTP Version Not Supported",
	}[status]
}

// Reader reads messages from a connection.
type Reader struct {
	from    io.Reader
	buf     []byte
	pending []byte // of buf, not yet used
	err     error
}

// NewReader reads from a connection.
func NewReader(from io.Reader) *Reader { return &Reader{from: from, buf: make([]byte, MaxLine)} }

func (r *Reader) fill() error {
	if r.err != nil {
		return r.err
	}
	n := copy(r.buf, r.pending)
	if n == len(r.buf) {
		return ErrTooLarge
	}
	m, err := r.from.Read(r.buf[n:])
	r.pending = r.buf[:n+m]
	if m == 0 && err == nil {
		err = io.EOF
	}
	r.err = err
	if m > 0 {
		return nil
	}
	return err
}

// line is the next line without its end. The last line may lack one.
func (r *Reader) line() (string, error) {
	for {
		if i := bytes.IndexByte(r.pending, '\n'); i >= 0 {
			line := strings.TrimSuffix(string(r.pending[:i]), "\r")
			r.pending = r.pending[i+1:]
			return line, nil
		}
		if err := r.fill(); err != nil {
			return "", err
		}
	}
}

// Read reads what is behind a head without regard to its length.
func (r *Reader) Read(b []byte) (int, error) {
	if len(r.pending) == 0 {
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

// Buffered reports whether something is there that was read and not used.
func (r *Reader) Buffered() bool { return len(r.pending) > 0 }

// Request reads the head of a request. io.EOF: the connection ended before one began.
func (r *Reader) Request() (*Request, error) {
	line := ""
	var err error
	for line == "" { // RFC 9112, 2.2: an empty line before the request is forgiven
		if line, err = r.line(); err != nil {
			return nil, err
		}
	}
	words := strings.Split(line, " ")
	if len(words) == 2 && words[0] == "GET" { // HTTP/0.9
		return &Request{Method: words[0], Target: words[1], Proto: "HTTP/0.9"}, nil
	}
	if len(words) != 3 || !token(words[0]) || words[1] == "" {
		return nil, ErrMalformed
	}
	q := &Request{Method: words[0], Target: words[1], Proto: words[2]}
	if q.Proto != "HTTP/1.1" && q.Proto != "HTTP/1.0" {
		if strings.HasPrefix(q.Proto, "HTTP/") {
			return q, ErrVersion
		}
		return nil, ErrMalformed
	}
	q.Header, err = r.header()
	return q, err
}

// Response reads the head of a response.
func (r *Reader) Response() (*Response, error) {
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	proto, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(proto, "HTTP/") || err != nil || status < 100 || status > 999 {
		return nil, ErrMalformed
	}
	s := &Response{Proto: proto, Status: status, Reason: reason}
	s.Header, err = r.header()
	return s, err
}

func (r *Reader) header() (Header, error) {
	var h Header
	for size := 0; ; {
		line, err := r.line()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil || line == "" {
			return h, err
		}
		if size += len(line); size > MaxHead {
			return h, ErrTooLarge
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || !token(name) {
			return h, ErrMalformed
		}
		h.Add(name, strings.TrimSpace(value))
	}
}

// token reports whether a word can be a method or a field's name.
func token(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// Length says how a body ends.
type Length int64

// Lengths other than a number of bytes.
const (
	Chunked  Length = -1
	UntilEnd Length = -2 // of the connection
)

// BodyLength is how the head says that its body ends. A request without Content-Length has none.
func BodyLength(h Header, request bool) (Length, error) {
	if h.HasToken("Transfer-Encoding", "chunked") {
		return Chunked, nil
	}
	if v, ok := h.Lookup("Content-Length"); ok {
		n, err := strconv.ParseInt(v, 10, 63)
		if err != nil || n < 0 {
			return 0, ErrMalformed
		}
		return Length(n), nil
	}
	if request {
		return 0, nil
	}
	return UntilEnd, nil
}

// Body reads a body of that length. io.ErrUnexpectedEOF: the connection ended too early.
func (r *Reader) Body(n Length) io.Reader {
	switch n {
	case Chunked:
		return &chunks{counted: counted{r: r}}
	case UntilEnd:
		return r
	}
	return &counted{r: r, left: int64(n)}
}

type counted struct {
	r    *Reader
	left int64
}

func (c *counted) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// chunks reads the chunked encoding. RFC 9112, 7.1.
type chunks struct {
	counted // the chunk
	some    bool
	done    bool
}

func (c *chunks) Read(b []byte) (int, error) {
	if c.left == 0 && !c.done {
		if err := c.begin(); err != nil {
			return 0, err
		}
	}
	return c.counted.Read(b)
}

func (c *chunks) begin() error {
	if c.some {
		if end, err := c.r.line(); err != nil || end != "" {
			return ErrMalformed
		}
	}
	line, err := c.r.line()
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	size, _, _ := strings.Cut(line, ";")
	n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 63)
	if err != nil || n < 0 {
		return ErrMalformed
	}
	c.some, c.left = true, n
	if n == 0 {
		c.done = true
		_, err = c.r.header() // trailers
	}
	return err
}

// Unescape decodes the percent signs of a path. ok is false where they make no sense.
func Unescape(s string) (text string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return "", false
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String(), true
}

// Escapes reports whether a path has somewhere had more ".." than directories: it leaves the server's root.
func Escapes(path string) bool {
	depth := 0
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "", ".":
		case "..":
			depth--
		default:
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

// Date is a time as heads have it.
func Date(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }
