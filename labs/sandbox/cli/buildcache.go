package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"dockerlearn/labs/sandbox/api"
)

func builderCommands() *command {
	prune := buildPruneCommand()
	prune.flags = append(prune.flags, flag{name: "keep-storage", kind: bytes, fate: refused, help: "How much to keep"})
	return &command{
		name: "builder", group: management, short: "Look after builds", subs: []*command{buildCommand(), prune},
	}
}

func buildxCommands() *command {
	prune := buildPruneCommand()
	prune.flags = append(prune.flags, builderFlags()...)
	prune.flags = append(prune.flags,
		flag{name: "max-used-space", kind: bytes, fate: refused, help: "How much the cache may take"},
		flag{name: "min-free-space", kind: bytes, fate: refused, help: "How much of the disk is to be free afterwards"},
		flag{name: "reserved-space", kind: bytes, fate: refused, help: "How much the cache may take in any case"},
		flag{name: "verbose", kind: boolean, fate: refused, help: "Say more"},
	)
	subs := []*command{buildCommand(), prune, buildUsageCommand()}
	for _, c := range [][2]string{
		{"bake", "Make images from a file that describes the builds"},
		{"create", "Make a builder"},
		{"dap", "Debug a build from an editor"},
		{"dial-stdio", "Connect to a builder"},
		{"history", "Look at builds of the past"},
		{"imagetools", "Work with images in registries"},
		{"inspect", "Show a builder"},
		{"ls", "List builders"},
		{"policy", "Work with what builds may use"},
		{"rm", "Remove builders"},
		{"stop", "Stop a builder"},
		{"use", "Choose a builder"},
		{"version", "Show the version"},
	} {
		subs = append(subs, &command{name: c[0], short: c[1], refused: notSimulated})
	}
	return &command{name: "buildx", group: management, short: "Build with BuildKit", subs: subs}
}

// builderFlags are of every command that speaks to a builder. The answer of one in the same process never takes long.
func builderFlags() []flag {
	return []flag{
		{name: "builder", kind: text, def: "default", help: `Which builder to use: there is "default"`},
		{name: "debug", short: "D", kind: boolean, fate: idle, help: "Log more"},
		{name: "timeout", kind: duration, def: "20s", fate: idle, help: "How long to wait for the builder"},
	}
}

func buildPruneCommand() *command {
	return &command{
		name: "prune", short: "Forget the steps of builds", run: (*docker).buildPrune,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "All of them, also those that images are made of"},
			{name: "filter", kind: filter, help: `Only some of them ("until=24h")`},
			{name: "force", short: "f", kind: boolean, help: "Do not ask"},
		},
	}
}

// buildPrune is docker buildx prune. buildx: commands/prune.go
func (d *docker) buildPrune(c *call) error {
	if strings.HasPrefix(c.path, "docker buildx") {
		if err := d.checkBuilder(c); err != nil {
			return err
		}
	}
	f := c.filters()
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if name != "until" && name != "unused-for" {
			return exitf(125, "%s: --filter %s is not simulated; nothing was removed", c.path, name)
		}
	}
	question := "WARNING! This will remove all dangling build cache."
	if c.on("all") {
		question = "WARNING! This will remove all build cache."
	}
	if !c.on("force") && !d.confirm(question+" Are you sure you want to continue?") {
		return nil
	}
	pruned, err := d.engine.BuildCachePrune(d.caller(), api.BuildCachePruneOptions{All: c.on("all"), Filters: f})
	if err != nil {
		return daemon(err)
	}
	d.write(1, d.cacheTable(pruned.Records))
	total := int64(0)
	for _, r := range pruned.Records {
		total += r.Size
	}
	d.write(1, byTabs([][2]string{{"Total:", humanSize(float64(total), 4)}}))
	return nil
}

func buildUsageCommand() *command {
	return &command{
		name: "du", short: "Show the cache", run: (*docker).buildUsage,
		flags: append(builderFlags(),
			flag{name: "filter", kind: filter, fate: refused, help: "Show only some of it"},
			flag{name: "format", kind: text, fate: refused, help: "How to show it"},
			flag{name: "verbose", kind: boolean, fate: refused, help: "Say more"},
		),
	}
}

// buildUsage is docker buildx du. buildx: commands/diskusage.go
func (d *docker) buildUsage(c *call) error {
	if err := d.checkBuilder(c); err != nil {
		return err
	}
	u, err := d.engine.DiskUsage(d.caller(), api.DiskUsageOptions{BuildCache: true, Verbose: true})
	if err != nil {
		return daemon(err)
	}
	var total, shared, free int64
	for _, r := range u.BuildCacheUsage.Items {
		total += r.Size
		if r.Shared {
			shared += r.Size
		}
		if !r.InUse {
			free += r.Size
		}
	}
	d.write(1, d.cacheTable(u.BuildCacheUsage.Items))
	var sums [][2]string
	if shared > 0 {
		sums = append(sums, [2]string{"Shared:", humanSize(float64(shared), 4)})
		sums = append(sums, [2]string{"Private:", humanSize(float64(total-shared), 4)})
	}
	sums = append(sums, [2]string{"Reclaimable:", humanSize(float64(free), 4)})
	sums = append(sums, [2]string{"Total:", humanSize(float64(total), 4)})
	d.write(1, byTabs(sums))
	return nil
}

// cacheTable lists what a builder remembers. buildx: commands/diskusage.go, printTableRow
func (d *docker) cacheTable(list []api.BuildCache) string {
	if len(list) == 0 {
		return ""
	}
	now := d.sys.Now()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 1, 8, 1, '\t', 0)
	fmt.Fprintln(w, "ID\tRECLAIMABLE\tSIZE\tLAST ACCESSED")
	for _, r := range list {
		id, size, used := r.ID, humanSize(float64(r.Size), 4), ""
		if r.Type == "exec.cachemount" {
			id += "*" // it can change
		}
		if r.Shared {
			size += "*"
		}
		if r.LastUsedAt != nil {
			used = humanDuration(now.Sub(*r.LastUsedAt)) + " ago"
		}
		fmt.Fprintf(w, "%-40s\t%-5v\t%-10s\t%s\n", id, !r.InUse, size, used)
	}
	w.Flush() //nolint:errcheck // into memory
	return b.String()
}

// byTabs is names and values as BuildKit's tools print them.
func byTabs(rows [][2]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 1, 8, 1, '\t', 0)
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\n", r[0], r[1])
	}
	w.Flush() //nolint:errcheck // into memory
	return b.String()
}
