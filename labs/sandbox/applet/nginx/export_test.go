package nginx

import (
	"net/netip"
)

// Check reads a configuration that stands in http; every name is known.
func Check(conf string) error {
	l := &loader{
		prefix: "/etc/nginx", glob: func(string) []string { return nil },
		readFile: func(string) (string, error) { return "events {} http {\n" + conf + "\n}", nil },
		resolve: func(string) ([]netip.Addr, error) {
			return []netip.Addr{netip.AddrFrom4([4]byte{10, 0, 0, 1})}, nil
		},
	}
	_, err := l.load("nginx.conf", nil)
	return err
}
