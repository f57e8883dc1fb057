package engine_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
)

// Whatever is done to containers, what the engine says of them agrees with the machine; and when all are removed,
// nothing of them is left.
func TestAnyLifeLeavesNothingBehind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := enginetest.New(t, enginetest.Config{Seed: rapid.Uint64().Draw(rt, "seed")})
		m.Run("busybox", "true") // what every engine makes once
		processes := len(m.Kernel.Processes())
		bytes, inodes := m.Disk.Used()
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			act(m, rt)
			check(m, rt)
		}
		for _, s := range must(m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})) {
			say(m, "", func(c api.Caller) error {
				return m.Engine.ContainerRemove(c, s.ID, api.ContainerRemoveOptions{Force: true, Volumes: true})
			})
		}
		m.Do(func(c api.Caller) { m.Engine.VolumePrune(c, api.Filters{"all": {"true"}}) })
		m.Advance(time.Second)
		b, i := m.Disk.Used()
		if n := len(m.Kernel.Processes()); n != processes || b != bytes || i != inodes {
			rt.Errorf("left: %d processes, %d bytes, %d inodes", n-processes, b-bytes, i-inodes)
		}
	})
}

var commands = [][]string{
	{"sleep", "1000"},
	{"true"},
	{"false"},
	{"sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.2; done"},
	{"sh", "-c", "sleep 100 & sleep 200 & echo x > /data/f; wait"},
	{"nosuch"},
}

// act does one thing to one container, which may be refused.
func act(m *enginetest.Machine, rt *rapid.T) {
	e := m.Engine
	name := rapid.SampledFrom([]string{"c1", "c2", "c3"}).Draw(rt, "name")
	verb := rapid.IntRange(0, 11).Draw(rt, "verb")
	command := rapid.SampledFrom(commands).Draw(rt, "command")
	policy := rapid.SampledFrom([]api.RestartMode{"", "always", "on-failure", "unless-stopped"}).Draw(rt, "policy")
	say(m, "", func(c api.Caller) error {
		switch verb {
		case 0, 1, 2:
			_, err := e.ContainerCreate(c, api.ContainerCreateOptions{
				Name: name, Config: &api.ContainerConfig{Image: "busybox", Cmd: command, Volumes: map[string]struct{}{"/data": {}}},
				HostConfig: &api.HostConfig{
					RestartPolicy: api.RestartPolicy{Name: policy}, AutoRemove: policy == "" && len(command) == 1,
					Binds: []string{"shared:/shared"}, Tmpfs: map[string]string{"/t": ""},
				},
			})
			if err == nil {
				err = e.ContainerStart(c, name)
			}
			return err
		case 3:
			return e.ContainerStart(c, name)
		case 4:
			return e.ContainerStop(c, name, api.StopOptions{Timeout: ptr(1)})
		case 5:
			return e.ContainerKill(c, name, "")
		case 6:
			return e.ContainerPause(c, name)
		case 7:
			return e.ContainerUnpause(c, name)
		case 8:
			return e.ContainerRestart(c, name, api.StopOptions{Timeout: ptr(0)})
		case 9:
			return e.ContainerRemove(c, name, api.ContainerRemoveOptions{})
		case 10:
			made, err := e.ExecCreate(c, name, api.ExecOptions{Cmd: command})
			if err == nil {
				_, err = e.ExecStart(c, made.ID, api.ExecStartOptions{Detach: true})
			}
			return err
		default:
			if err := e.Stop(c); err != nil {
				return err
			}
			return e.Start(c)
		}
	})
	m.Advance(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "pause")) * time.Millisecond)
}

// check compares what inspect says with the processes that there are.
func check(m *enginetest.Machine, rt *rapid.T) {
	for _, s := range must(m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})) {
		i := m.Inspect(s.ID)
		alive := false
		for _, p := range m.Kernel.Processes() {
			alive = alive || int(p.PID()) == i.State.Pid && !p.Done()
		}
		if st := i.State; (st.Running && !st.Restarting) != alive || st.Paused && !st.Running || st.Pid != 0 && !alive {
			rt.Fatalf("%s: %+v, alive: %v", i.Name, st, alive)
		}
		for _, p := range m.Kernel.Processes() {
			if p.Cgroup().Path() == "/docker/"+s.ID && !p.Done() && !i.State.Running {
				rt.Fatalf("%s does not run, but process %d does", i.Name, p.PID())
			}
		}
	}
}
