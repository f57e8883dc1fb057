package applet

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
)

// fetch is a call of busybox's wget for one URL. busybox: networking/wget.c
type fetch struct {
	*call
	url       webURL
	quiet     bool
	show      bool // the server's answer
	spider    bool
	resume    bool
	output    string // -O
	dir       string
	agent     string
	headers   []string
	post      []byte
	isPost    bool
	patience  time.Duration
	beginning int64 // of what is missing of a file that is there in part
}

// wgetPatience is how long busybox waits when nobody says: 15 minutes.
const wgetPatience = 900 * time.Second

// wgetRedirects is how many answers may lead elsewhere. busybox: "redir_limit = 5"
const wgetRedirects = 5

func wgetCmd(c *call) proc.ExitCode {
	if c.gnu() {
		return gnuWget(c)
	}
	o := c.getopt("cqSO:P:Y:U:T:t:o:śĥ:ƥ:ƒ:ń",
		"continue=c", "quiet=q", "server-response=S", "output-document=O", "directory-prefix=P", "proxy=Y", "user-agent=U",
		"timeout=T", "tries=t", "output-file=o", "spider=ś", "header=ĥ", "post-data=ƥ", "post-file=ƒ", "no-check-certificate=ń")
	if len(o.args) == 0 {
		c.usage()
	}
	c.refuse(o, "o")
	f := &fetch{
		call: c, quiet: o.has('q'), show: o.has('S'), spider: o.has('ś'), resume: o.has('c'), output: o.or('O', ""),
		dir: o.or('P', ""), agent: o.or('U', "Wget"), headers: o.values('ĥ'), patience: wgetPatience,
	}
	if text, ok := o.value('T'); ok {
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			c.die("invalid number '%s'", text)
		}
		f.patience = time.Duration(n) * time.Second
	}
	f.postData(o)
	for _, url := range o.args {
		f.run(url)
	}
	return 0
}

func (f *fetch) postData(o *options) {
	if text, ok := o.value('ƥ'); ok {
		f.post, f.isPost = []byte(text), true
	}
	if name, ok := o.value('ƒ'); ok {
		in, err := f.open(name)
		if err != nil {
			f.die("can't open '%s': %s", name, f.text(err))
		}
		f.post, f.isPost = in.all(), true
		in.close()
	}
}

// say is a message that -q silences.
func (f *fetch) say(format string, a ...any) {
	if !f.quiet {
		f.Write(2, fmt.Appendf(nil, format, a...))
	}
}

func (f *fetch) run(text string) {
	u, ok := parseURL(text)
	f.url = u
	f.checkScheme(text)
	if !ok {
		f.die("bad address '%s'", u.host)
	}
	name := f.fileToWrite()
	var conn *tcp.Conn
	var head *http1.Response
	var r *http1.Reader
	for try := 0; ; try++ {
		if try == wgetRedirects {
			f.die("too many redirections")
		}
		conn = f.connect()
		r = http1.NewReader(conn)
		head = f.ask(conn, r)
		location := head.Header.Get("Location")
		if head.Status < 300 || location == "" {
			break
		}
		f.Close(conn.FD)
		if f.url, ok = f.url.resolveRedirect(location); !ok {
			f.die("bad address '%s'", f.url.host)
		}
		f.checkScheme(location)
	}
	if f.spider {
		f.say("remote file exists\n")
	} else {
		f.save(r, head, name)
	}
	f.Close(conn.FD)
}

func (f *fetch) checkScheme(text string) {
	switch f.url.scheme {
	case "http":
	case "https", "ftp":
		f.die("%s is not simulated in the sandbox", f.url.scheme)
	default:
		f.die("not an http or ftp url: %s", text)
	}
}

// fileToWrite is the file's name, "-" for standard output.
func (f *fetch) fileToWrite() string {
	name := f.output
	if name == "" {
		name = f.url.fileName()
		if f.dir != "" {
			name = joinPath(f.dir, name)
		}
	}
	if st, err := f.FS().Stat(name); f.resume && err == nil && name != "-" {
		f.beginning = st.Size
	}
	return name
}

// connect resolves the name and connects, or ends the program.
func (f *fetch) connect() *tcp.Conn {
	list, err := f.resolver().Lookup(f.url.name, 0)
	if err != nil {
		f.die("bad address '%s'", f.url.name)
	}
	to := netip.AddrPortFrom(preferIPv4(list), f.url.port)
	f.say("Connecting to %s (%s)\n", f.url.host, to)
	conn, err := f.dial(to, f.patience)
	if err == proc.ETIMEDOUT {
		f.die("download timed out")
	}
	if err != nil {
		f.die("can't connect to remote host (%s): %s", to.Addr(), f.text(err))
	}
	conn.Patience = f.patience
	return conn
}

// ask sends the request and reads the head of the answer.
func (f *fetch) ask(conn *tcp.Conn, r *http1.Reader) *http1.Response {
	q := http1.Request{Method: "GET", Target: f.url.path, Proto: "HTTP/1.1"}
	if f.isPost {
		q.Method = "POST"
	}
	q.Header.Add("Host", f.url.host)
	q.Header.Add("User-Agent", f.agent)
	q.Header.Add("Connection", "close")
	if f.url.user != "" {
		q.Header.Add("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(f.url.user)))
	}
	if f.beginning > 0 {
		q.Header.Add("Range", fmt.Sprintf("bytes=%d-", f.beginning))
	}
	for _, h := range f.headers {
		name, value, _ := strings.Cut(h, ":")
		q.Header.Add(name, strings.TrimSpace(value))
	}
	if f.isPost {
		if _, ok := q.Header.Lookup("Content-Type"); !ok {
			q.Header.Add("Content-Type", "application/x-www-form-urlencoded")
		}
		q.Header.Add("Content-Length", strconv.Itoa(len(f.post)))
	}
	if err := f.writeAll(conn.FD, slices.Concat(q.Bytes(), f.post)); err != nil {
		f.die("error getting response: %s", f.text(err))
	}
	for {
		head, err := r.Response()
		f.checkRead(err, "error getting response")
		f.showHead(head)
		if head.Status != 100 {
			f.checkStatus(head)
			return head
		}
	}
}

// checkRead ends the program on an error from the other side.
func (f *fetch) checkRead(err error, what string) {
	switch {
	case err == nil:
	case err == proc.ETIMEDOUT:
		f.die("download timed out")
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		f.die("%s", what)
	default:
		f.die("%s: %s", what, f.text(err))
	}
}

func (f *fetch) showHead(head *http1.Response) {
	if !f.show {
		return
	}
	for line := range strings.Lines(string(head.Bytes())) {
		f.Write(2, []byte("  "+strings.TrimRight(line, "\r\n")+"\n"))
	}
}

// checkStatus: a redirect without a place to go to is taken as the file itself.
func (f *fetch) checkStatus(head *http1.Response) {
	switch head.Status {
	case 200, 201, 202, 203, 204, 300, 301, 302, 303, 307, 308:
		f.restart()
		return
	case 206:
		if f.beginning > 0 {
			return
		}
	}
	f.die("server returned error: %s %d %s", head.Proto, head.Status, head.Reason)
}

// restart begins at the beginning when the server did not take the wish for a part of the file.
func (f *fetch) restart() {
	if f.beginning > 0 {
		f.complain("restart failed")
		f.beginning = 0
	}
}

// save writes the body where it belongs.
func (f *fetch) save(r *http1.Reader, head *http1.Response, name string) {
	length, err := http1.BodyLength(head.Header, false)
	if err != nil {
		f.die("content-length %s is garbage", head.Header.Get("Content-Length"))
	}
	fd := 1
	if name == "-" {
		f.say("writing to stdout\n")
	} else {
		fd = f.create(name)
		f.say("saving to '%s'\n", name)
	}
	body, done := r.Body(length), int64(0)
	buf := make([]byte, bufferSize)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if err := f.writeAll(fd, buf[:n]); err != nil {
				f.writeFailed(err)
			}
			done += int64(n)
		}
		if err == io.EOF {
			break
		}
		f.checkRead(err, "connection closed prematurely")
	}
	f.progress(name, done+f.beginning)
	if fd == 1 {
		f.say("written to stdout\n")
	} else {
		f.Close(fd)
		f.say("'%s' saved\n", name)
	}
}

// create opens the file: one that was not named with -O must not exist.
func (f *fetch) create(name string) int {
	flags := proc.O_WRONLY | proc.O_CREAT
	switch {
	case f.beginning > 0:
		flags |= proc.O_APPEND
	case f.output == "" && !f.resume:
		flags |= proc.O_EXCL
	default:
		flags |= proc.O_TRUNC
	}
	fd, err := f.Open(name, flags, 0o666)
	if err != nil {
		f.die("can't open '%s': %s", name, f.text(err))
	}
	return fd
}

// progressStars is how wide the bar is on 80 columns. busybox: libbb/progress.c
const progressStars = 32

// progress is the bar when all is done.
func (f *fetch) progress(name string, size int64) {
	scale, unit := size, 0
	for scale >= 100000 {
		scale >>= 10
		unit++
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	f.say("%-20.20s 100%% |%s|%6d%c 0:00:00 ETA\n", name, strings.Repeat("*", progressStars), scale, " kMGTPEZY"[unit])
}
