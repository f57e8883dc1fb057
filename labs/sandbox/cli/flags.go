package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// flag is one row of a command's table.
type flag struct {
	name  string
	short string
	kind  kind
	def   string // as --help shows it; "" is the zero value
	fate  fate
	help  string
	gone  string // what to use instead: the flag is deprecated and not shown

	hidden bool // not shown, and nothing said about it
}

// fate is what becomes of a flag in the sandbox.
type fate int

const (
	works   fate = iota
	idle         // accepted; it has no effect here
	refused      // refused by name
)

// value is what a flag holds. It is a pflag.Value for every kind of flag.
type value struct {
	kind kind
	def  string
	text string
	list []string
}

func (v *value) Type() string { return kinds[v.kind].name }

func (v *value) String() string {
	if v.text == "" && len(v.list) == 0 {
		return v.def
	}
	return v.text
}

// Set checks what was typed. The errors are those that the real flag's type gives.
func (v *value) Set(s string) error {
	facts := kinds[v.kind]
	if facts.check != nil {
		clean, err := facts.check(s)
		if err != nil {
			return err
		}
		s = clean
	}
	v.text = s
	if facts.many {
		v.list = append(v.list, s)
	}
	return nil
}

// flagSet is a command's flags, ready to parse.
func flagSet(cmd *command) *pflag.FlagSet {
	set := pflag.NewFlagSet(cmd.name, pflag.ContinueOnError)
	set.SortFlags = true
	set.SetInterspersed(!cmd.first)
	set.Usage = func() {}
	set.SetNormalizeFunc(otherNames)
	for _, f := range cmd.flags {
		addFlag(set, f)
	}
	if set.Lookup("help") == nil {
		addFlag(set, flag{name: "help", short: freeHelp(set), kind: boolean, help: "Print usage"})
		set.Lookup("help").Hidden = true
		if set.ShorthandLookup("h") == set.Lookup("help") {
			set.MarkShorthandDeprecated("help", "use --help") //nolint:errcheck // it is there
		}
	}
	return set
}

func freeHelp(set *pflag.FlagSet) string {
	if set.ShorthandLookup("h") != nil {
		return ""
	}
	return "h"
}

func addFlag(set *pflag.FlagSet, f flag) {
	v := &value{kind: f.kind, def: f.def}
	if f.def != "" && f.def != "[]" && f.def != "map[]" {
		v.text = f.def
	}
	p := set.VarPF(v, f.name, f.short, f.help)
	p.DefValue = f.def
	if f.kind == boolean {
		p.NoOptDefVal = "true"
		if f.def == "" {
			p.DefValue = "false"
		}
	}
	p.Hidden, p.Deprecated = f.hidden || f.gone != "", f.gone
}

// otherNames are hidden names of flags.
func otherNames(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	switch name {
	case "net":
		name = "network"
	case "net-alias":
		name = "network-alias"
	case "dns-opt":
		name = "dns-option"
	}
	return pflag.NormalizedName(name)
}

// kind is the type of a flag's value.
type kind int

const (
	text kind = iota
	boolean
	list
	commas
	integer
	unsigned
	bytes
	swapBytes
	duration
	decimal
	filter
	assignments
	mounts
	networks
	address
	addresses
	prefixes
	gpus
	environment
	labels
	streams
	ulimits
	hosts
	weights
	bpsLimits
	iopsLimits
	changes
	devices
	dnsServers
	dnsDomains
	links
	weight
)

type kindFacts struct {
	name  string // the type as --help shows it
	many  bool
	check func(string) (string, error)
}

var kinds = [...]kindFacts{
	text:        {name: "string"},
	boolean:     {name: "bool", check: checkBool},
	list:        {name: "list", many: true},
	commas:      {name: "strings", many: true},
	integer:     {name: "int", check: checkInt},
	unsigned:    {name: "uint", check: checkUint},
	bytes:       {name: "bytes", check: checkBytes},
	swapBytes:   {name: "bytes", check: checkSwapBytes},
	duration:    {name: "duration", check: checkDuration},
	decimal:     {name: "decimal", check: checkDecimal},
	filter:      {name: "filter", many: true, check: checkFilter},
	assignments: {name: "map", many: true},
	mounts:      {name: "mount", many: true, check: checkMount},
	networks:    {name: "network", many: true},
	address:     {name: "ip", check: checkAddress},
	addresses:   {name: "ipSlice", many: true, check: checkAddresses},
	prefixes:    {name: "ipNetSlice", many: true, check: checkPrefixes},
	gpus:        {name: "gpu-request"},
	environment: {name: "list", many: true, check: checkEnv},
	labels:      {name: "list", many: true, check: checkLabel},
	streams:     {name: "list", many: true, check: checkStream},
	ulimits:     {name: "ulimit", many: true, check: checkUlimit},
	hosts:       {name: "list", many: true, check: checkExtraHost},
	weights:     {name: "list", many: true, check: checkWeightDevice},
	bpsLimits:   {name: "list", many: true, check: checkThrottleBps},
	iopsLimits:  {name: "list", many: true, check: checkThrottleIOps},
	changes:     {name: "list", many: true},
	devices:     {name: "list", many: true},
	dnsServers:  {name: "list", many: true, check: checkDNS},
	dnsDomains:  {name: "list", many: true, check: checkDNSDomain},
	links:       {name: "list", many: true, check: checkLink},
	weight:      {name: "uint16", check: checkUint16},
}

func checkBool(s string) (string, error) {
	b, err := strconv.ParseBool(s)
	return strconv.FormatBool(b), err
}

func checkInt(s string) (string, error) {
	n, err := strconv.ParseInt(s, 0, 64)
	return strconv.FormatInt(n, 10), err
}

func checkUint(s string) (string, error) {
	n, err := strconv.ParseUint(s, 0, 64)
	return strconv.FormatUint(n, 10), err
}

func checkUint16(s string) (string, error) {
	n, err := strconv.ParseUint(s, 0, 16)
	return strconv.FormatUint(n, 10), err
}

// parsedInt is a number that a check has let through.
func parsedInt(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

// split cuts at the first separator; without one, all is the first part.
func split(s, sep string) (string, string) {
	a, b, _ := strings.Cut(s, sep)
	return a, b
}
