package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dockerlearn/internal/render"
	"dockerlearn/labs/sandbox/cli"
)

// fidelity says what of the docker command is simulated.
func (c *command) fidelity() *cobra.Command {
	return &cobra.Command{
		Use:   "fidelity [COMMAND]",
		Short: "Say what of docker is simulated, and what is refused",
		Long: `Say of every command and flag of docker whether it is simulated, accepted because it
has no effect here, or refused by name. The list is made from the table that parses
the simulated docker's command lines.`,
		Example: "  dockerlearn fidelity\n  dockerlearn fidelity \"container run\"",
		RunE: func(_ *cobra.Command, args []string) error {
			only := strings.TrimPrefix(strings.Join(args, " "), "docker ")
			counts := map[cli.Fate]int{}
			for _, e := range cli.Fidelity() {
				if only != "" && e.Command != "docker "+only {
					continue
				}
				counts[e.Fate]++
				name := e.Command
				if e.Flag != "" {
					name += " " + e.Flag
				}
				fmt.Fprintln(c.out, strings.TrimRight(render.Pad(name, 52)+"  "+string(e.Fate)+"  "+e.Why, " "))
			}
			if len(counts) == 0 {
				return fmt.Errorf("docker has no command %q", only)
			}
			fmt.Fprintf(c.out, "%d simulated, %d without effect, %d refused\n", counts[cli.Simulated], counts[cli.Idle], counts[cli.Refused])
			return nil
		},
	}
}
