package cli

// tree is all commands.
func tree() *command {
	return &command{
		name: "docker", use: "[OPTIONS] COMMAND",
		short: "Containers, the images they start from, and all that belongs to them", first: true,
		flags: globalFlags,
		subs:  append(append(topCommands(), groupCommands()...), refusedCommands()...),
	}
}

var globalFlags = []flag{
	{name: "config", kind: text, def: "/root/.docker", fate: idle, help: "Directory of the client's own files"},
	{
		name: "context", short: "c", kind: text,
		help: "Which engine to talk to, by the name of a context; wins over DOCKER_HOST",
	},
	{name: "debug", short: "D", kind: boolean, help: "Tell more: builds explain their warnings"},
	{name: "host", short: "H", kind: text, help: "Socket of the engine to talk to"},
	{
		name: "log-level", short: "l", kind: text, def: "info", fate: idle,
		help: `How much to log ("debug", "info", "warn", "error", "fatal")`,
	},
	{name: "tls", kind: boolean, fate: idle, help: "Encrypt with TLS; --tlsverify implies it"},
	{
		name: "tlscacert", kind: text, def: "/root/.docker/ca.pem", fate: idle,
		help: "Authority whose certificates are trusted",
	},
	{name: "tlscert", kind: text, def: "/root/.docker/cert.pem", fate: idle, help: "The client's certificate"},
	{name: "tlskey", kind: text, def: "/root/.docker/key.pem", fate: idle, help: "The client's key"},
	{name: "tlsverify", kind: boolean, fate: idle, help: "Encrypt with TLS and check the other side"},
	{name: "version", short: "v", kind: boolean, help: "Say which version this is, and end"},
}

// topCommands are the commands that need no group: docker run, docker ps.
func topCommands() []*command {
	all := []*command{
		as(runCommand(), common), as(execCommand(), common), as(psCommand("ps", nil), common),
		as(buildCommand(), common),
		{name: "bake", group: common, short: "Make images from a file that describes the builds", refused: notSimulated},
		as(pullCommand(), common), as(pushCommand(), common), as(imagesCommand("images", nil), common),
		as(loginCommand(), common), as(logoutCommand(), common), as(searchCommand(), common),
		as(versionCommand(), common), as(infoCommand(), common),
	}
	return append(all,
		attachCommand(), commitCommand(), cpCommand(), createCommand(), diffCommand(), eventsCommand(), exportCommand(),
		historyCommand(), importCommand(), inspectCommand(), killCommand(), loadCommand(), logsCommand(),
		pauseCommand(),
		portCommand(), renameCommand(), restartCommand(), rmCommand(), rmiCommand("rmi",
			nil), saveCommand(), startCommand(),
		statsCommand(), stopCommand(), tagCommand(), topCommand(), unpauseCommand(), updateCommand(), waitCommand(),
	)
}

func as(c *command, g group) *command {
	c.group = g
	return c
}

func groupCommands() []*command {
	return []*command{
		{
			name: "container", group: management, short: "Work with containers",
			subs: []*command{
				attachCommand(), commitCommand(), cpCommand(), createCommand(), diffCommand(), execCommand(),
				exportCommand(),
				containerInspectCommand(), killCommand(), logsCommand(), psCommand("ls", []string{
					"ps",
					"list",
				}), pauseCommand(),
				portCommand(), containerPruneCommand(), renameCommand(), restartCommand(), rmCommand(), runCommand(),
				startCommand(),
				statsCommand(), stopCommand(), topCommand(), unpauseCommand(), updateCommand(), waitCommand(),
			},
		},
		{
			name: "image", group: management, short: "Work with images",
			subs: []*command{
				buildCommand(),
				historyCommand(), importCommand(), imageInspectCommand(), loadCommand(), imagesCommand("ls",
					[]string{"list"}),
				imagePruneCommand(), pullCommand(), pushCommand(), rmiCommand("rm",
					[]string{"remove"}), saveCommand(), tagCommand(),
			},
		},
		{
			name: "volume", use: "COMMAND", group: management, short: "Work with volumes",
			subs: []*command{
				volumeCreateCommand(), volumeInspectCommand(), volumeListCommand(), volumePruneCommand(),
				volumeRemoveCommand(),
				{name: "update", short: "Change a volume of a cluster", refused: notSwarm},
			},
		},
		{
			name: "network", group: management, short: "Work with networks",
			subs: []*command{
				networkConnectCommand(), networkCreateCommand(), networkDisconnectCommand(), networkInspectCommand(),
				networkListCommand(),
				networkPruneCommand(), networkRemoveCommand(),
			},
		},
		{
			name: "system", group: management, short: "Look after the engine",
			subs: []*command{diskUsageCommand(), eventsCommand(), infoCommand(), systemPruneCommand()},
		},
		{
			name: "context", group: management, short: "Choose which engine to talk to",
			subs: []*command{
				contextListCommand(), contextShowCommand(),
				{name: "create", short: "Add a context", refused: oneContext},
				{name: "export", short: "Write a context to a file", refused: oneContext},
				{name: "import", short: "Read a context from a file", refused: oneContext},
				{name: "inspect", short: "Show all about contexts", refused: oneContext},
				{name: "rm", short: "Remove contexts", refused: oneContext},
				{name: "update", short: "Change a context", refused: oneContext},
				{name: "use", short: "Make a context the current one", refused: oneContext},
			},
		},
		builderCommands(), buildxCommands(),
		{
			name: "manifest", use: "COMMAND", group: management, short: "Look at manifests in registries",
			subs: []*command{
				manifestInspectCommand(),
				{name: "annotate", short: "Add to a manifest list", refused: notManifest},
				{name: "create", short: "Make a manifest list", refused: notManifest},
				{name: "push", short: "Send a manifest list to a registry", refused: notManifest},
				{name: "rm", short: "Remove manifest lists", refused: notManifest},
			},
		},
	}
}

// Why some commands are not there.
const (
	notSimulated = "is not simulated"
	notSwarm     = "swarm is not simulated"
	oneContext   = "there is no context but \"default\" in the sandbox"
	notManifest  = "manifest lists are not simulated"
)

// refusedCommands are known and refused by name.
func refusedCommands() []*command {
	var all []*command
	for _, r := range []struct {
		name  string
		group group
		short string
		why   string
	}{
		{"checkpoint", management, "Freeze containers to disk", notSimulated},
		{"compose", management, "Run applications of several containers", "compose files are not simulated yet"},
		{"plugin", management, "Work with plugins", "plugins are not simulated"},
		{"config", swarm, "Work with a swarm's configurations", notSwarm},
		{"node", swarm, "Work with a swarm's nodes", notSwarm},
		{"secret", swarm, "Work with a swarm's secrets", notSwarm},
		{"service", swarm, "Work with a swarm's services", notSwarm},
		{"stack", swarm, "Work with a swarm's stacks", notSwarm},
		{"swarm", swarm, "Work with a swarm", notSwarm},
	} {
		all = append(all, &command{
			name: r.name, group: r.group, short: r.short, refused: r.why,
			hidden: r.group == swarm && r.name != "swarm" || r.name == "checkpoint",
		})
	}
	return all
}

// Descriptions that several commands share.
const formatHelp = "How to print:\n'json':             as JSON\n" +
	"'TEMPLATE':         by a template of Go's text/template\n" +
	"The fields are those of the JSON; the functions json, split, join, title, lower, upper, pad and truncate help"

const tableHelp = "How to print:\n'table':            a table with its headings (default)\n" +
	"'table TEMPLATE':   a table with these columns\n" +
	"'json':             a JSON document per line\n'TEMPLATE':         a line each, by a template of Go's text/template"

var (
	filterFlag = flag{
		name: "filter", short: "f", kind: filter,
		help: "List only what fulfils a condition, as NAME=VALUE",
	}
	listFormat = flag{name: "format", kind: text, help: tableHelp}
	noTrunc    = flag{name: "no-trunc", kind: boolean, help: "Print everything in full length"}
	forceFlag  = flag{name: "force", short: "f", kind: boolean, help: "Do it without asking"}
)
