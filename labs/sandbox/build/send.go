package build

import (
	"fmt"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dockerlearn/labs/sandbox/vfs"
)

// showContext shows what is sent of the context: the files that are copied and did not lie there just so before.
func (b *builder) showContext(stages []*stage) {
	sources := b.sent(stages)
	if len(sources) == 0 {
		return
	}
	step := b.begin("[internal] load build context")
	n := &sending{b: b, bytes: sentHeader, seen: map[string]bool{}, where: b.where()}
	for _, src := range sources {
		n.add(src)
	}
	b.status(step, "transferring context: %s", Size(n.bytes))
	b.finish(step)
	b.w.Cache.source("files"+n.where, n.content, b.w.Now())
}

// sent lists what steps take from a context that does not come as a whole.
func (b *builder) sent(stages []*stage) []string {
	var sources []string
	if b.r.Archive != nil {
		return nil
	}
	for _, s := range stages {
		for _, t := range s.steps {
			sources = append(sources, t.wants()...)
		}
	}
	return sources
}

// wants is what a step takes from the context.
func (t *todo) wants() []string {
	if t.copy != nil && t.copy.source == nil {
		return t.copy.SourcePaths
	}
	var sources []string
	for _, m := range t.mounts() {
		if m.Type == instructions.MountTypeBind && m.source == nil {
			sources = append(sources, path.Join("/", m.Source))
		}
	}
	return sources
}

// sending adds up what is sent of the context.
type sending struct {
	b       *builder
	where   string
	seen    map[string]bool
	bytes   int64 // on the way
	content int64 // of all files
}

func (n *sending) add(src string) {
	found, err := n.b.context.match(src)
	if err != nil {
		return // its COPY says so
	}
	for _, p := range found {
		n.b.context.walk(p, n.file) //nolint:errcheck // the COPY says so
	}
}

// file adds a file: what describes it, and its content if it did not lie there just so when it was last sent.
func (n *sending) file(p string, st vfs.Stat) error {
	if p == "/" || n.seen[p] {
		return nil
	}
	first := len(n.seen) == 0
	n.seen[p] = true
	n.bytes += sentStat(p[1:], st.Size, st.IsDir())
	if !st.Mode.IsRegular() {
		return nil
	}
	n.content += st.Size
	sent, is := n.b.w.Cache.sent, fmt.Sprint(st.Mode, st.Size, st.Mtime)
	if at := n.where + p; sent[at] != is {
		n.bytes += sentContent(st.Size, first)
		sent[at] = is
	}
	return nil
}

// What sending files takes, in bytes: what is behind everything, and for each file what describes it and its content.
// fsutil: types/stat.proto, receive.go
const sentHeader = 2

func sentFile(name string, content int64) int64 {
	return sentStat(name, content, false) + sentContent(content, true)
}

func sentStat(name string, content int64, dir bool) int64 {
	n := int64(19 + len(name))
	switch {
	case dir:
		return n + 1 // a mode that takes more, and no size
	case content == 0:
		return n - 2
	case content >= 128:
		return n + 1
	}
	return n
}

func sentContent(content int64, first bool) int64 {
	n := content + 6
	if !first {
		n += 4
	}
	if content >= 128 {
		n++
	}
	return n
}

// Size is bytes as progress shows them. docker/go-units: BytesSize with decimal prefixes
func Size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, at := float64(n), 0
	for f >= 1000 && at < len(units)-1 {
		f, at = f/1000, at+1
	}
	return strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%.2f", f), "0"), ".0") + units[at]
}
