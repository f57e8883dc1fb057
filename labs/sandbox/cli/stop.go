package cli

import (
	"errors"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

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
	return d.each(c.args, func(name string) error {
		return acceptUnchanged(d.engine.ContainerStop(d.caller(), name,
			o))
	})
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
