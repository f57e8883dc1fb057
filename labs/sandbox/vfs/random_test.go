package vfs_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// Random sequences. A path is "#7" for the 7th that exists when the operation runs, "@7" for the 7th directory, "$7"
// for the 7th file, "=" for the path of the operation before, each perhaps with a name behind it; resolve makes paths
// of them.

var (
	randomKinds = strings.Fields(`
		create create write write append trunc mkdir mkdir rmdir unlink unlink rename rename rename renamex link link
		linkf symlink mknod chmod chown chownf setx rmx utime touch openw opent openr opencreat rmtree
		fdopen fdopen fdopen fdopen fdopen`)
	randomFDKinds = strings.Fields(`
		fdwrite fdread fdtrunc fdchmod fdstat fdstat fdlist fdclose fdalloc fdpunch fdholes`)
	randomModes   = []uint32{0o755, 0o777, 0o700, 0o644, 0o600, 0o666, 0o1777, 0o2775, 0o4755, 0o000, 0o6777}
	randomSizes   = []int64{0, 1, 10, 4095, 4096, 5000, 10000}
	randomTexts   = []string{"x", "hello", "zzzzzzzzzzzzzzzzz"}
	randomTargets = []string{"a", "b", "a/b", "../a", "../b/c", "/c", "/a/b", "nx", ".", ".."}
	randomIDs     = []uint32{0, 1000, 1001, vfs.KeepID}
	randomFlags   = []vfs.Flags{
		vfs.O_RDONLY, vfs.O_RDONLY, vfs.O_RDWR, vfs.O_RDWR, vfs.O_WRONLY, vfs.O_RDWR | vfs.O_CREAT,
		vfs.O_RDONLY | vfs.O_DIRECTORY, vfs.O_WRONLY | vfs.O_APPEND, vfs.O_RDWR | vfs.O_TRUNC,
		vfs.O_RDONLY | vfs.O_NOFOLLOW, vfs.O_RDONLY | vfs.O_TRUNC,
	}
)

// needsFile is what is mostly done to regular files.
var needsFile = map[string]bool{
	"write": true, "append": true, "trunc": true, "openw": true, "opent": true, "link": true, "unlink": true,
	"fdopen": true,
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func randomName(r *rand.Rand) string { return string("abcdef"[r.IntN(6)]) }

// randomPath is mostly something that exists.
func randomPath(r *rand.Rand) string {
	p := fmt.Sprintf("#%d", r.IntN(1000))
	switch r.IntN(20) {
	case 0, 1:
		p += "/" + randomName(r)
	case 2:
		p = "/" + randomName(r) + "/" + randomName(r)
	}
	switch r.IntN(60) {
	case 0:
		p += "/"
	case 1:
		p += "/."
	case 2:
		p += "/.."
	}
	return p
}

// freshPath is mostly a name in a directory that exists.
func freshPath(r *rand.Rand) string {
	if r.IntN(4) == 0 {
		return "/" + randomName(r)
	}
	return fmt.Sprintf("@%d/%s", r.IntN(1000), randomName(r))
}

func randomOps(r *rand.Rand, n int) []op {
	var out []op
	for len(out) < n {
		out = append(out, randomOp(r)...)
	}
	return out[:n]
}

func randomOp(r *rand.Rand) []op {
	o := op{K: pick(r, randomKinds), P: randomPath(r)}
	o.M, o.N, o.S = pick(r, randomModes), pick(r, randomSizes), pick(r, randomTexts)
	if r.IntN(5) == 0 {
		o.U = 1000 + uint32(r.IntN(2))
	}
	if needsFile[o.K] && r.IntN(4) > 0 {
		o.P = fmt.Sprintf("$%d", r.IntN(1000))
	}
	switch o.K {
	case "create", "mkdir", "opencreat":
		o.P = freshPath(r)
	case "mknod":
		o.P, o.N = freshPath(r), int64(r.IntN(len(nodeKinds)))
	case "symlink":
		o.P, o.S = freshPath(r), pick(r, randomTargets)
	case "rename", "renamex":
		if o.Q = randomPath(r); r.IntN(2) == 0 {
			o.Q = freshPath(r)
		}
	case "link", "linkf":
		o.Q = freshPath(r)
	case "rmtree":
		return randomRemoval(r, o)
	case "chown", "chownf":
		o.M, o.N = pick(r, randomIDs), int64(pick(r, randomIDs))
	case "setx", "rmx":
		o.S, o.Q = pick(r, []string{"trusted.a", "trusted.b", "user.c"}), pick(r, []string{"1", "two"})
	case "utime", "touch":
		o.N = pick(r, []int64{1e9, 2e9 + 5, -1})
	case "fdopen":
		return randomFile(r, o)
	}
	return []op{o}
}

// randomFile opens a file, often does something to its name, and goes on with the file.
func randomFile(r *rand.Rand, o op) []op {
	o.M, o.N = uint32(pick(r, randomFlags)), int64(r.IntN(4))
	out := []op{o}
	switch r.IntN(6) {
	case 0:
		out = append(out, op{K: "unlink", P: "="})
	case 1:
		out = append(out, op{K: "rename", P: "=", Q: freshPath(r)})
	case 2:
		out = append(out, op{K: "rename", P: randomPath(r), Q: o.P})
	case 3:
		out = append(out, op{K: "write", P: "=", N: 3, S: "new"})
	}
	for range r.IntN(4) {
		f := op{K: pick(r, randomFDKinds), M: uint32(pick(r, randomSizes)), N: o.N, S: pick(r, randomTexts), U: o.U}
		if f.K == "fdchmod" {
			f.M = pick(r, randomModes)
		}
		if r.IntN(4) == 0 {
			f.N = int64(r.IntN(4))
		}
		out = append(out, f)
	}
	return out
}

// randomRemoval removes a tree, often to put something else in its place.
func randomRemoval(r *rand.Rand, o op) []op {
	switch r.IntN(8) {
	case 0:
		return []op{o}
	case 1, 2, 3:
		o.P, o.U = fmt.Sprintf("@%d", r.IntN(1000)), 0
		return []op{o, {K: "mkdir", P: "=", M: 0o755}}
	case 4:
		return append([]op{{K: "rotate"}}, randomFile(r, op{K: "fdopen", P: randomPath(r), U: o.U})...)
	}
	return []op{{K: "rotate"}}
}

// resolve makes paths of references.
func (m *model) resolve(ref, before string) string {
	if ref == "=" {
		return before
	}
	if ref == "" || !strings.Contains("#@$", ref[:1]) {
		return ref
	}
	ref, rest := ref[:1]+strings.SplitN(ref[1:], "/", 2)[0], strings.TrimPrefix(ref, strings.SplitN(ref, "/", 2)[0])
	var paths []string
	for p, f := range factsOf(m.v) {
		if ref[0] == '#' || ref[0] == '@' && f.dir || ref[0] == '$' && vfs.Mode(f.mode).IsRegular() {
			paths = append(paths, p)
		}
	}
	if len(paths) == 0 {
		return "/nothing"
	}
	slices.Sort(paths)
	var i int
	fmt.Sscanf(ref[1:], "%d", &i)
	p := paths[i%len(paths)]
	if rest != "" {
		p = strings.TrimSuffix(p, "/")
	}
	return p + rest
}

func (m *model) resolveOp(o op, before string) op {
	o.P = m.resolve(o.P, before)
	switch o.K {
	case "rename", "renamex", "link", "linkf":
		o.Q = m.resolve(o.Q, before)
	}
	return o
}

// shrink leaves out operations as long as the rest still fails.
func shrink(ops []op, fails func([]op) bool) []op {
	for again := true; again; {
		again = false
		for size := len(ops) / 2; size > 0; size /= 2 {
			for i := 0; i+size <= len(ops); {
				if less := slices.Delete(slices.Clone(ops), i, i+size); fails(less) {
					ops, again = less, true
				} else {
					i += size
				}
			}
		}
	}
	return ops
}
