package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// Output by templates. cli: templates/, cli/command/formatter/

// functions are those that every template may use.
var functions = template.FuncMap{
	"json":     toJSON,
	"split":    strings.Split,
	"join":     join,
	"title":    title,
	"lower":    strings.ToLower,
	"upper":    strings.ToUpper,
	"pad":      pad,
	"truncate": truncate,
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

func parseTemplate(name, text string) (*template.Template, error) {
	t, err := template.New(name).Funcs(functions).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("template parsing error: %w", err)
	}
	return t, nil
}

func toJSON(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
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
	return strings.Join(all, sep), nil
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
	if before < 0 || after < 0 || before+after > 1<<16 {
		return "", errors.New("pad: a length that makes no sense")
	}
	return strings.Repeat(" ", before) + s + strings.Repeat(" ", after), nil
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

// listing is what a command lists, row by row. Rows have a method for each column.
type listing struct {
	format   string // as given to --format
	table    string // the columns of the plain table: "{{.ID}}\t{{.Name}}"
	quiet    string // what -q prints, "" if it was not given
	headings map[string]string
}

// print writes the rows.
func (d *docker) print(l listing, rows []any) error {
	format, table := l.template()
	t, err := parseTemplate("", format)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, r := range rows {
		d.sys.Step(1)
		if err := t.Execute(&b, r); err != nil {
			return fmt.Errorf("template parsing error: %w", realNames(err))
		}
		b.WriteByte('\n')
	}
	if !table {
		d.write(1, b.String())
		return nil
	}
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 10, 1, 3, ' ', 0)
	t.Funcs(headings).Execute(w, l.headings) //nolint:errcheck // as the real one: headings go as far as they go
	fmt.Fprintln(w)
	fmt.Fprint(w, b.String())
	w.Flush() //nolint:errcheck // into memory
	d.write(1, out.String())
	return nil
}

func (l listing) template() (format string, table bool) {
	if l.quiet != "" && (l.format == "" || l.format == "table") {
		return l.quiet, false
	}
	switch {
	case l.format == "" || l.format == "table":
		return l.table, true
	case l.format == "json":
		return "{{json .}}", false
	}
	format, table = strings.CutPrefix(l.format, "table")
	return strings.NewReplacer(`\t`, "\t", `\n`, "\n").Replace(strings.Trim(format, " ")), table
}

// realNames makes an error name the types that the real docker has.
func realNames(err error) error {
	return errors.New(strings.NewReplacer(
		"*cli.containerRow", "*formatter.ContainerContext", "*cli.imageRow", "*formatter.imageContext",
		"*cli.volumeRow", "*formatter.volumeContext", "*cli.statsRow", "*container.statsContext",
		"*cli.historyRow", "*image.historyContext", "*cli.usageRow", "*formatter.diskUsageContainersContext",
		"*cli.versionView", "*system.versionInfo", "*cli.serverView", "*system.serverVersion", "*cli.clientView", "*system.clientVersion",
	).Replace(err.Error()))
}

// marshalRow is a row as JSON: what its methods without arguments return, by their names.
func marshalRow(row any) ([]byte, error) {
	v := reflect.ValueOf(row)
	all := map[string]any{}
	for i := range v.NumMethod() {
		m := v.Type().Method(i)
		if m.Name == "MarshalJSON" || m.Type.NumIn() != 1 || m.Type.NumOut() != 1 {
			continue
		}
		all[m.Name] = v.Method(i).Call(nil)[0].Interface()
	}
	return json.Marshal(all)
}

// shortID is an id as listings show it.
func shortID(id string) string {
	if _, rest, ok := strings.Cut(id, ":"); ok {
		id = rest
	}
	return id[:min(12, len(id))]
}

// ellipsis cuts a text to so many characters, the last of which is "…". formatter: displayutils.go
func ellipsis(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	if n <= 1 {
		return string(runes[:n])
	}
	return string(runes[:n-1]) + "…"
}

// pairs is labels as KEY=VALUE in their order.
func pairs(m map[string]string) string {
	var all []string
	for k, v := range m { // any order: sorted below
		all = append(all, k+"="+v)
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

// filters is --filter.
func (c *call) filters() map[string][]string {
	f := map[string][]string{}
	for _, v := range c.list("filter") {
		if v != "" {
			name, val := split(v, "=")
			f[name] = append(f[name], val)
		}
	}
	return f
}
