package drill

import (
	"dockerlearn/internal/tui/screen"
)

// geometry is where things stand.
type geometry struct {
	main int // columns inside the pane of the question
	side int // columns inside the second one, 0 for none
	text int // columns of text
	rows int // lines of text
	foot int // lines below it
}

func (d *Drill) geometry(env screen.Env) geometry {
	g := geometry{main: env.W - 2}
	if env.Wide() {
		g.side = max(34, min(60, env.W/3))
		g.main = env.W - 3 - g.side
	}
	g.text = min(widest, g.main-2*pad)
	g.foot = 2
	g.rows = env.H - 3 - g.foot
	return g
}

// spot is something that can be clicked on: a row and the columns it takes.
type spot struct {
	what   what
	index  int
	y      int
	x0, x1 int
}

// what a click is on.
type what int

const (
	onPlace   what = iota // an option, step, point or gap, by its place
	onUnknown             // "I don't know"
	onSure                // how sure, by Confidence
	onRating              // what it counts for, by Rating
)

func (s spot) at(x, y int) bool { return y == s.y && x >= s.x0 && x < s.x1 }
