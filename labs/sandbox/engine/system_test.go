package engine_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
	"dockerlearn/labs/sandbox/sim"
)

// The recorded answers, and ours to the same questions, without what differs from run to run.
func TestInspectAsRecorded(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	none := []string{}
	id := m.StartWith("web", api.ContainerConfig{
		Image: "nginx", Env: []string{"A=b"}, Labels: map[string]string{"x": "y"}, ExposedPorts: api.PortSet{"80/tcp": {}},
		Healthcheck: health("true"),
	}, api.HostConfig{
		Binds: []string{"data:/data"}, PortBindings: api.PortMap{"80/tcp": {{HostPort: "8080"}}},
		DNSOptions: none, DNSSearch: none, Resources: emptyLists(),
	})
	got, want := document(t, must(m.Engine.ContainerInspect(api.Caller{}, id, false))), recorded(t, "container")
	for _, path := range []string{
		"Id", "Created", "State.Pid", "State.StartedAt", "NetworkSettings.SandboxID", "NetworkSettings.SandboxKey",
		"NetworkSettings.Networks", "HostConfig.NetworkMode", "Config.Healthcheck",
	} {
		drop(got, path)
		drop(want, path)
	}
	text := func(v any) string {
		b, _ := json.MarshalIndent(v, "", " ")
		return strings.NewReplacer(id, "ID", id[:12], "ID", "f4ad5257347d9d4121393de3e1cc8c5e0b3812a64f1fb2990fac8bbe5fd622db", "ID",
			"f4ad5257347d", "ID").
			Replace(string(b))
	}
	if diff := cmp.Diff(text(want), text(got)); diff != "" {
		t.Errorf("recorded (-), ours (+)\n%s", diff)
	}
}

// emptyLists is what the docker command sends for flags that were not given.
func emptyLists() api.Resources {
	return api.Resources{
		BlkioWeightDevice: []api.WeightDevice{}, BlkioDeviceReadBps: []api.ThrottleDevice{}, BlkioDeviceWriteBps: []api.ThrottleDevice{},
		BlkioDeviceReadIOps: []api.ThrottleDevice{}, BlkioDeviceWriteIOps: []api.ThrottleDevice{}, Devices: []api.DeviceMapping{},
		Ulimits: []api.Ulimit{},
	}
}

func TestImageInspectAsRecorded(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	got, want := document(
		t,
		must(m.Engine.ImageInspect(api.Caller{}, "nginx", api.ImageInspectOptions{})),
	), recorded(
		t,
		"image",
	)
	drop(got, "Metadata")
	drop(want, "Metadata")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-), ours (+)\n%s", diff)
	}
}

func TestVersionAsRecorded(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	got, want := document(t, must(m.Engine.ServerVersion(api.Caller{}))), recorded(t, "version")
	for _, doc := range []any{got, want} {
		drop(doc, "KernelVersion")
		drop(doc, "BuildTime")
		engine := doc.(map[string]any)["Components"].([]any)[0].(map[string]any)["Details"]
		drop(engine, "KernelVersion")
		drop(engine, "BuildTime")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-), ours (+)\n%s", diff)
	}
}

func TestInfoAsRecorded(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	got, want := document(t, must(m.Engine.Info(api.Caller{}))), recorded(t, "info")
	for _, p := range []string{
		"ID", "Containers", "ContainersRunning", "ContainersStopped", "NFd", "NGoroutines", "SystemTime", "KernelVersion", "Runtimes",
		"OperatingSystem", "OSVersion",
	} {
		drop(got, p)
		drop(want, p)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-), ours (+)\n%s", diff)
	}
}

func document(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, b)
}

func recorded(t *testing.T, name string) any {
	t.Helper()
	b, err := os.ReadFile("../api/testdata/recorded/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, b)
}

func decode(t *testing.T, b []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// drop takes a field out of a document.
func drop(doc any, path string) {
	name, rest, deeper := strings.Cut(path, ".")
	m, ok := doc.(map[string]any)
	switch {
	case !ok:
	case deeper:
		drop(m[name], rest)
	default:
		delete(m, name)
	}
}

func TestTopAndStats(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	id := m.StartWith(
		"c1",
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "/bin/sleep 300 & /bin/sleep 400; true"}},
		api.HostConfig{Resources: api.Resources{Memory: 64 << 20}},
	)
	top := func(args ...string) (api.TopResponse, string) {
		var r api.TopResponse
		why := say(m, id, func(c api.Caller) (err error) {
			r, err = m.Engine.ContainerTop(c, id, args)
			return err
		})
		return r, why
	}
	r, why := top("-o", "pid,args")
	if len(r.Processes) != 3 || why != "" || r.Processes[1][1] != "/bin/sleep 300" && r.Processes[2][1] != "/bin/sleep 300" {
		t.Errorf("%+v %s", r, why)
	}
	if r, why := top(); why != "" || !slices.Equal(r.Titles, strings.Fields("UID PID PPID C STIME TTY TIME CMD")) {
		t.Errorf("%+v %s", r, why)
	}
	if _, why := top("-o", "nosuch"); !strings.HasPrefix(why, "ps: ") {
		t.Error(why)
	}
	m.Do(func(c api.Caller) {
		s, err := m.Engine.ContainerStats(c, id, true)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			st, err := s.Next(c)
			if err != nil || st.PidsStats.Current != 3 || st.MemoryStats.Limit != 64<<20 || st.MemoryStats.Usage == 0 ||
				st.PreRead.IsZero() {
				t.Errorf("%+v, %v", st, err)
			}
		}
		s.Close()
	})
}

func TestUpdate(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	id := m.StartWith("c1", api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
		api.HostConfig{Resources: api.Resources{Memory: 64 << 20}})
	update := func(u api.UpdateConfig) string {
		return say(m, id, func(c api.Caller) error {
			_, err := m.Engine.ContainerUpdate(c, id, u)
			return err
		})
	}
	for _, row := range []struct {
		u   api.UpdateConfig
		err string
	}{
		{api.UpdateConfig{Resources: api.Resources{Memory: 128 << 20}}, ""},
		{api.UpdateConfig{Resources: api.Resources{Memory: 1 << 10}}, "Minimum memory limit allowed is 6MB"},
		{api.UpdateConfig{Resources: api.Resources{NanoCPUs: 99e9}}, "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"},
		{api.UpdateConfig{RestartPolicy: api.RestartPolicy{Name: "always"}}, ""},
	} {
		if got := update(row.u); got != row.err {
			t.Errorf("%q, want %q", got, row.err)
		}
	}
	if i := m.Inspect(id); i.HostConfig.Memory != 128<<20 || i.HostConfig.RestartPolicy.Name != "always" {
		t.Errorf("%+v", i.HostConfig)
	}
	if r := m.Exec(id, "cat", "/sys/fs/cgroup/memory/memory.limit_in_bytes"); r.Stdout != "134217728\n" {
		t.Errorf("%+v", r)
	}
}

func TestNamesAndRename(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	web := m.Start("web", "sleep", "300")
	other := m.Start("a1", "sleep", "300")
	create := func(name string) string {
		return say(m, web, func(c api.Caller) error {
			_, err := m.Engine.ContainerCreate(
				c,
				api.ContainerCreateOptions{Name: name, Config: &api.ContainerConfig{Image: "busybox"}},
			)
			return err
		})
	}
	rename := func(from, to string) string {
		return hideID(say(m, web, func(c api.Caller) error { return m.Engine.ContainerRename(c, from, to) }), other)
	}
	const conflict = `Conflict. The container name "/%" is already in use by container "ID". ` +
		"You have to remove (or rename) that container to be able to reuse that name."
	for _, row := range [][2]string{
		{create("web"), strings.ReplaceAll(conflict, "%", "web")},
		{create("bad name"), "Invalid container name (bad name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"},
		{create("a"), "Invalid container name (a), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"},
		{create("-x"), "Invalid container name (-x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"},
		{create("Web_1.x-y"), ""},
		{rename("web", "site"), ""},
		{rename("web", "other"), "No such container: web"},
		{rename("site", "site"), "Renaming a container with the same name as its current name"},
		{rename("site", "a1"), "Error when allocating new name: " + strings.ReplaceAll(conflict, "%", "a1")},
	} {
		if row[0] != row[1] {
			t.Errorf("%q, recorded %q", row[0], row[1])
		}
	}
	if m.Inspect("/site").ID != web || m.Inspect(web[:5]).Name != "/site" {
		t.Error("not found by name and short id")
	}
}

// Same seed, same bytes; another seed, other names.
func TestDeterminism(t *testing.T) {
	session := func(seed uint64) string {
		m := enginetest.New(t, enginetest.Config{Seed: seed})
		m.RunWith(
			api.ContainerConfig{
				Image:   "busybox",
				Cmd:     []string{"sh", "-c", "hostname; date; ls -l /"},
				Volumes: map[string]struct{}{"/a": {}, "/b": {}},
			},
			api.HostConfig{},
		)
		m.StartWith(
			"",
			api.ContainerConfig{Image: "nginx", Entrypoint: []string{"sleep", "9"}, Healthcheck: health("true")},
			api.HostConfig{RestartPolicy: api.RestartPolicy{Name: "always"}},
		)
		m.Advance(30 * time.Second)
		doc, _ := json.Marshal([]any{
			must(
				m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{All: true, Size: true}),
			), must(m.Engine.Info(api.Caller{})),
			must(m.Engine.VolumeList(api.Caller{}, nil)), m.Events(),
		})
		return string(doc)
	}
	if a, b := session(7), session(7); a != b {
		t.Errorf("two runs differ:\n%s", cmp.Diff(a, b))
	}
	if session(7) == session(8) {
		t.Error("the seed does not matter")
	}
}

// The reason of a refusal leads to what made it so.
func TestRefusalsHaveCauses(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith(
		"web",
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
		api.HostConfig{Binds: []string{"data:/data"}},
	)
	for name, f := range map[string]func(c api.Caller) error{
		"volume in use": func(c api.Caller) error { return m.Engine.VolumeRemove(c, "data", false) },
		"name taken": func(c api.Caller) error {
			_, err := m.Engine.ContainerCreate(c, api.ContainerCreateOptions{Name: "web", Config: &api.ContainerConfig{Image: "busybox"}})
			return err
		},
		"running": func(c api.Caller) error { return m.Engine.ContainerRemove(c, "web", api.ContainerRemoveOptions{}) },
	} {
		var err error
		m.Do(func(c api.Caller) { err = f(c) })
		found := false
		for _, id := range api.CausesOf(err) {
			for ev := range m.Sim.Log.Why(id) {
				found = found || ev.Subject == "web" && ev.Rule == "docker.container.create"
			}
		}
		if !found {
			t.Errorf("%s: %v does not lead to the container's creation", name, err)
		}
	}
}

// What runs away is bounded: by its back-off, by the budgets, by the number of containers.
func TestHostileInput(t *testing.T) {
	t.Run("restart loop", func(t *testing.T) {
		m := enginetest.New(t, enginetest.Config{})
		m.StartWith(
			"loop",
			api.ContainerConfig{Image: "busybox", Cmd: []string{"false"}},
			api.HostConfig{RestartPolicy: api.RestartPolicy{Name: "always"}},
		)
		m.Advance(time.Hour)
		if n := m.Inspect("loop").RestartCount; n < 60 || n > 75 {
			t.Errorf("%d restarts in an hour", n)
		}
	})
	t.Run("log flood", func(t *testing.T) {
		m := enginetest.New(t, enginetest.Config{Limits: sim.Limits{Steps: 2e6, Bytes: 16 << 20, Output: 4 << 20}})
		m.Start("flood", "yes")
		m.Advance(time.Hour)
		if size := len(m.Logs("flood")); size > 16<<20 {
			t.Errorf("%d bytes of log", size)
		}
	})
	t.Run("fork bomb", func(t *testing.T) {
		m := enginetest.New(t, enginetest.Config{Limits: sim.Limits{Steps: 2e6, Processes: 500}})
		m.StartWith("bomb", api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "f() { f | f & }; f; sleep 100"}},
			api.HostConfig{Resources: api.Resources{PidsLimit: ptr(int64(50))}})
		m.Advance(10 * time.Second)
		if r := say(m, "", func(c api.Caller) error {
			return m.Engine.ContainerRemove(c, "bomb", api.ContainerRemoveOptions{Force: true})
		}); r != "" {
			t.Error(r)
		}
	})
	t.Run("too many", func(t *testing.T) {
		c := enginetest.Config{}
		c.Engine.MaxContainers = 100
		m := enginetest.New(t, c)
		var err error
		for range 101 {
			_, err = m.Engine.ContainerCreate(
				api.Caller{},
				api.ContainerCreateOptions{Config: &api.ContainerConfig{Image: "busybox"}},
			)
		}
		if api.KindOf(err) != api.Unavailable || len(m.Names()) != 100 {
			t.Errorf("%v", err)
		}
	})
}

// docker system df, and what prune gives back of it.
func TestDiskUsageAndPrune(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith("a1", api.ContainerConfig{Image: "alpine", Cmd: []string{"sleep", "300"}}, api.HostConfig{Binds: []string{"data:/data"}})
	m.Exec("a1", "sh", "-c", "dd if=/dev/zero of=/blob bs=1M count=10; echo four > /data/f")
	m.RunWith(api.ContainerConfig{Image: "alpine", Cmd: []string{"true"}}, api.HostConfig{})
	du := must(m.Engine.DiskUsage(api.Caller{}, api.DiskUsageOptions{}))
	type use struct{ total, active, size, reclaimable int64 }
	for name, row := range map[string][2]use{
		"images":     {use{du.ImageUsage.TotalCount, du.ImageUsage.ActiveCount, 0, du.ImageUsage.Reclaimable}, {3, 1, 0, 1997815 + 104943}},
		"containers": {use{du.ContainerUsage.TotalCount, du.ContainerUsage.ActiveCount, du.ContainerUsage.TotalSize, du.ContainerUsage.Reclaimable}, {2, 1, 3*4096 + 10<<20, 4096}},
		"volumes":    {use{du.VolumeUsage.TotalCount, du.VolumeUsage.ActiveCount, du.VolumeUsage.TotalSize, du.VolumeUsage.Reclaimable}, {1, 1, 5, 0}},
	} {
		if row[0] != row[1] {
			t.Errorf("%s: %+v, want %+v", name, row[0], row[1])
		}
	}
	p := must(m.Engine.ContainerPrune(api.Caller{}, nil))
	if len(p.ContainersDeleted) != 1 || p.SpaceReclaimed != 4096 {
		t.Errorf("%+v", p)
	}
	if _, err := m.Engine.ContainerPrune(api.Caller{}, api.Filters{"nope": {"1"}}); err == nil || err.Error() != "invalid filter 'nope'" {
		t.Error(err)
	}
	images := must(m.Engine.ImagePrune(api.Caller{}, api.Filters{"dangling": {"false"}}))
	if images.SpaceReclaimed == 0 || len(must(m.Engine.ImageList(api.Caller{}, api.ImageListOptions{}))) != 1 {
		t.Errorf("%+v", images)
	}
	if r := m.Exec("a1", "cat", "/etc/alpine-release"); r.Stdout != "3.20.6\n" {
		t.Errorf("the container lost its image: %+v", r)
	}
}

func TestListing(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith("run1", api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}, Labels: map[string]string{"a": "b"}},
		api.HostConfig{Binds: []string{"data:/data"}})
	m.StartWith("paused1", api.ContainerConfig{Image: "alpine", Cmd: []string{"sleep", "300"}}, api.HostConfig{})
	say(m, "", func(c api.Caller) error { return m.Engine.ContainerPause(c, "paused1") })
	m.StartWith("gone3", api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "exit 3"}}, api.HostConfig{})
	m.Advance(time.Second)
	list := func(o api.ContainerListOptions) string {
		got, err := m.Engine.ContainerList(api.Caller{}, o)
		if err != nil {
			return err.Error()
		}
		var names []string
		for _, s := range got {
			names = append(names, s.Names[0][1:])
		}
		return strings.Join(names, " ")
	}
	by := func(name, value string) api.ContainerListOptions {
		return api.ContainerListOptions{All: true, Filters: api.Filters{name: {value}}}
	}
	for _, row := range []struct {
		o    api.ContainerListOptions
		want string
	}{
		{api.ContainerListOptions{}, "paused1 run1"},
		{api.ContainerListOptions{All: true}, "gone3 paused1 run1"},
		{api.ContainerListOptions{Latest: true}, "gone3"},
		{api.ContainerListOptions{Limit: 2}, "gone3 paused1"},
		{by("name", "un"), "run1"},
		{by("name", "^/run1$"), "run1"},
		{by("name", "^un"), ""},
		{by("status", "paused"), "paused1"},
		{by("status", "exited"), "gone3"},
		{by("exited", "3"), "gone3"},
		{by("exited", "0"), ""},
		{by("label", "a=b"), "run1"},
		{by("label", "a=c"), ""},
		{by("ancestor", "busybox"), "gone3 run1"},
		{by("volume", "data"), "run1"},
		{by("volume", "/data"), "run1"},
		{by("network", "bridge"), "gone3 paused1 run1"},
		{by("since", "run1"), "gone3 paused1"},
		{by("before", "paused1"), "run1"},
		{by("nope", "1"), "invalid filter 'nope'"},
	} {
		if got := list(row.o); got != row.want {
			t.Errorf("%+v: %q, want %q", row.o, got, row.want)
		}
	}
}
