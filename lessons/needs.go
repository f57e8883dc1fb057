package lessons

import (
	"slices"
	"strings"

	"dockerlearn/internal/mdoc"
)

// needing is a lesson or a lab with those that it needs.
type needing struct {
	id    string
	front *mapping // nil when it could not be read
}

// needs is what lessons need of lessons, or labs of labs.
type needs struct {
	what  string // "lesson"
	all   []needing
	index map[string]int // into all
	found *Findings
}

func newNeeds(what string, found *Findings) *needs {
	return &needs{what: what, index: map[string]int{}, found: found}
}

func (n *needs) add(id string, front *mapping) {
	n.index[id] = len(n.all)
	n.all = append(n.all, needing{id, front})
}

// checkNeeds finds prerequisites that do not exist or go round in a circle, and labs that do not exist. While a
// course has no labs, their names are not checked.
func checkNeeds(drafts []*draft, labs []*labDraft, found *Findings) {
	ofLessons, ofLabs := newNeeds("lesson", found), newNeeds("lab", found)
	for _, d := range drafts {
		ofLessons.add(string(d.id), d.front)
	}
	for _, d := range labs {
		ofLabs.add(string(d.id), d.front)
	}
	for _, d := range drafts {
		if d.front != nil && len(labs) > 0 {
			ofLabs.known(d.front, "labs", "lab-unknown")
		}
	}
	for _, n := range []*needs{ofLessons, ofLabs} {
		for _, x := range n.all {
			if x.front != nil {
				n.known(x.front, "needs", "needs-unknown")
			}
		}
		n.circles()
	}
}

// known reports the names in a list that are not in the course.
func (n *needs) known(front *mapping, key, code string) {
	for _, name := range front.list(key) {
		if _, ok := n.index[name.Value]; !ok {
			n.found.Errorf(front.place(name), code,
				"name a "+n.what+" that course.yaml lists", "there is no %s %q", n.what, name.Value)
		}
	}
}

// circles finds those that need themselves, directly or through others. Each circle is found once, at the need that
// closes it.
func (n *needs) circles() {
	const open, done = 1, 2
	state := make([]int, len(n.all))
	var path []string
	var visit func(i int)
	visit = func(i int) {
		state[i] = open
		path = append(path, n.all[i].id)
		for _, need := range n.of(i) {
			next, ok := n.index[need.Value]
			switch {
			case !ok:
			case state[next] == open:
				circle := append(slices.Clone(path[slices.Index(path, need.Value):]), need.Value)
				n.found.Errorf(n.all[i].front.place(need), "needs-circle", "leave out one of these needs",
					"these %ss need each other: %s", n.what, strings.Join(circle, " > "))
			case state[next] != done:
				visit(next)
			}
		}
		path = path[:len(path)-1]
		state[i] = done
	}
	for i := range n.all {
		if state[i] == 0 {
			visit(i)
		}
	}
}

// of returns what the i-th needs.
func (n *needs) of(i int) []*mdoc.Node {
	if n.all[i].front == nil {
		return nil
	}
	return n.all[i].front.list("needs")
}

// checkAsked finds questions that labs name and no lesson has. One that is there but cannot be read was found already.
func (c *Course) checkAsked(drafts []*draft, labs []*labDraft, found *Findings) {
	broken := map[QuestionID]bool{}
	for _, d := range drafts {
		for id := range d.broken {
			broken[id] = true
		}
	}
	for _, d := range labs {
		for _, q := range d.asks {
			if c.questions[q.id] == nil && !broken[q.id] {
				found.Errorf(q.at, "question-unknown", "name a question of a lesson, `## Q … {#id}`",
					"there is no question %q", q.id)
			}
		}
	}
}
