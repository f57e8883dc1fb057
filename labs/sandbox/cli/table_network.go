package cli

func networkConnectCommand() *command {
	return &command{
		name: "connect", use: "[OPTIONS] NETWORK CONTAINER", short: "Put a container into a network",
		args: exactly(2), run: (*docker).networkConnect,
		flags: []flag{
			{name: "alias", kind: commas, help: "One more name in the network"},
			{name: "driver-opt", kind: commas, help: "Option for the driver"},
			{name: "gw-priority", kind: integer, help: "The network with the highest gives the default gateway"},
			{name: "ip", kind: address, help: "IPv4 address, such as 172.30.100.104"},
			{name: "ip6", kind: address, help: "IPv6 address, such as 2001:db8::33"},
			{name: "link", kind: links, help: "Name another container here (the old way)"},
			{name: "link-local-ip", kind: addresses, def: "[]", help: "Link-local address"},
		},
	}
}

func networkCreateCommand() *command {
	return &command{
		name: "create", use: "[OPTIONS] NETWORK", short: "Make a network", args: exactly(1),
		run: (*docker).networkCreate,
		flags: []flag{
			{name: "attachable", kind: boolean, help: "Let single containers join a swarm's network"},
			{name: "aux-address", kind: assignments, def: "map[]", help: "Addresses that containers must not get"},
			{name: "config-from", kind: text, help: "Network whose configuration is used"},
			{name: "config-only", kind: boolean, help: "Only a configuration for others"},
			{name: "driver", short: "d", kind: text, def: "bridge", help: "Who makes it"},
			{name: "gateway", kind: addresses, def: "[]", help: "The subnet's gateway"},
			{name: "ingress", kind: boolean, help: "A swarm's routing mesh"},
			{name: "internal", kind: boolean, help: "No way out of it"},
			{name: "ip-range", kind: prefixes, def: "[]", help: "Addresses that containers get"},
			{name: "ipam-driver", kind: text, def: "default", help: "Who gives out addresses"},
			{name: "ipam-opt", kind: assignments, def: "map[]", help: "Option for that"},
			{name: "ipv4", kind: boolean, def: "true", help: "With IPv4 addresses"},
			{name: "ipv6", kind: boolean, help: "With IPv6 addresses"},
			{name: "label", kind: labels, help: "Label, as KEY=VALUE"},
			{name: "opt", short: "o", kind: assignments, def: "map[]", help: "Option for the driver"},
			{name: "scope", kind: text, help: "How far it reaches"},
			{name: "subnet", kind: commas, help: "Its addresses, as ADDRESS/BITS"},
		},
	}
}

func networkDisconnectCommand() *command {
	return &command{
		name: "disconnect", use: "[OPTIONS] NETWORK CONTAINER", short: "Take a container out of a network",
		args:  exactly(2),
		run:   (*docker).networkDisconnect,
		flags: []flag{{name: "force", short: "f", kind: boolean, help: "Even if the container is not there any more"}},
	}
}

func networkInspectCommand() *command {
	return &command{
		name: "inspect", use: "[OPTIONS] NETWORK [NETWORK...]", short: "Show all about networks", args: atLeast(1),
		run: (*docker).networkInspect,
		flags: []flag{
			{name: "format", short: "f", kind: text, help: formatHelp}, {
				name: "verbose", short: "v", kind: boolean,
				help: "Say more of a swarm's network",
			},
		},
	}
}

func networkListCommand() *command {
	return &command{
		name: "ls", also: []string{"list"}, use: "[OPTIONS]", short: "List networks",
		aka: "docker network ls, docker network list", run: (*docker).networkList,
		flags: []flag{filterFlag, listFormat, noTrunc, {
			name: "quiet", short: "q", kind: boolean,
			help: "Print IDs only",
		}},
	}
}

func networkPruneCommand() *command {
	return &command{
		name: "prune", use: "[OPTIONS]", short: "Remove networks that no container uses", run: (*docker).networkPrune,
		flags: []flag{{
			name: "filter", kind: filter,
			help: `Only those that fulfil a condition ("until=<timestamp>")`,
		}, forceFlag},
	}
}

func networkRemoveCommand() *command {
	return &command{
		name: "rm", also: []string{"remove"}, use: "NETWORK [NETWORK...]", short: "Remove networks",
		aka:  "docker network rm, docker network remove",
		args: atLeast(1), run: (*docker).networkRemove,
		flags: []flag{{name: "force", short: "f", kind: boolean, help: "Say nothing if it is not there"}},
	}
}
