package build

import "slices"

// variables are variables by name, in the order in which they were set last. The zero value has none.
type variables struct {
	names  []string
	values map[string]string
}

// Get is the value of a variable.
func (v *variables) Get(name string) (string, bool) { s, ok := v.values[name]; return s, ok }

// Keys are the names.
func (v *variables) Keys() []string { return v.names }

// put sets a variable, which then is the last. buildkit: client/llb/meta.go, AddOrReplace
func (v *variables) put(name, value string) {
	if v.values == nil {
		v.values = map[string]string{}
	}
	if _, known := v.values[name]; known {
		v.names = slices.DeleteFunc(v.names, func(s string) bool { return s == name })
	}
	v.names = append(v.names, name)
	v.values[name] = value
}

func (v *variables) clone() *variables {
	next := &variables{names: slices.Clone(v.names), values: map[string]string{}}
	for _, name := range v.names {
		next.values[name] = v.values[name]
	}
	return next
}

// words are the variables as an environment has them.
func (v *variables) words() []string {
	var words []string
	for _, name := range v.names {
		words = append(words, name+"="+v.values[name])
	}
	return words
}

// longest is the length of the longest value.
func (v *variables) longest() int {
	n := 0
	for _, name := range v.names {
		n = max(n, len(v.values[name]))
	}
	return n
}

// defaultVariables are known before the first FROM. buildkit: dockerfile2llb, defaultArgs
func defaultVariables(given map[string]string, target string) *variables {
	v := &variables{}
	for _, kv := range [][2]string{
		{"BUILDPLATFORM", hostPlatform},
		{"BUILDOS", "linux"},
		{"BUILDOSVERSION", ""},
		{"BUILDARCH", "amd64"},
		{"BUILDVARIANT", ""},
		{"TARGETPLATFORM", hostPlatform},
		{"TARGETOS", "linux"},
		{"TARGETOSVERSION", ""},
		{"TARGETARCH", "amd64"},
		{"TARGETVARIANT", ""},
		{"TARGETSTAGE", target},
	} {
		value := kv[1]
		if other, ok := given[kv[0]]; ok {
			value = other
		}
		v.put(kv[0], value)
	}
	return v
}
