package netfilter

// builtinTable is a table of iptables, whose chains exist as soon as somebody wants to change them.
type builtinTable struct {
	name  string
	hooks []Hook
}

// builtinTables are in the order in which iptables-save prints them. iptables: xtables_ipv4 in nft.c
func builtinTables() []builtinTable {
	return []builtinTable{
		{"mangle", []Hook{PreRouting, Input, Forward, Output, PostRouting}},
		{"security", []Hook{Input, Forward, Output}},
		{"raw", []Hook{PreRouting, Output}},
		{"filter", []Hook{Input, Forward, Output}},
		{"nat", []Hook{PreRouting, Input, Output, PostRouting}},
	}
}

func builtinNamed(name string) (builtinTable, bool) {
	for _, b := range builtinTables() {
		if b.name == name {
			return b, true
		}
	}
	return builtinTable{}, false
}

func (b builtinTable) has(chain string) bool {
	_, ok := b.hook(chain)
	return ok
}

func (b builtinTable) hook(chain string) (Hook, bool) {
	for _, h := range b.hooks {
		if h.String() == chain {
			return h, true
		}
	}
	return 0, false
}

// base is how a built-in chain hangs.
func (b builtinTable) base(h Hook) *base {
	x := &base{hook: h}
	switch b.name {
	case "raw":
		x.priority = priorityRaw
	case "mangle":
		x.priority = priorityMangle
		if h == Output {
			x.kind = kindRoute
		}
	case "security":
		x.priority = prioritySecurity
	case "nat":
		x.kind, x.priority = kindNAT, priorityDstNAT
		if h == Input || h == PostRouting {
			x.priority = prioritySrcNAT
		}
	}
	return x
}
