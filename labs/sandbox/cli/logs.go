package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
)

// fixedTime is how logs and events write times: always with nine digits.
const fixedTime = "2006-01-02T15:04:05.000000000Z07:00"

func (d *docker) logs(c *call) error {
	box, err := d.engine.ContainerInspect(d.caller(), c.args[0], false)
	if err != nil {
		return err
	}
	since, err := timestamp(c.text("since"), d.sys.Now())
	if err != nil {
		return fmt.Errorf("invalid value for \"since\": %w", err)
	}
	until, err := timestamp(c.text("until"), d.sys.Now())
	if err != nil {
		return fmt.Errorf("invalid value for \"until\": %w", err)
	}
	lines, err := d.engine.ContainerLogs(d.caller(), box.ID, api.LogsOptions{
		Stdout: true, Stderr: true, Since: since, Until: until, Timestamps: c.on("timestamps"), Follow: c.on("follow"),
		Tail: c.text("tail"), Details: c.on("details"),
	})
	if err != nil {
		return err
	}
	defer lines.Close()
	for {
		line, err := lines.Next(d.caller())
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		fd := 1
		if line.Stderr && !box.Config.Tty {
			fd = 2
		}
		d.write(fd, logLine(line, c.on("timestamps"), c.on("details")))
	}
}

func logLine(l api.LogLine, timestamps, details bool) string {
	text := string(l.Line)
	if details {
		var attrs []string
		for _, a := range l.Attrs {
			attrs = append(attrs, a.Key+"="+a.Value)
		}
		text = strings.Join(attrs, ",") + " " + text
	}
	if timestamps {
		text = l.Time.UTC().Format(fixedTime) + " " + text
	}
	return text
}

// timestamp makes of a time, an age ("42m") or a number of seconds what the engine understands.
// moby: client/internal/timestamp
func timestamp(v string, now time.Time) (string, error) {
	if v == "" {
		return "", nil
	}
	if d, err := time.ParseDuration(v); v != "0" && err == nil {
		return strconv.FormatInt(now.Add(-d).Unix(), 10), nil
	}
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15",
		"2006-01-02Z07:00", "2006-01-02",
	} {
		if t, err := time.Parse(layout, v); err == nil {
			return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond()), nil
		}
	}
	seconds, fraction := split(v, ".")
	if _, err := strconv.ParseInt(seconds, 10, 64); err != nil {
		return "", fmt.Errorf("failed to parse value as time or duration: %q", v)
	}
	if _, err := strconv.ParseUint(fraction, 10, 64); fraction != "" && err != nil {
		return "", fmt.Errorf("failed to parse value as time or duration: %q", v)
	}
	return v, nil
}

func (d *docker) events(c *call) error {
	format := c.text("format")
	if format == "json" {
		format = "{{json .}}"
	}
	t, err := d.parse("", format)
	if err == nil && format != "" {
		_, err = d.execute(t, &api.Event{})
	}
	if err != nil {
		return exitf(64, "Error parsing format: %s", err)
	}
	since, err := timestamp(c.text("since"), d.sys.Now())
	if err != nil {
		return err
	}
	until, err := timestamp(c.text("until"), d.sys.Now())
	if err != nil {
		return err
	}
	list, err := d.engine.Events(d.caller(), api.EventsOptions{Since: since, Until: until, Filters: c.filters()})
	if err != nil {
		return err
	}
	defer list.Close()
	for {
		e, err := list.Next(d.caller())
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if format == "" {
			d.write(1, eventLine(e))
			continue
		}
		line, err := d.execute(t, e)
		if err != nil {
			return err
		}
		d.write(1, line+"\n")
	}
}

func eventLine(e api.Event) string {
	at := time.Unix(0, e.TimeNano)
	if e.TimeNano == 0 {
		at = time.Unix(e.Time, 0)
	}
	line := fmt.Sprintf("%s %s %s %s", at.UTC().Format(fixedTime), e.Type, e.Action, e.Actor.ID)
	if len(e.Actor.Attributes) > 0 {
		line += " (" + strings.Join(sortedPairs(e.Actor.Attributes), ", ") + ")"
	}
	return line + "\n"
}
