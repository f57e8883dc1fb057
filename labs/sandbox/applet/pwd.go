package applet

import "dockerlearn/labs/sandbox/proc"

// pwdCmd is pwd as a program: it has no $PWD that it could trust more than the kernel. busybox: coreutils/pwd.c
func pwdCmd(c *call) proc.ExitCode {
	at, err := c.FS().Getwd()
	if err != nil {
		c.die("%s", c.text(err))
	}
	c.print(at + "\n")
	return 0
}
