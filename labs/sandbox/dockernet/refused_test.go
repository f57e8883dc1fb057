package dockernet

import (
	"strings"
	"testing"
)

// iptables lets somebody type commands on the host.
func (x *topology) iptables(lines ...string) {
	for _, line := range lines {
		if p := x.tables().Iptables(strings.Fields(line)); p.Exit != 0 {
			x.t.Fatalf("iptables %s: %s", line, p.Err)
		}
	}
}

const noChain = ": iptables: No chain/target/match by that name.\n (exit status 1))"

// A port cannot be published where Docker's chain was removed: the container joins nothing, and the port is free again.
func TestPortsAreRefusedWithoutChains(t *testing.T) {
	x := newTopology(t)
	x.network("n1")
	x.iptables("-t nat -F", "-t nat -X DOCKER")
	before := saved(x.tables())
	s := x.c.NewSandbox(publish("8080:80"))
	_, err := s.Join(x.networks["n1"], EndpointOptions{Name: "c"})
	want := ": Unable to enable DNAT rule:  (iptables failed: iptables --wait -t nat -A DOCKER -p tcp -d 0/0 --dport 8080 " +
		"-j DNAT --to-destination 172.18.0.2:80 ! -i br-n1" + noChain
	if err == nil || !strings.HasPrefix(err.Error(), "driver failed programming external connectivity on endpoint c (") ||
		!strings.HasSuffix(err.Error(), want) {
		t.Errorf("got  %v\nwant …%s", err, want)
	}
	compare(t, saved(x.tables()), before)
	s.Close(false)
	x.c.Restart()
	x.run("c n1 8080:80")
}

// Without Docker's chains no network can be made. What was written before the refusal is gone again; the bridge stays
// behind, as moby leaves it, and is down.
func TestNetworksAreRefusedWithoutChains(t *testing.T) {
	for name, want := range map[string]string{
		"n1": "Failed to Setup IP tables: Unable to enable ACCEPT OUTGOING rule:  (iptables failed: iptables --wait " +
			"-t filter -A DOCKER-FORWARD -i br-n1 -j ACCEPT" + noChain,
		"noicc": "Failed to Setup IP tables: Unable to prevent intercontainer communication:  (iptables failed: iptables " +
			"--wait -t filter -A DOCKER-FORWARD -i br-noicc -o br-noicc -j DROP" + noChain,
		"int1": "Failed to Setup IP tables: Unable to enable DROP INCOMING rule:  (iptables failed: iptables --wait " +
			"-t filter -I DOCKER-INTERNAL -i br-int1 ! -d 172.18.0.0/16 -j DROP" + noChain,
	} {
		x := newTopology(t)
		x.iptables("-F", "-X")
		before := saved(x.tables())
		o := network(name)
		o.Internal = name == "int1"
		o.Options = map[string]string{optBridgeName: "br-" + name}
		if name == "noicc" {
			o.Options[optICC] = "false"
		}
		_, err := x.c.Create(o)
		if err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
		}
		compare(t, saved(x.tables()), before)
		if br := x.c.host.Link("br-" + name); br == nil || br.IsUp() {
			t.Errorf("%s: the bridge is %v", name, br)
		}
		x.c.Restart()
		mustCreate(t, x.c, network("again"))
	}
}

// The last rules of a network have refusals of their own.
func TestEachChainOfANetworkIsNeeded(t *testing.T) {
	for chain, want := range map[string]string{
		"DOCKER":        "failed to add default-drop rule: Unable to enable DEFAULT FWD rule: ",
		"DOCKER-CT":     "Unable to enable bridge ct related rule: ",
		"DOCKER-BRIDGE": "Unable to enable jump to docker rule: ",
	} {
		x := newTopology(t)
		x.iptables("-F", "-X "+chain)
		_, err := x.c.Create(network("n1"))
		if err == nil || !strings.HasPrefix(err.Error(), want+" (iptables failed: iptables --wait -t filter -A "+chain+" ") {
			t.Errorf("without %s: %v", chain, err)
		}
	}
}

// A host that may not refuse to forward for others does not begin to forward.
func TestForwardingNeedsAPolicy(t *testing.T) {
	x := newTopology(t)
	script := "flush ruleset\nadd table ip filter\nadd chain ip filter FORWARD"
	if err := x.tables().Script(script, "nft"); err != nil {
		t.Fatal(err)
	}
	x.c.host.SetSysctl("net.ipv4.ip_forward", "0")
	_, err := x.c.Create(network("n1"))
	const want = "setting default policy to DROP in FORWARD chain failed:  (iptables failed: iptables --wait -t filter -P FORWARD DROP: "
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Error(err)
	}
	if on, _ := x.c.host.Sysctl("net.ipv4.ip_forward"); on != "0" {
		t.Error("it forwards")
	}
}
