package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
)

var containerHeadings = map[string]string{
	"ID": "CONTAINER ID", "Names": "NAMES", "Image": "IMAGE", "Command": "COMMAND", "CreatedAt": "CREATED AT",
	"RunningFor": "CREATED", "Ports": "PORTS", "State": "STATE", "Status": "STATUS", "HealthStatus": "HEALTH STATUS",
	"Size": "SIZE", "Labels": "LABELS", "Mounts": "MOUNTS", "LocalVolumes": "LOCAL VOLUMES", "Networks": "NETWORKS",
	"Platform": "PLATFORM",
}

func (d *docker) ps(c *call) error {
	o := api.ContainerListOptions{
		All: c.on("all"), Limit: int(c.number("last")), Size: c.on("size") || strings.Contains(c.text("format"),
			".Size"), Filters: c.filters(),
	}
	if c.on("latest") {
		o.Limit = 1
	}
	list, err := d.engine.ContainerList(d.caller(), o)
	if err != nil {
		return err
	}
	l := listing{
		format: c.text("format"), headings: containerHeadings,
		table: "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}",
	}
	if c.on("size") {
		l.table += "\t{{.Size}}"
	}
	if c.on("quiet") {
		l.quiet = "{{.ID}}"
	}
	var rows []any
	for i := range list {
		rows = append(rows, &containerRow{s: &list[i], now: d.sys.Now(), short: !c.on("no-trunc")})
	}
	return d.print(l, rows)
}

// containerRow is a container in a listing. formatter: container.go
type containerRow struct {
	s     *api.ContainerSummary
	now   time.Time
	short bool
}

func (r *containerRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *containerRow) ID() string {
	if r.short {
		return shortID(r.s.ID)
	}
	return r.s.ID
}

func (r *containerRow) Names() string {
	var all []string
	for _, n := range r.s.Names {
		n = strings.TrimPrefix(n, "/")
		if !r.short || !strings.Contains(n, "/") {
			all = append(all, n)
		}
	}
	return strings.Join(all, ",")
}

func (r *containerRow) Image() string {
	switch {
	case r.s.Image == "":
		return "<no image>"
	case !r.short:
		return r.s.Image
	case shortID(r.s.ImageID) == shortID(r.s.Image):
		return shortID(r.s.ImageID)
	}
	if ref, err := image.ParseReference(r.s.Image); err == nil && ref.Tag() != "" && ref.Digest() != "" {
		if ref, err = ref.NameOnly().WithTag(ref.Tag()); err == nil {
			return ref.Familiar()
		}
	}
	return r.s.Image
}

func (r *containerRow) Command() string {
	if r.short {
		return strconv.Quote(ellipsis(r.s.Command, 20))
	}
	return strconv.Quote(r.s.Command)
}

func (r *containerRow) CreatedAt() string { return time.Unix(r.s.Created, 0).UTC().String() }

func (r *containerRow) RunningFor() string {
	return humanDuration(r.now.Sub(time.Unix(r.s.Created, 0))) + " ago"
}

func (r *containerRow) Ports() string { return displayPorts(r.s.Ports) }

func (r *containerRow) State() api.ContainerState { return r.s.State }
func (r *containerRow) Status() string            { return r.s.Status }

func (r *containerRow) HealthStatus() string {
	if r.s.Health == nil {
		return ""
	}
	return string(r.s.Health.Status)
}

func (r *containerRow) Size() string {
	size := humanSize(float64(r.s.SizeRw), 3)
	if r.s.SizeRootFs > 0 {
		size += " (virtual " + humanSize(float64(r.s.SizeRootFs), 3) + ")"
	}
	return size
}

func (r *containerRow) Labels() string { return pairs(r.s.Labels) }

// Label is the value of one label.
func (r *containerRow) Label(name string) string { return r.s.Labels[name] }

func (r *containerRow) Mounts() string {
	var all []string
	for _, m := range r.s.Mounts {
		name := m.Name
		if name == "" {
			name = m.Source
		}
		if r.short {
			name = ellipsis(name, 15)
		}
		all = append(all, name)
	}
	return strings.Join(all, ",")
}

func (r *containerRow) LocalVolumes() string {
	n := 0
	for _, m := range r.s.Mounts {
		if m.Driver == "local" {
			n++
		}
	}
	return strconv.Itoa(n)
}

func (r *containerRow) Networks() string {
	if r.s.NetworkSettings == nil {
		return ""
	}
	var all []string
	for name := range r.s.NetworkSettings.Networks {
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

func (r *containerRow) Platform() string {
	if d := r.s.ImageManifestDescriptor; d != nil && d.Platform != nil {
		return d.Platform.String()
	}
	return ""
}

// displayPorts joins neighbouring ports to ranges: "0.0.0.0:80-81->80-81/tcp". formatter: container.go, DisplayablePorts
func displayPorts(ports []api.PortSummary) string {
	type key struct{ ip, proto string }
	type group struct{ first, last uint16 }
	ports = slices.Clone(ports)
	slices.SortFunc(ports, comparePorts)
	groups, order := map[key]*group{}, []key{}
	var all, mappedHost []string
	for _, p := range ports {
		k, shown := key{"", p.Type}, p.PrivatePort
		if p.IP != "" {
			if p.PublicPort != p.PrivatePort {
				mappedHost = append(mappedHost, fmt.Sprintf("%s->%d/%s", joinHostPort(p.IP, p.PublicPort),
					p.PrivatePort, p.Type))
				continue
			}
			k, shown = key{p.IP, p.Type}, p.PublicPort
		}
		g := groups[k]
		switch {
		case g == nil:
			groups[k] = &group{shown, shown}
			order = append(order, k)
		case shown == g.last+1:
			g.last = shown
		case shown != g.last:
			all = append(all, formGroup(k.ip, k.proto, g.first, g.last))
			*g = group{shown, shown}
		}
	}
	for _, k := range order {
		all = append(all, formGroup(k.ip, k.proto, groups[k].first, groups[k].last))
	}
	return strings.Join(append(all, mappedHost...), ", ")
}

func formGroup(ip, proto string, first, last uint16) string {
	span := strconv.Itoa(int(first))
	if first != last {
		span += "-" + strconv.Itoa(int(last))
	}
	if ip == "" {
		return span + "/" + proto
	}
	if strings.Contains(ip, ":") {
		ip = "[" + ip + "]"
	}
	return ip + ":" + span + "->" + span + "/" + proto
}

func joinHostPort(ip string, port uint16) string {
	if strings.Contains(ip, ":") {
		ip = "[" + ip + "]"
	}
	return ip + ":" + strconv.Itoa(int(port))
}

func comparePorts(a, b api.PortSummary) int {
	switch {
	case a.PrivatePort != b.PrivatePort:
		return int(a.PrivatePort) - int(b.PrivatePort)
	case a.IP != b.IP:
		return strings.Compare(a.IP, b.IP)
	case a.PublicPort != b.PublicPort:
		return int(a.PublicPort) - int(b.PublicPort)
	}
	return strings.Compare(a.Type, b.Type)
}
