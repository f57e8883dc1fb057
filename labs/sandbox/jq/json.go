package jq

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/itchyny/gojq"
)

// order remembers in which order the keys of an object stood in the input or in the filter, which is how jq prints them.
// Go's maps forget it. Gojq hands objects of the input on as they are, so such an object is known by its map; one that
// was made on the way is known by its set of keys.
type order struct {
	objects map[uintptr][]string
	sets    map[string][]string
}

func newOrder() order { return order{map[uintptr][]string{}, map[string][]string{}} }

func (o order) of(m map[string]any) []string {
	if keys, ok := o.objects[reflect.ValueOf(m).Pointer()]; ok && len(keys) == len(m) {
		return keys
	}
	sorted := slices.Sorted(maps.Keys(m))
	if keys, ok := o.sets[strings.Join(sorted, "\x00")]; ok {
		return keys
	}
	return sorted
}

// set remembers the order of a set of keys, if it is the first one seen.
func (o order) set(keys []string) {
	sorted := strings.Join(slices.Sorted(slices.Values(keys)), "\x00")
	if _, known := o.sets[sorted]; !known {
		o.sets[sorted] = keys
	}
}

// filter remembers the objects that a filter makes, as far as their keys stand in it.
func (o order) filter(v reflect.Value) {
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if made, ok := v.Interface().(*gojq.Object); ok {
			o.made(made)
		}
		o.filter(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			o.filter(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			o.filter(v.Index(i))
		}
	}
}

func (o order) made(x *gojq.Object) {
	var keys []string
	for _, kv := range x.KeyVals {
		key := strings.TrimPrefix(kv.Key, "$")
		if kv.KeyString != nil {
			key = kv.KeyString.Str
		}
		if kv.KeyQuery != nil || slices.Contains(keys, key) {
			return
		}
		keys = append(keys, key)
	}
	o.set(keys)
}

// decoder reads JSON values and notes the order of keys.
type decoder struct {
	d *json.Decoder
	o order
}

func newDecoder(text string, o order) *decoder {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return &decoder{d, o}
}

// value reads the next value; io.EOF at the end.
func (d *decoder) value() (any, error) {
	t, err := d.d.Token()
	if err != nil {
		return nil, err
	}
	v, err := d.from(t)
	if errors.Is(err, io.EOF) {
		err = errors.New("Unfinished JSON term")
	}
	return v, err
}

func (d *decoder) from(t json.Token) (any, error) {
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			return d.list()
		}
		return d.object()
	case json.Number:
		return number(t), nil
	}
	return t, nil
}

// number is a number as gojq wants it: an int where it is one, else a float.
func number(n json.Number) any {
	if i, err := strconv.Atoi(n.String()); err == nil {
		return i
	}
	if big, ok := new(big.Int).SetString(n.String(), 10); ok {
		return big
	}
	f, err := n.Float64()
	if err != nil && f == 0 {
		return n.String()
	}
	return f
}

func (d *decoder) list() (any, error) {
	all := []any{}
	for d.d.More() {
		v, err := d.next()
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	_, err := d.d.Token()
	return all, err
}

func (d *decoder) object() (any, error) {
	m := map[string]any{}
	var keys []string
	for d.d.More() {
		t, err := d.d.Token()
		if err != nil {
			return nil, err
		}
		key := t.(string)
		v, err := d.next()
		if err != nil {
			return nil, err
		}
		if _, twice := m[key]; !twice {
			keys = append(keys, key)
		}
		m[key] = v
	}
	d.o.objects[reflect.ValueOf(m).Pointer()] = keys
	d.o.set(keys)
	_, err := d.d.Token()
	return m, err
}

func (d *decoder) next() (any, error) {
	t, err := d.d.Token()
	if err != nil {
		return nil, err
	}
	return d.from(t)
}

// encode writes a value as jq does.
func (c *command) encode(v any, depth int) {
	c.sys.Step(1)
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			c.out.WriteString("[]")
			return
		}
		for i, x := range v {
			c.out.WriteString(map[bool]string{true: "[", false: ","}[i == 0])
			c.newline(depth + 1)
			c.encode(x, depth+1)
		}
		c.newline(depth)
		c.out.WriteByte(']')
	case map[string]any:
		c.encodeObject(v, depth)
	default:
		text, err := gojq.Marshal(v)
		if err != nil {
			text = []byte("null")
		}
		c.out.Write(text)
	}
}

func (c *command) encodeObject(m map[string]any, depth int) {
	if len(m) == 0 {
		c.out.WriteString("{}")
		return
	}
	keys := c.order.of(m)
	if c.sorted {
		keys = slices.Sorted(slices.Values(keys))
	}
	for i, key := range keys {
		c.out.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		c.newline(depth + 1)
		c.encode(key, 0)
		c.out.WriteByte(':')
		if !c.compact {
			c.out.WriteByte(' ')
		}
		c.encode(m[key], depth+1)
	}
	c.newline(depth)
	c.out.WriteByte('}')
}

func (c *command) newline(depth int) {
	switch {
	case c.compact:
	case c.tab:
		c.out.WriteString("\n" + strings.Repeat("\t", depth))
	default:
		c.out.WriteString("\n" + strings.Repeat(" ", depth*c.indent))
	}
}
