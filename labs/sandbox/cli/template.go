package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode"
)

// Templates with docker's functions. cli: templates/
//
// What is typed behind --format is a program: here each of its loops does work that is accounted for, and no text that
// it makes is longer than maxText, so that it ends as any other program of the sandbox does.

const (
	maxText   = 1 << 20 // bytes
	maxFormat = 4 << 10 // of printf
)

var errTooLong = errors.New("the text is too long")

// parse reads a template that sees docker's functions.
func (d *docker) parse(name, text string) (*template.Template, error) {
	counting := template.FuncMap{"__step": d.tick, "__call": d.nest}
	t, err := template.New(name).Funcs(functions).Funcs(counting).Parse(text)
	if err != nil {
		return nil, err
	}
	marks := template.Must(template.New("").Funcs(counting).Parse("{{__step}}{{__call}}")).Tree.Root.Nodes
	for _, part := range t.Templates() {
		if part.Tree == nil {
			continue
		}
		countLoops(part.Tree.Root, marks[0])
		if part.Name() != name {
			part.Tree.Root.Nodes = append([]parse.Node{marks[1]}, part.Tree.Root.Nodes...)
		}
	}
	return t, nil
}

// tick is a round of a loop.
func (d *docker) tick() string {
	d.sys.Step(1)
	return ""
}

// maxCalls is how often templates may use others; a template that uses itself ends there.
const maxCalls = 10_000

// nest is a template that is used by another.
func (d *docker) nest() (string, error) {
	if d.calls++; d.calls > maxCalls {
		return "", errors.New("templates use each other without end")
	}
	return d.tick(), nil
}

// countLoops makes every round of every loop below a node begin with step.
func countLoops(n parse.Node, step parse.Node) {
	list := func(l *parse.ListNode) {
		if l != nil {
			for _, n := range l.Nodes {
				countLoops(n, step)
			}
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		list(n)
	case *parse.IfNode:
		list(n.List)
		list(n.ElseList)
	case *parse.WithNode:
		list(n.List)
		list(n.ElseList)
	case *parse.RangeNode:
		list(n.List)
		list(n.ElseList)
		n.List.Nodes = append([]parse.Node{step}, n.List.Nodes...)
	}
}

// execute runs a template, and what it prints is bounded.
func (d *docker) execute(t *template.Template, v any) (string, error) {
	out := &page{d: d}
	err := t.Execute(out, v)
	return out.text.String(), err
}

// page takes what a template prints.
type page struct {
	d    *docker
	text strings.Builder
}

// maxPage is how much one execution may print.
const maxPage = 8 << 20

func (p *page) Write(b []byte) (int, error) {
	if p.text.Len()+len(b) > maxPage {
		return 0, errTooLong
	}
	p.d.sys.Step(1 + len(b)>>10)
	return p.text.Write(b)
}

// functions are those that every template may use. Those of text/template that make text are here again, with bounds.
var functions = template.FuncMap{
	"json":     toJSON,
	"split":    strings.Split,
	"join":     join,
	"title":    title,
	"lower":    strings.ToLower,
	"upper":    strings.ToUpper,
	"pad":      pad,
	"truncate": truncate,

	"print":    func(args ...any) (string, error) { return bounded(fmt.Sprint(args...)) },
	"println":  func(args ...any) (string, error) { return bounded(fmt.Sprintln(args...)) },
	"html":     func(args ...any) (string, error) { return bounded(template.HTMLEscaper(args...)) },
	"js":       func(args ...any) (string, error) { return bounded(template.JSEscaper(args...)) },
	"urlquery": func(args ...any) (string, error) { return bounded(template.URLQueryEscaper(args...)) },
	"printf":   printf,
}

// headings are the functions while a table's headings are made: they leave them as they are.
var headings = template.FuncMap{
	"json":     func(v string) string { return v },
	"split":    func(v, _ string) string { return v },
	"join":     func(v, _ string) string { return v },
	"title":    func(v string) string { return v },
	"lower":    func(v string) string { return v },
	"upper":    func(v string) string { return v },
	"truncate": func(v string, _ int) string { return v },
}

func bounded(s string) (string, error) {
	if len(s) > maxText {
		return "", errTooLong
	}
	return s, nil
}

func printf(format string, args ...any) (string, error) {
	size, verbs := int64(0), int64(strings.Count(format, "%"))
	for _, n := range strings.FieldsFunc(format, func(r rune) bool { return !unicode.IsDigit(r) }) {
		size += parsedInt(n[:min(len(n), 9)])
	}
	for _, a := range args {
		size += verbs * int64(reach(a))
	}
	if len(format) > maxFormat || strings.Contains(format, "*") || size > 8*maxText {
		return "", errTooLong
	}
	return bounded(fmt.Sprintf(format, args...))
}

// reach is about how long a value prints.
func reach(v any) int {
	if s, ok := v.(string); ok {
		return len(s)
	}
	return 64
}

func toJSON(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	if s, ok := v.(string); ok && len(s) > maxText {
		return "", errTooLong
	}
	return strings.TrimSpace(b.String()), err
}

func join(elements any, sep string) (string, error) {
	if elements == nil {
		return "", nil
	}
	v := reflect.ValueOf(elements)
	var all []string
	switch v.Kind() {
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			all = append(all, fmt.Sprint(v.Index(i).Interface()))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			all = append(all, fmt.Sprint(v.MapIndex(k).Interface()))
		}
		slices.Sort(all)
	default:
		return "", fmt.Errorf("expected slice, got %T", elements)
	}
	if int64(len(all))*int64(len(sep)) > maxText {
		return "", errTooLong
	}
	return bounded(strings.Join(all, sep))
}

// title makes the first letter of each word a capital.
func title(s string) string {
	before := ' '
	return strings.Map(func(r rune) rune {
		first := !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '_' && before != '\''
		before = r
		if first {
			return unicode.ToTitle(r)
		}
		return r
	}, s)
}

func pad(s string, before, after int) (string, error) {
	if s == "" {
		return s, nil
	}
	if before < 0 || after < 0 || before > maxText || after > maxText {
		return "", errors.New("pad: a length that makes no sense")
	}
	return bounded(strings.Repeat(" ", before) + s + strings.Repeat(" ", after))
}

func truncate(s string, n int) (string, error) {
	if n < 0 {
		return "", errors.New("truncate: a negative length")
	}
	if len(s) < n {
		return s, nil
	}
	return s[:n], nil
}
