package applet

import "dockerlearn/labs/sandbox/proc"

func teeCmd(c *call) proc.ExitCode {
	o := c.getopt("aip", "append=a", "ignore-interrupts=i")
	if o.has('i') {
		c.Signal(proc.SIGINT, proc.Ignore)
	}
	flags := proc.O_WRONLY | proc.O_CREAT | proc.O_TRUNC
	if o.has('a') {
		flags = proc.O_WRONLY | proc.O_CREAT | proc.O_APPEND
	}
	type target struct {
		fd   int
		name string
	}
	targets := []target{{1, "standard output"}}
	for _, name := range o.args {
		if name == "-" {
			targets = append(targets, targets[0])
			continue
		}
		fd, err := c.Open(name, flags, 0o666)
		if err != nil {
			c.warn("%s: %s", name, c.text(err))
			continue
		}
		targets = append(targets, target{fd, name})
	}
	in := c.stdin()
	for b := in.piece(); b != nil; b = in.piece() {
		kept := targets[:0]
		for _, t := range targets {
			if err := c.writeAll(t.fd, b); err != nil {
				c.warn("%s: %s", t.name, c.text(err))
				continue
			}
			kept = append(kept, t)
		}
		targets = kept
	}
	return c.failed
}
