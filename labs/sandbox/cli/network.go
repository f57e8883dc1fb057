package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

func (d *docker) networkCreate(c *call) error {
	ipam, err := ipamOf(c)
	if err != nil {
		return err
	}
	o := api.NetworkCreateOptions{
		Name: c.args[0], Driver: c.text("driver"), Scope: c.text("scope"), IPAM: ipam, Internal: c.on("internal"),
		Attachable: c.on("attachable"), Ingress: c.on("ingress"), ConfigOnly: c.on("config-only"),
		Options: assigned(c.list("opt")), Labels: assigned(c.list("label")),
	}
	if c.given("ipv4") {
		on := c.on("ipv4")
		o.EnableIPv4 = &on
	}
	if c.given("ipv6") {
		on := c.on("ipv6")
		o.EnableIPv6 = &on
	}
	if from := c.text("config-from"); from != "" {
		o.ConfigFrom = &api.ConfigReference{Network: from}
	}
	made, err := d.engine.NetworkCreate(d.caller(), o)
	if err != nil {
		return err
	}
	d.printf("%s\n", made.ID)
	return nil
}

// commaList is the values of a flag that takes several with commas between them.
func (c *call) commaList(name string) []string {
	var all []string
	for _, v := range c.list(name) {
		for part := range strings.SplitSeq(v, ",") {
			all = append(all, strings.TrimSpace(part))
		}
	}
	return all
}

// ipamOf puts ranges, gateways and other addresses to the subnets that they are in. cli: network/create.go
func ipamOf(c *call) (*api.IPAM, error) {
	subnets, ranges, gateways := c.commaList("subnet"), c.commaList("ip-range"), c.commaList("gateway")
	if len(subnets) < len(ranges) || len(subnets) < len(gateways) {
		return nil, errors.New("every ip-range or gateway must have a corresponding subnet")
	}
	ipam := &api.IPAM{Driver: c.text("ipam-driver"), Options: assigned(c.list("ipam-opt"))}
	var nets []netip.Prefix
	for _, s := range subnets {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(nets, p.Overlaps) {
			return nil, errors.New("multiple overlapping subnet configuration is not supported")
		}
		nets = append(nets, p)
		ipam.Config = append(ipam.Config, api.IPAMConfig{Subnet: s})
	}
	in := func(a netip.Addr) int {
		return slices.IndexFunc(nets, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	for _, r := range ranges {
		p, err := netip.ParsePrefix(r)
		if err != nil {
			return nil, err
		}
		i := in(p.Addr())
		if i < 0 {
			return nil, fmt.Errorf("no matching subnet for range %s", p.Masked())
		}
		if old := ipam.Config[i].IPRange; old != "" {
			return nil, fmt.Errorf("cannot configure multiple ranges (%s, %s) on the same subnet (%s)", r, old,
				subnets[i])
		}
		ipam.Config[i].IPRange = p.Masked().String()
	}
	for _, g := range gateways {
		a, err := netip.ParseAddr(g)
		if err != nil {
			return nil, err
		}
		i := in(a)
		if i < 0 {
			return nil, fmt.Errorf("no matching subnet for gateway %s", g)
		}
		if old := ipam.Config[i].Gateway; old != "" {
			return nil, fmt.Errorf("cannot configure multiple gateways (%s, %s) for the same subnet (%s)", g, old,
				subnets[i])
		}
		ipam.Config[i].Gateway = g
	}
	for _, pair := range sortedPairs(assigned(c.list("aux-address"))) {
		name, v := split(pair, "=")
		a, err := netip.ParseAddr(v)
		if err != nil {
			return nil, err
		}
		i := in(a)
		if i < 0 {
			return nil, fmt.Errorf("no matching subnet for aux-address %s", v)
		}
		ipam.Config[i].AuxAddress = put(ipam.Config[i].AuxAddress, name+"="+v)
	}
	return ipam, nil
}

func (d *docker) networkConnect(c *call) error {
	e := &api.EndpointSettings{
		Links: c.list("link"), Aliases: c.commaList("alias"), GwPriority: int(c.number("gw-priority")),
		IPAMConfig: &api.EndpointIPAM{
			IPv4Address: c.text("ip"), IPv6Address: c.text("ip6"),
			LinkLocalIPs: c.commaList("link-local-ip"),
		},
	}
	for _, o := range c.commaList("driver-opt") {
		if !strings.Contains(o, "=") {
			return errors.New("invalid key/value pair format in driver options")
		}
		e.DriverOpts = put(e.DriverOpts, o)
	}
	return d.engine.NetworkConnect(d.caller(), c.args[0], c.args[1], e)
}

func (d *docker) networkDisconnect(c *call) error {
	return d.engine.NetworkDisconnect(d.caller(), c.args[0], c.args[1], c.on("force"))
}

func (d *docker) networkInspect(c *call) error {
	return d.inspectAll(c.args, c.text("format"), func(name string) (any, error) {
		return answered(d.engine.NetworkInspect(d.caller(), name, c.on("verbose")))
	})
}

// networkRemove says what went wrong as it goes on.
func (d *docker) networkRemove(c *call) error {
	failed := false
	for _, name := range c.args {
		d.sys.Step(1)
		err := d.engine.NetworkRemove(d.caller(), name)
		switch {
		case err == nil:
			d.printf("%s\n", name)
		case c.on("force") && api.KindOf(err) == api.NotFound:
		default:
			d.complain(err)
			failed = true
		}
	}
	if failed {
		return exitf(1, "exit status 1")
	}
	return nil
}

func (d *docker) networkPrune(c *call) error {
	question := "WARNING! This will remove all custom networks not used by at least one container.\n" +
		"Are you sure you want to continue?"
	if !c.on("force") && !d.confirm(question) {
		return nil
	}
	r, err := d.engine.NetworkPrune(d.caller(), c.filters())
	if err != nil {
		return err
	}
	d.write(1, deleted("Deleted Networks:", r.NetworksDeleted))
	return nil
}

var networkHeadings = map[string]string{
	"ID": "NETWORK ID", "Name": "NAME", "Driver": "DRIVER", "Scope": "SCOPE", "IPv4": "IPV4", "IPv6": "IPV6",
	"Internal": "INTERNAL",
	"Labels":   "LABELS", "CreatedAt": "CREATED AT",
}

func (d *docker) networkList(c *call) error {
	list, err := d.engine.NetworkList(d.caller(), c.filters())
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b api.Network) int { return naturally(a.Name, b.Name) })
	l := listing{
		format: c.text("format"), headings: networkHeadings,
		table: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
	}
	if c.on("quiet") {
		l.quiet = "{{.ID}}"
	}
	var rows []any
	for i := range list {
		rows = append(rows, &networkRow{n: &list[i], short: !c.on("no-trunc")})
	}
	return d.print(l, rows)
}

// networkRow is a network in a listing.
type networkRow struct {
	n     *api.Network
	short bool
}

func (r *networkRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *networkRow) ID() string {
	if r.short {
		return shortID(r.n.ID)
	}
	return r.n.ID
}

func (r *networkRow) Name() string      { return r.n.Name }
func (r *networkRow) Driver() string    { return r.n.Driver }
func (r *networkRow) Scope() string     { return r.n.Scope }
func (r *networkRow) IPv4() string      { return strconv.FormatBool(r.n.EnableIPv4) }
func (r *networkRow) IPv6() string      { return strconv.FormatBool(r.n.EnableIPv6) }
func (r *networkRow) Internal() string  { return strconv.FormatBool(r.n.Internal) }
func (r *networkRow) Labels() string    { return pairs(r.n.Labels) }
func (r *networkRow) CreatedAt() string { return r.n.Created.String() }

// Label is the value of one label.
func (r *networkRow) Label(name string) string { return r.n.Labels[name] }
