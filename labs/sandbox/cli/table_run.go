package cli

// createFlags are those that docker run and docker create share.
var createFlags = []flag{
	{name: "add-host", kind: hosts, help: "Add a line to the container's /etc/hosts (host:ip)"},
	{name: "annotation", kind: assignments, def: "map[]", help: "Note for the OCI runtime"},
	{name: "attach", short: "a", kind: streams, help: "Connect to stdin, stdout or stderr, and to no others"},
	{
		name: "blkio-weight", kind: weight, fate: idle,
		help: "Share of disk time, 10 to 1000; 0 leaves it open (default 0)",
	},
	{name: "blkio-weight-device", kind: weights, def: "[]", fate: idle, help: "The same for one device"},
	{name: "cap-add", kind: list, help: "Give a capability"},
	{name: "cap-drop", kind: list, help: "Take a capability away"},
	{name: "cgroup-parent", kind: text, fate: idle, help: "Control group to be put below"},
	{name: "cgroupns", kind: text, help: "Whose control groups it sees (host|private); \"\" leaves it to the engine"},
	{name: "cidfile", kind: text, help: "File to write the container's ID to"},
	{name: "cpu-count", kind: integer, fate: idle, help: "Processors (Windows only)"},
	{name: "cpu-percent", kind: integer, fate: idle, help: "Per cent of the processors (Windows only)"},
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
	{name: "device", kind: devices, help: "Show it a device of the host"},
	{name: "device-cgroup-rule", kind: list, fate: idle, help: "Allow devices by a rule of the control group"},
	{
		name: "device-read-bps", kind: bpsLimits, def: "[]", fate: idle,
		help: "How many bytes a second it may read from a device",
	},
	{
		name: "device-read-iops", kind: iopsLimits, def: "[]", fate: idle,
		help: "How often a second it may read from a device",
	},
	{
		name: "device-write-bps", kind: bpsLimits, def: "[]", fate: idle,
		help: "How many bytes a second it may write to a device",
	},
	{
		name: "device-write-iops", kind: iopsLimits, def: "[]", fate: idle,
		help: "How often a second it may write to a device",
	},
	{name: "dns", kind: dnsServers, help: "Ask this name server"},
	{name: "dns-option", kind: list, help: "Option for /etc/resolv.conf"},
	{name: "dns-search", kind: dnsDomains, help: "Domain to complete names with"},
	{name: "domainname", kind: text, help: "NIS domain name"},
	{name: "entrypoint", kind: text, help: "Run this instead of the image's ENTRYPOINT; \"\" runs the command alone"},
	{name: "env", short: "e", kind: environment, help: "Set a variable; without =VALUE it is taken from here"},
	{name: "env-file", kind: list, help: "File with a variable on each line"},
	{name: "expose", kind: list, help: "Note that a port or range is listened on"},
	{name: "gpus", kind: gpus, fate: refused, help: "Graphics processors ('all' for each)"},
	{name: "group-add", kind: list, help: "One more group for the user"},
	{name: "health-cmd", kind: text, help: "Command that tells whether the container is well"},
	{name: "health-interval", kind: duration, help: "How long between two checks (ms|s|m|h) (default 0s)"},
	{name: "health-retries", kind: integer, help: "How many failures in a row make it unhealthy"},
	{
		name: "health-start-interval", kind: duration,
		help: "How long between two checks at first (ms|s|m|h) (default 0s)",
	},
	{
		name: "health-start-period", kind: duration,
		help: "How long failures do not count at first (ms|s|m|h) (default 0s)",
	},
	{name: "health-timeout", kind: duration, help: "How long a check may take (ms|s|m|h) (default 0s)"},
	{name: "help", kind: boolean, help: "Print this"},
	{name: "hostname", short: "h", kind: text, help: "The container's host name"},
	{name: "init", kind: boolean, help: "Run a small init as process 1, which passes signals on and buries children"},
	{name: "interactive", short: "i", kind: boolean, help: "Keep standard input open"},
	{name: "io-maxbandwidth", kind: bytes, fate: idle, help: "Disk bytes a second (Windows only)"},
	{name: "io-maxiops", kind: unsigned, fate: idle, help: "Disk accesses a second (Windows only)"},
	{name: "ip", kind: address, help: "IPv4 address, such as 172.30.100.104"},
	{name: "ip6", kind: address, help: "IPv6 address, such as 2001:db8::33"},
	{name: "ipc", kind: text, help: "Whose shared memory it sees"},
	{name: "isolation", kind: text, help: "Kind of isolation (Windows knows several)"},
	{name: "label", short: "l", kind: labels, help: "Label, as KEY=VALUE"},
	{name: "label-file", kind: list, help: "File with a label on each line"},
	{name: "link", kind: links, help: "Name another container here (the old way)"},
	{name: "link-local-ip", kind: list, help: "Link-local address, IPv4 or IPv6"},
	{name: "log-driver", kind: text, help: "Where output is kept"},
	{name: "log-opt", kind: list, help: "Option for that"},
	{name: "mac-address", kind: text, help: "Hardware address, such as 92:d0:c6:0a:29:33"},
	{name: "memory", short: "m", kind: bytes, help: "How much memory it may use"},
	{name: "memory-reservation", kind: bytes, help: "What it is pressed down to when memory is short"},
	{name: "memory-swap", kind: swapBytes, help: "Memory and swap together; -1 is no limit"},
	{
		name: "memory-swappiness", kind: integer, def: "-1", fate: idle,
		help: "How willingly it is swapped out (0 to 100)",
	},
	{name: "mount", kind: mounts, help: "Mount something, described as type=...,src=...,dst=..."},
	{name: "name", kind: text, help: "The container's name"},
	{name: "network", kind: networks, help: "Network to be in"},
	{name: "network-alias", kind: list, help: "One more name in the network"},
	{name: "no-healthcheck", kind: boolean, help: "Forget the image's HEALTHCHECK"},
	{name: "oom-kill-disable", kind: boolean, help: "Let it wait instead of killing it when memory is short"},
	{name: "oom-score-adj", kind: integer, help: "How eagerly it is killed when memory is short (-1000 to 1000)"},
	{name: "pid", kind: text, help: "Whose processes it sees"},
	{name: "pids-limit", kind: integer, help: "How many processes it may have; -1 is no limit"},
	{name: "platform", kind: text, help: "Which platform of an image that has several"},
	{name: "privileged", kind: boolean, help: "Give it all capabilities and devices"},
	{name: "publish", short: "p", kind: list, help: "Publish a port on the host ([ip:][hostPort:]port[/proto])"},
	{name: "publish-all", short: "P", kind: boolean, help: "Publish all exposed ports on ports that are free"},
	{name: "pull", kind: text, def: "missing", help: `When to pull the image first ("always", "missing", "never")`},
	{name: "quiet", short: "q", kind: boolean, help: "Say nothing about pulling"},
	{name: "read-only", kind: boolean, help: "Mount the root file system read-only"},
	{name: "restart", kind: text, def: "no", help: "When to start it again after it has ended"},
	{name: "rm", kind: boolean, help: "Remove it and its anonymous volumes when it has ended"},
	{name: "runtime", kind: text, help: "OCI runtime to start it with"},
	{name: "security-opt", kind: list, help: "Security option, such as no-new-privileges"},
	{name: "shm-size", kind: bytes, help: "Size of /dev/shm"},
	{name: "stop-signal", kind: text, help: "Signal that asks it to end"},
	{name: "stop-timeout", kind: integer, help: "Seconds until it is killed when it is to stop"},
	{name: "storage-opt", kind: list, fate: idle, help: "Option for the storage driver"},
	{name: "sysctl", kind: assignments, def: "map[]", help: "Kernel parameter"},
	{name: "tmpfs", kind: list, help: "Mount a file system in memory"},
	{name: "tty", short: "t", kind: boolean, help: "Give it a terminal"},
	{name: "ulimit", kind: ulimits, def: "[]", help: "Limit of its processes, as NAME=SOFT[:HARD]"},
	{name: "use-api-socket", kind: boolean, fate: refused, help: "Let it talk to the engine"},
	{name: "user", short: "u", kind: text, help: "Who it runs as (<name|uid>[:<group|gid>])"},
	{name: "userns", kind: text, help: "Whose user ids it sees"},
	{name: "uts", kind: text, help: "Whose host name it sees"},
	{name: "volume", short: "v", kind: list, help: "Mount a volume or a directory of the host"},
	{name: "volume-driver", kind: text, help: "Driver for volumes that are made"},
	{name: "volumes-from", kind: list, help: "Mount what another container has mounted"},
	{name: "workdir", short: "w", kind: text, help: "Directory to begin in"},
	noTrust,
}

var (
	detachKeysFlag = flag{name: "detach-keys", kind: text, help: "Keys to leave with instead of ctrl-p,ctrl-q"}
	sigProxyFlag   = flag{name: "sig-proxy", kind: boolean, def: "true", help: "Pass signals on to the process"}
)

func runCommand() *command {
	return &command{
		name: "run", use: "[OPTIONS] IMAGE [COMMAND] [ARG...]", short: "Make a container from an image and start it",
		aka: "docker container run, docker run", args: atLeast(1), first: true, run: (*docker).run,
		flags: append([]flag{
			{
				name: "detach", short: "d", kind: boolean,
				help: "Leave it in the background and print its ID",
			}, detachKeysFlag, sigProxyFlag,
		}, createFlags...),
	}
}

func createCommand() *command {
	return &command{
		name: "create", use: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
		short: "Make a container from an image without starting it",
		aka:   "docker container create, docker create", args: atLeast(1), first: true, run: (*docker).create,
		flags: createFlags,
	}
}

func execCommand() *command {
	return &command{
		name: "exec", use: "[OPTIONS] CONTAINER COMMAND [ARG...]", short: "Run one more command in a container",
		aka: "docker container exec, docker exec", args: atLeast(2), first: true, run: (*docker).exec,
		flags: []flag{
			{name: "detach", short: "d", kind: boolean, help: "Leave it in the background"},
			detachKeysFlag,
			{name: "env", short: "e", kind: environment, help: "Set a variable; without =VALUE it is taken from here"},
			{name: "env-file", kind: list, help: "File with a variable on each line"},
			{name: "interactive", short: "i", kind: boolean, help: "Keep standard input open"},
			{name: "privileged", kind: boolean, help: "Give it all capabilities"},
			{name: "tty", short: "t", kind: boolean, help: "Give it a terminal"},
			{name: "user", short: "u", kind: text, help: "Who it runs as (<name|uid>[:<group|gid>])"},
			{name: "workdir", short: "w", kind: text, help: "Directory to begin in"},
		},
	}
}
