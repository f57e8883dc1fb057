package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
	"dockerlearn/labs/sandbox/sim"
)

func TestExecAsRecorded(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.StartWith("c1", api.ContainerConfig{
		Image: "nginx", Entrypoint: []string{"sleep"}, Cmd: []string{"300"}, Env: []string{"FOO=bar"}, WorkingDir: "/var", Hostname: "h",
	}, api.HostConfig{})
	const failed = "OCI runtime exec failed: exec failed: unable to start container process: "
	rows := []struct {
		o      api.ExecOptions
		stdout string
		stderr string
		code   int
		err    string
	}{
		{api.ExecOptions{Cmd: []string{"sh", "-c", "pwd"}}, "/var\n", "", 0, ""},
		{
			api.ExecOptions{Cmd: []string{"env"}},
			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME=h\nFOO=bar\nNGINX_VERSION=1.29.1\nHOME=/root\n", "", 0, "",
		},
		{
			api.ExecOptions{Cmd: []string{"sh", "-c", "echo $FOO $NEW"}, Env: []string{"FOO=baz", "NEW=1"}},
			"baz 1\n",
			"",
			0,
			"",
		},
		{api.ExecOptions{Cmd: []string{"sh", "-c", "pwd"}, WorkingDir: "/etc"}, "/etc\n", "", 0, ""},
		{
			api.ExecOptions{Cmd: []string{"sh", "-c", "pwd"}, WorkingDir: "/nope"},
			failed + `chdir to cwd ("/nope") set in config.json failed: no such file or directory` + "\r\n", "", 127, "",
		},
		{
			api.ExecOptions{Cmd: []string{"id"}, User: "nobody"},
			"uid=65534(nobody) gid=65534(nobody) groups=65534(nobody)\n",
			"",
			0,
			"",
		},
		{
			api.ExecOptions{Cmd: []string{"id"}, User: "nosuch"},
			"",
			"",
			1,
			"unable to find user nosuch: no matching entries in passwd file",
		},
		{api.ExecOptions{Cmd: []string{"sh", "-c", "echo e >&2; exit 7"}}, "", "e\n", 7, ""},
		{
			api.ExecOptions{Cmd: []string{"nosuchcommand"}},
			failed + "exec: \"nosuchcommand\": executable file not found in $PATH\r\n",
			"",
			127,
			"",
		},
		{api.ExecOptions{Cmd: []string{"/etc/passwd"}}, failed + "exec: \"/etc/passwd\": permission denied\r\n", "", 126, ""},
		{
			api.ExecOptions{Cmd: []string{"grep", "CapEff", "/proc/self/status"}, Privileged: true},
			"CapEff:\t000001ffffffffff\n",
			"",
			0,
			"",
		},
		{api.ExecOptions{Cmd: []string{"tty"}, Tty: true}, "/dev/pts/0\r\n", "", 0, ""},
		{
			api.ExecOptions{Cmd: []string{"ps", "-o", "pid,ppid,args"}},
			"PID   PPID  COMMAND\n    1     0 sleep 300\n   N     0 ps -o pid,ppid,args\n", "", 0, "",
		},
	}
	for _, r := range rows {
		got := m.ExecWith("c1", r.o)
		why := ""
		if got.Err != nil {
			why = got.Err.Error()
		}
		if r.o.Cmd[0] == "ps" {
			got.Stdout = normalPs(got.Stdout)
		}
		if got.Stdout != r.stdout || got.Stderr != r.stderr || got.Code != r.code || why != r.err {
			t.Errorf("%q: %+v", r.o.Cmd, got)
		}
	}
}

// normalPs puts N in the place of the last line's pid, which depends on what ran before.
func normalPs(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	f := strings.Fields(lines[len(lines)-1])
	lines[len(lines)-1] = "   N     0 " + strings.Join(f[2:], " ")
	return strings.Join(lines, "\n") + "\n"
}

func TestExecReadsWhatIsPiped(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Start("c1", "sleep", "300")
	m.Do(func(c api.Caller) {
		made, _ := m.Engine.ExecCreate(
			c,
			"c1",
			api.ExecOptions{Cmd: []string{"wc", "-c"}, AttachStdin: true, AttachStdout: true},
		)
		a, err := m.Engine.ExecStart(c, made.ID, api.ExecStartOptions{})
		if err != nil {
			t.Fatal(err)
		}
		a.Stdin.Write(c.Sys, make([]byte, 300_000)) // more than a pipe holds
		a.Stdin.Close()
		if got := strings.TrimSpace(enginetest.ReadAll(c, a.Stdout)); got != "300000" {
			t.Error(got)
		}
	})
}

func TestDetachingLeavesTheContainerRunning(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	id := m.StartWith(
		"t1",
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sh"}, Tty: true, OpenStdin: true},
		api.HostConfig{},
	)
	m.Do(func(c api.Caller) {
		a, err := m.Engine.ContainerAttach(c, id, api.AttachOptions{Stdin: true, Stdout: true, Stderr: true, Stream: true})
		if err != nil {
			t.Fatal(err)
		}
		a.Stdin.Write(c.Sys, []byte("echo hi $((1+1))\n"))
		c.Sys.Sleep(time.Second)
		a.Stdin.Write(c.Sys, []byte{16, 17})
		if got := enginetest.ReadAll(c, a.Stdout); !strings.Contains(got, "hi 2\r\n") || a.Stderr != nil {
			t.Errorf("%q", got)
		}
		a, _ = m.Engine.ContainerAttach(
			c,
			id,
			api.AttachOptions{Stdin: true, Stdout: true, Stream: true, DetachKeys: "ctrl-x"},
		)
		a.Stdin.Write(c.Sys, []byte{24})
		enginetest.ReadAll(c, a.Stdout)
	})
	if !m.Inspect(id).State.Running {
		t.Error("it ended")
	}
	m.Do(func(c api.Caller) {
		a, _ := m.Engine.ContainerAttach(c, id, api.AttachOptions{Stdin: true, Stdout: true, Stream: true})
		end, _ := m.Engine.ContainerWait(c, id, api.WaitNotRunning)
		a.Stdin.Write(c.Sys, []byte("exit 3\n"))
		enginetest.ReadAll(c, a.Stdout)
		if r, err := end.Next(c); r.StatusCode != 3 || err != nil {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// docker create -i, and then echo fed | docker start -ai.
func TestAttachBeforeStart(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Do(func(c api.Caller) {
		made, err := m.Engine.ContainerCreate(c, api.ContainerCreateOptions{
			Config: &api.ContainerConfig{Image: "busybox", Cmd: []string{"cat"}, OpenStdin: true, StdinOnce: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		a, _ := m.Engine.ContainerAttach(c, made.ID, api.AttachOptions{Stdin: true, Stdout: true, Stderr: true, Stream: true})
		if err := m.Engine.ContainerStart(c, made.ID); err != nil {
			t.Fatal(err)
		}
		a.Stdin.Write(c.Sys, []byte("fed\n"))
		a.Stdin.Close()
		if got := enginetest.ReadAll(c, a.Stdout); got != "fed\n" {
			t.Errorf("%q", got)
		}
	})
}

func TestLogs(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	id := m.Start("c1", "sh", "-c", "echo one; echo two >&2; printf 'no newline'; sleep 2; echo three; printf end")
	read := func(o api.LogsOptions) string {
		var all []string
		m.Do(func(c api.Caller) {
			s, err := m.Engine.ContainerLogs(c, id, o)
			if err != nil {
				all = []string{err.Error()}
				return
			}
			for _, l := range enginetest.Drain(c, s) {
				mark := ""
				if l.Stderr {
					mark = "2|"
				}
				all = append(all, mark+string(l.Line))
			}
		})
		return strings.Join(all, "")
	}
	if got := read(api.LogsOptions{Stdout: true, Stderr: true}); got != "one\n2|two\n" {
		t.Errorf("%q", got)
	}
	if got := read(api.LogsOptions{Stdout: true, Stderr: true, Follow: true}); got != "one\n2|two\nno newlinethree\nend" {
		t.Errorf("followed: %q", got)
	}
	if got := read(api.LogsOptions{Stderr: true}); got != "2|two\n" {
		t.Errorf("stderr: %q", got)
	}
	if got := read(api.LogsOptions{Stdout: true, Tail: "1"}); got != "end" {
		t.Errorf("tail: %q", got)
	}
	if got := read(api.LogsOptions{}); got != "You must choose at least one stream" {
		t.Errorf("none: %q", got)
	}
	text, err := m.Host.ReadFile(m.Inspect(id).LogPath)
	if err != nil || !strings.HasPrefix(string(text), `{"log":"one\n","stream":"stdout","time":"2026-01-02T`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestLogsAreRotated(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	r := m.RunWith(
		api.ContainerConfig{Image: "busybox", Cmd: []string{"seq", "1000"}},
		api.HostConfig{
			LogConfig: api.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "10k", "max-file": "2"}},
		},
	)
	lines := strings.Split(strings.TrimSpace(m.Logs(r.ID)), "\n")
	if n := len(lines); n < 100 || n > 400 || lines[n-1] != "1000" {
		t.Errorf("%d lines, the last %q", n, lines[n-1])
	}
	names, _ := m.Host.ReadDir("/var/lib/docker/containers/" + r.ID)
	if len(names) != 5 { // two logs, hosts, hostname, resolv.conf
		t.Errorf("%v", names)
	}
}

func TestHealth(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	m.Do(func(c api.Caller) {
		made, err := m.Engine.ContainerCreate(c, api.ContainerCreateOptions{Name: "c1", Config: &api.ContainerConfig{
			Image: "busybox", Cmd: []string{"sleep", "300"}, Healthcheck: health("test -e /ok || { echo not yet; exit 1; }"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Engine.ContainerStart(c, made.ID); err != nil {
			t.Fatal(err)
		}
	})
	var seen []api.HealthStatus
	look := func() { seen = append(seen, m.Inspect("c1").State.Health.Status) }
	look()
	m.Advance(3 * time.Second)
	look()
	if log := m.Inspect("c1").State.Health.Log; len(log) < 2 || log[0].Output != "not yet\n" || log[0].ExitCode != 1 {
		t.Errorf("%+v", log)
	}
	m.Exec("c1", "touch", "/ok")
	m.Advance(2 * time.Second)
	look()
	if want := []api.HealthStatus{"starting", "unhealthy", "healthy"}; !slices.Equal(seen, want) {
		t.Errorf("%v", seen)
	}
	if got := m.Names(); got[0] != "c1: Up 5 seconds (healthy)" {
		t.Error(got)
	}
}

// A check that never ends is killed when its time is up, and counts as failed.
func TestAHealthCheckThatNeverEnds(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	h := health("sleep 1000")
	h.Timeout, h.Retries = time.Second, 1
	m.StartWith(
		"c1",
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}, Healthcheck: h},
		api.HostConfig{},
	)
	m.Advance(5 * time.Second)
	st := m.Inspect("c1").State.Health
	if st.Status != "unhealthy" || st.Log[0].ExitCode != -1 ||
		!strings.HasPrefix(st.Log[0].Output, "Health check exceeded timeout (1s)") {
		t.Errorf("%+v", st)
	}
	if r := m.Exec("c1", "ps"); strings.Count(r.Stdout, "sleep") > 2 {
		t.Error(r.Stdout)
	}
}

// What an exec prints is handed to its client and kept nowhere: it may be more than the world's output.
func TestExecOutputDoesNotCount(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{Limits: sim.Limits{Output: 1 << 10}})
	m.Start("c1", "sleep", "300")
	for range 3 {
		if r := m.Exec("c1", "sh", "-c", "dd if=/dev/zero bs=4k count=4"); len(r.Stdout) != 4*4096 || r.Code != 0 {
			t.Fatalf("%d bytes, exit code %d, %v", len(r.Stdout), r.Code, r.Err)
		}
	}
}
