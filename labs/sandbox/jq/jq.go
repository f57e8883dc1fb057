// Package jq is jq(1) as a program of the simulated machine: the language is gojq's, the command line is ours.
//
// Simplifications: an object whose keys are computed, or come together by adding objects, shows them in alphabetical
// order (jq keeps the order in which they were made). Modules, input from several programs, streaming and colours are
// refused by name.
package jq

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/itchyny/gojq"

	"dockerlearn/labs/sandbox/proc"
)

// mostInput is how much input is read.
const mostInput = 16 << 20

// Program is jq.
func Program(s proc.Sys) proc.ExitCode {
	c := &command{sys: s, order: newOrder()}
	if err := c.options(s.Args()[1:]); err != nil {
		return c.fail(2, "jq: error: "+err.Error()+"\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq")
	}
	query, err := gojq.Parse(fmt.Sprintf("def now: %d; %s", s.Now().Unix(), c.filter))
	if err != nil {
		return c.fail(3, "jq: error: "+err.Error()+"\njq: 1 compile error")
	}
	c.order.filter(reflect.ValueOf(query))
	code, err := gojq.Compile(query, gojq.WithVariables(c.names), gojq.WithEnvironLoader(s.Environ))
	if err != nil {
		return c.fail(3, "jq: error: "+err.Error()+"\njq: 1 compile error")
	}
	text, exit := c.input()
	if exit == 0 {
		exit = c.run(code, text)
	}
	c.flush()
	return exit
}

// command is one run.
type command struct {
	sys                                    proc.Sys
	filter                                 string
	files                                  []string
	names                                  []string // of variables: "$x"
	values                                 []any
	raw, compact, slurp, null, status      bool
	rawInput, join, sorted, tab, hasFilter bool
	indent                                 int
	order                                  order
	out                                    strings.Builder
}

func (c *command) fail(code proc.ExitCode, text string) proc.ExitCode {
	c.sys.Write(2, []byte(text+"\n"))
	return code
}

func (c *command) flush() {
	if c.out.Len() > 0 {
		c.sys.Write(1, []byte(c.out.String()))
		c.out.Reset()
	}
}

// options reads the command line. Short flags can stand together.
func (c *command) options(args []string) error {
	c.indent = 2
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch {
		case strings.HasPrefix(a, "--") && len(a) > 2:
			n, err := c.long(a[2:], args)
			if err != nil {
				return err
			}
			args = args[n:]
		case strings.HasPrefix(a, "-") && len(a) > 1:
			for _, f := range a[1:] {
				if !c.short(f) {
					return fmt.Errorf("Unknown arguments")
				}
			}
		case !c.hasFilter:
			c.filter, c.hasFilter = a, true
		default:
			c.files = append(c.files, a)
		}
	}
	if !c.hasFilter {
		c.filter = "."
	}
	return nil
}

func (c *command) short(f rune) bool {
	flag := map[rune]*bool{
		'r': &c.raw, 'c': &c.compact, 's': &c.slurp, 'n': &c.null, 'e': &c.status, 'R': &c.rawInput, 'j': &c.join, 'S': &c.sorted,
	}[f]
	if flag == nil {
		return f == 'M' // no colours: there are none
	}
	*flag = true
	return true
}

// long reads a long flag and returns how many arguments it took.
func (c *command) long(name string, args []string) (int, error) {
	if f, ok := map[string]rune{
		"raw-output": 'r', "compact-output": 'c', "slurp": 's', "null-input": 'n', "exit-status": 'e', "raw-input": 'R',
		"join-output": 'j', "sort-keys": 'S', "monochrome-output": 'M',
	}[name]; ok {
		c.short(f)
		return 0, nil
	}
	need := map[string]int{"tab": 0, "indent": 1, "arg": 2, "argjson": 2}
	n, known := need[name]
	switch {
	case !known:
		return 0, fmt.Errorf("--%s is not simulated", name)
	case len(args) < n:
		return 0, fmt.Errorf("--%s takes %d parameters", name, n)
	}
	return n, c.take(name, args[:n])
}

func (c *command) take(name string, args []string) error {
	switch name {
	case "tab":
		c.tab = true
	case "indent":
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 0 || n > 7 {
			return errors.New("Cannot indent more than 7 characters")
		}
		c.indent, c.compact = n, c.compact || n == 0
	case "arg":
		c.names, c.values = append(c.names, "$"+args[0]), append(c.values, args[1])
	case "argjson":
		v, err := newDecoder(args[1], c.order).value()
		if err != nil {
			return fmt.Errorf("invalid JSON text passed to --argjson")
		}
		c.names, c.values = append(c.names, "$"+args[0]), append(c.values, v)
	}
	return nil
}

// input is the text of standard input or of the files.
func (c *command) input() (string, proc.ExitCode) {
	if c.null {
		return "", 0
	}
	var b strings.Builder
	if len(c.files) == 0 {
		return c.readAll(0, &b), 0
	}
	exit := proc.ExitCode(0)
	for _, name := range c.files {
		fd, err := c.sys.Open(name, proc.O_RDONLY, 0)
		if err != nil {
			exit = c.fail(2, fmt.Sprintf("jq: error: Could not open file %s: %v", name, err))
			continue
		}
		c.readAll(fd, &b)
		c.sys.Close(fd)
	}
	return b.String(), exit
}

func (c *command) readAll(fd int, b *strings.Builder) string {
	buf := make([]byte, 1<<16)
	for b.Len() < mostInput {
		n, err := c.sys.Read(fd, buf)
		if err == proc.EINTR {
			continue
		}
		if n == 0 || err != nil {
			break
		}
		c.sys.Alloc(int64(n))
		b.Write(buf[:n])
	}
	return b.String()
}

// run gives each input to the filter and prints what comes.
func (c *command) run(code *gojq.Code, text string) proc.ExitCode {
	d := newDecoder(text, c.order)
	last, exit := any(nil), proc.ExitCode(0)
	each := func(v any) bool {
		results := code.Run(v, c.values...)
		for {
			c.sys.Step(1)
			r, ok := results.Next()
			if !ok {
				return true
			}
			if err, failed := r.(error); failed {
				c.flush()
				exit = c.fail(5, "jq: error (at <stdin>:0): "+err.Error())
				return true
			}
			last = r
			c.print(r)
		}
	}
	switch {
	case c.null:
		each(nil)
	case c.rawInput && c.slurp:
		each(text)
	case c.rawInput:
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
			each(line)
		}
	default:
		if err := c.eachValue(d, each); err != nil {
			c.flush()
			return c.fail(2, "jq: error (at <stdin>:0): "+err.Error())
		}
	}
	if c.status && exit == 0 && (last == nil || last == false) {
		return 1
	}
	return exit
}

// eachValue reads all values of the input and gives them on, one by one or as one list.
func (c *command) eachValue(d *decoder, each func(any) bool) error {
	all := []any{}
	for {
		v, err := d.value()
		switch {
		case errors.Is(err, io.EOF):
			if c.slurp {
				each(all)
			}
			return nil
		case err != nil:
			return err
		case c.slurp:
			all = append(all, v)
		default:
			each(v)
		}
	}
}

func (c *command) print(v any) {
	if text, ok := v.(string); ok && (c.raw || c.join) {
		c.out.WriteString(text)
	} else {
		c.encode(v, 0)
	}
	if !c.join {
		c.out.WriteByte('\n')
	}
	if c.out.Len() > 1<<16 {
		c.flush()
	}
}
