package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
)

func TestRunShowsWhatTheCommandPrints(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	r := m.Sh("echo out; echo err >&2; exit 42")
	if r.Stdout != "out\n" || r.Stderr != "err\n" || r.Code != 42 || r.Err != nil {
		t.Errorf("%+v", r)
	}
	if names := m.Names(); len(names) != 0 {
		t.Errorf("--rm left %v", names)
	}
}

// What the recordings of docker run show, as rows: what was asked for, what came back.
func TestRunAsRecorded(t *testing.T) {
	type conf = api.ContainerConfig
	type host = api.HostConfig
	const oci = "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create " +
		"failed: unable to start container process: error during container init: "
	rows := []struct {
		name   string
		c      conf
		h      host
		stdout string
		stderr string
		code   int
		err    string
	}{
		{
			"env",
			conf{Cmd: []string{"env"}, Hostname: "box"},
			host{},
			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME=box\nHOME=/root\n", "", 0, "",
		},
		{
			"env set",
			conf{Cmd: []string{"env"}, Hostname: "box", Env: []string{"A=1", "B"}},
			host{},
			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME=box\nA=1\nHOME=/root\n", "", 0, "",
		},
		{
			"workdir",
			conf{Cmd: []string{"sh", "-c", "pwd; ls -ld /not/there | cut -c1-10"}, WorkingDir: "/not/there"},
			host{},
			"/not/there\ndrwxr-xr-x\n", "", 0, "",
		},
		{
			"relative workdir",
			conf{Cmd: []string{"pwd"}, WorkingDir: "relative"},
			host{},
			"", "", 125,
			"the working directory 'relative' is invalid, it needs to be an absolute path",
		},
		{
			"root",
			conf{Cmd: []string{"id"}},
			host{},
			"uid=0(root) gid=0(root) groups=0(root),0(root),1(bin),2(daemon)\n",
			"",
			0,
			"",
		},
		{"user 1000", conf{Cmd: []string{"id"}, User: "1000"}, host{}, "uid=1000 gid=0(root) groups=0(root)\n", "", 0, ""},
		{"user and group", conf{Cmd: []string{"id"}, User: "1000:50"}, host{}, "uid=1000 gid=50 groups=50\n", "", 0, ""},
		{
			"nobody",
			conf{Cmd: []string{"id"}, User: "nobody"},
			host{},
			"uid=65534(nobody) gid=65534(nobody) groups=65534(nobody)\n",
			"",
			0,
			"",
		},
		{
			"no such user",
			conf{Cmd: []string{"id"}, User: "nosuchuser"},
			host{},
			"", "", 125,
			"unable to find user nosuchuser: no matching entries in passwd file",
		},
		{
			"no such group",
			conf{Cmd: []string{"id"}, User: "root:nosuchgroup"},
			host{},
			"", "", 125,
			"unable to find group nosuchgroup: no matching entries in group file",
		},
		{
			"not root",
			conf{Cmd: []string{"touch", "/file"}, User: "1000"},
			host{},
			"",
			"touch: /file: Permission denied\n",
			1,
			"",
		},
		{
			"home",
			conf{Cmd: []string{"sh", "-c", "echo $HOME; touch /tmp/x && ls -ln /tmp/x | cut -c1-25"}, User: "1000"},
			host{},
			"/\n-rw-r--r--    1 1000     \n",
			"",
			0,
			"",
		},
		{
			"group-add",
			conf{Cmd: []string{"id"}, User: "1000"},
			host{GroupAdd: []string{"7"}},
			"uid=1000 gid=0(root) groups=0(root),7\n", "", 0, "",
		},
		{
			"not executable",
			conf{Cmd: []string{"/etc/passwd"}},
			host{},
			"",
			"",
			125,
			oci + `exec: "/etc/passwd": permission denied`,
		},
		{
			"directory",
			conf{Cmd: []string{"/etc"}},
			host{},
			"",
			"",
			125,
			oci + `exec: "/etc": is a directory: permission denied`,
		},
		{
			"not found",
			conf{Cmd: []string{"nosuch"}},
			host{},
			"", "", 125,
			oci + `exec: "nosuch": executable file not found in $PATH`,
		},
		{
			"no such path",
			conf{Cmd: []string{"/none"}},
			host{},
			"", "", 125,
			oci + `exec: "/none": stat /none: no such file or directory`,
		},
		{
			"shell's own",
			conf{Cmd: []string{"sh", "-c", "nosuchcommand"}},
			host{},
			"",
			"sh: nosuchcommand: not found\n",
			127,
			"",
		},
		{"no image", conf{Image: "nosuch", Cmd: []string{"true"}}, host{}, "", "", 125, "No such image: nosuch:latest"},
		{"bad signal", conf{Cmd: []string{"true"}, StopSignal: "FOO"}, host{}, "", "", 125, "invalid signal: FOO"},
		{
			"read-only",
			conf{Cmd: []string{"touch", "/x"}},
			host{ReadonlyRootfs: true},
			"",
			"touch: /x: Read-only file system\n",
			1,
			"",
		},
		{
			"read-only with tmpfs",
			conf{Cmd: []string{"sh", "-c", "touch /tmp/x && ls /tmp"}},
			host{ReadonlyRootfs: true, Tmpfs: map[string]string{"/tmp": ""}},
			"x\n", "", 0, "",
		},
		{
			"capabilities",
			conf{Cmd: []string{"grep", "CapEff", "/proc/self/status"}},
			host{},
			"CapEff:\t00000000a80425fb\n",
			"",
			0,
			"",
		},
		{
			"cap-drop ALL",
			conf{Cmd: []string{"sh", "-c", "grep CapEff /proc/self/status; chown 1 /tmp"}},
			host{CapDrop: []string{"ALL"}},
			"CapEff:\t0000000000000000\n",
			"chown: /tmp: Operation not permitted\n",
			1,
			"",
		},
		{
			"cap-add NOPE",
			conf{Cmd: []string{"true"}},
			host{CapAdd: []string{"NOPE"}},
			"", "", 125,
			`invalid CapAdd: unknown capability: "CAP_NOPE"`,
		},
		{
			"mount",
			conf{Cmd: []string{"mount", "-t", "tmpfs", "none", "/mnt"}},
			host{},
			"",
			"mount: permission denied (are you root?)\n",
			1,
			"",
		},
		{
			"sethostname",
			conf{Cmd: []string{"hostname", "new"}},
			host{},
			"",
			"hostname: sethostname: Operation not permitted\n",
			1,
			"",
		},
		{
			"hostname",
			conf{Hostname: "h", Cmd: []string{"sh", "-c", "hostname; cat /etc/hostname"}},
			host{},
			"h\nh\n",
			"",
			0,
			"",
		},
		{
			"no-new-privileges",
			conf{Cmd: []string{"grep", "NoNewPrivs", "/proc/self/status"}},
			host{SecurityOpt: []string{"no-new-privileges"}},
			"NoNewPrivs:\t1\n", "", 0, "",
		},
		{"pid 1", conf{Cmd: []string{"cat", "/proc/1/comm"}}, host{}, "cat\n", "", 0, ""},
		{
			"dev",
			conf{Cmd: []string{"sh", "-c", "ls -l /dev | wc -l; ls /dev"}},
			host{},
			"15\nfd\nfull\nmqueue\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n", "", 0, "",
		},
		{
			"privileged",
			conf{Cmd: []string{"grep", "CapEff", "/proc/self/status"}},
			host{Privileged: true},
			"CapEff:\t000001ffffffffff\n",
			"",
			0,
			"",
		},
		{
			"device",
			conf{Cmd: []string{"sh", "-c", "ls -l /dev/mynull | cut -c1-44"}},
			host{
				Resources: api.Resources{Devices: []api.DeviceMapping{{PathOnHost: "/dev/null", PathInContainer: "/dev/mynull"}}},
			},
			"crw-rw-rw-    1 root     root        1,   3 \n", "", 0, "",
		},
		{
			"no device",
			conf{Cmd: []string{"true"}},
			host{Resources: api.Resources{Devices: []api.DeviceMapping{{PathOnHost: "/dev/nope"}}}},
			"", "", 125,
			`error gathering device information while adding custom device "/dev/nope": no such file or directory`,
		},
		{
			"memory limit",
			conf{Cmd: []string{"cat", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}},
			host{Resources: api.Resources{Memory: 16 << 20}},
			"16777216\n", "", 0, "",
		},
		{
			"little memory",
			conf{Cmd: []string{"true"}},
			host{Resources: api.Resources{Memory: 1 << 20}},
			"", "", 125,
			"Minimum memory limit allowed is 6MB",
		},
		{
			"swap",
			conf{Cmd: []string{"true"}},
			host{Resources: api.Resources{Memory: 32 << 20, MemorySwap: 16 << 20}},
			"",
			"",
			125,
			"Minimum memoryswap limit should be larger than memory limit, see usage",
		},
		{
			"cpus",
			conf{Cmd: []string{"true"}},
			host{Resources: api.Resources{NanoCPUs: 100e9}},
			"", "", 125,
			"range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
		},
		{
			"cpuset",
			conf{Cmd: []string{"true"}},
			host{Resources: api.Resources{CpusetCpus: "99"}},
			"", "", 125,
			"Requested CPUs are not available - requested 99, available: 0-1",
		},
		{
			"pids",
			conf{Cmd: []string{"sh", "-c", "for i in 1 2 3 4 5 6; do sleep 1 & done; wait"}},
			host{
				Resources: api.Resources{PidsLimit: ptr(int64(5))},
			},
			"", "sh: can't fork: Resource temporarily unavailable\n", 2, "",
		},
		{
			"ulimit",
			conf{Cmd: []string{"sh", "-c", "ulimit -n; ulimit -Hn"}},
			host{
				Resources: api.Resources{Ulimits: []api.Ulimit{{Name: "nofile", Soft: 64, Hard: 128}}},
			},
			"64\n128\n", "", 0, "",
		},
		{
			"shm",
			conf{Cmd: []string{"df", "-h", "/dev/shm"}},
			host{ShmSize: 8 << 20},
			"Filesystem                Size      Used Available Use% Mounted on\nshm                       8.0M         0      8.0M   0% /dev/shm\n", "", 0, "",
		},
		{
			"tmpfs",
			conf{Cmd: []string{"sh", "-c", `grep " /t " /proc/mounts; ls -ld /t | cut -c1-10`}},
			host{Tmpfs: map[string]string{"/t": "size=1m,mode=700"}},
			"tmpfs /t tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k,mode=700 0 0\ndrwx------\n", "", 0, "",
		},
		{
			"add-host",
			conf{Cmd: []string{"tail", "-2", "/etc/hosts"}, Hostname: "x1"},
			host{ExtraHosts: []string{"db:10.0.0.5"}},
			"10.0.0.5\tdb\n172.17.0.2\tx1\n",
			"",
			0,
			"",
		},
		{
			"policy",
			conf{Cmd: []string{"true"}},
			host{RestartPolicy: api.RestartPolicy{Name: "sometimes"}},
			"", "", 125,
			"invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
		},
		{
			"oom score",
			conf{Cmd: []string{"true"}},
			host{OomScoreAdj: 5000},
			"", "", 125,
			"Invalid value 5000, range for oom score adj is [-1000, 1000]",
		},
		{"runtime", conf{Cmd: []string{"true"}}, host{Runtime: "nope"}, "", "", 125, "unknown or invalid runtime name: nope"},
		{
			"read-only proc",
			conf{Cmd: []string{"sh", "-c", "echo 1 > /proc/sys/kernel/hostname"}},
			host{},
			"",
			"sh: can't create /proc/sys/kernel/hostname: Read-only file system\n", 1, "",
		},
		{
			"init",
			conf{Cmd: []string{"sh", "-c", "ps -o pid,args | head -2; exit 3"}},
			host{Init: ptr(true)},
			"PID   COMMAND\n    1 /sbin/docker-init -- sh -c ps -o pid,args | head -2; exit 3\n", "", 3, "",
		},
	}
	m := enginetest.New(t, enginetest.Config{})
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			if r.c.Image == "" {
				r.c.Image = "busybox"
			}
			r.h.AutoRemove = r.h.RestartPolicy.Name == ""
			got := m.RunWith(r.c, r.h)
			why := ""
			if got.Err != nil {
				why = got.Err.Error()
			}
			if got.Stdout != r.stdout || got.Stderr != r.stderr || got.Code != r.code || why != r.err {
				t.Errorf("got stdout %q stderr %q code %d err %q\nwant   %q        %q      %d     %q",
					got.Stdout, got.Stderr, got.Code, why, r.stdout, r.stderr, r.code, r.err)
			}
			if names := m.Names(); len(names) > 0 {
				t.Errorf("left behind: %v", names)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestAContainerThatUsesTooMuchMemoryIsKilled(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	r := m.RunWith(
		api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "x=a; for i in $(seq 27); do x=$x$x; done"}},
		api.HostConfig{Resources: api.Resources{Memory: 16 << 20}},
	)
	st := m.Inspect(r.ID).State
	if r.Code != 137 || !st.OOMKilled || st.ExitCode != 137 || st.Status != api.StateExited {
		t.Errorf("code %d, %+v", r.Code, st)
	}
}

func TestACommandThatCannotBeExecutedAfterAll(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	for _, row := range []struct{ first, want string }{
		{"#!/bin/nosuch\n", "exec /start.sh: no such file or directory\n"},
		{"#!/bin/sh\r\n", "exec /start.sh: no such file or directory\n"},
		{"neither\n", "exec /start.sh: exec format error\n"},
	} {
		if err := m.Host.WriteFile("/root/lab/start.sh", []byte(row.first), 0o755); err != nil {
			t.Fatal(err)
		}
		r := m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"/start.sh"}},
			api.HostConfig{AutoRemove: true, Binds: []string{"/root/lab/start.sh:/start.sh"}})
		if r.Code != 255 || !strings.Contains(r.Stderr, row.want) {
			t.Errorf("%q: %+v", row.first, r)
		}
	}
}

func TestNamespacesOfOthers(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	id := m.Start("donor", "sleep", "300")
	m.StartWith("shares", api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "echo in > /dev/shm/f; sleep 300"}},
		api.HostConfig{IpcMode: "shareable"})
	m.Advance(time.Second)
	rows := []struct {
		h         api.HostConfig
		line, out string
		err       string
	}{
		{api.HostConfig{PidMode: "container:donor"}, "ps -o args | head -2", "COMMAND\nsleep 300\n", ""},
		{api.HostConfig{PidMode: "host"}, "ps -o args | grep -c '[s]leep 300'", "2\n", ""},
		{api.HostConfig{PidMode: "container:nosuch"}, "true", "", "No such container: nosuch"},
		{api.HostConfig{IpcMode: "container:donor"}, "true", "", "failed to join IPC namespace: container ID: non-shareable IPC " +
			"(hint: use IpcMode:shareable for the donor container)"},
		{api.HostConfig{IpcMode: "container:shares"}, "cat /dev/shm/f", "in\n", ""},
		{api.HostConfig{UTSMode: "host"}, "hostname", "docker-host\n", ""},
		{api.HostConfig{NetworkMode: "host"}, "hostname; tail -1 /etc/hosts", "docker-host\n127.0.1.1 docker-host\n", ""},
		{api.HostConfig{NetworkMode: "none"}, "tail -1 /etc/hosts", "ff02::2\tip6-allrouters\n", ""},
		{api.HostConfig{PidMode: "nope"}, "true", "", "invalid PID mode: nope"},
	}
	for _, r := range rows {
		r.h.AutoRemove = true
		got := m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", r.line}}, r.h)
		why := ""
		if got.Err != nil {
			why = hideID(got.Err.Error(), id)
		}
		if got.Stdout != r.out || why != r.err {
			t.Errorf("%+v: %q %q %q, want %q %q", r.h, got.Stdout, got.Stderr, why, r.out, r.err)
		}
	}
	// Whoever lives in another's pid namespace dies with its first process.
	m.StartWith("guest", api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}}, api.HostConfig{PidMode: "container:donor"})
	say(m, "", func(c api.Caller) error { return m.Engine.ContainerKill(c, "donor", "") })
	m.Advance(time.Second)
	if st := m.Inspect("guest").State; st.Running || st.ExitCode != 137 {
		t.Errorf("%+v", st)
	}
}

func TestLimitsWithTheNewControlGroups(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{CgroupV2: true})
	r := m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "cd /sys/fs/cgroup; cat memory.max pids.max cpu.max"}},
		api.HostConfig{Resources: api.Resources{Memory: 16 << 20, PidsLimit: ptr(int64(9)), NanoCPUs: 5e8}})
	if r.Stdout != "16777216\n9\n50000 100000\n" {
		t.Errorf("%+v", r)
	}
	if i := m.Inspect(r.ID); i.HostConfig.CgroupnsMode != "private" {
		t.Errorf("%+v", i.HostConfig)
	}
}

// Half a processor takes twice as long.
func TestACPUQuotaSlowsDown(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	took := func(nano int64) time.Duration {
		began := m.Sim.Elapsed()
		r := m.RunWith(api.ContainerConfig{Image: "busybox", Cmd: []string{"sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"}},
			api.HostConfig{AutoRemove: true, Resources: api.Resources{NanoCPUs: nano}})
		if r.Code != 0 {
			t.Fatalf("%+v", r)
		}
		return m.Sim.Elapsed() - began
	}
	whole, half := took(0), took(5e8)
	if ratio := float64(half) / float64(whole); ratio < 1.6 || ratio > 2.4 {
		t.Errorf("%v and %v", whole, half)
	}
}

// What a container's output goes to can be opened once more, by its user too.
func TestStandardStreamsByName(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	for _, user := range []string{"", "1000"} {
		id := m.StartWith("", api.ContainerConfig{
			Image: "busybox", User: user, Cmd: []string{"sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr; echo fd > /proc/self/fd/1"},
		}, api.HostConfig{})
		m.Advance(time.Second)
		var got []string
		m.Do(func(c api.Caller) {
			s, err := m.Engine.ContainerLogs(c, id, api.LogsOptions{Stdout: true, Stderr: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range enginetest.Drain(c, s) {
				got = append(got, string(l.Line))
			}
		})
		if want := []string{"out\n", "err\n", "fd\n"}; !slices.Equal(got, want) {
			t.Errorf("user %q: %q", user, got)
		}
	}
}
