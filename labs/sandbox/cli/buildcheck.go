package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/build"
)

// checked is the answer of docker build --check: all that is wrong with a Dockerfile. buildx: commands/build.go,
// printResult; buildkit: frontend/subrequests/lint/lint.go
func (d *docker) checked(result build.Result, err error) error {
	list, failed := result.Warnings, (*build.Error)(nil)
	if err != nil {
		var ok bool
		if failed, ok = err.(*build.Error); !ok {
			return daemon(err)
		}
		list = failed.Warnings
	}
	slices.SortStableFunc(list, func(a, b build.Lint) int { return cmp.Compare(a.Line, b.Line) })
	switch n := len(list); {
	case n == 1:
		d.printf("Check complete, 1 warning has been found!\n")
	case n > 1:
		d.printf("Check complete, %d warnings have been found!\n", n)
	case failed == nil:
		d.printf("Check complete, no warnings found.\n")
	}
	d.write(1, violations(list))
	switch {
	case failed != nil && len(list) > 0:
		return exitf(1, "\n%s%s\n%s", buildFailed, failed.Text, failed.Excerpt)
	case failed != nil:
		return exitf(1, "%s%s\n%s", buildFailed, failed.Text, failed.Excerpt)
	case len(list) > 0:
		return exitf(1, "")
	}
	return nil
}

func violations(list []build.Lint) string {
	var out strings.Builder
	for _, l := range list {
		fmt.Fprintf(&out, "\nWARNING: %s", l.Rule)
		if l.URL != "" {
			fmt.Fprintf(&out, " - %s", l.URL)
		}
		fmt.Fprintf(&out, "\n%s\n%s", l.Detail, l.Excerpt)
	}
	return out.String()
}
