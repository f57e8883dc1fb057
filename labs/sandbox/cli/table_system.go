package cli

func volumeCreateCommand() *command {
	return &command{
		name: "create", use: "[OPTIONS] [VOLUME]", short: "Make a volume", args: atMost(1), run: (*docker).volumeCreate,
		flags: []flag{
			{
				name: "availability", kind: text, def: "active", fate: refused,
				help: `A cluster's volume: whether it may be used ("active", "pause", "drain")`,
			},
			{name: "driver", short: "d", kind: text, def: "local", help: "Who makes it"},
			{name: "group", kind: text, fate: refused, help: "A cluster's volume: its group"},
			{name: "label", kind: labels, help: "Label, as KEY=VALUE"},
			{name: "limit-bytes", kind: bytes, fate: refused, help: "A cluster's volume: its smallest size"},
			{name: "name", kind: text, hidden: true, help: "Name of the volume"},
			{name: "opt", short: "o", kind: assignments, def: "map[]", help: "Option for the driver"},
			{name: "required-bytes", kind: bytes, fate: refused, help: "A cluster's volume: its largest size"},
			{
				name: "scope", kind: text, def: "single", fate: refused,
				help: `A cluster's volume: how many nodes ("single", "multi")`,
			},
			{name: "secret", kind: assignments, def: "map[]", fate: refused, help: "A cluster's volume: its secrets"},
			{
				name: "sharing", kind: text, def: "none", fate: refused,
				help: `A cluster's volume: who may write ("none", "readonly", "onewriter", "all")`,
			},
			{name: "topology-preferred", kind: list, fate: refused, help: "A cluster's volume: where it had better be"},
			{name: "topology-required", kind: list, fate: refused, help: "A cluster's volume: where it must be"},
			{
				name: "type", kind: text, def: "block", fate: refused,
				help: `A cluster's volume: its kind ("mount", "block")`,
			},
		},
	}
}

func volumeInspectCommand() *command {
	return &command{
		name: "inspect", use: "[OPTIONS] VOLUME [VOLUME...]", short: "Show all about volumes", args: atLeast(1),
		run:   (*docker).volumeInspect,
		flags: []flag{{name: "format", short: "f", kind: text, help: formatHelp}},
	}
}

func volumeListCommand() *command {
	return &command{
		name: "ls", also: []string{"list"}, use: "[OPTIONS]", short: "List volumes",
		aka: "docker volume ls, docker volume list", run: (*docker).volumeList,
		flags: []flag{
			{name: "cluster", kind: boolean, fate: refused, help: "Only a cluster's volumes"},
			filterFlag, listFormat,
			{name: "quiet", short: "q", kind: boolean, help: "Print names only"},
		},
	}
}

func volumePruneCommand() *command {
	return &command{
		name: "prune", use: "[OPTIONS]", short: "Remove volumes that no container uses", run: (*docker).volumePrune,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "Those with a name, too"},
			{name: "filter", kind: filter, help: `Only those that fulfil a condition ("label=<label>")`},
			forceFlag,
		},
	}
}

func volumeRemoveCommand() *command {
	return &command{
		name: "rm", also: []string{"remove"}, use: "[OPTIONS] VOLUME [VOLUME...]", short: "Remove volumes",
		long: "Remove volumes. One that a container uses stays.",
		aka:  "docker volume rm, docker volume remove", args: atLeast(1), run: (*docker).volumeRemove,
		flags: []flag{{name: "force", short: "f", kind: boolean, help: "Say nothing if it is not there"}},
	}
}

func eventsCommand() *command {
	return &command{
		name: "events", use: "[OPTIONS]", short: "Print what happens in the engine",
		aka: "docker system events, docker events", run: (*docker).events,
		flags: []flag{
			filterFlag,
			{name: "format", kind: text, help: formatHelp},
			{name: "since", kind: text, help: "Begin with what happened since then"},
			{name: "until", kind: text, help: "End then"},
		},
	}
}

func infoCommand() *command {
	return &command{
		name: "info", use: "[OPTIONS]", short: "Show how the engine is", aka: "docker system info, docker info",
		run:   (*docker).info,
		flags: []flag{{name: "format", short: "f", kind: text, help: formatHelp}},
	}
}

func versionCommand() *command {
	return &command{
		name: "version", use: "[OPTIONS]", short: "Show which versions client and engine are", run: (*docker).version,
		flags: []flag{{name: "format", short: "f", kind: text, help: formatHelp}},
	}
}

func diskUsageCommand() *command {
	return &command{
		name: "df", use: "[OPTIONS]", short: "Show what takes up the disk", run: (*docker).diskUsage,
		flags: []flag{listFormat, {name: "verbose", short: "v", kind: boolean, help: "Each thing by itself"}},
	}
}

func systemPruneCommand() *command {
	return &command{
		name: "prune", use: "[OPTIONS]", short: "Remove what nothing uses", run: (*docker).systemPrune,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "Images with a name, too"},
			{name: "filter", kind: filter, help: `Only what fulfils a condition ("label=<key>=<value>")`},
			forceFlag,
			{name: "volumes", kind: boolean, help: "Anonymous volumes, too"},
		},
	}
}

func contextListCommand() *command {
	return &command{
		name: "ls", also: []string{"list"}, use: "[OPTIONS]", short: "List contexts",
		aka: "docker context ls, docker context list", run: (*docker).contextList,
		flags: []flag{listFormat, {name: "quiet", short: "q", kind: boolean, help: "Print names only"}},
	}
}

func contextShowCommand() *command {
	return &command{name: "show", short: "Print the name of the current context", run: (*docker).contextShow}
}
