package main

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"dockerlearn/internal/audit"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// check says what is wrong with a course.
func (c *command) check() *cobra.Command {
	var asJSON, run bool
	cmd := &cobra.Command{
		Use:   "check [PATH]",
		Short: "Say what is wrong with a course: file, line, and what to do",
		Long: `Look over a folder with a course, or the built-in one, and print everything that is
wrong with it at once: file:line:column, a code, a sentence, what to do. Warnings
want to be looked at; errors must be mended. Exit code 1 when there are errors.`,
		Example: "  dockerlearn check\n  dockerlearn check my-course --json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{errors.New("check takes one folder")}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			folder := c.pack
			if len(args) == 1 {
				folder = args[0]
			}
			fsys, err := c.texts(folder)
			if err != nil {
				return err
			}
			var o audit.Options
			if run {
				o.Run = func(_ fs.FS, c *lessons.Course) lessons.Findings {
					return append(labs.CheckConsoles(c), labs.Check(c)...)
				}
			}
			found := audit.Course(fsys, o)
			print := audit.Print
			if asJSON {
				print = audit.PrintJSON
			}
			if err := print(c.out, found); err != nil {
				return err
			}
			if found.Errors() > 0 {
				return errTold
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&run, "run", false, "run the console blocks and play the labs in the sandbox too: what is shown comes, and labs can be solved")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}
