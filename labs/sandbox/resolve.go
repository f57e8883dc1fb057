package sandbox

import "net/netip"

// Resolve is the addresses that a name has for programs of a running container, FromHost or FromLAN, the IPv4 ones in
// front; none if it has none. Nobody is really asked.
func (h *Host) Resolve(from, name string) ([]netip.Addr, error) {
	at, err := h.place(from)
	if err != nil {
		return nil, err
	}
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	_, looked, err := h.lookUp(at, Ask{From: from, To: name})
	for _, l := range looked {
		if len(l.Found) > 0 {
			return l.Found, err
		}
	}
	return nil, err
}
