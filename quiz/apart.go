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

// pickApart chooses the next entry. A lesson of which so many are left that they only just fit goes first; else the
// first entry whose lesson was not asked lately; else the one whose lesson was asked longest ago.
func pickApart(left, out []Entry, count map[lessons.LessonID]int) int {
	best, bestAgo := 0, -1
	for i, e := range left {
		ago := since(out, e.Lesson.ID)
		crowded := (count[e.Lesson.ID]-1)*(siblingGap+1)+1 >= len(left)
		if ago > siblingGap && crowded {
			return i
		}
		if ago > siblingGap {
			ago = siblingGap + 1 // all the same: the order decides
		}
		if ago > bestAgo || ago == bestAgo && ago <= siblingGap && count[e.Lesson.ID] > count[left[best].Lesson.ID] {
			best, bestAgo = i, ago
		}
	}
	if fullest := fullestLesson(left, count); 2*count[left[fullest].Lesson.ID] > len(left) &&
		since(out, left[fullest].Lesson.ID) > 1 {
		return fullest // more than half of what is left: waiting would put two of them side by side
	}
	return best
}

func fullestLesson(left []Entry, count map[lessons.LessonID]int) int {
	best := 0
	for i, e := range left {
		if count[e.Lesson.ID] > count[left[best].Lesson.ID] {
			best = i
		}
	}
	return best
}

// since is how many questions ago the lesson was asked: 1 for the last one, many for never.
func since(out []Entry, lesson lessons.LessonID) int {
	for ago := 1; ago <= len(out); ago++ {
		if out[len(out)-ago].Lesson.ID == lesson {
			return ago
		}
	}
	return 1 << 30
}
