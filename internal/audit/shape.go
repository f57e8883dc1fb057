package audit

import (
	"dockerlearn/internal/mdoc"
	"dockerlearn/lessons"
)

// parts are the sections that a lesson has, in this order.
var parts = []struct {
	role lessons.Role
	what string
}{
	{lessons.RoleAnswer, "the answer in one minute, `## … {#answer}`"},
	{lessons.RoleExplain, "an explanation"},
	{lessons.RoleWrong, "what people get wrong, `## … {#wrong}`"},
	{lessons.RoleNext, "what they ask next, `## … {#next}`"},
}

// shape checks that all parts of a lesson are there, in order, and that it asks something.
func (a *auditor) shape(l *lessons.Lesson, b *lessons.Body) {
	rank := map[lessons.Role]int{}
	for i, p := range parts {
		rank[p.role] = i
	}
	seen := map[lessons.Role]bool{}
	for i, s := range b.Sections {
		seen[s.Role] = true
		if i > 0 && rank[s.Role] < rank[b.Sections[i-1].Role] {
			a.found.Errorf(s.Pos, "section-order", "put answer, explanation, wrong and next in this order",
				"the section %q stands too far down", s.ID)
		}
	}
	whole := mdoc.Pos{File: b.File}
	for _, p := range parts {
		if !seen[p.role] {
			a.found.Errorf(whole, "section-missing", "add "+p.what, "a part of the lesson is missing")
		}
	}
	if len(l.Questions) == 0 {
		a.found.Errorf(whole, "no-questions", "add questions `## Q …`", "the lesson asks nothing")
	}
}
