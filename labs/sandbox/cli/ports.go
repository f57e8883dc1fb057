package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// specPorts is -p and --expose.
func specPorts(c *call, s *spec) error {
	s.host.PortBindings = api.PortMap{}
	for _, v := range c.list("publish") {
		v, err := shortPublish(v)
		if err != nil {
			return err
		}
		published, err := parsePublish(v)
		if err != nil {
			return err
		}
		for _, p := range published {
			expose(s.config, p.port)
			s.host.PortBindings[p.port] = append(s.host.PortBindings[p.port], p.binding)
		}
	}
	for _, v := range c.list("expose") {
		ports, proto := split(v, "/")
		first, last, err := exposedRange(ports)
		if err != nil {
			return fmt.Errorf("invalid range format for --expose: %w", err)
		}
		if proto == "" {
			proto = "tcp"
		}
		for n := first; n <= last; n++ {
			expose(s.config, portOf(n, proto))
		}
	}
	return nil
}

func portOf(n uint64, proto string) api.Port {
	return api.Port(strconv.FormatUint(n, 10) + "/" + strings.ToLower(proto))
}

func expose(c *api.ContainerConfig, p api.Port) {
	if c.ExposedPorts == nil {
		c.ExposedPorts = api.PortSet{}
	}
	c.ExposedPorts[p] = struct{}{}
}

func exposedRange(s string) (first, last uint64, err error) {
	a, b, isRange := strings.Cut(s, "-")
	if !isRange {
		b = a
	}
	if first, err = strconv.ParseUint(a, 10, 16); err != nil {
		return 0, 0, fmt.Errorf("invalid start port '%s': %w", a, errors.Unwrap(err))
	}
	if last, err = strconv.ParseUint(b, 10, 16); err != nil {
		return 0, 0, fmt.Errorf("invalid end port '%s': %w", b, errors.Unwrap(err))
	}
	if last < first {
		return 0, 0, fmt.Errorf("invalid port range: %s", s)
	}
	return first, last, nil
}

// shortPublish turns target=80,published=8080 into the short form.
func shortPublish(v string) (string, error) {
	if !strings.Contains(v, "=") {
		return v, nil
	}
	params := map[string]string{"protocol": "tcp"}
	for p := range strings.SplitSeq(v, ",") {
		key, val, ok := strings.Cut(p, "=")
		if !ok || key == "" {
			return "", fmt.Errorf("invalid publish opts format (should be name=value but got '%s')", p)
		}
		params[key] = val
	}
	return fmt.Sprintf("%s:%s/%s", params["published"], params["target"], params["protocol"]), nil
}

type publishedPort struct {
	port    api.Port
	binding api.PortBinding
}

// parsePublish reads [ip:][hostPort:]containerPort[/proto]. go-connections: nat/nat.go, ParsePortSpec
func parsePublish(v string) ([]publishedPort, error) {
	ip, hostPort, port := publishParts(v)
	port, proto := split(port, "/")
	if port == "" {
		return nil, fmt.Errorf("no port specified: %s<empty>", v)
	}
	if proto = strings.ToLower(proto); proto == "" {
		proto = "tcp"
	}
	if proto != "tcp" && proto != "udp" && proto != "sctp" {
		return nil, errors.New("invalid proto: " + proto)
	}
	if strings.HasPrefix(ip, "[") {
		ip = strings.TrimSuffix(ip[1:], "]")
	}
	if _, err := netip.ParseAddr(ip); ip != "" && err != nil {
		return nil, errors.New("invalid IP address: " + ip)
	}
	first, last, ok := portRange(port)
	if !ok {
		return nil, errors.New("invalid containerPort: " + port)
	}
	var hostFirst, hostLast uint64
	if hostPort != "" {
		if hostFirst, hostLast, ok = portRange(hostPort); !ok {
			return nil, errors.New("invalid hostPort: " + hostPort)
		}
		if last-first != hostLast-hostFirst && first != last {
			return nil, fmt.Errorf("invalid ranges specified for container and host Ports: %s and %s", port, hostPort)
		}
	}
	var all []publishedPort
	for n := first; n <= last; n++ {
		p := publishedPort{port: portOf(n, proto), binding: api.PortBinding{HostIP: ip}}
		if hostPort != "" {
			p.binding.HostPort = strconv.FormatUint(hostFirst+n-first, 10)
			if first == last && hostFirst != hostLast {
				p.binding.HostPort += "-" + strconv.FormatUint(hostLast, 10)
			}
		}
		all = append(all, p)
	}
	return all, nil
}

func publishParts(v string) (ip, hostPort, port string) {
	parts := strings.Split(v, ":")
	n := len(parts)
	switch n {
	case 1:
		return "", "", parts[0]
	case 2:
		return "", parts[0], parts[1]
	}
	return strings.Join(parts[:n-2], ":"), parts[n-2], parts[n-1]
}

func portRange(s string) (first, last uint64, ok bool) {
	a, b, isRange := strings.Cut(s, "-")
	if !isRange {
		b = a
	}
	first, err1 := strconv.ParseUint(a, 10, 16)
	last, err2 := strconv.ParseUint(b, 10, 16)
	return first, last, err1 == nil && err2 == nil && first <= last
}
