package applet

import (
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// findParser reads find's expression: -o binds least, then -a (which may be left out), then !.
type findParser struct {
	f    *find
	args []string
}

func (p *findParser) parse() findTest {
	if len(p.args) == 0 {
		return func(*found) bool { return true }
	}
	t := p.or()
	if len(p.args) > 0 {
		p.refuse()
	}
	return t
}

func (p *findParser) refuse() {
	if len(p.args) > 0 && p.f.gnu() {
		p.f.die("unknown predicate `%s'", p.args[0])
	}
	if len(p.args) > 0 && p.args[0] != ")" {
		p.f.complain("unrecognized: %s", p.args[0])
		p.f.usage()
	}
	p.f.usage()
}

func (p *findParser) next() string {
	a := p.args[0]
	p.args = p.args[1:]
	return a
}

func (p *findParser) peek(words ...string) bool {
	for _, w := range words {
		if len(p.args) > 0 && p.args[0] == w {
			return true
		}
	}
	return false
}

func (p *findParser) or() findTest {
	left := p.and()
	for p.peek("-o", "-or") {
		p.next()
		a, b := left, p.and()
		left = func(at *found) bool { return a(at) || b(at) }
	}
	return left
}

func (p *findParser) and() findTest {
	left := p.not()
	for len(p.args) > 0 && !p.peek("-o", "-or", ")") {
		if p.peek("-a", "-and") {
			p.next()
		}
		a, b := left, p.not()
		left = func(at *found) bool { return a(at) && b(at) }
	}
	return left
}

func (p *findParser) not() findTest {
	if p.peek("!", "-not") {
		p.next()
		t := p.not()
		return func(at *found) bool { return !t(at) }
	}
	if p.peek("(") {
		p.next()
		t := p.or()
		if !p.peek(")") {
			p.f.usage()
		}
		p.next()
		return t
	}
	if len(p.args) == 0 {
		p.f.usage()
	}
	return p.primary()
}

func (p *findParser) primary() findTest {
	name := p.next()
	if t := p.action(name); t != nil {
		return t
	}
	if t := p.setting(name); t != nil {
		return t
	}
	if t := p.plain(name); t != nil {
		return t
	}
	if !strings.HasPrefix(name, "-") {
		p.args = append([]string{name}, p.args...)
		if p.f.gnu() {
			p.f.die("paths must precede expression: `%s'", name)
		}
		p.refuse()
	}
	if !takesValue(name) {
		p.args = append([]string{name}, p.args...)
		p.refuse()
	}
	if len(p.args) == 0 {
		if p.f.gnu() {
			p.f.die("missing argument to `%s'", name)
		}
		p.f.die("%s requires an argument", name)
	}
	return p.compare(name, p.next())
}

func takesValue(name string) bool {
	switch name {
	case "-name", "-iname", "-path", "-wholename", "-ipath", "-regex", "-type", "-perm", "-mtime", "-atime", "-ctime",
		"-mmin", "-amin", "-cmin", "-newer", "-inum", "-samefile", "-user", "-group", "-size", "-links":
		return true
	}
	return false
}

func (p *findParser) action(name string) findTest {
	f := p.f
	switch name {
	case "-print":
		f.acts = true
		return func(at *found) bool { f.print(at.path + "\n"); return true }
	case "-print0":
		f.acts = true
		return func(at *found) bool { f.print(at.path + "\x00"); return true }
	case "-delete":
		f.acts, f.depth = true, true
		return f.remove
	case "-quit":
		f.acts = true
		return func(*found) bool { f.quit = true; return true }
	case "-exec", "-ok":
		f.acts = true
		return p.exec(name == "-ok")
	case "-prune":
		return func(*found) bool { f.prune = true; return true }
	}
	return nil
}

func (p *findParser) exec(ask bool) findTest {
	var argv []string
	for len(p.args) > 0 {
		a := p.next()
		switch {
		case a == ";" && len(argv) > 0:
			return func(at *found) bool {
				if ask && !p.f.asks("< "+argv[0]+" ... "+at.path+" > ? ") {
					return false
				}
				return p.f.exec(argv, at.path)
			}
		case a == "+" && len(argv) > 1 && argv[len(argv)-1] == "{}":
			b := &findBatch{argv: argv}
			p.f.batches = append(p.f.batches, b)
			return func(at *found) bool { return p.f.collect(b, at.path) }
		}
		argv = append(argv, a)
	}
	if p.f.gnu() {
		p.f.die("missing argument to `-exec'")
	}
	p.f.die("-exec requires an argument")
	return nil
}

// setting is an option in the expression: always true.
func (p *findParser) setting(name string) findTest {
	yes := func(*found) bool { return true }
	switch name {
	case "-xdev", "-mount":
		p.f.xdev = true
	case "-depth":
		p.f.depth = true
	case "-follow":
		p.f.follow, p.f.followArgs = true, true
	case "-maxdepth", "-mindepth":
		if len(p.args) == 0 {
			p.f.die("%s requires an argument", name)
		}
		n := int(p.f.number(p.next(), nil))
		if name == "-maxdepth" {
			p.f.max = n
		} else {
			p.f.min = n
		}
	default:
		return nil
	}
	return yes
}

func (p *findParser) plain(name string) findTest {
	switch name {
	case "-true":
		return func(*found) bool { return true }
	case "-false":
		return func(*found) bool { return false }
	case "-empty":
		return p.f.empty
	case "-executable":
		return func(at *found) bool { return p.f.Access(at.path, proc.X_OK) == nil }
	case "-readable":
		return func(at *found) bool { return p.f.Access(at.path, proc.R_OK) == nil }
	case "-writable":
		return func(at *found) bool { return p.f.Access(at.path, proc.W_OK) == nil }
	}
	return nil
}

func (p *findParser) compare(name, value string) findTest {
	f := p.f
	switch name {
	case "-name":
		return func(at *found) bool { return globMatch(value, lastPart(at.path)) }
	case "-iname":
		return func(at *found) bool { return globMatch(strings.ToLower(value), strings.ToLower(lastPart(at.path))) }
	case "-path", "-wholename":
		return func(at *found) bool { return globMatch(value, at.path) }
	case "-ipath":
		return func(at *found) bool { return globMatch(strings.ToLower(value), strings.ToLower(at.path)) }
	case "-regex":
		re := f.regexOrDie("^\\("+value+"\\)$", false, false)
		return func(at *found) bool { return re.matches([]byte(at.path)) }
	case "-type":
		return p.kind(value)
	case "-perm":
		return p.perm(value)
	case "-newer":
		return p.newer(value)
	case "-samefile":
		st, err := f.FS().Stat(value)
		if err != nil {
			f.die("%s: %s", value, f.text(err))
		}
		return func(at *found) bool { return at.st.ID() == st.ID() }
	case "-user":
		uid, ok := f.accounts().UID(value)
		if !ok {
			f.die("unknown user %s", value)
		}
		return func(at *found) bool { return at.st.UID == uid }
	case "-group":
		gid, ok := f.accounts().GID(value)
		if !ok {
			f.die("unknown group %s", value)
		}
		return func(at *found) bool { return at.st.GID == gid }
	}
	return p.measured(name, value)
}

func (p *findParser) kind(letter string) findTest {
	kinds := map[string]vfs.Mode{
		"f": vfs.S_IFREG, "d": vfs.S_IFDIR, "l": vfs.S_IFLNK, "p": vfs.S_IFIFO, "s": vfs.S_IFSOCK, "b": vfs.S_IFBLK, "c": vfs.S_IFCHR,
	}
	want, ok := kinds[letter]
	if !ok {
		if p.f.gnu() {
			p.f.die("Unknown argument to -type: %s", letter)
		}
		p.f.die("invalid argument '%s' to '-type'", letter)
	}
	return func(at *found) bool { return at.st.Mode.Type() == want }
}

func (p *findParser) perm(value string) findTest {
	how := byte(0)
	if value != "" && strings.IndexByte("+-/", value[0]) >= 0 {
		how, value = value[0], value[1:]
	}
	want, ok := parseMode(value, 0, 0)
	if !ok {
		if p.f.gnu() {
			p.f.die("invalid mode '%s'", value)
		}
		p.f.die("invalid mode '%s'", value)
	}
	return func(at *found) bool {
		have := at.st.Mode.Perm()
		switch how {
		case '-':
			return have&want == want
		case '+', '/':
			return want == 0 || have&want != 0
		}
		return have == want
	}
}

func (p *findParser) newer(path string) findTest {
	st, err := p.f.FS().Stat(path)
	if err != nil {
		if p.f.gnu() {
			p.f.die("'%s': %s", path, p.f.text(err))
		}
		p.f.die("%s: %s", path, p.f.text(err))
	}
	return func(at *found) bool { return at.st.Mtime > st.Mtime }
}

// measured is a comparison with N, +N or -N.
func (p *findParser) measured(name, value string) findTest {
	f := p.f
	sign := byte(0)
	digits := value
	if digits != "" && (digits[0] == '+' || digits[0] == '-') {
		sign, digits = digits[0], digits[1:]
	}
	unit := int64(1)
	if name == "-size" {
		unit = 512
		if n := len(digits); n > 0 && !isDigit(digits[n-1]) {
			units := map[byte]int64{'b': 512, 'c': 1, 'w': 2, 'k': 1024, 'M': 1 << 20, 'G': 1 << 30}
			if unit = units[digits[n-1]]; unit == 0 {
				if f.gnu() {
					f.die("invalid -size type `%c'", digits[n-1])
				}
				f.die("invalid number '%s'", digits)
			}
			digits = digits[:n-1]
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		if f.gnu() {
			f.die("invalid argument `%s' to `%s'", value, name)
		}
		f.die("invalid number '%s'", value)
	}
	return func(at *found) bool {
		have := f.measure(name, at, unit)
		switch sign {
		case '+':
			return have > n
		case '-':
			return have < n
		}
		return have == n
	}
}

func (f *find) measure(name string, at *found, unit int64) int64 {
	const day = 24 * time.Hour
	switch name {
	case "-mtime":
		return f.age(at.st.Mtime, day)
	case "-atime":
		return f.age(at.st.Atime, day)
	case "-ctime":
		return f.age(at.st.Ctime, day)
	case "-mmin":
		return f.age(at.st.Mtime, time.Minute)
	case "-amin":
		return f.age(at.st.Atime, time.Minute)
	case "-cmin":
		return f.age(at.st.Ctime, time.Minute)
	case "-inum":
		return int64(at.st.Ino)
	case "-links":
		return int64(at.st.Nlink)
	}
	return (at.st.Size + unit - 1) / unit
}
