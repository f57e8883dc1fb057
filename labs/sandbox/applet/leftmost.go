package applet

import "slices"

// leftmost sorts matches and drops those that are empty or overlap one further left.
func leftmost(all [][]int) [][]int {
	slices.SortStableFunc(all, func(a, b []int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return b[1] - a[1]
	})
	var kept [][]int
	end := 0
	for _, m := range all {
		if m[0] >= end && m[1] > m[0] {
			kept = append(kept, m)
			end = m[1]
		}
	}
	return kept
}
