package quiz

import (
	"slices"

	"dockerlearn/lessons"
)

// siblingGap is how many questions of other lessons stand between two of the same lesson, where there are enough: the
// text of one often gives the answer of the other away.
const siblingGap = 2

// apart reorders entries so that siblings stand apart, and otherwise keeps their order.
func apart(entries []Entry) []Entry {
	left := slices.Clone(entries)
	count := map[lessons.LessonID]int{}
	for _, e := range left {
		count[e.Lesson.ID]++
	}
	var out []Entry
	for len(left) > 0 {
		i := pickApart(left, out, count)
		count[left[i].Lesson.ID]--
		out = append(out, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return out
}

// pickApart chooses what comes next: a lesson of which so many are left that they only just fit with a gap between
// them, else the first entry with as wide a gap to its sibling as there is.
func pickApart(left, out []Entry, count map[lessons.LessonID]int) int {
	for gap := 1; gap <= siblingGap; gap++ {
		crowded := func(e Entry) bool {
			n := count[e.Lesson.ID]
			return (n-1)*(gap+1)+1 >= len(left) && since(out, e.Lesson.ID) > gap
		}
		if i := slices.IndexFunc(left, crowded); i >= 0 {
			return i
		}
	}
	for gap := siblingGap; gap > 0; gap-- {
		if i := slices.IndexFunc(left, func(e Entry) bool { return since(out, e.Lesson.ID) > gap }); i >= 0 {
			return i
		}
	}
	return 0
}

// since is how many questions ago the lesson was asked: 1 for the last one, many for never.
func since(out []Entry, lesson lessons.LessonID) int {
	for ago := 1; ago <= min(len(out), siblingGap); ago++ {
		if out[len(out)-ago].Lesson.ID == lesson {
			return ago
		}
	}
	return siblingGap + 1
}
