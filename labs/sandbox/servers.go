package sandbox

import (
	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/applet/nginx"
	"dockerlearn/labs/sandbox/applet/redis"
	"dockerlearn/labs/sandbox/proc"
)

// servers are the programs of images that are more than small tools.
func servers() proc.Programs {
	return proc.Programs{
		"gosu": applet.Gosu().Program(applet.GNU), "hello": hello, "nginx": nginx.Program,
		"redis-cli": redis.Client, "redis-server": redis.Server,
	}
}

// hello is what the image hello-world has.
func hello(s proc.Sys) proc.ExitCode {
	s.Write(1, []byte("\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n"))
	return 0
}

// waitForTheEnd is a server that does nothing until it is asked to end.
func waitForTheEnd(s proc.Sys) proc.ExitCode {
	for _, sig := range []proc.Signal{proc.SIGTERM, proc.SIGQUIT, proc.SIGINT} {
		s.Signal(sig, proc.Catch)
	}
	for {
		if err := s.Pause(); err != nil {
			if _, ok := s.Caught(); ok {
				return 0
			}
		}
	}
}
