package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version prints what this program is.
func (c *command) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of its course",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			course, _, err := c.course()
			if err != nil {
				return err
			}
			fmt.Fprintf(c.out, "dockerlearn %s\ncourse %s %s\n", versionText(), course.ID, course.Version)
			return nil
		},
	}
}

// versionText is the module's version, or the commit that was built, or "devel".
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel " + s.Value[:12]
		}
	}
	return "devel"
}
