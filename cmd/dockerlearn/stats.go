package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"dockerlearn/internal/plain"
	"dockerlearn/internal/study"
	"dockerlearn/progress"
)

// stats prints what the answers say.
func (c *command) stats() *cobra.Command {
	var asJSON bool
	var days int
	cmd := &cobra.Command{
		Use:     "stats",
		Short:   "Show what you know, how sure you are, and what fades",
		Example: "  dockerlearn stats\n  dockerlearn stats --days 30 --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.withStudy(cmd.Context(), func(s *study.Study, _ *progress.Store) error {
				all, err := s.Statistics(cmd.Context(), days)
				if err != nil {
					return err
				}
				if asJSON {
					enc := json.NewEncoder(c.out)
					enc.SetIndent("", "  ")
					return enc.Encode(all)
				}
				o, err := c.plainOptions(cmd.Context(), s)
				if err != nil {
					return err
				}
				return plain.Statistics(o, all)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, for scripts and authors")
	cmd.Flags().IntVar(&days, "days", 30, "the last days to look at; 0 for all")
	return cmd
}
