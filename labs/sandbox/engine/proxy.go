package engine

import (
	"strconv"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
)

// proxyProcess is the process that a published port is served by, for those who look with ps or ss. Who kills it ends
// the service, until the container is started again. moby: portmappers/proxy/proxy_manager_linux.go
func (e *Engine) proxyProcess(b dockernet.Binding, listens netsim.Socket, end func()) (ended func()) {
	args := []string{
		"/usr/bin/docker-proxy", "-proto", dockernet.ProtoName(b.Proto), "-host-ip", b.HostIP.String(), "-host-port",
		strconv.Itoa(int(b.HostPort)), "-container-ip", b.IP.String(), "-container-port", strconv.Itoa(int(b.Number)), "-use-listen-fd",
	}
	p, err := e.kernel.Start(proc.Spec{
		Args: args, View: e.host.Clone(), Creds: proc.Root(), Parent: e.daemon,
		Program: func(s proc.Sys) proc.ExitCode {
			for {
				s.Pause()
			}
		},
	})
	if err != nil { // the machine is full: the port is served, but nobody can see by whom
		return func() {}
	}
	e.kernel.Namespaces().Net.SetOwner(listens, proc.SocketOwner{Process: p})
	p.OnExit(func(proc.Status) { end() })
	return func() { p.Signal(proc.SIGTERM) }
}
