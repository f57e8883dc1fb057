package engine

import (
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
)

// sandboxOptions is what a container's networking is, whatever its networks.
func (ct *container) sandboxOptions() dockernet.SandboxOptions {
	h := &ct.host
	o := dockernet.SandboxOptions{
		Container: ct.id, Hostname: ct.config.Hostname, Domainname: ct.config.Domainname, OnHost: h.NetworkMode == "host",
		HostHosts: ct.e.hostFile("/etc/hosts"), HostResolv: ct.e.resolvConf(), DNSSearch: h.DNSSearch,
		DNSOptions: h.DNSOptions, ExtraHosts: ct.extraHosts(),
	}
	for _, s := range h.DNS {
		if a, err := netip.ParseAddr(s); err == nil { // the command line has checked it
			o.DNS = append(o.DNS, a)
		}
	}
	o.Exposed, o.Publish = ct.publishing()
	return o
}

func (e *Engine) hostFile(path string) string {
	text, _ := e.host.ReadFile(path) // what is not there is empty
	return string(text)
}

// resolvConf is the host's, or what stands for it where a machine has none.
func (e *Engine) resolvConf() string {
	if text := e.hostFile("/etc/resolv.conf"); text != "" {
		return text
	}
	return "nameserver " + e.c.Nameserver + "\n"
}

// extraHosts are those of --add-host. The gateway to the host is that of the default bridge.
func (ct *container) extraHosts() []dockernet.HostEntry {
	var all []dockernet.HostEntry
	for _, h := range ct.host.ExtraHosts {
		name, ip, _ := strings.Cut(h, ":")
		if ip == "host-gateway" {
			ip = hostGateway
		}
		if a, err := netip.ParseAddr(strings.Trim(ip, "[]")); err == nil {
			all = append(all, dockernet.HostEntry{Addr: a.Unmap(), Names: name})
		}
	}
	return all
}

const hostGateway = "172.17.0.1"

// writeNetFiles writes the files by which a container knows its name and its name server, before it is in any network.
// moby: daemon/container_operations_unix.go, libnetwork/sandbox_dns_unix.go
func (ct *container) writeNetFiles() error {
	s := ct.sandbox
	ct.resolv = s.ResolvConf()
	for _, f := range [][2]string{{"hostname", s.HostnameFile()}, {"hosts", s.Hosts()}, {"resolv.conf", ct.resolv}} {
		if err := ct.writeNetFile(f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}

func (ct *container) writeNetFile(name, text string) error {
	if err := ct.e.host.WriteFile(ct.hostDir()+"/"+name, []byte(text), 0o644); err != nil {
		return api.Errorf(api.Internal, "open %s/%s: %s", ct.hostDir(), name, goWords(err)).With(ct.e.whyFiles())
	}
	return nil
}

// netDir is where these files are: with a network that is another container's, its.
func (ct *container) netDir() string {
	if other, joins := ct.host.NetworkMode.Container(); joins {
		if with, err := ct.e.find(other); err == nil {
			return with.hostDir()
		}
	}
	return ct.hostDir()
}

// addHosts adds an endpoint's lines to /etc/hosts, behind what stands there, and asks the embedded server from now on
// if the network has one. A resolv.conf that somebody has changed stays as it is.
func (ct *container) addHosts(ep *dockernet.Endpoint) {
	if lines := ep.HostLines(); lines != "" {
		ct.writeNetFile("hosts", ct.e.hostFile(ct.hostDir()+"/hosts")+lines) // a full disk has been told of already
	}
	text := ct.sandbox.ResolvConf()
	if text != ct.resolv && ct.e.hostFile(ct.hostDir()+"/resolv.conf") == ct.resolv {
		ct.writeNetFile("resolv.conf", text)
		ct.resolv = text
	}
}

// dropHosts takes lines out of /etc/hosts. moby: daemon/libnetwork/etchosts, Delete
func (ct *container) dropHosts(lines string) {
	if lines == "" {
		return
	}
	gone := slices.Collect(strings.Lines(lines))
	var kept strings.Builder
	for line := range strings.Lines(ct.e.hostFile(ct.hostDir() + "/hosts")) {
		if !slices.Contains(gone, line) {
			kept.WriteString(line)
		}
	}
	ct.writeNetFile("hosts", kept.String())
}
