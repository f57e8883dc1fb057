package netfilter

// Clone is a copy of everything, for trying what would become of a packet: the original does not notice. A packet
// that is under way must not be shown to the copy.
func (t *Tables) Clone() *Tables {
	out := t.cloneRules()
	if t.flows != nil {
		out.flows = t.flows.clone()
	}
	return out
}

// cloneRules copies all but the connections.
func (t *Tables) cloneRules() *Tables {
	out := &Tables{maxConns: t.maxConns, active: t.active, nat: t.nat, last: t.last}
	chains := map[*Chain]*Chain{}
	for _, x := range t.list {
		y := &Table{Family: x.Family, Name: x.Name, handle: x.handle, last: x.last}
		for _, c := range x.chains {
			d := &Chain{Name: c.Name, Packets: c.Packets, Bytes: c.Bytes, table: y, handle: c.handle, held: c.held}
			if c.base != nil {
				b := *c.base
				d.base = &b
			}
			chains[c] = d
			y.chains = append(y.chains, d)
		}
		out.list = append(out.list, y)
	}
	to := func(c *Chain) *Chain { return chains[c] }
	for i, x := range t.list {
		y := out.list[i]
		for _, m := range x.maps {
			n := m.clone(to)
			n.table = y
			y.maps = append(y.maps, n)
		}
		for _, c := range x.chains {
			chains[c].fill(c, to)
		}
	}
	return out
}

// fill takes another chain's rules over.
func (c *Chain) fill(from *Chain, to func(*Chain) *Chain) {
	for _, by := range from.callers {
		c.callers = append(c.callers, to(by))
	}
	for _, r := range from.rules {
		q := *r
		q.body = r.body.clone(to)
		if n, ok := q.body.(*nftRule); ok {
			n.bindMaps(c.table)
		}
		c.rules = append(c.rules, &q)
	}
}

// bindMaps takes the maps with names from a table.
func (x *nftRule) bindMaps(t *Table) {
	for _, s := range x.statements {
		if v, ok := s.(*nftVmap); ok && v.from.Name != "" {
			v.from = t.namedMap(v.from.Name)
		}
	}
}

func (x *Table) namedMap(name string) *Map {
	for _, m := range x.maps {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// become takes the rules of a copy, but keeps the connections.
func (t *Tables) become(o *Tables) {
	t.list, t.active, t.nat, t.last, t.plans = o.list, o.active, o.nat, o.last, nil
	if o.flows != nil {
		t.track()
	}
}

func (k *tracker) clone() *tracker {
	out := &tracker{byTuple: make(map[tuple]half, len(k.byTuple)), max: k.max, stats: k.stats}
	for f := k.first; f != nil; f = f.next {
		g := *f
		for i := range g.tracks {
			g.tracks[i].flow = &g
		}
		g.next, g.prev = nil, nil
		out.link(&g)
		if k.remapped[f.tuples[0].source()] == f {
			out.remember(&g)
		}
	}
	return out
}
