package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// Output by columns. cli: cli/command/formatter/

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
	t, err := d.parse("", format)
	if err != nil {
		return fmt.Errorf("template parsing error: %w", err)
	}
	var b strings.Builder
	for _, r := range rows {
		d.sys.Step(1)
		line, err := d.execute(t, r)
		if err != nil {
			return fmt.Errorf("template parsing error: %w", realNames(err))
		}
		b.WriteString(line + "\n")
	}
	if !table {
		d.write(1, b.String())
		return nil
	}
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 10, 1, 3, ' ', 0)
	titles, _ := d.execute(t.Funcs(headings), l.headings) // as the real one: headings go as far as they go
	fmt.Fprintln(w, titles)
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
		"cli.versionView", "system.versionInfo", "*cli.serverView", "*system.serverVersion", "*cli.clientView",
		"*system.clientVersion",
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

// tabbed aligns columns. width is the smallest of a column with its gap, gap the space after the longest cell.
func tabbed(rows [][]string, width, gap int) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, width, 1, gap, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	w.Flush() //nolint:errcheck // into memory
	return b.String()
}
