package lessons

import (
	"dockerlearn/internal/mdoc"
)

// Lab is something to be done on a simulated host. What the host is given stands here, the words in Words.
type Lab struct {
	ID      LabID
	Level   Level
	Minutes int          // to do, as the author estimates
	Teaches []QuestionID // the cards that it practises
	Needs   []LabID      // those to do before
	AsOf    string
	Sources []Source
	Title   Text
	Words   map[Lang]*LabWords
	Pos     mdoc.Pos

	// The blocks for the machine. They stand once: in the English file, or in the only one.
	Setup     Block     // commands that prepare the host, as a script is written
	Check     []Line    // conditions: all of them have to hold
	Mistakes  []Mistake // what shows that somebody believes something wrong
	Solutions []Block   // each is a way that ends where every condition holds
}

// In returns the lab's words in the language asked for, or in the one there is.
func (l *Lab) In(lang Lang) *LabWords {
	if w, ok := l.Words[lang]; ok {
		return w
	}
	for _, other := range []Lang{EN, ZH} {
		if w, ok := l.Words[other]; ok {
			return w
		}
	}
	return nil
}

// LabWords is a lab in one language.
type LabWords struct {
	Heading mdoc.Fragment // the title as one heading node
	Story   mdoc.Fragment // what it is about and what is to be reached, without the blocks for the machine
	Hints   []mdoc.Fragment
	Ways    []mdoc.Fragment // what is said about each solution; may be empty fragments
	Debrief mdoc.Fragment
	Text    string // all of it as plain text, for search
	Pos     mdoc.Pos
}

// Block is a block of lines for the machine.
type Block struct {
	Text string
	Pos  mdoc.Pos // of its first line
}

// Line is one condition. Its grammar is that of labs/condition.
type Line struct {
	Condition string
	Says      Text // the author's own sentence for it; nil: it says itself
	Pos       mdoc.Pos
}

// Mistake is a condition that comes true when somebody acts on a wrong belief.
type Mistake struct {
	Line                // Says is the belief and what is true instead
	Question QuestionID // the card that it brings back; may be empty
}

// LabGroup is labs that belong together, in the order in which they are best done.
type LabGroup struct {
	ID    string
	Title Text
	Labs  []*Lab
}
