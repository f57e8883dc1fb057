package nginx

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/http1"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
)

// next is the peer whose turn it is: smooth weighted round robin over those that are not down or failing. nginx:
// src/http/ngx_http_upstream_round_robin.c
func (u *upstream) next(now time.Duration, tried map[*peer]bool) *peer {
	if p := u.pick(now, tried, false); p != nil || !u.backups {
		return p
	}
	return u.pick(now, tried, true)
}

func (u *upstream) pick(now time.Duration, tried map[*peer]bool, backup bool) *peer {
	var best *peer
	total := 0
	for _, p := range u.peers {
		failing := p.maxFails > 0 && p.fails >= p.maxFails && now-p.checked <= p.failTimeout
		if p.down || p.backup != backup || tried[p] || failing && len(u.peers) > 1 {
			continue
		}
		p.current += p.effective
		total += p.effective
		if p.effective < p.weight {
			p.effective++
		}
		if best == nil || p.current > best.current {
			best = p
		}
	}
	if best != nil {
		best.current -= total
		if now-best.checked > best.failTimeout {
			best.checked = now
		}
	}
	return best
}

func (p *peer) failed(now time.Duration) {
	p.fails++
	p.checked = now
	if p.maxFails > 0 {
		p.effective = max(p.effective-p.weight/p.maxFails, 0)
	}
}

// upstreamURI is what the upstream is asked for.
func (q *request) upstreamURI() string {
	uri := q.head.Target
	if q.loc.pass != nil && q.loc.pass.uri != "" {
		uri = q.expand(q.loc.pass.uri) + strings.TrimPrefix(q.uri, q.loc.text)
		if q.args != "" {
			uri += "?" + q.args
		}
	} else if q.inner > 1 || q.errorStatus != 0 {
		uri = q.uri
		if q.args != "" {
			uri += "?" + q.args
		}
	}
	return uri
}

// proxy passes the request on, to the next peer if one cannot be reached.
func (q *request) proxy() {
	pass := q.loc.pass
	q.proxyHost = pass.host
	tried := map[*peer]bool{}
	code := 502
	for {
		now := q.w.sys.Uptime()
		p := pass.to.next(now, tried)
		if p == nil {
			if len(tried) == 0 || len(pass.to.peers) > 1 {
				q.logf("error", "no live upstreams while connecting to upstream")
			}
			q.fail(code)
			return
		}
		tried[p] = true
		q.tried = append(q.tried, p.addr.String())
		err := q.passTo(p)
		if err == nil || q.done {
			return
		}
		p.failed(q.w.sys.Uptime())
		code = 502
		if err == proc.ETIMEDOUT {
			code = 504
		}
		if len(pass.to.peers) == 1 {
			q.fail(code)
			return
		}
	}
}

// passTo asks one peer. An error before the answer has begun lets another one try.
func (q *request) passTo(p *peer) error {
	began := q.w.sys.Uptime()
	up, err := tcp.Dial(q.w.sys, p.addr, q.loc.proxyConnect)
	if err != nil {
		q.upstreamFailed("connect()", "while connecting to upstream", err)
		return err
	}
	defer up.Close()
	up.Patience = q.loc.proxyRead
	if _, err := up.Write(append(q.upstreamHead().Bytes(), q.body...)); err != nil {
		q.upstreamFailed("send()", "while sending request to upstream", err)
		return err
	}
	r := http1.NewReader(up)
	head, err := r.Response()
	if err != nil {
		switch err {
		case io.EOF, io.ErrUnexpectedEOF:
			q.logf("error", "upstream prematurely closed connection while reading response header from upstream")
		case http1.ErrMalformed, http1.ErrTooLarge:
			q.logf("error", "upstream sent invalid header while reading response header from upstream")
		default:
			q.upstreamFailed("recv()", "while reading response header from upstream", err)
		}
		return err
	}
	p.fails = 0
	q.upstreamStatus = strconv.Itoa(head.Status)
	q.answerFrom(r, head)
	q.upstreamTime = seconds((q.w.sys.Uptime() - began).Seconds())
	return nil
}

func (q *request) upstreamFailed(call, doing string, err error) {
	if err == proc.ETIMEDOUT {
		q.logf("error", "upstream timed out (%s) %s", errnoText(err), doing)
		return
	}
	q.logf("error", "%s failed (%s) %s", call, errnoText(err), doing)
}

// upstreamHead is the request as it is passed on.
func (q *request) upstreamHead() *http1.Request {
	out := &http1.Request{Method: q.head.Method, Target: q.upstreamURI(), Proto: "HTTP/1.0"}
	for _, h := range q.loc.proxyHeaders {
		if v := q.expand(h.value); v != "" {
			out.Header.Add(h.name, v)
		}
	}
	if len(q.body) > 0 {
		out.Header.Add("Content-Length", strconv.Itoa(len(q.body)))
	}
	for _, f := range q.head.Header {
		lower := strings.ToLower(f.Name)
		if lower == "host" || lower == "connection" || lower == "content-length" || lower == "transfer-encoding" || lower == "keep-alive" {
			continue
		}
		if _, set := out.Header.Lookup(f.Name); !set {
			out.Header.Add(f.Name, f.Value)
		}
	}
	return out
}

// answerFrom passes the answer back.
func (q *request) answerFrom(r *http1.Reader, head *http1.Response) {
	length, err := http1.BodyLength(head.Header, false)
	if err != nil {
		q.fail(502)
		return
	}
	var own, more http1.Header
	for _, f := range head.Header {
		switch strings.ToLower(f.Name) {
		case "server", "date", "connection", "keep-alive", "transfer-encoding":
		case "content-type", "content-length":
			own = append(own, f)
		default:
			more = append(more, f)
		}
	}
	none := q.head.Method == "HEAD" || head.Status == 304 || head.Status == 204
	chunked := length < 0 && !none && q.head.Proto == "HTTP/1.1"
	if chunked {
		own.Add("Transfer-Encoding", "chunked")
	} else if length < 0 && !none {
		q.conn.closing = true
	}
	text := head.Reason
	if text == "" {
		text = reason(head.Status)
	}
	q.sendHead(head.Status, text, own, more)
	if !none {
		q.copyBody(r.Body(length), chunked)
	}
}

func (q *request) copyBody(body io.Reader, chunked bool) {
	buf := make([]byte, 16<<10)
	for !q.conn.broken {
		n, err := body.Read(buf)
		if n > 0 {
			if chunked {
				q.conn.Write(fmt.Appendf(nil, "%x\r\n", n))
			}
			q.sendBody(buf[:n])
			if chunked {
				q.conn.Write([]byte("\r\n"))
			}
		}
		if err != nil {
			if err != io.EOF {
				q.logf("error", "upstream prematurely closed connection while reading upstream")
				q.conn.closing = true
			} else if chunked {
				q.conn.Write([]byte("0\r\n\r\n"))
			}
			return
		}
	}
}
