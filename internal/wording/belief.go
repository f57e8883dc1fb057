package wording

import (
	"strings"

	"dockerlearn/lessons"
)

// Belief parts what a lab says of a mistake, `"what somebody believed." What is true.`, so that a question does not begin
// with its answer. The belief is empty where the sentence does not begin with one.
func Belief(says string) (belief, truth string) {
	for _, quotes := range [][2]string{{`"`, `"`}, {"“", "”"}, {"「", "」"}} {
		if rest, ok := strings.CutPrefix(says, quotes[0]); ok {
			if inner, truth, ok := strings.Cut(rest, quotes[1]); ok {
				return quotes[0] + inner + quotes[1], strings.TrimSpace(truth)
			}
		}
	}
	return "", says
}

// ToReview says how much there is to review, by why it is asked.
func ToReview(due, fresh, slips int, l lessons.Lang) string {
	says := Sayf(l, "%d due, %d new", "到期 %d 题，新题 %d 道", due, fresh)
	if slips > 0 {
		says += Sayf(l, ", %d from labs", "，实验带回 %d 题", slips)
	}
	return says
}
