package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
)

// say is what an engine answered to one verb: "" or its refusal, with the container's id as ID.
func say(m *enginetest.Machine, id string, f func(c api.Caller) error) string {
	var err error
	m.Do(func(c api.Caller) { err = f(c) })
	if err == nil {
		return ""
	}
	if api.KindOf(err) == api.NotModified {
		return "(not modified)"
	}
	return hideID(err.Error(), id)
}

// The recorded session about states: what each verb says in each.
func TestStates(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	e := m.Engine
	var id string
	m.Do(func(c api.Caller) {
		made, err := e.ContainerCreate(c, api.ContainerCreateOptions{
			Name: "c1", Config: &api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
		})
		if err != nil {
			t.Error(err)
		}
		id = made.ID
	})
	verbs := map[string]func(c api.Caller) error{
		"start":   func(c api.Caller) error { return e.ContainerStart(c, "c1") },
		"stop":    func(c api.Caller) error { return e.ContainerStop(c, "c1", api.StopOptions{}) },
		"stop 1":  func(c api.Caller) error { return e.ContainerStop(c, "c1", api.StopOptions{Timeout: ptr(1)}) },
		"kill":    func(c api.Caller) error { return e.ContainerKill(c, "c1", "") },
		"pause":   func(c api.Caller) error { return e.ContainerPause(c, "c1") },
		"unpause": func(c api.Caller) error { return e.ContainerUnpause(c, "c1") },
		"rm":      func(c api.Caller) error { return e.ContainerRemove(c, "c1", api.ContainerRemoveOptions{}) },
		"rm -f":   func(c api.Caller) error { return e.ContainerRemove(c, "c1", api.ContainerRemoveOptions{Force: true}) },
		"restart": func(c api.Caller) error { return e.ContainerRestart(c, "c1", api.StopOptions{Timeout: ptr(0)}) },
		"exec": func(c api.Caller) error {
			_, err := e.ExecCreate(c, "c1", api.ExecOptions{Cmd: []string{"true"}})
			return err
		},
		"top": func(c api.Caller) error {
			_, err := e.ContainerTop(c, "c1", nil)
			return err
		},
	}
	for _, step := range [][2]string{
		{"stop", "(not modified)"},
		{"kill", "cannot kill container: c1: container ID is not running"},
		{"pause", "container ID is not running"},
		{"exec", "container ID is not running"},
		{"start", ""},
		{"start", "(not modified)"},
		{"pause", ""},
		{"pause", "container ID is already paused"},
		{"exec", "Container c1 is paused, unpause the container before exec"},
		{"rm", `cannot remove container "c1": container is paused and must be unpaused first`},
		{"stop 1", ""},
		{"unpause", "Container ID is not paused"},
		{"start", ""},
		{"unpause", "Container ID is not paused"},
		{"rm", `cannot remove container "c1": container is running: stop the container before removing or force remove`},
		{"kill", ""},
		{"kill", "cannot kill container: c1: container ID is not running"},
		{"stop", "(not modified)"},
		{"top", "container ID is not running"},
		{"restart", ""},
		{"rm -f", ""},
		{"rm", "No such container: c1"},
		{"start", "No such container: c1"},
	} {
		if got := say(m, id, verbs[step[0]]); got != step[1] {
			t.Errorf("%s: %q, recorded %q", step[0], got, step[1])
		}
	}
}

func TestStopWaitsForTheGracePeriod(t *testing.T) {
	const loop = "while :; do sleep 0.1; done"
	rows := []struct {
		name   string
		c      api.ContainerConfig
		h      api.HostConfig
		o      api.StopOptions
		took   time.Duration // at least, and less than a second more
		code   int
		logged string
	}{
		{
			"deaf",
			api.ContainerConfig{Cmd: []string{"sleep", "300"}},
			api.HostConfig{},
			api.StopOptions{},
			10 * time.Second,
			137,
			"",
		},
		{
			"its own time",
			api.ContainerConfig{Cmd: []string{"sleep", "300"}, StopTimeout: ptr(1)},
			api.HostConfig{},
			api.StopOptions{},
			time.Second,
			137,
			"",
		},
		{
			"asked",
			api.ContainerConfig{Cmd: []string{"sh", "-c", `trap "echo got TERM; exit 0" TERM; ` + loop}},
			api.HostConfig{},
			api.StopOptions{},
			0,
			0,
			"got TERM\n",
		},
		{"its own signal", api.ContainerConfig{StopSignal: "INT", Cmd: []string{
			"sh", "-c",
			`trap "echo got INT; exit 5" INT; trap "exit 6" TERM; ` + loop,
		}}, api.HostConfig{}, api.StopOptions{}, 0, 5, "got INT\n"},
		{
			"another signal",
			api.ContainerConfig{Cmd: []string{"sh", "-c", `trap "exit 7" QUIT; ` + loop}},
			api.HostConfig{},
			api.StopOptions{Signal: "QUIT"},
			0, 7, "",
		},
		{
			"init",
			api.ContainerConfig{Cmd: []string{"sleep", "300"}},
			api.HostConfig{Init: ptr(true)},
			api.StopOptions{},
			0,
			143,
			"",
		},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			m := enginetest.New(t, enginetest.Config{})
			r.c.Image = "busybox"
			id := m.StartWith("c1", r.c, r.h)
			began := m.Sim.Elapsed()
			if got := say(m, id, func(c api.Caller) error { return m.Engine.ContainerStop(c, id, r.o) }); got != "" {
				t.Error(got)
			}
			if took := m.Sim.Elapsed() - began; took < r.took || took > r.took+time.Second {
				t.Errorf("took %v", took)
			}
			if st := m.Inspect(id).State; st.ExitCode != r.code || st.Running {
				t.Errorf("%+v", st)
			}
			if got := m.Logs(id); got != r.logged {
				t.Errorf("log %q", got)
			}
		})
	}
}

// A client that is killed while it waits for docker stop changes nothing: the container is killed in time.
func TestStopGoesOnWithoutItsClient(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	id := m.Start("c1", "sleep", "300")
	p := m.Go(func(c api.Caller) { m.Engine.ContainerStop(c, id, api.StopOptions{}) })
	m.Advance(time.Second)
	p.Signal(9)
	m.Advance(10 * time.Second)
	if st := m.Inspect(id).State; st.Running || st.ExitCode != 137 {
		t.Errorf("%+v", st)
	}
}

func TestRestartPolicies(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	policy := func(name api.RestartMode, n int) api.HostConfig {
		return api.HostConfig{RestartPolicy: api.RestartPolicy{Name: name, MaximumRetryCount: n}}
	}
	busybox := func(line string) api.ContainerConfig {
		return api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", line}}
	}
	m.StartWith("no", busybox("exit 1"), api.HostConfig{})
	m.StartWith("onfail", busybox("exit 1"), policy("on-failure", 2))
	m.StartWith("okfail", busybox("exit 0"), policy("on-failure", 0))
	m.StartWith("always", busybox("sleep 0.2; exit 0"), policy("always", 0))
	m.StartWith("unless", busybox("sleep 300"), policy("unless-stopped", 0))
	m.Advance(3 * time.Second)
	for name, want := range map[string]struct {
		state api.ContainerState
		count int
	}{"no": {"exited", 0}, "onfail": {"exited", 2}, "okfail": {"exited", 0}, "unless": {"running", 0}} {
		if i := m.Inspect(name); i.State.Status != want.state || i.RestartCount != want.count {
			t.Errorf("%s: %s, %d restarts", name, i.State.Status, i.RestartCount)
		}
	}
	if n := m.Inspect("always").RestartCount; n < 3 || n > 5 { // 0.2 s each, and 0.1, 0.2, 0.4, 0.8 s between
		t.Errorf("always: %d restarts", n)
	}
	for _, name := range []string{"unless", "always"} {
		say(m, "", func(c api.Caller) error { return m.Engine.ContainerStop(c, name, api.StopOptions{Timeout: ptr(0)}) })
	}
	m.Advance(2 * time.Second)
	for _, name := range []string{"unless", "always"} {
		if st := m.Inspect(name).State; st.Status != api.StateExited {
			t.Errorf("%s after stop: %s", name, st.Status)
		}
	}
}

// What comes back when the daemon is restarted, as recorded.
func TestDaemonRestart(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	start := func(name string, p api.RestartMode) {
		m.StartWith(name, api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
			api.HostConfig{RestartPolicy: api.RestartPolicy{Name: p}})
	}
	start("no", "no")
	start("onfail", "on-failure")
	start("always", "always")
	start("unless", "unless-stopped")
	start("always-stopped", "always")
	start("unless-stopped", "unless-stopped")
	for _, name := range []string{"always-stopped", "unless-stopped"} {
		say(m, "", func(c api.Caller) error { return m.Engine.ContainerStop(c, name, api.StopOptions{Timeout: ptr(0)}) })
	}
	began := m.Sim.Elapsed()
	m.Do(func(c api.Caller) {
		if err := m.Engine.Stop(c); err != nil {
			t.Error(err)
		}
		if _, err := m.Engine.ContainerList(c, api.ContainerListOptions{}); api.KindOf(err) != api.Unavailable {
			t.Errorf("a stopped daemon answers: %v", err)
		}
		if err := m.Engine.Start(c); err != nil {
			t.Error(err)
		}
	})
	if took := m.Sim.Elapsed() - began; took < 10*time.Second || took > 12*time.Second {
		t.Errorf("took %v", took)
	}
	want := []string{
		"unless-stopped: Exited (137) 10 seconds ago", "always-stopped: Up Less than a second", "unless: Up Less than a second",
		"always: Up Less than a second", "onfail: Up Less than a second", "no: Exited (137) Less than a second ago",
	}
	if got := m.Names(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestEventsOfALife(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	id := m.StartWith(
		"c1",
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", `trap "exit 0" TERM; while :; do sleep 0.1; done`}},
		api.HostConfig{Binds: []string{"data:/data"}},
	)
	say(m, id, func(c api.Caller) error { return m.Engine.ContainerPause(c, id) })
	say(m, id, func(c api.Caller) error { return m.Engine.ContainerUnpause(c, id) })
	m.Exec("c1", "true")
	say(m, id, func(c api.Caller) error { return m.Engine.ContainerStop(c, id, api.StopOptions{}) })
	say(m, id, func(c api.Caller) error { return m.Engine.ContainerStart(c, id) })
	say(m, id, func(c api.Caller) error { return m.Engine.ContainerKill(c, id, "") })
	say(m, id, func(c api.Caller) error { return m.Engine.ContainerRemove(c, id, api.ContainerRemoveOptions{}) })
	say(m, id, func(c api.Caller) error { return m.Engine.ImageTag(c, "busybox", "mine") })
	say(m, id, func(c api.Caller) error {
		_, err := m.Engine.ImageRemove(c, "mine", api.ImageRemoveOptions{})
		return err
	})
	say(m, id, func(c api.Caller) error { return m.Engine.VolumeRemove(c, "data", false) })
	want := strings.Split(strings.TrimSpace(`
volume create
container create c1
volume mount
network connect bridge
container start c1
container pause c1
container unpause c1
container exec_create: true  c1
container exec_start: true  c1
container exec_die c1
container kill c1
network disconnect bridge
volume unmount
container stop c1
container die c1
volume mount
network connect bridge
container start c1
container kill c1
network disconnect bridge
volume unmount
container die c1
container destroy c1
image tag mine:latest
image untag mine:latest
volume destroy`), "\n")
	if got := m.Events(); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nrecorded\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The daemon goes down although the client that asked for it is killed meanwhile, and does nothing in between.
func TestTheDaemonStopsWithoutItsClient(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Start("c1", "sleep", "300")
	p := m.Go(func(c api.Caller) { m.Engine.Stop(c) })
	m.Advance(time.Second)
	p.Signal(9)
	if _, err := m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{}); api.KindOf(err) != api.Unavailable {
		t.Errorf("it answers: %v", err)
	}
	m.Advance(10 * time.Second)
	if m.Engine.Running() {
		t.Error("it runs")
	}
}

func TestASharedNetwork(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith(
		"c1",
		api.ContainerConfig{Image: "busybox", Hostname: "box", Cmd: []string{"sleep", "300"}},
		api.HostConfig{},
	)
	r := m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "hostname; tail -1 /etc/hosts"}},
		api.HostConfig{NetworkMode: "container:c1", AutoRemove: true})
	if r.Stdout != "box\n172.17.0.2\tbox\n" || r.Err != nil {
		t.Errorf("%+v", r)
	}
	if r := m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"true"}},
		api.HostConfig{NetworkMode: "nosuch", AutoRemove: true}); r.Err == nil ||
		r.Err.Error() != "failed to set up container networking: network nosuch not found" {
		t.Errorf("%+v", r)
	}
}

func TestAPortIsPublishedOnce(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	publish := func(name string) enginetest.Result {
		return m.RunWith(
			api.ContainerConfig{Image: "busybox", Cmd: []string{"true"}, ExposedPorts: api.PortSet{"80/tcp": {}}},
			api.HostConfig{PortBindings: api.PortMap{"80/tcp": {{HostPort: "8080"}}}},
		)
	}
	m.StartWith("web", api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
		api.HostConfig{PortBindings: api.PortMap{"80/tcp": {{HostPort: "8080"}}}})
	if r := publish("other"); r.Err == nil ||
		!strings.HasSuffix(r.Err.Error(), "Bind for 0.0.0.0:8080 failed: port is already allocated") {
		t.Errorf("%+v", r)
	}
	say(m, "", func(c api.Caller) error { return m.Engine.ContainerKill(c, "web", "") })
	if r := publish("later"); r.Err != nil {
		t.Errorf("%+v", r)
	}
}
