package build

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// report tells of an event. The first steps are kept back until the Dockerfile is understood: warnings of it belong to
// the first one, and BuildKit's printer shows what comes close together as one.
func (b *builder) report(e Event) {
	switch {
	case b.r.Report == nil:
	case b.holding && e.Kind == Warning:
		at := slices.IndexFunc(b.held, func(h Event) bool { return h.Step == e.Step && h.Kind == Finished })
		if at < 0 {
			at = len(b.held)
		}
		b.held = slices.Insert(b.held, at, e)
	case b.holding:
		b.held = append(b.held, e)
	default:
		b.r.Report(e)
	}
}

// release tells what was kept back.
func (b *builder) release() {
	b.holding = false
	for _, e := range b.held {
		b.r.Report(e)
	}
	b.held = nil
}

// warn tells what is wrong with the Dockerfile.
func (b *builder) warn(step int, l Lint) {
	b.warnings = append(b.warnings, l)
	if b.r.Check {
		return // they are the answer
	}
	b.report(Event{Step: step, Kind: Warning, Text: l.Text})
}

// begin begins a step.
func (b *builder) begin(format string, args ...any) int {
	b.step++
	b.current, b.output, b.partial = fmt.Sprintf(format, args...), nil, ""
	b.started[b.step] = b.w.Now()
	b.report(Event{Step: b.step, Kind: Begun, Text: b.current})
	return b.step
}

// status says what a step does, and that it is done.
func (b *builder) status(step int, format string, args ...any) {
	b.report(Event{Step: step, Kind: Status, Text: fmt.Sprintf(format, args...), Done: true})
}

// takes is a status of something that takes time.
func (b *builder) takes(step int, d time.Duration, format string, args ...any) error {
	if err := b.w.Wait(d); err != nil {
		return err
	}
	b.report(Event{Step: step, Kind: Status, Text: fmt.Sprintf(format, args...), Done: true, Took: d})
	return nil
}

func (b *builder) took(step int) time.Duration { return b.w.Now().Sub(b.started[step]) }

func (b *builder) finish(step int) {
	b.flush(step)
	b.current = ""
	b.report(Event{Step: step, Kind: Finished, Took: b.took(step)})
}

func (b *builder) cached(step int) {
	b.current = ""
	b.report(Event{Step: step, Kind: Cached})
}

// fail ends a step with an error, and returns it.
func (b *builder) fail(step int, err error) error {
	b.flush(step)
	b.report(Event{Step: step, Kind: Failed, Text: err.Error()})
	return err
}

// print takes what a step's process prints, and reports it in lines.
func (b *builder) print(step int, text string) {
	b.partial += text
	for {
		line, rest, whole := strings.Cut(b.partial, "\n")
		if !whole {
			return
		}
		b.partial = rest
		b.line(step, line)
	}
}

func (b *builder) flush(step int) {
	if b.partial != "" {
		b.line(step, b.partial)
		b.partial = ""
	}
}

func (b *builder) line(step int, line string) {
	line = strings.TrimSuffix(line, "\r")
	took := b.took(step)
	b.output = append(b.output, fmt.Sprintf("%.3f %s", took.Seconds(), line))
	b.report(Event{Step: step, Kind: Output, Text: line, Took: took})
}

// keptLines is how many of a failed step's last lines are shown again. buildkit: util/progress/progressui
const keptLines = 10

// prefixed is a step's error with what the one who asked for it says in front.
type prefixed struct {
	prefix string
	err    error
}

func (p *prefixed) Error() string { return p.prefix + p.err.Error() }
func (p *prefixed) Unwrap() error { return p.err }

// failed is the error with everything that is shown of it.
func (b *builder) failed(err error) *Error {
	e := &Error{Text: err.Error(), Step: b.current, Output: b.output, Warnings: b.warnings}
	if n := len(e.Output); n > keptLines {
		e.Output = e.Output[n-keptLines:]
	}
	var at *parser.LocationError
	if errors.As(err, &at) && len(at.Locations) > 0 {
		e.Excerpt = excerpt(b.r.Name, string(b.r.Dockerfile), at.Locations[len(at.Locations)-1])
	}
	return e
}

// excerpt shows lines of the Dockerfile with those around them. buildkit: solver/errdefs/source.go
func excerpt(name, text string, ranges []parser.Range) string {
	lines := strings.Split(text, "\n")
	if len(ranges) == 0 || ranges[0].Start.Line < 1 || ranges[0].Start.Line > len(lines) {
		return ""
	}
	start, end := ranges[0].Start.Line, ranges[0].End.Line
	for _, r := range ranges {
		start, end = min(start, r.Start.Line), max(end, r.End.Line)
	}
	end = min(end, len(lines))
	first, last, pad := start, end, 2
	if start == end {
		pad = 4
	}
	for p := 0; p < pad; p++ {
		if first > 1 {
			first--
			p++
		}
		if last != len(lines) {
			last++
			p++
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s:%d\n--------------------\n", name, start)
	for n := first; n <= last; n++ {
		mark := "   "
		if n >= start && n <= end {
			mark = ">>>"
		}
		fmt.Fprintf(&out, " %3d | %s %s\n", n, mark, lines[n-1])
	}
	return out.String() + "--------------------\n"
}
