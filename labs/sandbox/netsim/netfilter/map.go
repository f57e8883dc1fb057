package netfilter

// Map is an nftables map or set.
type Map struct {
	Name string
}

func (m *Map) clear() {}

func (m *Map) clone(func(*Chain) *Chain) *Map { return m }
