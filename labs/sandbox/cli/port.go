package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dockerlearn/labs/sandbox/api"
)

func (d *docker) port(c *call) error {
	box, err := d.engine.ContainerInspect(d.caller(), c.args[0], false)
	if err != nil {
		return err
	}
	var ports api.PortMap
	if box.NetworkSettings != nil {
		ports = box.NetworkSettings.Ports
	}
	var lines []string
	if len(c.args) > 1 {
		n, proto := split(c.args[1], "/")
		if proto == "" {
			proto = "tcp"
		}
		bindings := ports[api.Port(n+"/"+proto)]
		if len(bindings) == 0 {
			return fmt.Errorf("no public port '%s' published for %s", c.args[1], c.args[0])
		}
		for _, b := range bindings {
			lines = append(lines, hostAddress(b))
		}
	} else {
		for p, bindings := range ports {
			for _, b := range bindings {
				lines = append(lines, string(p)+" -> "+hostAddress(b))
			}
		}
	}
	slices.SortFunc(lines, naturally)
	for _, line := range lines {
		d.printf("%s\n", line)
	}
	return nil
}

func hostAddress(b api.PortBinding) string {
	ip := b.HostIP
	if strings.Contains(ip, ":") {
		ip = "[" + ip + "]"
	}
	return ip + ":" + b.HostPort
}

// naturally compares texts with their numbers as numbers.
func naturally(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			x, _ := strconv.ParseUint(a[:da], 10, 64)
			y, _ := strconv.ParseUint(b[:db], 10, 64)
			if x != y {
				if x < y {
					return -1
				}
				return 1
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func digits(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }); i >= 0 {
		return i
	}
	return len(s)
}
