package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
)

// each does something with every argument, prints those that it went well with, and collects the mistakes.
func (d *docker) each(names []string, do func(name string) error) error {
	var errs []error
	for _, name := range names {
		d.sys.Step(1)
		if err := do(name); err != nil {
			errs = append(errs, err)
			continue
		}
		d.printf("%s\n", name)
	}
	return errors.Join(errs...)
}

// acceptUnchanged takes the answer that it was so already for success.
func acceptUnchanged(err error) error {
	if api.KindOf(err) == api.NotModified {
		return nil
	}
	return err
}

func (d *docker) start(c *call) error {
	keys, err := detachKeys(c)
	if err != nil {
		return err
	}
	if c.on("attach") || c.on("interactive") {
		if len(c.args) > 1 {
			return errors.New("you cannot start and attach multiple containers at once")
		}
		return d.startAttached(c, keys)
	}
	var failed []string
	for _, name := range c.args {
		if err := acceptUnchanged(d.engine.ContainerStart(d.caller(), name)); err != nil {
			d.warnf("%s\n", daemon(err))
			failed = append(failed, name)
			continue
		}
		d.printf("%s\n", name)
	}
	if len(failed) > 0 {
		return fmt.Errorf("failed to start containers: %s", strings.Join(failed, ", "))
	}
	return nil
}

func (d *docker) startAttached(c *call, keys []byte) error {
	box, err := d.engine.ContainerInspect(d.caller(), c.args[0], false)
	if err != nil {
		return err
	}
	a, err := d.engine.ContainerAttach(d.caller(), box.ID, api.AttachOptions{
		Stream: true, Stdin: c.on("interactive") && box.Config.OpenStdin, Stdout: true, Stderr: true, DetachKeys: c.text("detach-keys"),
	})
	if err != nil {
		return err
	}
	until := api.WaitNextExit
	if box.HostConfig.AutoRemove {
		until = api.WaitRemoved
	}
	ended, err := d.engine.ContainerWait(d.caller(), box.ID, until)
	if err != nil {
		return err
	}
	t, err := d.converse(a, keys)
	if err != nil {
		return err
	}
	defer t.close()
	if !box.Config.Tty {
		t.forward(box.ID)
	}
	if err := acceptUnchanged(d.engine.ContainerStart(d.caller(), box.ID)); err != nil {
		return err
	}
	if box.Config.Tty && d.sys.IsTerminal(1) {
		t.followSize(func(size api.ConsoleSize) error { return d.engine.ContainerResize(d.caller(), box.ID, size) })
	}
	if err := t.carry(ended); err != nil {
		if errors.Is(err, errDetached) {
			return nil
		}
		return err
	}
	return t.result(ended)
}

// attachable says why a container cannot be attached to.
func attachable(box *api.ContainerInspect) error {
	switch {
	case !box.State.Running:
		return errors.New("cannot attach to a stopped container, start it first")
	case box.State.Paused:
		return errors.New("cannot attach to a paused container, unpause it first")
	case box.State.Restarting:
		return errors.New("cannot attach to a restarting container, wait until it is running")
	}
	return nil
}

func (d *docker) attach(c *call) error {
	keys, err := detachKeys(c)
	if err != nil {
		return err
	}
	box, err := d.engine.ContainerInspect(d.caller(), c.args[0], false)
	if err != nil {
		return err
	}
	if err := attachable(box); err != nil {
		return err
	}
	if err := d.checkTTY(!c.on("no-stdin"), box.Config.Tty); err != nil {
		return err
	}
	ended, err := d.engine.ContainerWait(d.caller(), box.ID, api.WaitNotRunning)
	if err != nil {
		return err
	}
	a, err := d.engine.ContainerAttach(d.caller(), box.ID, api.AttachOptions{
		Stream: true, Stdin: !c.on("no-stdin") && box.Config.OpenStdin, Stdout: true, Stderr: true, DetachKeys: c.text("detach-keys"),
	})
	if err != nil {
		return err
	}
	t, err := d.converse(a, keys)
	if err != nil {
		return err
	}
	defer t.close()
	if c.on("sig-proxy") && !box.Config.Tty {
		t.forward(box.ID)
	}
	if box.Config.Tty && d.sys.IsTerminal(1) {
		t.resize = func(size api.ConsoleSize) error { return d.engine.ContainerResize(d.caller(), box.ID, size) }
		t.tellSize(1) // another size first, so that programs draw themselves again
		t.followSize(t.resize)
	}
	if err := t.carry(ended); err != nil {
		return err
	}
	return t.result(ended)
}

func (d *docker) exec(c *call) error {
	keys, err := detachKeys(c)
	if err != nil {
		return err
	}
	env, err := d.execVariables(c)
	if err != nil {
		return err
	}
	if _, err := d.engine.ContainerInspect(d.caller(), c.args[0], false); err != nil {
		return err
	}
	o := api.ExecOptions{
		User: c.text("user"), Privileged: c.on("privileged"), Tty: c.on("tty"), Env: env, WorkingDir: c.text("workdir"), Cmd: c.args[1:],
		DetachKeys: c.text("detach-keys"),
	}
	if c.on("detach") {
		return d.execDetached(c, o)
	}
	o.AttachStdin, o.AttachStdout, o.AttachStderr = c.on("interactive"), true, true
	if err := d.checkTTY(o.AttachStdin, o.Tty); err != nil {
		return err
	}
	o.ConsoleSize = d.consoleSize(o.Tty)
	made, err := d.engine.ExecCreate(d.caller(), c.args[0], o)
	if err != nil {
		return err
	}
	ended, err := d.engine.ExecWait(d.caller(), made.ID)
	if err != nil {
		return err
	}
	a, err := d.engine.ExecStart(d.caller(), made.ID, api.ExecStartOptions{Tty: o.Tty, ConsoleSize: o.ConsoleSize})
	if err != nil {
		return err
	}
	t, err := d.converse(a, keys)
	if err != nil {
		return err
	}
	defer t.close()
	if o.Tty && d.sys.IsTerminal(1) {
		t.followSize(func(size api.ConsoleSize) error { return d.engine.ExecResize(d.caller(), made.ID, size) })
	}
	if err := t.carry(ended); err != nil {
		return err
	}
	return t.result(ended)
}

// execVariables is the environment of exec, whose mistakes are told without the flag's name.
func (d *docker) execVariables(c *call) ([]string, error) {
	env, err := d.variables(c)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "--env-file: "))
	}
	return env, nil
}

func (d *docker) execDetached(c *call, o api.ExecOptions) error {
	made, err := d.engine.ExecCreate(d.caller(), c.args[0], o)
	if err != nil {
		return err
	}
	_, err = d.engine.ExecStart(d.caller(), made.ID, api.ExecStartOptions{Detach: true, Tty: o.Tty})
	return err
}

func (d *docker) consoleSize(tty bool) *api.ConsoleSize {
	size, err := d.sys.TerminalSize(1)
	if !tty || err != nil {
		return nil
	}
	return &api.ConsoleSize{uint(size.Rows), uint(size.Cols)}
}

// stopOptions are those of stop and restart.
func stopOptions(c *call) (api.StopOptions, error) {
	o := api.StopOptions{Signal: c.text("signal")}
	if c.given("time") && c.given("timeout") {
		return o, errors.New("conflicting options: cannot specify both --timeout and --time")
	}
	for _, name := range []string{"timeout", "time"} {
		if c.given(name) {
			n := int(c.number(name))
			o.Timeout = &n
		}
	}
	return o, nil
}

func (d *docker) stop(c *call) error {
	o, err := stopOptions(c)
	if err != nil {
		return err
	}
	return d.each(c.args, func(name string) error { return acceptUnchanged(d.engine.ContainerStop(d.caller(), name, o)) })
}

func (d *docker) restart(c *call) error {
	o, err := stopOptions(c)
	if err != nil {
		return err
	}
	return d.each(c.args, func(name string) error { return d.engine.ContainerRestart(d.caller(), name, o) })
}

func (d *docker) kill(c *call) error {
	return d.each(c.args, func(name string) error { return d.engine.ContainerKill(d.caller(), name, c.text("signal")) })
}

func (d *docker) pause(c *call) error {
	return d.each(c.args, func(name string) error { return d.engine.ContainerPause(d.caller(), name) })
}

func (d *docker) unpause(c *call) error {
	return d.each(c.args, func(name string) error { return d.engine.ContainerUnpause(d.caller(), name) })
}

func (d *docker) rm(c *call) error {
	o := api.ContainerRemoveOptions{Volumes: c.on("volumes"), Link: c.on("link"), Force: c.on("force")}
	var errs []error
	for _, name := range c.args {
		d.sys.Step(1)
		id := strings.Trim(name, "/")
		if id == "" {
			errs = append(errs, errors.New("container name cannot be empty"))
			continue
		}
		err := d.engine.ContainerRemove(d.caller(), id, o)
		switch {
		case err == nil:
			d.printf("%s\n", name)
		case !o.Force || api.KindOf(err) != api.NotFound:
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (d *docker) rename(c *call) error {
	old, name := strings.TrimSpace(c.args[0]), strings.TrimSpace(c.args[1])
	err := errors.New("new name cannot be blank")
	if name != "" {
		err = d.engine.ContainerRename(d.caller(), old, name)
	}
	if err != nil {
		return fmt.Errorf("failed to rename container: %w", daemon(err))
	}
	return nil
}

func (d *docker) wait(c *call) error {
	var errs []error
	for _, name := range c.args {
		code, err := d.waitOne(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		d.printf("%d\n", code)
	}
	return errors.Join(errs...)
}

func (d *docker) waitOne(name string) (int64, error) {
	ended, err := d.engine.ContainerWait(d.caller(), name, api.WaitNotRunning)
	if err != nil {
		return 0, err
	}
	defer ended.Close()
	r, err := ended.Next(d.caller())
	if err == io.EOF {
		err = nil
	}
	return r.StatusCode, err
}

func (d *docker) top(c *call) error {
	r, err := d.engine.ContainerTop(d.caller(), c.args[0], c.args[1:])
	if err != nil {
		return err
	}
	d.write(1, tabbed(append([][]string{r.Titles}, r.Processes...), 20, 3))
	return nil
}

func (d *docker) diff(c *call) error {
	changes, err := d.engine.ContainerDiff(d.caller(), c.args[0])
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, change := range changes {
		fmt.Fprintf(&b, "%s %s\n", change.Kind, change.Path)
	}
	d.write(1, b.String())
	return nil
}

func (d *docker) port(c *call) error {
	box, err := d.engine.ContainerInspect(d.caller(), c.args[0], false)
	if err != nil {
		return err
	}
	var ports api.PortMap
	if box.NetworkSettings != nil {
		ports = box.NetworkSettings.Ports
	}
	var lines []string
	if len(c.args) > 1 {
		n, proto := split(c.args[1], "/")
		if proto == "" {
			proto = "tcp"
		}
		bindings := ports[api.Port(n+"/"+proto)]
		if len(bindings) == 0 {
			return fmt.Errorf("no public port '%s' published for %s", c.args[1], c.args[0])
		}
		for _, b := range bindings {
			lines = append(lines, hostAddress(b))
		}
	} else {
		for p, bindings := range ports {
			for _, b := range bindings {
				lines = append(lines, string(p)+" -> "+hostAddress(b))
			}
		}
	}
	slices.SortFunc(lines, naturally)
	for _, line := range lines {
		d.printf("%s\n", line)
	}
	return nil
}

func hostAddress(b api.PortBinding) string {
	ip := b.HostIP
	if strings.Contains(ip, ":") {
		ip = "[" + ip + "]"
	}
	return ip + ":" + b.HostPort
}

// naturally compares texts with their numbers as numbers.
func naturally(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			x, _ := strconv.ParseUint(a[:da], 10, 64)
			y, _ := strconv.ParseUint(b[:db], 10, 64)
			if x != y {
				if x < y {
					return -1
				}
				return 1
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func digits(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }); i >= 0 {
		return i
	}
	return len(s)
}

func (d *docker) commit(c *call) error {
	ref := ""
	if len(c.args) > 1 {
		ref = c.args[1]
		r, err := image.ParseReference(ref)
		if err != nil {
			return err
		}
		if r.Digest() != "" {
			return errors.New("refusing to create a tag with a digest reference")
		}
	}
	made, err := d.engine.ContainerCommit(d.caller(), c.args[0], api.CommitOptions{
		Reference: ref, Comment: c.text("message"), Author: c.text("author"), Changes: c.list("change"),
		NoPause: c.on("no-pause") || !c.on("pause"),
	})
	if err != nil {
		return err
	}
	d.printf("%s\n", made.ID)
	return nil
}

func (d *docker) export(c *call) error {
	if err := d.checkOutput(c.text("output"), "failed to export container: cowardly refusing to save to a terminal. Use the -o flag or redirect"); err != nil {
		return err
	}
	tar, err := d.engine.ContainerExport(d.caller(), c.args[0])
	if err != nil {
		return err
	}
	return d.writeBlob(tar, c.text("output"))
}

func (d *docker) update(c *call) error {
	if c.flags.NFlag() == 0 {
		return errors.New("you must provide one or more flags when using this command")
	}
	var u api.UpdateConfig
	if c.text("restart") != "" {
		policy, err := restartPolicy(c.text("restart"))
		if err != nil {
			return err
		}
		u.RestartPolicy = policy
	}
	u.Resources = api.Resources{
		BlkioWeight: uint16(c.number("blkio-weight")), CpusetCpus: c.text("cpuset-cpus"), CpusetMems: c.text("cpuset-mems"),
		CPUShares: c.number("cpu-shares"), Memory: c.number("memory"), MemoryReservation: c.number("memory-reservation"),
		MemorySwap: c.number("memory-swap"), CPUPeriod: c.number("cpu-period"), CPUQuota: c.number("cpu-quota"),
		CPURealtimePeriod: c.number("cpu-rt-period"), CPURealtimeRuntime: c.number("cpu-rt-runtime"), NanoCPUs: c.number("cpus"),
	}
	if c.given("pids-limit") {
		n := c.number("pids-limit")
		u.PidsLimit = &n
	}
	var warnings []string
	err := d.each(c.args, func(name string) error {
		w, err := d.engine.ContainerUpdate(d.caller(), name, u)
		warnings = append(warnings, w.Warnings...)
		return err
	})
	if len(warnings) > 0 {
		d.printf("%s", strings.Join(warnings, "\n"))
	}
	return err
}

func (d *docker) containerPrune(c *call) error {
	if !c.on("force") && !d.confirm("WARNING! This will remove all stopped containers.\nAre you sure you want to continue?") {
		return nil
	}
	r, err := d.engine.ContainerPrune(d.caller(), c.filters())
	if err != nil {
		return err
	}
	d.write(1, reclaimed(deleted("Deleted Containers:", r.ContainersDeleted), r.SpaceReclaimed))
	return nil
}

func deleted(heading string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return heading + "\n" + strings.Join(names, "\n") + "\n\n"
}

func reclaimed(list string, bytes uint64) string {
	return fmt.Sprintf("%sTotal reclaimed space: %s\n", list, humanSize(float64(bytes), 4))
}

// confirm asks a question that only yes answers.
func (d *docker) confirm(question string) bool {
	d.printf("%s [y/N] ", question)
	answer := strings.ToLower(strings.TrimSpace(d.readLine()))
	return answer == "y" || answer == "yes"
}

// readLine reads a line from standard input, without its end.
func (d *docker) readLine() string {
	var line []byte
	b := make([]byte, 1)
	for len(line) < 4096 {
		n, err := d.sys.Read(0, b)
		if n == 0 || err != nil || b[0] == '\n' {
			break
		}
		line = append(line, b[0])
	}
	return strings.TrimSuffix(string(line), "\r")
}
