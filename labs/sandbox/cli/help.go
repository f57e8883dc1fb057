package cli

import (
	"fmt"
	"slices"
	"strings"
)

// helpWidth is how wide --help is where no terminal says otherwise.
const helpWidth = 80

// help is what --help prints, as wide as the terminal is. cli: cli/cobra.go, usageTemplate
func (d *docker) help(cmd *command, path string) string {
	width := helpWidth
	if size, err := d.sys.TerminalSize(0); err == nil && size.Cols > 0 {
		width = size.Cols
	}
	return helpText(cmd, path, width)
}

func helpText(cmd *command, path string, width int) string {
	var b strings.Builder
	root := path == "docker"
	line := usageLine(cmd, path)
	if len(cmd.subs) > 0 {
		line = path + " COMMAND"
		if root {
			line = "docker [OPTIONS] COMMAND"
		}
	}
	long := cmd.long
	if long == "" {
		long = cmd.short
	}
	fmt.Fprintf(&b, "Usage:  %s\n\n%s\n", line, long)
	if cmd.aka != "" {
		fmt.Fprintf(&b, "\nAliases:\n  %s\n", cmd.aka)
	}
	flags := strings.TrimRight(flagSet(cmd).FlagUsagesWrapped(width-1), " \n")
	if flags != "" && !root {
		fmt.Fprintf(&b, "\nOptions:\n%s\n", flags)
	}
	listCommands(&b, cmd)
	if root {
		fmt.Fprintf(&b, "\nGlobal Options:\n%s\n", flags)
	}
	if len(cmd.subs) > 0 {
		fmt.Fprintf(&b, "\nRun '%s COMMAND --help' for more information on a command.\n", path)
	}
	if root {
		b.WriteString("\nFor more help on how to use Docker, head to https://docs.docker.com/go/guides/\n")
	}
	return b.String()
}

func listCommands(b *strings.Builder, cmd *command) {
	for _, g := range []struct {
		title string
		group group
	}{{"Common Commands", common}, {"Management Commands", management}, {"Swarm Commands", swarm}, {
		"Commands",
		plain,
	}} {
		var rows []*command
		for _, s := range cmd.subs {
			if s.group == g.group && !s.hidden {
				rows = append(rows, s)
			}
		}
		if len(rows) == 0 {
			continue
		}
		if g.group != common {
			slices.SortFunc(rows, func(a, b *command) int { return strings.Compare(a.name, b.name) })
		}
		fmt.Fprintf(b, "\n%s:\n", g.title)
		for _, s := range rows {
			fmt.Fprintf(b, "  %-*s %s\n", padding(cmd), s.name+s.mark(), s.short)
		}
	}
}

// mark is the star behind the name of a plugin.
func (cmd *command) mark() string {
	if cmd.name == "buildx" || cmd.name == "compose" {
		return "*"
	}
	return ""
}

// padding is how wide the names are. cobra: minNamePadding is 11.
func padding(cmd *command) int {
	n := 11
	for _, s := range cmd.subs {
		n = max(n, len(s.name))
	}
	return n
}
