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

// Exit codes of GNU wget.
const (
	wgetParse   proc.ExitCode = 2
	wgetIO      proc.ExitCode = 3
	wgetNetwork proc.ExitCode = 4
	wgetServer  proc.ExitCode = 8
)

// download is a call of GNU wget for one URL.
type download struct {
	*call
	url      webURL
	quiet    bool
	terse    bool // -nv
	show     bool
	spider   bool
	output   string
	dir      string
	agent    string
	headers  []string
	method   string
	body     []byte
	tries    int
	patience time.Duration
	family   resolve.Family
	begun    time.Duration
}

// gnuWgetLongs are the long options, with letters of our own behind those that have none.
func gnuWgetLongs() []string {
	return []string{
		"quiet=q", "no-verbose=ń", "verbose=v", "server-response=S", "spider=ś", "output-document=O", "directory-prefix=P",
		"user-agent=U", "timeout=T", "tries=t", "header=ĥ", "post-data=ƥ", "method=ḿ", "body-data=ƀ", "inet4-only=4",
		"inet6-only=6", "no-check-certificate=ƙ", "no-proxy=ý", "continue=c", "max-redirect=ŕ", "version=V",
	}
}

func gnuWget(c *call) proc.ExitCode {
	for i, a := range c.args { // -nv is two letters that getopt does not know together
		if a == "-nv" {
			c.args = slices.Clone(c.args)
			c.args[i] = "--no-verbose"
		}
	}
	c.usageAt = wgetParse
	o := c.getopt("qvSO:P:U:T:t:46cVńśĥ:ƥ:ḿ:ƀ:ƙýŕ:", gnuWgetLongs()...)
	if o.has('V') {
		c.print("GNU Wget 1.21.3 built on linux-gnu.\n")
		return 0
	}
	if len(o.args) == 0 {
		c.Write(2, []byte("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n"))
		return 1
	}
	c.refuse(o, "cŕ")
	worst := proc.ExitCode(0)
	for _, url := range o.args {
		d := newDownload(c, o)
		if code := d.run(url); worst == 0 || code != 0 && code < worst {
			worst = code
		}
	}
	return worst
}

func newDownload(c *call, o *options) *download {
	d := &download{
		call: c, quiet: o.has('q'), terse: o.has('ń'), show: o.has('S'), spider: o.has('ś'), output: o.or('O', ""),
		dir: o.or('P', ""), agent: o.or('U', "Wget/1.21.3"), headers: o.values('ĥ'), method: o.or('ḿ', ""), tries: 20,
		patience: wgetPatience,
	}
	for _, letter := range "ƥƀ" {
		if v, ok := o.value(letter); ok {
			d.body = []byte(v)
			if letter == 'ƥ' {
				d.method = "POST"
			}
		}
	}
	if o.has('4') {
		d.family = resolve.IPv4
	} else if o.has('6') {
		d.family = resolve.IPv6
	}
	if text, ok := o.value('T'); ok {
		d.patience = time.Duration(d.amount("-T", text) * float64(time.Second))
	}
	if text, ok := o.value('t'); ok {
		d.tries = int(d.amount("-t", text))
	}
	if d.method == "" {
		d.method = map[bool]string{true: "HEAD", false: "GET"}[d.spider]
	}
	return d
}

func (d *download) amount(option, text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > 1e6 {
		d.dieWith(wgetParse, "%s: Invalid time period '%s'.", option, text)
	}
	return n
}

// say is the talk that -q and -nv silence.
func (d *download) say(format string, a ...any) {
	if !d.quiet && !d.terse {
		d.Write(2, fmt.Appendf(nil, format, a...))
	}
}

// tell is what only -q silences.
func (d *download) tell(format string, a ...any) {
	if !d.quiet {
		d.Write(2, fmt.Appendf(nil, format, a...))
	}
}

func (d *download) stamp() string { return d.Now().Format("2006-01-02 15:04:05") }

func (d *download) run(text string) proc.ExitCode {
	u, ok := parseURL(text)
	if !ok {
		d.tell("%s: Invalid host name.\n", text)
		return 1
	}
	if d.url = u; u.scheme != "http" {
		d.dieWith(1, "%s: %s is not simulated in the sandbox", text, u.scheme)
	}
	if d.spider {
		d.say("Spider mode enabled. Check if remote file exists.\n")
	}
	for try := 1; ; try++ {
		code, again := d.attempt(try)
		if !again {
			return code
		}
		if d.tries > 0 && try >= d.tries {
			d.say("Giving up.\n\n")
			return code
		}
		d.say("Retrying.\n\n")
		d.Sleep(time.Duration(min(try, 10)) * time.Second)
	}
}

// attempt is one try, with the redirections that it meets.
func (d *download) attempt(try int) (code proc.ExitCode, again bool) {
	for range 21 {
		d.say("--%s--  %s%s\n", d.stamp(), map[bool]string{true: fmt.Sprintf("(try:%2d)  ", try)}[try > 1], d.url.String())
		conn, code, again := d.connect()
		if conn == nil {
			return code, again
		}
		r := http1.NewReader(conn)
		head, err := d.ask(conn, r)
		if err != nil {
			d.Close(conn.FD)
			return d.noAnswer(err)
		}
		location := head.Header.Get("Location")
		if head.Status < 300 || head.Status >= 400 || location == "" {
			code = d.finish(r, head)
			d.Close(conn.FD)
			return code, false
		}
		d.Close(conn.FD)
		d.showStatus(head)
		d.say("Location: %s [following]\n", location)
		if d.url, _ = d.url.resolveRedirect(location); d.url.scheme != "http" {
			d.dieWith(1, "%s is not simulated in the sandbox", d.url.scheme)
		}
	}
	d.tell("20 redirections exceeded.\n")
	return wgetServer, false
}

// noAnswer is what becomes of a connection that says nothing.
func (d *download) noAnswer(err error) (proc.ExitCode, bool) {
	switch err {
	case io.EOF, io.ErrUnexpectedEOF:
		d.say("No data received.\n")
	case http1.ErrMalformed, http1.ErrTooLarge:
		d.say("Malformed status line.\n")
		return wgetServer, false
	default:
		d.say("Read error (%s) in headers.\n", d.text(err))
	}
	return wgetNetwork, true
}

// connect tries each address. A refusal is final, silence is not.
func (d *download) connect() (*tcp.Conn, proc.ExitCode, bool) {
	_, err := netip.ParseAddr(d.url.name)
	literal := err == nil
	if !literal {
		d.say("Resolving %s (%s)... ", d.url.name, d.url.name)
	}
	list, err := d.resolver().Lookup(d.url.name, d.family)
	if err != nil {
		d.say("failed: %s.\n", err)
		d.tell("wget: unable to resolve host address '%s'\n", d.url.name)
		return nil, wgetNetwork, false
	}
	if !literal {
		d.say("%s\n", joinAddrs(list))
	}
	for _, a := range list {
		to := netip.AddrPortFrom(a, d.url.port)
		if literal {
			d.say("Connecting to %s... ", to)
		} else {
			d.say("Connecting to %s (%s)|%s|:%d... ", d.url.name, d.url.name, a, d.url.port)
		}
		var conn *tcp.Conn
		if conn, err = d.dial(to, d.patience); err == nil {
			d.say("connected.\n")
			conn.Patience = d.patience
			return conn, 0, false
		}
		d.say("failed: %s.\n", err)
	}
	return nil, wgetNetwork, err == proc.ETIMEDOUT
}

// joinAddrs is a list of addresses, of which wget shows three.
func joinAddrs(list []netip.Addr) string {
	var words []string
	for i, a := range list {
		if i == 3 {
			words = append(words, "...")
			break
		}
		words = append(words, a.String())
	}
	return strings.Join(words, ", ")
}

func (d *download) ask(conn *tcp.Conn, r *http1.Reader) (*http1.Response, error) {
	q := http1.Request{Method: d.method, Target: d.url.path, Proto: "HTTP/1.1"}
	q.Header.Add("Host", d.url.host)
	q.Header.Add("User-Agent", d.agent)
	q.Header.Add("Accept", "*/*")
	q.Header.Add("Accept-Encoding", "identity")
	q.Header.Add("Connection", "Keep-Alive")
	for _, h := range d.headers {
		name, value, _ := strings.Cut(h, ":")
		q.Header.Set(name, strings.TrimSpace(value))
	}
	if d.body != nil {
		q.Header.Add("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Add("Content-Length", strconv.Itoa(len(d.body)))
	}
	d.begun = d.Uptime()
	if err := d.writeAll(conn.FD, slices.Concat(q.Bytes(), d.body)); err != nil {
		return nil, err
	}
	d.say("HTTP request sent, awaiting response... ")
	for {
		head, err := r.Response()
		if err != nil || head.Status != 100 {
			return head, err
		}
	}
}

// showStatus is the answer in short, or with -S as it is.
func (d *download) showStatus(head *http1.Response) {
	if !d.show {
		d.say("%d %s\n", head.Status, head.Reason)
		return
	}
	d.say("\n")
	for line := range strings.Lines(string(head.Bytes())) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			d.tell("  %s\n", line)
		}
	}
}

// finish shows what the server says and takes the file.
func (d *download) finish(r *http1.Reader, head *http1.Response) proc.ExitCode {
	d.showStatus(head)
	if head.Status >= 400 {
		d.refused(head)
		return wgetServer
	}
	length, err := http1.BodyLength(head.Header, false)
	if err != nil {
		return wgetServer
	}
	kind := head.Header.Get("Content-Type")
	kind, _, _ = strings.Cut(kind, ";")
	d.say("Length: %s%s\n", lengthText(length), map[bool]string{true: " [" + kind + "]"}[kind != ""])
	if d.spider {
		d.say("Remote file exists%s", map[bool]string{
			true:  " and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n",
			false: ".\n\n",
		}[kind == "text/html"])
		return 0
	}
	return d.save(r, length)
}

func (d *download) refused(head *http1.Response) {
	switch {
	case d.spider:
		d.say("Remote file does not exist -- broken link!!!\n\n")
	case d.terse:
		d.tell("%s:\n%s ERROR %d: %s.\n", d.url.String(), d.stamp(), head.Status, head.Reason)
	default:
		d.say("%s ERROR %d: %s.\n\n", d.stamp(), head.Status, head.Reason)
	}
}

// lengthText is a size, and from 1024 bytes on the same in larger units.
func lengthText(n http1.Length) string {
	if n < 0 {
		return "unspecified"
	}
	text := strconv.FormatInt(int64(n), 10)
	if n < 1024 {
		return text
	}
	size, unit := float64(n)/1024, 0
	for size >= 1024 && unit < 3 {
		size /= 1024
		unit++
	}
	return text + fmt.Sprintf(" (%.*f%c)", b2i(size < 9.95), size, "KMGT"[unit])
}

func (d *download) save(r *http1.Reader, length http1.Length) proc.ExitCode {
	name, fd := d.create()
	if fd < 0 {
		return wgetIO
	}
	shown := name
	if fd == 1 {
		shown = "STDOUT"
	}
	d.say("Saving to: '%s'\n\n", shown)
	d.out.flush()
	got, err := d.copyBody(r.Body(length), fd)
	if fd != 1 {
		d.Close(fd)
	}
	elapsed := max(d.Uptime()-d.begun, time.Microsecond).Seconds()
	d.dots(got, int64(length), float64(got)/elapsed, elapsed)
	total := "]"
	if length >= 0 {
		total = "/" + strconv.FormatInt(int64(length), 10) + "]"
	}
	if err != nil {
		d.say("%s (%s) - Read error at byte %d%s. ", d.stamp(), rateText(float64(got)/elapsed), got, total)
		return wgetNetwork
	}
	switch {
	case d.terse:
		d.tell("%s URL:%s [%d%s -> \"%s\" [1]\n", d.stamp(), d.url.String(), got, total, map[bool]string{true: "-", false: name}[fd == 1])
	case fd == 1:
		d.say("%s (%s) - written to stdout [%d%s\n\n", d.stamp(), rateText(float64(got)/elapsed), got, total)
	default:
		d.say("%s (%s) - '%s' saved [%d%s\n\n", d.stamp(), rateText(float64(got)/elapsed), name, got, total)
	}
	return 0
}

func (d *download) copyBody(body io.Reader, fd int) (got int64, err error) {
	buf := make([]byte, bufferSize)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if err := d.writeAll(fd, buf[:n]); err != nil {
				d.dieWith(wgetIO, "%s", d.text(err))
			}
			got += int64(n)
		}
		if err == io.EOF {
			return got, nil
		}
		if err != nil {
			return got, err
		}
	}
}

// maxSuffix is how many downloads of one name are kept apart.
const maxSuffix = 1000

// create opens the file; a name that is taken gets a number.
func (d *download) create() (name string, fd int) {
	flags := proc.O_WRONLY | proc.O_CREAT | proc.O_TRUNC
	switch {
	case d.output == "-":
		return "-", 1
	case d.output != "":
		name = d.output
	default:
		name = d.url.fileName()
		if d.dir != "" {
			d.FS().MkdirAll(d.dir, 0o777)
			name = joinPath(d.dir, name)
		}
		base := name
		for n := 1; n < maxSuffix; n++ {
			if _, err := d.FS().Lstat(name); err != nil {
				break
			}
			name = base + "." + strconv.Itoa(n)
		}
	}
	fd, err := d.Open(name, flags, 0o666)
	if err != nil {
		d.tell("%s: %s\n", name, d.text(err))
		if d.output == "" {
			d.tell("\nCannot write to '%s' (%s).\n", name, d.text(err))
		}
		return name, -1
	}
	return name, fd
}

// Dots of the progress: each is a KiB, ten stand together, fifty are a line.
const (
	dotSize     = 1024
	dotsInLine  = 50
	dotsInGroup = 10
)

// dots is the progress as it looks in the end, when standard error is no terminal. wget: src/progress.c
func (d *download) dots(got, length int64, rate, elapsed float64) {
	if d.quiet || d.terse {
		return
	}
	var b strings.Builder
	dots := got / dotSize
	for row := int64(0); ; row++ {
		fmt.Fprintf(&b, "%6dK", row*dotsInLine)
		in := min(dots-row*dotsInLine, dotsInLine)
		for i := int64(0); i < dotsInLine; i++ {
			if i%dotsInGroup == 0 {
				b.WriteByte(' ')
			}
			b.WriteByte(" ."[b2i(i < in)])
		}
		last := dots < (row+1)*dotsInLine
		done := min(got, (row+1)*dotsInLine*dotSize)
		if length > 0 {
			fmt.Fprintf(&b, "%3d%%", done*100/length)
		}
		fmt.Fprintf(&b, " %4s", shortRate(rate))
		if last {
			fmt.Fprintf(&b, "=%s\n\n", shortTime(elapsed))
			break
		}
		fmt.Fprintf(&b, " %s\n", shortTime(float64(max(length-done, 0))/rate))
		d.Step(1)
	}
	d.say("%s", b.String())
}

func shortTime(s float64) string {
	switch {
	case s >= 99.5:
		return fmt.Sprintf("%dm%ds", int(s)/60, int(s)%60)
	case s >= 9.95:
		return fmt.Sprintf("%.0fs", s)
	case s >= 0.1:
		return fmt.Sprintf("%.1fs", s)
	case s >= 0.001:
		return fmt.Sprintf("%.3gs", s)
	}
	return "0s"
}

// scaled is a rate with three digits, and the unit's place.
func scaled(rate float64) (string, int) {
	unit := 0
	for rate >= 1024 && unit < 3 {
		rate /= 1024
		unit++
	}
	switch {
	case rate >= 99.95:
		return fmt.Sprintf("%.0f", rate), unit
	case rate >= 9.995:
		return fmt.Sprintf("%.1f", rate), unit
	}
	return fmt.Sprintf("%.2f", rate), unit
}

func rateText(rate float64) string {
	n, unit := scaled(rate)
	return n + " " + [...]string{"B/s", "KB/s", "MB/s", "GB/s"}[unit]
}

func shortRate(rate float64) string {
	n, unit := scaled(rate)
	return n + string("BKMG"[unit])
}
