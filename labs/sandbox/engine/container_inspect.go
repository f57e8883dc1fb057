package engine

import (
	"slices"
	"time"

	"dockerlearn/labs/sandbox/api"
)

// ContainerInspect tells everything about a container. moby: daemon/inspect.go
func (e *Engine) ContainerInspect(c api.Caller, id string, size bool) (*api.ContainerInspect, error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	config, host := ct.config, ct.host
	host.Links = ct.showLinks()
	i := &api.ContainerInspect{
		ID: ct.id, Created: stamp(ct.created), Path: ct.path, Args: slices.Clone(ct.args), State: ct.inspectState(),
		Image: string(ct.image.Target.Digest), LogPath: ct.jsonLogPath(), Name: "/" + ct.name, RestartCount: ct.restarts,
		Driver: "overlayfs", Platform: "linux", ExecIDs: ct.execIDs(), HostConfig: &host,
		Storage: api.SnapshotStorage("overlayfs"),
		Mounts:  ct.mountPoints(), Config: &config, NetworkSettings: ct.settings(),
		ImageManifestDescriptor: &ct.image.Descriptor,
	}
	if i.Args == nil {
		i.Args = []string{}
	}
	if !ct.state.started.IsZero() || ct.state.running {
		dir := ct.netDir()
		i.ResolvConfPath, i.HostnamePath, i.HostsPath = dir+"/resolv.conf", dir+"/hostname", dir+"/hosts"
	}
	if size {
		rw := ct.sizeRw()
		all := rw + ct.base.usage
		i.SizeRw, i.SizeRootFs = &rw, &all
	}
	return i, nil
}

func (ct *container) jsonLogPath() string {
	if ct.host.LogConfig.Type != "json-file" {
		return ""
	}
	return ct.logPath()
}

// stamp is how the API writes times: year 1 for what never was.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func (ct *container) inspectState() *api.State {
	s := &ct.state
	st := &api.State{
		Status: s.status(), Running: s.running, Paused: s.paused, Restarting: s.restarting, OOMKilled: s.oom,
		Pid: int(s.pid), ExitCode: s.exit, Error: s.err, StartedAt: stamp(s.started), FinishedAt: stamp(s.finished),
	}
	if ct.health != nil {
		h := ct.health.Health
		h.Log = slices.Clone(h.Log)
		if h.Log == nil {
			h.Log = []api.HealthResult{}
		}
		st.Health = &h
	}
	return st
}

// mountPoints is the mounts as inspect lists them. A tmpfs of --tmpfs is not among them.
func (ct *container) mountPoints() []api.MountPoint {
	list := []api.MountPoint{}
	for _, m := range ct.mounts {
		p := api.MountPoint{
			Type: m.kind, Name: m.name, Source: m.source, Destination: m.dest, Driver: m.driver, Mode: m.mode, RW: !m.readOnly,
			Propagation: m.propagation,
		}
		list = append(list, p)
	}
	return list
}
