package cli

const someContainers = "CONTAINER [CONTAINER...]"

func psCommand(name string, also []string) *command {
	return &command{
		name: name, also: also, use: "[OPTIONS]", short: "List containers",
		aka: "docker container ls, docker container list, docker container ps, docker ps", run: (*docker).ps,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "Those that do not run, too"},
			filterFlag, listFormat,
			{
				name: "last", short: "n", kind: integer, def: "-1",
				help: "The n that were made last, whether they run or not",
			},
			{name: "latest", short: "l", kind: boolean, help: "The one that was made last, whether it runs or not"},
			noTrunc,
			{name: "quiet", short: "q", kind: boolean, help: "Print IDs only"},
			{name: "size", short: "s", kind: boolean, help: "With the size of the files"},
		},
	}
}

func attachCommand() *command {
	return &command{
		name: "attach", use: "[OPTIONS] CONTAINER", short: "Connect this terminal to a container that runs",
		aka: "docker container attach, docker attach", args: exactly(1), run: (*docker).attach,
		flags: []flag{detachKeysFlag, {name: "no-stdin", kind: boolean, help: "Without standard input"}, sigProxyFlag},
	}
}

func startCommand() *command {
	return &command{
		name: "start", use: "[OPTIONS] " + someContainers, short: "Start containers that do not run",
		aka: "docker container start, docker start", args: atLeast(1), run: (*docker).start,
		flags: []flag{
			{name: "attach", short: "a", kind: boolean, help: "Show its output and pass signals on"},
			{name: "checkpoint", kind: text, fate: refused, help: "Go on from a checkpoint"},
			{name: "checkpoint-dir", kind: text, fate: refused, help: "Where checkpoints are"},
			detachKeysFlag,
			{name: "interactive", short: "i", kind: boolean, help: "Connect standard input"},
		},
	}
}

var stopFlags = []flag{
	{name: "signal", short: "s", kind: text, help: "Signal that asks it to end"},
	{name: "timeout", short: "t", kind: integer, help: "Seconds until it is killed"},
	{name: "time", kind: integer, gone: "use --timeout instead"},
}

func stopCommand() *command {
	return &command{
		name: "stop", use: "[OPTIONS] " + someContainers, short: "Ask containers to end, and kill them if they don't",
		aka: "docker container stop, docker stop", args: atLeast(1), run: (*docker).stop, flags: stopFlags,
	}
}

func restartCommand() *command {
	return &command{
		name: "restart", use: "[OPTIONS] " + someContainers, short: "Stop containers and start them again",
		aka: "docker container restart, docker restart", args: atLeast(1), run: (*docker).restart, flags: stopFlags,
	}
}

func killCommand() *command {
	return &command{
		name: "kill", use: "[OPTIONS] " + someContainers,
		short: "Send a signal to containers, SIGKILL if not told otherwise",
		aka:   "docker container kill, docker kill", args: atLeast(1), run: (*docker).kill,
		flags: []flag{{name: "signal", short: "s", kind: text, help: "Signal to send"}},
	}
}

func rmCommand() *command {
	return &command{
		name: "rm", also: []string{"remove"}, use: "[OPTIONS] " + someContainers, short: "Remove containers",
		aka: "docker container rm, docker container remove, docker rm", args: atLeast(1), run: (*docker).rm,
		flags: []flag{
			{name: "force", short: "f", kind: boolean, help: "Kill it first if it runs"},
			{name: "link", short: "l", kind: boolean, help: "Remove only the link of that name"},
			{name: "volumes", short: "v", kind: boolean, help: "Remove its anonymous volumes too"},
		},
	}
}

func pauseCommand() *command {
	return &command{
		name: "pause", use: someContainers, short: "Freeze all processes of containers",
		aka: "docker container pause, docker pause", args: atLeast(1), run: (*docker).pause,
	}
}

func unpauseCommand() *command {
	return &command{
		name: "unpause", use: someContainers, short: "Let frozen containers go on",
		aka: "docker container unpause, docker unpause", args: atLeast(1), run: (*docker).unpause,
	}
}

func renameCommand() *command {
	return &command{
		name: "rename", use: "CONTAINER NEW_NAME", short: "Give a container another name",
		aka: "docker container rename, docker rename", args: exactly(2), run: (*docker).rename,
	}
}

func waitCommand() *command {
	return &command{
		name: "wait", use: someContainers, short: "Wait until containers end, and print their exit codes",
		aka: "docker container wait, docker wait", args: atLeast(1), run: (*docker).wait,
	}
}

func topCommand() *command {
	return &command{
		name: "top", use: "CONTAINER [ps OPTIONS]", short: "List a container's processes", first: true,
		aka: "docker container top, docker top", args: atLeast(1), run: (*docker).top,
	}
}

func diffCommand() *command {
	return &command{
		name: "diff", use: "CONTAINER", short: "List the files that differ from the image's",
		aka: "docker container diff, docker diff", args: exactly(1), run: (*docker).diff,
	}
}

func portCommand() *command {
	return &command{
		name: "port", use: "CONTAINER [PRIVATE_PORT[/PROTO]]", short: "List where a container's ports are published",
		aka: "docker container port, docker port", args: between(1, 2), run: (*docker).port,
	}
}

func logsCommand() *command {
	return &command{
		name: "logs", use: "[OPTIONS] CONTAINER", short: "Print what a container has printed",
		aka: "docker container logs, docker logs", args: exactly(1), run: (*docker).logs,
		flags: []flag{
			{name: "details", kind: boolean, help: "With what log options added"},
			{name: "follow", short: "f", kind: boolean, help: "Go on with what it prints from now on"},
			{name: "since", kind: text, help: `Only what came after a time ("2013-01-02T13:23:37Z") or so long ago ("42m")`},
			{name: "tail", short: "n", kind: text, def: "all", help: "Only so many lines from the end"},
			{name: "timestamps", short: "t", kind: boolean, help: "With the time of each line"},
			{name: "until", kind: text, help: `Only what came before a time ("2013-01-02T13:23:37Z") or so long ago ("42m")`},
		},
	}
}

func statsCommand() *command {
	return &command{
		name: "stats", use: "[OPTIONS] [CONTAINER...]", short: "Show what containers use of the machine",
		aka: "docker container stats, docker stats", args: atLeast(0), run: (*docker).stats,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "Those that do not run, too"},
			listFormat,
			{name: "no-stream", kind: boolean, help: "Show it once and end"},
			noTrunc,
		},
	}
}

func cpCommand() *command {
	return &command{
		name: "cp", use: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
		short: "Copy files into a container or out of it",
		long: "Copy files into a container or out of it\n\n\"-\" as the source reads a tar archive from standard input and unpacks it in the\n" +
			"container's directory; as the destination it writes one to standard output.",
		aka: "docker container cp, docker cp", args: exactly(2), run: (*docker).cp,
		flags: []flag{
			{name: "archive", short: "a", kind: boolean, help: "Keep the owners"},
			{name: "follow-link", short: "L", kind: boolean, help: "Copy what a symbolic link points at"},
			{
				name: "quiet", short: "q", kind: boolean,
				help: "Show no progress. Without a terminal none is shown anyway",
			},
		},
	}
}

func commitCommand() *command {
	return &command{
		name: "commit", use: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]", short: "Make an image of a container's files",
		aka: "docker container commit, docker commit", args: between(1, 2), run: (*docker).commit,
		flags: []flag{
			{name: "author", short: "a", kind: text, help: "Who made it"},
			{name: "change", short: "c", kind: changes, help: "Dockerfile instruction to apply"},
			{name: "message", short: "m", kind: text, help: "What was done"},
			{name: "no-pause", kind: boolean, help: "Do not freeze the container meanwhile"},
			{
				name: "pause", short: "p", kind: boolean, def: "true",
				gone: "and enabled by default. Use --no-pause to disable pausing during commit.",
			},
		},
	}
}

func exportCommand() *command {
	return &command{
		name: "export", use: "[OPTIONS] CONTAINER", short: "Write a container's files as a tar archive",
		aka: "docker container export, docker export", args: exactly(1), run: (*docker).export,
		flags: []flag{{name: "output", short: "o", kind: text, help: "File to write to instead of standard output"}},
	}
}

func updateCommand() *command {
	return &command{
		name: "update", use: "[OPTIONS] " + someContainers, short: "Change the limits of containers",
		aka: "docker container update, docker update", args: atLeast(1), run: (*docker).update,
		flags: []flag{
			{
				name: "blkio-weight", kind: weight, fate: idle,
				help: "Share of disk time, 10 to 1000; 0 leaves it open (default 0)",
			},
			{name: "cpu-period", kind: integer, help: "Length of a period of the scheduler, in microseconds"},
			{name: "cpu-quota", kind: integer, help: "Processor time in each period, in microseconds"},
			{name: "cpu-rt-period", kind: integer, fate: idle, help: "Length of a real-time period, in microseconds"},
			{
				name: "cpu-rt-runtime", kind: integer, fate: idle,
				help: "Real-time processor time in each period, in microseconds",
			},
			{name: "cpu-shares", short: "c", kind: integer, help: "Share of the processors, relative to others"},
			{name: "cpus", kind: decimal, help: "How many processors, such as 1.5"},
			{name: "cpuset-cpus", kind: text, help: "Which processors (0-3, 0,1)"},
			{name: "cpuset-mems", kind: text, help: "Which memory nodes (0-3, 0,1)"},
			{name: "memory", short: "m", kind: bytes, help: "How much memory it may use"},
			{name: "memory-reservation", kind: bytes, help: "What it is pressed down to when memory is short"},
			{name: "memory-swap", kind: swapBytes, help: "Memory and swap together; -1 is no limit"},
			{name: "pids-limit", kind: integer, help: "How many processes it may have; -1 is no limit"},
			{name: "restart", kind: text, help: "When to start it again after it has ended"},
		},
	}
}

func containerInspectCommand() *command {
	return &command{
		name: "inspect", use: "[OPTIONS] " + someContainers, short: "Show all about containers", args: atLeast(1),
		run: (*docker).containerInspect,
		flags: []flag{{name: "format", short: "f", kind: text, help: formatHelp}, {
			name: "size", short: "s",
			kind: boolean, help: "With the size of the files",
		}},
	}
}

func inspectCommand() *command {
	return &command{
		name: "inspect", use: "[OPTIONS] NAME|ID [NAME|ID...]", short: "Show all about containers, images, volumes",
		args: atLeast(1), run: (*docker).inspect,
		flags: []flag{
			{name: "format", short: "f", kind: text, help: formatHelp},
			{name: "size", short: "s", kind: boolean, help: "With the size of a container's files"},
			{name: "type", kind: text, help: "Look only among these"},
		},
	}
}

func containerPruneCommand() *command {
	return &command{
		name: "prune", use: "[OPTIONS]", short: "Remove all containers that do not run", run: (*docker).containerPrune,
		flags: []flag{{
			name: "filter", kind: filter,
			help: `Only those that fulfil a condition ("until=<timestamp>")`,
		}, forceFlag},
	}
}
