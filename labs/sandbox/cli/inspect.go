package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"dockerlearn/labs/sandbox/api"
)

// lookup finds what a name means.
type lookup func(name string) (any, error)

// inspectAll prints what names mean. cli: cli/command/inspect/inspector.go
func (d *docker) inspectAll(names []string, format string, find lookup) error {
	var t *template.Template
	if format != "" && format != "json" {
		var err error
		if t, err = d.parse("", format); err != nil {
			return exitf(64, "template parsing error: %s", err)
		}
	}
	var errs []error
	var found []string
	var out strings.Builder
	for _, name := range names {
		d.sys.Step(1)
		v, err := find(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		raw, err := toJSON(v)
		if err != nil {
			return err
		}
		if t == nil {
			found = append(found, raw)
			continue
		}
		if text, err := d.inspectOne(t, v, raw); err != nil {
			errs = append(errs, err)
		} else {
			out.WriteString(text + "\n")
		}
	}
	switch {
	case t == nil:
		d.write(1, documents(found, format == "json"))
	case out.Len() == 0:
		d.write(1, "\n")
	default:
		d.write(1, out.String())
	}
	return errors.Join(errs...)
}

// documents is a list of JSON texts.
func documents(list []string, short bool) string {
	if len(list) == 0 {
		return "[]\n"
	}
	all := "[" + strings.Join(list, ",") + "]"
	if short {
		return all + "\n"
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "    ")
	enc.Encode(json.RawMessage(all)) //nolint:errcheck // it was made here
	return b.String()
}

// inspectOne executes a template on the answer; if the answer has no such field, on the document that it is.
func (d *docker) inspectOne(t *template.Template, v any, raw string) (string, error) {
	if text, err := d.execute(t, v); err == nil {
		return text, nil
	}
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.UseNumber()
	var doc any
	if err := dec.Decode(&doc); err != nil {
		return "", fmt.Errorf("unable to read inspect data: %w", err)
	}
	text, err := d.execute(t.Option("missingkey=error"), doc)
	if err != nil {
		return "", fmt.Errorf("template parsing error: %w", err)
	}
	return text, nil
}

func (d *docker) containerInspect(c *call) error {
	return d.inspectAll(c.args, c.text("format"), d.lookupContainer(c.on("size")))
}

func (d *docker) imageInspect(c *call) error {
	p, err := parsePlatform(c.text("platform"))
	if err != nil {
		return err
	}
	return d.inspectAll(c.args, c.text("format"), func(name string) (any, error) {
		return answered(d.engine.ImageInspect(d.caller(), name, api.ImageInspectOptions{Platform: p}))
	})
}

func (d *docker) volumeInspect(c *call) error {
	return d.inspectAll(c.args, c.text("format"), d.lookupVolume)
}

// answered keeps a nil pointer from looking like an answer.
func answered[T any](v *T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (d *docker) lookupContainer(size bool) lookup {
	return func(name string) (any, error) { return answered(d.engine.ContainerInspect(d.caller(), name, size)) }
}

func (d *docker) lookupImage(name string) (any, error) {
	return answered(d.engine.ImageInspect(d.caller(), name, api.ImageInspectOptions{}))
}

func (d *docker) lookupNetwork(name string) (any, error) {
	return answered(d.engine.NetworkInspect(d.caller(), name, false))
}

func (d *docker) lookupVolume(name string) (any, error) {
	return answered(d.engine.VolumeInspect(d.caller(), name))
}

// inspectTypes are what --type takes; the others are of a swarm, which there is none of.
var inspectTypes = []string{
	"config", "container", "image", "network", "node", "plugin", "secret", "service",
	"task", "volume",
}

func (d *docker) inspect(c *call) error {
	kind := c.text("type")
	if kind != "" && !slices.Contains(inspectTypes, kind) {
		return fmt.Errorf("unknown type: %q: must be one of \"%s\"", kind, strings.Join(inspectTypes, `", "`))
	}
	kinds := []struct {
		name string
		find lookup
	}{
		{"container", d.lookupContainer(c.on("size"))}, {"image", d.lookupImage}, {
			"network",
			d.lookupNetwork,
		}, {"volume", d.lookupVolume},
	}
	return d.inspectAll(c.args, c.text("format"), func(name string) (any, error) {
		for _, k := range kinds {
			if kind != "" && kind != k.name {
				continue
			}
			v, err := k.find(name)
			switch {
			case err == nil:
				return v, nil
			case kind == "" && passOver(err):
				continue
			}
			return nil, err
		}
		return nil, fmt.Errorf("error: no such object: %s", name)
	})
}

// passOver reports whether a name may still mean something of another kind.
func passOver(err error) bool {
	switch api.KindOf(err) {
	case api.NotFound, api.InvalidParameter, api.NotImplemented:
		return true
	}
	return false
}
