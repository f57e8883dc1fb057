package cli

import (
	"errors"
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

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
			d.complain(err)
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
		Stream: true, Stdin: c.on("interactive") && box.Config.OpenStdin, Stdout: true, Stderr: true,
		DetachKeys: c.text("detach-keys"),
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
