package sandbox

import (
	"fmt"

	"dockerlearn/labs/sandbox/proc"
)

// servers are the programs of images that are more than small tools. Without a network nobody can reach them: they
// start, say what they say, and wait for their end.
func servers() proc.Programs {
	return proc.Programs{"hello": hello, "nginx": nginx}
}

// hello is what the image hello-world has.
func hello(s proc.Sys) proc.ExitCode {
	s.Write(1, []byte("\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n"))
	return 0
}

// nginxVersion is the recorded image's.
const nginxVersion = "nginx/1.29.1"

// nginx notes its start in the error log and serves nobody until it is told to quit.
func nginx(s proc.Sys) proc.ExitCode {
	for _, a := range s.Args()[1:] {
		if a == "-v" || a == "-V" {
			s.Write(2, []byte("nginx version: "+nginxVersion+"\n"))
			return 0
		}
	}
	pid := s.Getpid()
	s.Write(2, fmt.Appendf(nil, "%s [notice] %d#%d: %s\n", s.Now().Format("2006/01/02 15:04:05"), pid, pid, nginxVersion))
	return waitForTheEnd(s)
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
