package redis

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/proc"
)

// cli is a redis-cli as it runs.
type cli struct {
	sys   proc.Sys
	host  string
	port  uint16
	conn  *tcp.Conn
	r     *bufio.Reader
	plain bool // strings as they are: standard output is no terminal
}

// Client is redis-cli: one command, or with none those that are typed.
func Client(s proc.Sys) proc.ExitCode {
	c := &cli{sys: s, host: "127.0.0.1", port: defaultPort, plain: !s.IsTerminal(1)}
	args, code, done := c.options(s.Args()[1:])
	if done {
		return code
	}
	if len(args) > 0 {
		return c.once(args)
	}
	return c.prompt()
}

func (c *cli) options(args []string) (rest []string, code proc.ExitCode, done bool) {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch {
		case args[0] == "-v" || args[0] == "--version":
			c.sys.Write(1, []byte("redis-cli "+version(c.sys)+"\n"))
			return nil, 0, true
		case args[0] == "--raw":
			c.plain = true
			args = args[1:]
			continue
		case len(args) > 1 && args[0] == "-h":
			c.host = args[1]
		case len(args) > 1 && args[0] == "-p":
			n, err := strconv.ParseUint(args[1], 10, 16)
			if err != nil {
				c.sys.Write(2, []byte("Invalid server port.\n"))
				return nil, 1, true
			}
			c.port = uint16(n)
		default:
			c.sys.Write(2, []byte("redis-cli: "+args[0]+" is not simulated in the sandbox\n"))
			return nil, 1, true
		}
		args = args[2:]
	}
	return args, 0, false
}

func (c *cli) connect() bool {
	list, err := resolve.Resolver{Sys: c.sys}.Lookup(c.host, resolve.Any)
	for _, a := range list {
		if c.conn, err = tcp.Dial(c.sys, netip.AddrPortFrom(a, c.port), 0); err == nil {
			c.r = bufio.NewReaderSize(c.conn, 64<<10)
			return true
		}
	}
	c.sys.Write(2, fmt.Appendf(nil, "Could not connect to Redis at %s:%d: %s\n", c.host, c.port, sentence(err)))
	return false
}

func (c *cli) once(words []string) proc.ExitCode {
	if !c.connect() {
		return 1
	}
	v, ok := c.ask(words)
	if !ok {
		return 1
	}
	c.sys.Write(1, []byte(c.shown(v, "")))
	if _, failed := v.(failure); failed {
		return 1
	}
	return 0
}

// ask sends a command and waits for its answer.
func (c *cli) ask(words []string) (value, bool) {
	if _, err := c.conn.Write(appendCommand(nil, words)); err != nil {
		c.lost()
		return nil, false
	}
	v, err := readValue(c.r, 0)
	if err != nil {
		if !strings.EqualFold(words[0], "shutdown") {
			c.lost()
		}
		return nil, false
	}
	return v, true
}

func (c *cli) lost() { c.sys.Write(2, []byte("Error: Server closed the connection\n")) }

// prompt takes commands line by line.
func (c *cli) prompt() proc.ExitCode {
	at := fmt.Sprintf("%s:%d> ", c.host, c.port)
	connected := c.connect()
	in := bufio.NewReader(input{c.sys})
	for {
		if c.sys.IsTerminal(0) {
			if !connected {
				at = "not connected> "
			}
			c.sys.Write(1, []byte(at))
		}
		line, err := in.ReadString('\n')
		words := strings.Fields(line)
		if err != nil && len(words) == 0 || len(words) > 0 && (words[0] == "exit" || words[0] == "quit") {
			return 0
		}
		if len(words) == 0 {
			continue
		}
		if !connected && !c.connect() {
			continue
		}
		v, ok := c.ask(unquoted(line))
		if connected = ok; ok {
			c.sys.Write(1, []byte(c.shown(v, "")))
		}
	}
}

// unquoted is a line in words; those in quotes may hold blanks.
func unquoted(line string) []string {
	var words []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		word := rest
		if q := rest[0]; q == '"' || q == '\'' {
			word, rest, _ = strings.Cut(rest[1:], string(rune(q)))
		} else {
			word, rest, _ = strings.Cut(rest, " ")
		}
		words = append(words, word)
	}
	return words
}

// input is a process's standard input as a Reader.
type input struct{ sys proc.Sys }

func (i input) Read(b []byte) (int, error) {
	for {
		n, err := i.sys.Read(0, b)
		if err == proc.EINTR {
			continue
		}
		if n == 0 {
			return 0, io.EOF
		}
		return n, err
	}
}

// shown is an answer as it is printed: on a terminal with its type. redis: cliFormatReplyTTY, cliFormatReplyRaw
func (c *cli) shown(v value, indent string) string {
	switch v := v.(type) {
	case status:
		return string(v) + "\n"
	case failure:
		if c.plain {
			return string(v) + "\n\n"
		}
		return "(error) " + string(v) + "\n"
	case int64:
		if c.plain {
			return strconv.FormatInt(v, 10) + "\n"
		}
		return "(integer) " + strconv.FormatInt(v, 10) + "\n"
	case string:
		if c.plain || strings.Contains(v, "\r\n") {
			return v + "\n"
		}
		return strconv.Quote(v) + "\n"
	case list:
		return c.shownList(v, indent)
	}
	if c.plain {
		return "\n"
	}
	return "(nil)\n"
}

func (c *cli) shownList(all list, indent string) string {
	if len(all) == 0 {
		return map[bool]string{true: "\n", false: "(empty array)\n"}[c.plain]
	}
	width := len(strconv.Itoa(len(all)))
	var b strings.Builder
	for i, v := range all {
		if !c.plain {
			if i > 0 {
				b.WriteString(indent)
			}
			fmt.Fprintf(&b, "%*d) ", width, i+1)
		}
		b.WriteString(c.shown(v, indent+strings.Repeat(" ", width+2)))
	}
	return b.String()
}
