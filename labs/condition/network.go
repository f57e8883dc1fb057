package condition

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readNetwork: network X has C, network X internal, network X driver|subnet|option VALUE.
func readNetwork(r *reading, _ string) test {
	name := r.thing(Network)
	var t test
	switch verb := r.oneOf("has", "internal", "driver", "subnet", "option"); verb {
	case "has":
		t = networkHas(name, r.thing(Container))
	case "internal":
		t = networkInternal(name)
	default:
		t = networkSetting(name, verb, r.text("what it must be"))
	}
	t.about = append([]Subject{{Network, name}}, t.about...)
	return t
}

// ofNetwork is a test of a network that must be there.
func ofNetwork(name string, look func(*State, *api.NetworkInspect) (bool, lessons.Text)) look {
	return func(s *State) (bool, lessons.Text) {
		n, why := s.network(name)
		if why != nil {
			return false, why
		}
		return look(s, n)
	}
}

func networkHas(name, container string) test {
	return test{
		holds: say("%s is on the network %s", "%s 在网络 %s 里", container, name),
		fails: say("%s is not on the network %s", "%s 不在网络 %s 里", container, name),
		about: aboutContainer(container),
		look: ofNetwork(name, func(s *State, _ *api.NetworkInspect) (bool, lessons.Text) {
			c, why := s.container(container)
			if why != nil {
				return false, why
			}
			return slices.Contains(networksOf(c), name), onNetworks(container, c)
		}),
	}
}

// networksOf is the networks that a container is on, in order.
func networksOf(c *api.ContainerInspect) (names []string) {
	for name := range c.NetworkSettings.Networks { // any order: sorted below
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// onNetworks says on which.
func onNetworks(name string, c *api.ContainerInspect) lessons.Text {
	if other, joins := c.HostConfig.NetworkMode.Container(); joins {
		return say("%s shares the network of %s", "%s 共用 %s 的网络", name, other[:min(12, len(other))])
	}
	switch names := networksOf(c); len(names) {
	case 0:
		return say("%s is on no network", "%s 不在任何网络里", name)
	case 1:
		return say("%[1]s is on %[2]s only", "%[1]s 只在 %[2]s 里", name, names[0])
	default:
		return say("%[1]s is on %[2]s", "%[1]s 在 %[3]s 里", name, english(names), chinese(names))
	}
}

func networkInternal(name string) test {
	yes := say("the network %s is internal: nothing leads out of it", "网络 %s 是内部网络，不通外面", name)
	no := say("the network %s is not internal: it leads out", "网络 %s 不是内部网络，能通外面", name)
	return test{holds: yes, fails: no, look: ofNetwork(name, func(_ *State, n *api.NetworkInspect) (bool, lessons.Text) {
		if n.Internal {
			return true, yes
		}
		return false, no
	})}
}

// networkSetting: driver NAME, subnet CIDR, option KEY=VALUE.
func networkSetting(name, what, want string) test {
	words := map[string][2]string{"driver": {"driver", "驱动"}, "subnet": {"subnet", "子网"}, "option": {"option", "选项"}}[what]
	is, isNot := "是", "不是"
	if what == "option" { // a network has several
		is, isNot = "里有", "里没有"
	}
	return test{
		holds: say("the network %[1]s has the %[2]s %[4]s", "网络 %[1]s 的%[3]s"+is+" %[4]s", name, words[0], words[1], want),
		fails: say("the network %[1]s does not have the %[2]s %[4]s", "网络 %[1]s 的%[3]s"+isNot+" %[4]s",
			name, words[0], words[1], want),
		look: ofNetwork(name, func(_ *State, n *api.NetworkInspect) (bool, lessons.Text) {
			has := settings(n, what)
			if len(has) == 0 {
				return false, say("the network %[1]s has no %[2]s", "网络 %[1]s 没有设置%[3]s", name, words[0], words[1])
			}
			return slices.Contains(has, want), say("the network %[1]s has the %[2]s %[4]s", "网络 %[1]s 的%[3]s是 %[5]s",
				name, words[0], words[1], english(has), chinese(has))
		}),
	}
}

func settings(n *api.NetworkInspect, what string) (has []string) {
	switch what {
	case "driver":
		return []string{n.Driver}
	case "subnet":
		for _, c := range n.IPAM.Config {
			has = append(has, c.Subnet)
		}
		return has
	}
	for k, v := range n.Options { // any order: sorted below
		has = append(has, k+"="+v)
	}
	slices.Sort(has)
	return has
}

// readNetworks: networks C X…|none.
func readNetworks(r *reading, _ string) test {
	name := r.thing(Container)
	want := []string{r.thing(Network)}
	for r.more() {
		want = append(want, r.thing(Network))
	}
	about := aboutContainer(name)
	for _, n := range want {
		about = append(about, Subject{Network, n})
	}
	slices.Sort(want)
	return test{
		holds: say("%[1]s is on %[2]s and on no other network", "%[1]s 只在 %[3]s 里", name, english(want), chinese(want)),
		fails: say("%[1]s is not just on %[2]s", "%[1]s 不是只在 %[3]s 里", name, english(want), chinese(want)),
		about: about,
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			return slices.Equal(networksOf(c), slices.Compact(want)), onNetworks(name, c)
		}),
	}
}

// readOnOne: on-one-network A B.
func readOnOne(r *reading, _ string) test {
	a, b := r.thing(Container), r.thing(Container)
	return test{
		holds: say("%s and %s are on one network", "%s 和 %s 在同一个网络里", a, b),
		fails: say("%s and %s have no network in common", "%s 和 %s 没有共同的网络", a, b),
		about: []Subject{{Container, a}, {Container, b}},
		look: func(s *State) (bool, lessons.Text) {
			one, why := s.container(a)
			if why != nil {
				return false, why
			}
			other, why := s.container(b)
			if why != nil {
				return false, why
			}
			now := joined([]lessons.Text{onNetworks(a, one), onNetworks(b, other)}, "; ", "；")
			return common(one, other), now
		},
	}
}

// common reports whether two containers can meet. One that has no network of its own has another's.
func common(a, b *api.ContainerInspect) bool {
	if joins(a, b) || joins(b, a) {
		return true
	}
	for _, n := range networksOf(a) {
		if n != "none" && slices.Contains(networksOf(b), n) {
			return true
		}
	}
	return false
}

// joins reports whether a container's network is another's, which may be told by its name or its id.
func joins(c, other *api.ContainerInspect) bool {
	with, ok := c.HostConfig.NetworkMode.Container()
	return ok && with != "" && ("/"+with == other.Name || strings.HasPrefix(other.ID, with))
}

// readAddress: address C NETWORK ADDRESS.
func readAddress(r *reading, _ string) test {
	name, network, want := r.thing(Container), r.thing(Network), r.text("an address")
	if _, err := netip.ParseAddr(want); err != nil && r.mistake == nil {
		r.wrongWord("%q is no address", "write one such as 10.5.0.9", want)
	}
	return test{
		holds: say("%[1]s has the address %[3]s on %[2]s", "%[1]s 在 %[2]s 里的地址是 %[3]s", name, network, want),
		fails: say("%[1]s does not have the address %[3]s on %[2]s", "%[1]s 在 %[2]s 里的地址不是 %[3]s", name, network, want),
		about: []Subject{{Container, name}, {Network, network}},
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			e := c.NetworkSettings.Networks[network]
			switch {
			case e == nil:
				return false, onNetworks(name, c)
			case e.IPAddress == "":
				return false, say("%s has no address on %s while it does not run", "%s 没有运行，在 %s 里没有地址", name, network)
			}
			return e.IPAddress == want, say("%[1]s has the address %[3]s on %[2]s", "%[1]s 在 %[2]s 里的地址是 %[3]s",
				name, network, e.IPAddress)
		}),
	}
}

// readRoute: default-route C X|none.
func readRoute(r *reading, _ string) test {
	name, want := r.thing(Container), r.thing(Network)
	t := test{
		holds: say("the default route of %s leads through %s", "%s 的默认路由走 %s", name, want),
		fails: say("the default route of %s does not lead through %s", "%s 的默认路由不走 %s", name, want),
		about: aboutContainer(name),
	}
	if want == "none" {
		t.holds, t.fails = say("%s has no default route", "%s 没有默认路由", name), say("%s has a default route", "%s 有默认路由", name)
	} else {
		t.about = append(t.about, Subject{Network, want})
	}
	t.look = ofContainer(name, func(s *State, c *api.ContainerInspect) (bool, lessons.Text) {
		if !c.State.Running {
			return false, stateOf(s, name, c)
		}
		gateway, err := s.Host.Gateway(name)
		if err != nil || !gateway.IsValid() {
			return want == "none", say("%s has no default route", "%s 没有默认路由", name)
		}
		through := gateway.String()
		for _, n := range networksOf(c) {
			if c.NetworkSettings.Networks[n].Gateway == through {
				through = n
			}
		}
		return through == want, say("the default route of %s leads through %s", "%s 的默认路由走 %s", name, through)
	})
	return t
}

// readLabel: label container|image|network|volume X KEY[=VALUE].
func readLabel(r *reading, _ string) test {
	x := Subject{Kind: r.kind()}
	x.Name = r.thing(x.Kind)
	want := r.text("a label")
	key, _, valued := strings.Cut(want, "=")
	return test{
		holds: say("%s has the label %s", "%s 有标签 %s", x.Name, want),
		fails: say("%s does not have the label %s", "%s 没有标签 %s", x.Name, want),
		about: []Subject{x},
		look: func(s *State) (bool, lessons.Text) {
			labels, why := s.labels(x)
			if why != nil {
				return false, why
			}
			is, ok := labels[key]
			if !ok {
				return false, say("%s has no label %s", "%s 没有标签 %s", x.Name, key)
			}
			pair := fmt.Sprintf("%s=%s", key, is)
			return !valued || pair == want, say("%s has the label %s", "%s 有标签 %s", x.Name, pair)
		},
	}
}

func (s *State) labels(x Subject) (map[string]string, lessons.Text) {
	switch x.Kind {
	case Container:
		c, why := s.container(x.Name)
		if why != nil {
			return nil, why
		}
		return c.Config.Labels, nil
	case Image:
		i, why := s.image(x.Name)
		if why != nil {
			return nil, why
		}
		return i.Config.Labels, nil
	case Network:
		n, why := s.network(x.Name)
		if why != nil {
			return nil, why
		}
		return n.Labels, nil
	}
	v, why := s.volume(x.Name)
	if why != nil {
		return nil, why
	}
	return v.Labels, nil
}
