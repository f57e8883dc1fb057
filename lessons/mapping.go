package lessons

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"dockerlearn/internal/mdoc"
)

// mapping reads a YAML mapping key by key and reports what does not fit.
type mapping struct {
	file   string
	at     mdoc.Pos
	keys   []*mdoc.Node
	values map[string]*mdoc.Node
	found  *Findings
}

// newMapping returns an empty mapping, after a finding, when n is something else.
func newMapping(file string, n *mdoc.Node, found *Findings) *mapping {
	m := &mapping{file: file, values: map[string]*mdoc.Node{}, found: found}
	m.at = m.place(n)
	if n.Kind != yaml.MappingNode {
		found.Errorf(m.at, "yaml", "write `key: value` lines", "a mapping is expected here")
		return m
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if m.values[key.Value] != nil {
			found.Errorf(m.place(key), "yaml", "leave one of them", "the key %q stands here twice", key.Value)
			continue
		}
		m.keys = append(m.keys, key)
		m.values[key.Value] = n.Content[i+1]
	}
	return m
}

func (m *mapping) place(n *mdoc.Node) mdoc.Pos {
	return mdoc.Pos{File: m.file, Line: n.Line, Col: n.Column}
}

// placeOf returns where a key's value stands, or else where the mapping begins.
func (m *mapping) placeOf(key string) mdoc.Pos {
	if v := m.values[key]; v != nil {
		return m.place(v)
	}
	return m.at
}

// only reports all keys but these.
func (m *mapping) only(known ...string) {
	for _, key := range m.keys {
		if !slices.Contains(known, key.Value) {
			m.found.Errorf(m.place(key), "unknown-key",
				"use one of "+strings.Join(known, ", "), "the key %q is unknown", key.Value)
		}
	}
}

// need reports which of these keys are missing.
func (m *mapping) need(keys ...string) {
	for _, key := range keys {
		if m.values[key] == nil {
			m.found.Errorf(m.at, "missing-key", "add `"+key+":`", "the key %q is missing", key)
		}
	}
}

// scalar returns a key's value as text, or "" when it is missing or no single value.
func (m *mapping) scalar(key string) string {
	if v := m.values[key]; v != nil {
		return m.text(v)
	}
	return ""
}

func (m *mapping) text(n *mdoc.Node) string {
	if n.Kind != yaml.ScalarNode {
		m.found.Errorf(m.place(n), "yaml", "write a single value", "one value is expected here")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// id returns a key's value if it can be an id.
func (m *mapping) id(key string) string {
	s := m.scalar(key)
	if s != "" && !isID(s) {
		m.found.Errorf(m.placeOf(key), "id", idRule, "%q cannot be an id", s)
		return ""
	}
	return s
}

const idRule = "use lower-case letters and digits, in words joined by single hyphens"

// isID reports whether s is like "union-fs-01".
func isID(s string) bool {
	for _, word := range strings.Split(s, "-") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(s) <= 64
}

// number returns a key's value as a number within bounds, or 0.
func (m *mapping) number(key string, low, high int) int {
	s := m.scalar(key)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		m.found.Errorf(m.placeOf(key), "value", "write a number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high),
			"%q does not fit %s", s, key)
		return 0
	}
	return n
}

// oneOf returns a key's value if it is one of these.
func (m *mapping) oneOf(key string, words ...string) string {
	s := m.scalar(key)
	if s != "" && !slices.Contains(words, s) {
		m.found.Errorf(m.placeOf(key), "value", "use one of "+strings.Join(words, ", "), "%q does not fit %s", s, key)
		return ""
	}
	return s
}

// list returns the items of a key's list; a missing or empty value is an empty list.
func (m *mapping) list(key string) []*mdoc.Node {
	v := m.values[key]
	switch {
	case v == nil, v.Kind == yaml.ScalarNode && v.Value == "":
		return nil
	case v.Kind != yaml.SequenceNode:
		m.found.Errorf(m.place(v), "yaml", "write a list", "a list is expected here")
		return nil
	}
	return v.Content
}

// texts returns a list of single values.
func (m *mapping) texts(key string) []string {
	var all []string
	for _, n := range m.list(key) {
		if s := m.text(n); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// sub returns a key's value as a mapping, or nil when it is missing.
func (m *mapping) sub(key string) *mapping {
	if v := m.values[key]; v != nil {
		return newMapping(m.file, v, m.found)
	}
	return nil
}

// inLangs returns a text that is given in each language: `title: {en: Storage, zh: 存储}`.
func (m *mapping) inLangs(key string, langs []Lang) Text {
	t := Text{}
	sub := m.sub(key)
	if sub == nil {
		return t
	}
	sub.only(words(langs)...)
	sub.need(words(langs)...)
	for _, l := range langs {
		if s := sub.scalar(string(l)); s != "" {
			t[l] = s
		}
	}
	return t
}

func words[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, w := range list {
		all[i] = string(w)
	}
	return all
}
