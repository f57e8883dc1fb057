package applet

import (
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// find is a find as it runs.
type find struct {
	*call
	follow, followArgs bool
	xdev, depth        bool
	min, max           int
	test               findTest
	acts               bool // an action was given: no implied -print
	batches            []*findBatch

	dev   vfs.Dev
	prune bool
	quit  bool
}

// found is the file that is looked at.
type found struct {
	path string
	st   vfs.Stat
}

// findTest is a condition or an action.
type findTest func(*found) bool

// findBatch is an -exec … +.
type findBatch struct {
	argv  []string
	paths []string
	size  int
}

func findCmd(c *call) proc.ExitCode {
	f := &find{call: c, max: 1 << 30}
	args := c.args
	for len(args) > 0 && (args[0] == "-L" || args[0] == "-H" || args[0] == "-P") {
		f.follow, f.followArgs = args[0] == "-L", args[0] != "-P"
		args = args[1:]
	}
	var paths []string
	for len(args) > 0 && !beginsExpression(args[0]) {
		paths = append(paths, args[0])
		args = args[1:]
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	p := &findParser{f: f, args: args}
	f.test = p.parse()
	for _, path := range paths {
		f.root(path)
		if f.quit {
			break
		}
	}
	for _, b := range f.batches {
		f.runBatch(b)
	}
	return c.failed
}

func beginsExpression(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' || arg == "(" || arg == ")" || arg == "!"
}

func (f *find) root(path string) {
	st, err := f.FS().Lstat(path)
	if err == nil && f.followArgs && st.Mode.IsSymlink() {
		if to, err := f.FS().Stat(path); err == nil {
			st = to
		}
	}
	if err != nil {
		f.report(path, err)
		return
	}
	f.dev = st.Dev
	f.visit(&found{path, st}, 0)
}

func (f *find) report(path string, err error) {
	if f.gnu() {
		f.warn("'%s': %s", path, f.text(err))
	} else {
		f.warn("%s: %s", path, f.text(err))
	}
}

func (f *find) visit(at *found, depth int) {
	if f.quit {
		return
	}
	f.Step(1)
	f.prune = false
	if !f.depth && depth >= f.min {
		f.apply(at)
	}
	if at.st.IsDir() && depth < f.max && !f.prune && !f.quit && (!f.xdev || at.st.Dev == f.dev) {
		f.inside(at, depth)
	}
	if f.depth && depth >= f.min && !f.quit {
		f.apply(at)
	}
}

func (f *find) apply(at *found) {
	if f.test(at) && !f.acts {
		f.print(at.path + "\n")
	}
}

func (f *find) inside(at *found, depth int) {
	names, err := f.FS().ReadDir(at.path)
	if err != nil {
		f.report(at.path, err)
		return
	}
	for _, n := range names {
		path := joinPath(at.path, n.Name)
		st, err := f.FS().Lstat(path)
		if err == nil && f.follow && st.Mode.IsSymlink() {
			if to, err := f.FS().Stat(path); err == nil {
				st = to
			}
		}
		if err != nil {
			f.report(path, err)
			continue
		}
		f.visit(&found{path, st}, depth+1)
	}
}

// exec runs a command with {} replaced by the path.
func (f *find) exec(argv []string, path string) bool {
	args := make([]string, len(argv))
	for i, a := range argv {
		args[i] = strings.ReplaceAll(a, "{}", path)
	}
	st, err := f.spawn(args, nil)
	if err != nil {
		f.notRun(args[0], err)
		return false
	}
	return st.Code() == 0
}

func (f *find) notRun(name string, err error) {
	if f.gnu() {
		f.complain("'%s': %s", name, f.text(err))
	} else {
		f.complain("%s: %s", name, f.text(err))
	}
}

func (f *find) collect(b *findBatch, path string) bool {
	f.grow(len(path) + 16)
	b.paths = append(b.paths, path)
	if b.size += len(path) + 1; b.size > 32<<10 {
		f.runBatch(b)
	}
	return true
}

func (f *find) runBatch(b *findBatch) {
	if len(b.paths) == 0 {
		return
	}
	var args []string
	for _, a := range b.argv {
		if a == "{}" {
			args = append(args, b.paths...)
		} else {
			args = append(args, a)
		}
	}
	b.paths, b.size = nil, 0
	st, err := f.spawn(args, nil)
	if err != nil {
		f.notRun(args[0], err)
		f.failed = 1
	} else if st.Code() != 0 {
		f.failed = 1
	}
}

func (f *find) remove(at *found) bool {
	if at.path == "." || at.path == ".." {
		return true
	}
	var err error
	if at.st.IsDir() {
		err = f.FS().Rmdir(at.path)
	} else {
		err = f.FS().Unlink(at.path)
	}
	switch {
	case err != nil && f.gnu():
		f.warn("cannot delete '%s': %s", at.path, f.text(err))
	case err != nil:
		f.warn("%s: %s", at.path, f.text(err))
	}
	return err == nil
}

func (f *find) empty(at *found) bool {
	if at.st.IsDir() {
		names, err := f.FS().ReadDir(at.path)
		return err == nil && len(names) == 0
	}
	return at.st.Mode.IsRegular() && at.st.Size == 0
}

// age is how old a time is, in whole units.
func (f *find) age(ns int64, unit time.Duration) int64 {
	return int64(f.Now().Sub(time.Unix(0, ns)) / unit)
}
