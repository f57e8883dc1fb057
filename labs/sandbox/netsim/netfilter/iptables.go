package netfilter

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Version is what iptables says of itself on Debian 12, where the recordings come from.
const Version = "v1.8.9 (nf_tables)"

// Printed is what a command printed, and its exit code.
type Printed struct {
	Out, Err string
	Exit     int
}

// Iptables is iptables(8), without its name in args.
func (t *Tables) Iptables(args []string) Printed { return t.xtCommand(IPv4, "iptables", args) }

// Ip6tables is ip6tables(8).
func (t *Tables) Ip6tables(args []string) Printed { return t.xtCommand(IPv6, "ip6tables", args) }

func (t *Tables) xtCommand(f Family, name string, args []string) Printed {
	c := newCommand(f, name)
	if err := c.parse(args); err != nil {
		return c.failed(err)
	}
	if c.answer != "" {
		return Printed{Out: c.answer}
	}
	b, ok := builtinNamed(c.table)
	if !ok {
		return Printed{Exit: 3, Err: fmt.Sprintf("%s %s: table '%s' does not exist\n"+
			"Perhaps iptables or your kernel needs to be upgraded.\n", name, Version, c.table)}
	}
	x := xtables{t, f, b, name + " " + strings.Join(args, " ")}
	if !x.compatible() {
		return Printed{Exit: 1, Err: fmt.Sprintf("%s %s: table `%s' is incompatible, use 'nft' tool.\n",
			name, Version, c.table)}
	}
	if err := c.run(x); err != nil {
		p := c.failed(err)
		p.Out = c.out.String()
		return p
	}
	return Printed{Out: c.out.String()}
}

// compatible reports whether iptables can show the table: nft may have put rules into it.
func (x xtables) compatible() bool {
	t := x.tables.table(x.family, x.table.name)
	if t == nil {
		return true
	}
	for _, c := range t.chains {
		for _, r := range c.rules {
			if r.xt(x.family) == nil {
				return false
			}
		}
		if h, builtin := x.table.hook(c.Name); c.base != nil && (!builtin || *x.table.base(h) != c.base.accepting()) {
			return false
		}
	}
	return true
}

// accepting is the base as a new one is.
func (b base) accepting() base {
	b.policy, b.counts = Accept, false
	return b
}

// failed is how a command ends with an error.
func (c *command) failed(err error) Printed {
	var u *usageError
	var x *xtError
	switch {
	case errors.As(err, &u):
		hint := fmt.Sprintf("Try `%s -h' or '%s --help' for more information.\n", c.name, c.name)
		switch {
		case u.text == "":
			return Printed{Err: hint, Exit: 2}
		case u.bare:
			return Printed{Err: u.text + "\n" + hint, Exit: 2}
		}
		return Printed{Err: fmt.Sprintf("%s %s: %s\n%s", c.name, Version, u.text, hint), Exit: 2}
	case errors.As(err, &x) && x.kind == xtIncompatible:
		return Printed{Err: fmt.Sprintf("%s %s: %s\n", c.name, Version, x), Exit: 1}
	case errors.As(err, &x) && x.kind >= xtInvalid:
		return Printed{Err: fmt.Sprintf("%s %s:  %s\n", c.name, Version, x), Exit: 4}
	}
	return Printed{Err: c.name + ": " + err.Error() + "\n", Exit: 1}
}

// command is one call of iptables. iptables: do_parse in xshared.c
type command struct {
	family Family
	name   string

	table    string
	op       byte
	chain    string
	newName  string // of -E
	policy   string // of -P
	number   int    // of a rule; 0 is none
	verbose  int
	numeric  bool
	exact    bool
	lines    bool
	counters Rule
	given    string // short options that were given, in their order
	rules    []*xtRule
	answer   string // of -V and -h

	spec   *specParser
	words  []string
	invert bool
	out    strings.Builder
}

func newCommand(f Family, name string) *command {
	return &command{family: f, name: name, table: "filter", spec: newSpecParser(f)}
}

// commandOptions are the options that no rule has.
func commandOptions() [26]option {
	return [...]option{
		{"append", 'A', 1},
		{"delete", 'D', 1},
		{"check", 'C', 1},
		{"insert", 'I', 1},
		{"replace", 'R', 1},
		{"list", 'L', 0},
		{"list-rules", 'S', 0},
		{"flush", 'F', 0},
		{"zero", 'Z', 0},
		{"new-chain", 'N', 1},
		{"delete-chain", 'X', 0},
		{"rename-chain", 'E', 1},
		{"policy", 'P', 1},
		{"table", 't', 1},
		{"numeric", 'n', 0},
		{"verbose", 'v', 0},
		{"wait", 'w', 0},
		{"wait-interval", 'W', 0},
		{"exact", 'x', 0},
		{"version", 'V', 0},
		{"help", 'h', 0},
		{"line-numbers", '0', 0},
		{"modprobe", 'M', 1},
		{"set-counters", 'c', 2},
		{"ipv4", '4', 0},
		{"ipv6", '6', 0},
	}
}

// operations are the options that say what to do.
const operations = "ADCIRLSFZNXEP"

// maxWords bounds a command's words.
const maxWords = 4096

// parse reads the words as getopt_long does, in their order.
func (c *command) parse(args []string) error {
	if len(args) > maxWords {
		return usage("more than %d words are not simulated", maxWords)
	}
	c.words = args
	for len(c.words) > 0 && c.answer == "" {
		if err := c.word(); err != nil {
			return err
		}
	}
	if c.answer != "" {
		return nil
	}
	return c.finish()
}

// next takes a word that must be there.
func (c *command) next(option string) (string, error) {
	if len(c.words) == 0 {
		return "", usage("option \"%s\" requires an argument", option)
	}
	s := c.words[0]
	c.words = c.words[1:]
	return s, nil
}

func (c *command) word() error {
	w, _ := c.next("")
	switch {
	case w == "!":
		if c.invert {
			return usage("multiple consecutive ! not allowed")
		}
		c.invert = true
		return nil
	case strings.HasPrefix(w, "--") && len(w) > 2:
		return c.long(w)
	case strings.HasPrefix(w, "-") && len(w) > 1 && w != "--":
		return c.cluster(w)
	}
	return &usageError{text: fmt.Sprintf("Bad argument `%s'", w), bare: true}
}

// cluster reads short options in one word.
func (c *command) cluster(w string) error {
	for i := 1; i < len(w); i++ {
		o := shortOption(w[i])
		if o.short == 0 || o.short == 'f' && c.family == IPv6 {
			return usage("unknown option \"%s\"", w)
		}
		value, rest := "", w[i+1:]
		if o.args > 0 {
			if rest == "" {
				s, err := c.next("-" + string(o.short))
				if err != nil {
					return err
				}
				rest = s
			}
			value, i = rest, len(w)
		} else if strings.IndexByte("LSFZX", o.short) >= 0 && rest != "" {
			c.words = append([]string{rest}, c.words...)
			i = len(w)
		}
		if err := c.option(o, value); err != nil {
			return err
		}
	}
	return nil
}

// shortOption finds an option by its letter; it is zero if there is none.
func shortOption(b byte) option {
	if b == '0' { // only a mark of one without a letter
		return option{}
	}
	for _, o := range commandOptions() {
		if o.short == b {
			return o
		}
	}
	for _, o := range specOptions() {
		if o.short == b {
			return o
		}
	}
	return option{}
}

// long reads an option with two dashes. A beginning of its name does, if no other begins so.
func (c *command) long(w string) error {
	name, value, hasValue := strings.Cut(w[2:], "=")
	x, o, ok := c.lookup(name)
	if !ok && c.spec.implicit() {
		x, o, ok = c.lookup(name)
	}
	if !ok {
		return usage("unknown option \"%s\"", w)
	}
	if o.args > 0 && !hasValue {
		var err error
		if value, err = c.next(w); err != nil {
			return err
		}
	}
	second := ""
	if o.args == 2 && x != nil {
		var err error
		if second, err = c.next(w); err != nil {
			return usage("--%s requires two args.", o.name)
		}
	}
	if x == nil {
		return c.option(o, value)
	}
	a := argument{o.name, value, second, c.invert}
	c.invert = false
	if err := c.spec.once(x, o.name); err != nil {
		return err
	}
	return x.set(c.spec, a)
}

// lookup finds a long option: of an extension (with the extension), or of the command itself.
func (c *command) lookup(name string) (extension, option, bool) {
	if x, o, ok := c.spec.find(name); ok {
		return x, o, true
	}
	type found struct {
		x extension
		o option
	}
	var partly []found
	try := func(x extension, list []option) (option, bool) {
		for _, o := range list {
			if o.name == name {
				return o, true
			}
			if strings.HasPrefix(o.name, name) {
				partly = append(partly, found{x, o})
			}
		}
		return option{}, false
	}
	ofCommand, ofSpec := commandOptions(), specOptions()
	for _, list := range [][]option{ofCommand[:], ofSpec[:]} {
		if o, ok := try(nil, list); ok {
			return nil, o, true
		}
	}
	for _, x := range c.spec.loaded {
		try(x, x.options())
	}
	if len(partly) == 0 {
		return nil, option{}, false
	}
	for _, p := range partly[1:] {
		if p.x != partly[0].x || p.o.short != partly[0].o.short || p.o.short == 0 {
			return nil, option{}, false
		}
	}
	return partly[0].x, partly[0].o, true
}

// option does what an option of the command says.
func (c *command) option(o option, value string) error {
	invert := c.invert
	c.invert = false
	if strings.IndexByte("psdiojgmf", o.short) >= 0 {
		c.given += string(o.short)
		return c.spec.take(o.short, argument{o.name, value, "", invert})
	}
	if invert {
		return usage("cannot have ! before -%c", o.short)
	}
	if strings.IndexByte(operations, o.short) >= 0 {
		return c.operation(o.short, value)
	}
	return c.setting(o.short, value)
}

// setting is an option that is neither an operation nor of a rule.
func (c *command) setting(short byte, value string) error {
	c.given += string(short)
	switch short {
	case 't':
		c.table = value
	case 'n':
		c.numeric = true
	case 'v':
		c.verbose++
	case 'x':
		c.exact = true
	case '0':
		c.lines = true
	case 'w', 'W': // nobody else holds the lock
		if len(c.words) > 0 && strings.Trim(c.words[0], "0123456789.") == "" {
			c.words = c.words[1:]
		}
	case 'V':
		c.answer = c.name + " " + Version + "\n"
	case 'h':
		c.answer = helpText(c.name, c.family)
	case 'c':
		return c.setCounters(value)
	case '4', '6':
		if (short == '6') != (c.family == IPv6) {
			return &usageError{}
		}
	case 'M':
		return unsimulated("option", "--modprobe")
	}
	return nil
}

func (c *command) setCounters(packets string) error {
	bytes := ""
	if p, b, ok := strings.Cut(packets, ","); ok {
		packets, bytes = p, b
	} else if c.hasWord() {
		bytes, _ = c.next("")
	} else {
		return usage("-c requires packet and byte counter")
	}
	var err error
	if c.counters.Packets, err = strconv.ParseUint(packets, 10, 64); err != nil {
		return usage("-c packet counter not numeric")
	}
	if c.counters.Bytes, err = strconv.ParseUint(bytes, 10, 64); err != nil {
		return usage("-c byte counter not numeric")
	}
	return nil
}

// hasWord reports whether a word follows that is no option.
func (c *command) hasWord() bool {
	return len(c.words) > 0 && !strings.HasPrefix(c.words[0], "-") && c.words[0] != "!"
}

// operation is an option that says what to do, with the words that belong to it.
func (c *command) operation(op byte, value string) error {
	if c.op != 0 && (c.op != 'Z' || op != 'L') && (c.op != 'L' || op != 'Z') {
		return usage("Cannot use -%c with -%c", op, c.op)
	}
	if c.op != 0 {
		return unsimulated("combination", "-L -Z")
	}
	c.op, c.chain = op, value
	switch op {
	case 'A', 'C':
		return nil
	case 'N':
		return c.validName(value)
	case 'E':
		if !c.hasWord() {
			return usage("-E requires old-chain-name and new-chain-name")
		}
		c.newName, _ = c.next("")
		return c.validName(c.newName)
	case 'P':
		if !c.hasWord() {
			return usage("-P requires a chain and a policy")
		}
		c.policy, _ = c.next("")
		return nil
	case 'R':
		if !c.hasWord() {
			return usage("-R requires a rule number")
		}
		return c.ruleNumber()
	case 'D', 'I':
		if c.hasWord() {
			return c.ruleNumber()
		}
		return nil
	}
	return c.optionalChain(op)
}

// optionalChain reads [CHAIN [NUMBER]] behind -L, -S, -Z, -F and -X.
func (c *command) optionalChain(op byte) error {
	if !c.hasWord() {
		return nil
	}
	c.chain, _ = c.next("")
	if c.hasWord() && strings.IndexByte("LSZ", op) >= 0 {
		return c.ruleNumber()
	}
	return nil
}

func (c *command) ruleNumber() error {
	s, _ := c.next("")
	n, err := strconv.ParseUint(s, 0, 31)
	if err != nil || n == 0 {
		return usage("Invalid rule number `%s'", s)
	}
	c.number = int(n)
	return nil
}

// validName checks the name of a new chain.
func (c *command) validName(name string) error {
	if name != "" && (name[0] == '-' || name[0] == '!') {
		return usage("chain name not allowed to start with `%c'", name[0])
	}
	if t, err := newTarget(name, c.family); name == "" || t != nil || err != nil {
		return usage("chain name may not clash with target name")
	}
	if !plainText(name) || strings.ContainsAny(name, " \"'\\") {
		return usage("Invalid chain name `%s'", name)
	}
	return nil
}

// maxChainName is XT_EXTENSION_MAXNAMELEN.
const maxChainName = 29

// finish checks what was given together.
func (c *command) finish() error {
	if c.op == 0 {
		return usage("no command specified")
	}
	if c.invert {
		return usage("nothing appropriate following !")
	}
	if err := c.refuseOptions(); err != nil {
		return err
	}
	for _, name := range []string{c.chain, c.newName} {
		if len(name) >= maxChainName {
			return usage("chain name `%s' too long (must be under %d chars)", name, maxChainName)
		}
	}
	if strings.IndexByte("ADCIR", c.op) < 0 || c.op == 'D' && c.number > 0 {
		return nil
	}
	if err := c.directions(); err != nil {
		return err
	}
	rules, err := c.spec.finish()
	c.rules = rules
	return err
}

// refuseOptions refuses what an operation has no use for.
func (c *command) refuseOptions() error {
	allowed := map[byte]string{
		'A': "psdiojgmfvc", 'D': "psdiojgmfv", 'C': "psdiojgmfv", 'I': "psdiojgmfvc", 'R': "psdiojgmfvc", 'L': "nvx0",
		'S': "v", 'F': "v", 'Z': "v", 'N': "v", 'X': "v", 'E': "v", 'P': "vc",
	}[c.op]
	if c.op == 'D' && c.number > 0 {
		allowed = "v"
	}
	for i := range len(c.given) {
		s := c.given[i]
		if strings.IndexByte(allowed+"twW46", s) >= 0 || s == 'm' {
			continue
		}
		return usage("Illegal option `-%c' with this command", s)
	}
	return nil
}

// directions refuses links that a built-in chain cannot know.
func (c *command) directions() error {
	r := c.spec.rule
	if (c.chain == "PREROUTING" || c.chain == "INPUT") && (r.out.name != "" || r.out.prefix) {
		return usage("Can't use -o with %s\n", c.chain)
	}
	if (c.chain == "POSTROUTING" || c.chain == "OUTPUT") && (r.in.name != "" || r.in.prefix) {
		return usage("Can't use -i with %s\n", c.chain)
	}
	return nil
}

// run does what was parsed.
func (c *command) run(x xtables) error {
	switch c.op {
	case 'A', 'D', 'C', 'I', 'R':
		return c.change(x)
	case 'L':
		return c.list(x)
	case 'S':
		return c.listRules(x)
	case 'F':
		c.announce(x, "Flushing")
		return x.flush(c.chain)
	case 'Z':
		c.announce(x, "Zeroing")
		return x.zero(c.chain, c.number)
	case 'X':
		c.announce(x, "Deleting")
		if c.chain == "" {
			return x.deleteChains()
		}
		return x.deleteChain(c.chain)
	case 'N':
		return x.newChain(c.chain)
	case 'E':
		return x.rename(c.chain, c.newName)
	}
	return x.setPolicy(c.chain, c.policy)
}

// announce says with -v which chains something is done to.
func (c *command) announce(x xtables, what string) {
	if c.verbose == 0 {
		return
	}
	for _, s := range x.shown() {
		if c.chain == s.Name || c.chain == "" && (c.op != 'X' || s.base == nil) {
			fmt.Fprintf(&c.out, "%s chain `%s'\n", what, s.Name)
		}
	}
}

// change changes rules, one after the other; with several addresses each is a rule.
func (c *command) change(x xtables) error {
	if c.op == 'D' && c.number > 0 {
		return x.deleteNumber(c.chain, c.number)
	}
	for _, r := range c.rules {
		if err := c.jumpExists(x, r); err != nil {
			return err
		}
	}
	for _, r := range c.rules {
		if err := c.changeRule(x, r); err != nil {
			return err
		}
		if c.verbose > 0 {
			c.printRule(r)
		}
	}
	return nil
}

// jumpExists refuses a jump into nowhere, and what the table nat is not for.
func (c *command) jumpExists(x xtables, r *xtRule) error {
	if r.jump.to != "" && !x.exists(r.jump.to) {
		return &usageError{text: fmt.Sprintf("Chain '%s' does not exist", r.jump.to), late: true}
	}
	if v, ok := r.target.(targetVerdict); ok && c.table == "nat" && action(v) == actDrop {
		return usage("\nThe \"nat\" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n")
	}
	return nil
}

func (c *command) changeRule(x xtables, r *xtRule) error {
	switch c.op {
	case 'A':
		return x.append(c.chain, r, c.counters)
	case 'I':
		return x.insert(c.chain, max(c.number, 1), r, c.counters)
	case 'R':
		return x.replace(c.chain, c.number, r, c.counters)
	case 'D':
		return x.deleteRule(c.chain, r)
	}
	return x.check(c.chain, r)
}
