package http1_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"dockerlearn/labs/sandbox/applet/http1"
)

func TestRequests(t *testing.T) {
	for _, c := range []struct{ text, line, host string }{
		{"GET / HTTP/1.1\r\nHost: web\r\n\r\n", "GET / HTTP/1.1", "web"},
		{"\r\nGET /a?b=c HTTP/1.0\nhost:  x  \n\n", "GET /a?b=c HTTP/1.0", "x"},
		{"GET /old\r\n", "GET /old HTTP/0.9", ""},
	} {
		for _, from := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
			q, err := http1.NewReader(from).Request()
			if err != nil {
				t.Fatalf("%q: %v", c.text, err)
			}
			if q.Line() != c.line || q.Header.Get("Host") != c.host {
				t.Errorf("%q: %q, host %q", c.text, q.Line(), q.Header.Get("Host"))
			}
		}
	}
}

func TestWhatIsNoRequest(t *testing.T) {
	for text, want := range map[string]error{
		"": io.EOF, "GET": io.EOF, "GET\n": http1.ErrMalformed, "GET / FTP/1\n\n": http1.ErrMalformed,
		"GET / HTTP/2.0\n\n": http1.ErrVersion, "GET / HTTP/1.1\nno colon\n\n": http1.ErrMalformed,
		"GET / HTTP/1.1\nHost: x\n": io.ErrUnexpectedEOF, "G(T / HTTP/1.1\n\n": http1.ErrMalformed,
		"GET /" + strings.Repeat("x", http1.MaxLine) + " HTTP/1.1\n\n":                       http1.ErrTooLarge,
		"GET / HTTP/1.1\n" + strings.Repeat("a: "+strings.Repeat("b", 1000)+"\n", 40) + "\n": http1.ErrTooLarge,
	} {
		if _, err := http1.NewReader(strings.NewReader(text)).Request(); !errors.Is(err, want) {
			t.Errorf("%.40q: %v, want %v", text, err, want)
		}
	}
}

func TestBodies(t *testing.T) {
	for _, c := range []struct {
		head, body, want string
		err              error
	}{
		{"Content-Length: 5\n", "hello and more", "hello", nil},
		{"Content-Length: 9\n", "hello", "hello", io.ErrUnexpectedEOF},
		{"Transfer-Encoding: chunked\n", "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\nmore", "hello!", nil},
		{"Transfer-Encoding: chunked\n", "5\r\nhello", "hello", http1.ErrMalformed},
		{"Transfer-Encoding: chunked\n", "zz\r\n", "", http1.ErrMalformed},
		{"Server: x\n", "all there is", "all there is", nil},
	} {
		r := http1.NewReader(strings.NewReader("HTTP/1.1 200 OK\n" + c.head + "\n" + c.body))
		resp, err := r.Response()
		if err != nil {
			t.Fatal(err)
		}
		n, err := http1.BodyLength(resp.Header, false)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r.Body(n))
		if string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%q %q: %q, %v", c.head, c.body, got, err)
		}
	}
}

func TestKeepingConnections(t *testing.T) {
	for _, c := range []struct {
		proto, connection string
		want              bool
	}{
		{"HTTP/1.1", "", true},
		{"HTTP/1.1", "close", false},
		{"HTTP/1.1", "Upgrade, Close", false},
		{"HTTP/1.0", "", false},
		{"HTTP/1.0", "Keep-Alive", true},
	} {
		q := http1.Request{Proto: c.proto, Header: http1.Header{{Name: "connection", Value: c.connection}}}
		if q.KeepAlive() != c.want {
			t.Errorf("%s %q: %v", c.proto, c.connection, !c.want)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := http1.NewReader(bytes.NewReader(b))
		if q, err := r.Request(); err == nil {
			if n, err := http1.BodyLength(q.Header, true); err == nil {
				io.Copy(io.Discard, r.Body(n))
			}
			again, err := http1.NewReader(bytes.NewReader(q.Bytes())).Request()
			if q.Proto != "HTTP/0.9" && (err != nil || again.Line() != q.Line()) {
				t.Errorf("%q became %v, %v", q.Bytes(), again, err)
			}
		}
		r = http1.NewReader(bytes.NewReader(b))
		if s, err := r.Response(); err == nil {
			if n, err := http1.BodyLength(s.Header, false); err == nil {
				io.Copy(io.Discard, r.Body(n))
			}
		}
	})
}

func TestEscapes(t *testing.T) {
	for path, want := range map[string]bool{
		"/": false, "": false, "/a/../b": false, "/a/./../b": false, "/a/b/../..": false, "/..a/...": false,
		"/..": true, "/a/../..": true, "/a/../../a": true, "//..": true, "..": true,
	} {
		if got := http1.Escapes(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}
