package cli

import (
	"errors"

	"dockerlearn/labs/sandbox/api"
)

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
		Stream: true, Stdin: !c.on("no-stdin") && box.Config.OpenStdin, Stdout: true, Stderr: true,
		DetachKeys: c.text("detach-keys"),
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
