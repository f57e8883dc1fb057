package cli

func imagesCommand(name string, also []string) *command {
	return &command{
		name: name, also: also, use: "[OPTIONS] [REPOSITORY[:TAG]]", short: "List images",
		aka: "docker image ls, docker image list, docker images", args: atMost(1), run: (*docker).images,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "Those without a name, too"},
			{name: "digests", kind: boolean, help: "With their digests"},
			filterFlag, listFormat, noTrunc,
			{name: "quiet", short: "q", kind: boolean, help: "Print IDs only"},
			{name: "tree", kind: boolean, help: "With a line for each platform (EXPERIMENTAL)"},
		},
	}
}

var platformFlag = flag{name: "platform", kind: text, help: "Which platform of an image that has several"}

var noTrust = flag{
	name: "disable-content-trust", kind: boolean, def: "true", gone: "support for docker content trust was removed",
}

func pullCommand() *command {
	return &command{
		name: "pull", use: "[OPTIONS] NAME[:TAG|@DIGEST]", short: "Fetch an image from a registry",
		aka: "docker image pull, docker pull", args: exactly(1), run: (*docker).pull,
		flags: []flag{
			{name: "all-tags", short: "a", kind: boolean, help: "All tags of the repository"},
			platformFlag,
			{name: "quiet", short: "q", kind: boolean, help: "Print only what was pulled"},
			noTrust,
		},
	}
}

func pushCommand() *command {
	return &command{
		name: "push", use: "[OPTIONS] NAME[:TAG]", short: "Send an image to a registry",
		aka: "docker image push, docker push", args: exactly(1), run: (*docker).push,
		flags: []flag{
			{name: "all-tags", short: "a", kind: boolean, help: "All tags of the repository"},
			platformFlag,
			{name: "quiet", short: "q", kind: boolean, help: "Print only what was pushed"},
			noTrust,
		},
	}
}

func tagCommand() *command {
	return &command{
		name: "tag", use: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", short: "Give an image one more name",
		aka: "docker image tag, docker tag", args: exactly(2), run: (*docker).tag,
	}
}

func rmiCommand(name string, also []string) *command {
	return &command{
		name: name, also: also, use: "[OPTIONS] IMAGE [IMAGE...]", short: "Remove images, or names of images",
		aka: "docker image rm, docker image remove, docker rmi", args: atLeast(1), run: (*docker).rmi,
		flags: []flag{
			{name: "force", short: "f", kind: boolean, help: "Even if containers use it"},
			{name: "no-prune", kind: boolean, help: "Keep parents without a name"},
			{name: "platform", kind: commas, help: "Remove only this platform of it"},
		},
	}
}

func historyCommand() *command {
	return &command{
		name: "history", use: "[OPTIONS] IMAGE", short: "Show how an image was made",
		aka: "docker image history, docker history", args: exactly(1), run: (*docker).history,
		flags: []flag{
			listFormat,
			{name: "human", short: "H", kind: boolean, def: "true", help: "Print sizes and ages for people"},
			noTrunc, platformFlag,
			{name: "quiet", short: "q", kind: boolean, help: "Print IDs only"},
		},
	}
}

func saveCommand() *command {
	return &command{
		name: "save", use: "[OPTIONS] IMAGE [IMAGE...]", short: "Write images as a tar archive",
		aka: "docker image save, docker save", args: atLeast(1), run: (*docker).save,
		flags: []flag{
			{name: "output", short: "o", kind: text, help: "File to write to instead of standard output"},
			{name: "platform", kind: commas, help: "Only these platforms of them"},
		},
	}
}

func loadCommand() *command {
	return &command{
		name: "load", use: "[OPTIONS]", short: "Read images from an archive that docker save wrote",
		aka: "docker image load, docker load", run: (*docker).load,
		flags: []flag{
			{name: "input", short: "i", kind: text, help: "File to read instead of standard input"},
			{name: "platform", kind: commas, help: "Only these platforms of them"},
			{name: "quiet", short: "q", kind: boolean, help: "Say nothing"},
		},
	}
}

func importCommand() *command {
	return &command{
		name: "import", use: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
		short: "Make an image of the files in a tar archive",
		aka:   "docker image import, docker import", args: atLeast(1), run: (*docker).importImage,
		flags: []flag{
			{name: "change", short: "c", kind: changes, help: "Dockerfile instruction to apply"},
			{name: "message", short: "m", kind: text, help: "What was done"},
			platformFlag,
		},
	}
}

func imageInspectCommand() *command {
	return &command{
		name: "inspect", use: "[OPTIONS] IMAGE [IMAGE...]", short: "Show all about images", args: atLeast(1),
		run:   (*docker).imageInspect,
		flags: []flag{{name: "format", short: "f", kind: text, help: formatHelp}, platformFlag},
	}
}

func imagePruneCommand() *command {
	return &command{
		name: "prune", use: "[OPTIONS]", short: "Remove images that nothing uses", run: (*docker).imagePrune,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "Those with a name, too"},
			{name: "filter", kind: filter, help: `Only those that fulfil a condition ("until=<timestamp>")`},
			forceFlag,
		},
	}
}

func loginCommand() *command {
	return &command{
		name: "login", use: "[OPTIONS] [SERVER]", short: "Say to a registry who you are",
		long: "Say to a registry who you are.\nWithout a server, it is Docker Hub.", args: atMost(1),
		run: (*docker).login,
		flags: []flag{
			{
				name: "password", short: "p", kind: text,
				help: `Password or token, or "-" to read it from standard input`,
			},
			{name: "password-stdin", kind: boolean, help: "Read the password or token from standard input"},
			{name: "username", short: "u", kind: text, help: "User name"},
		},
	}
}

func logoutCommand() *command {
	return &command{
		name: "logout", use: "[SERVER]", short: "Forget who you are at a registry",
		long: "Forget who you are at a registry.\nWithout a server, it is Docker Hub.", args: atMost(1),
		run: (*docker).logout,
	}
}

func searchCommand() *command {
	return &command{
		name: "search", use: "[OPTIONS] TERM", short: "Look for images on Docker Hub", args: exactly(1),
		run: (*docker).search,
		flags: []flag{
			filterFlag, listFormat, {name: "limit", kind: integer, help: "How many at most"}, noTrunc,
		},
	}
}

func manifestInspectCommand() *command {
	return &command{
		name: "inspect", use: "[OPTIONS] [MANIFEST_LIST] MANIFEST", short: "Show a manifest as a registry has it",
		args: between(1, 2), run: (*docker).manifestInspect,
		flags: []flag{
			{name: "insecure", kind: boolean, fate: idle, help: "Talk to a registry that has no certificate"},
			{name: "verbose", short: "v", kind: boolean, fate: refused, help: "Print more of it"},
		},
	}
}
