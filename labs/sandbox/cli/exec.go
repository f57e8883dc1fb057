package cli

import (
	"errors"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

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
		User: c.text("user"), Privileged: c.on("privileged"), Tty: c.on("tty"), Env: env,
		WorkingDir: c.text("workdir"), Cmd: c.args[1:],
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
