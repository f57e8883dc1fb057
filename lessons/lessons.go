// Package lessons is the course as data: topics, lessons, their screens and their questions, in one or two languages.
//
// Load reads a folder (embedded or a stranger's) and reports every mistake at once, each with its place and what to
// do. A Course that Load returned without errors is complete and consistent: all ids are known and unique, both
// languages say the same. It is never changed afterwards and may be read from many goroutines.
//
// The package knows nothing of terminals, progress or time.
package lessons

import (
	"dockerlearn/internal/mdoc"
)

// Ids are written by authors and live for ever: a learner's progress hangs on them.
type (
	TopicID    string // "storage"
	LessonID   string // "union-fs"
	QuestionID string // "union-fs-01"
	LabID      string // "two-services"
	SectionID  string // "answer", "wrong", unique within its lesson
)

// Lang is a language of the course, as a BCP 47 primary subtag.
type Lang string

// The languages of the built-in course. A pack may have one of them only.
const (
	EN Lang = "en"
	ZH Lang = "zh"
)

// Text is a short plain text in each language that the course has.
type Text map[Lang]string

// In returns the text in the language asked for, or else in the one there is.
func (t Text) In(l Lang) string {
	if s, ok := t[l]; ok {
		return s
	}
	for _, other := range []Lang{EN, ZH} {
		if s, ok := t[other]; ok {
			return s
		}
	}
	return ""
}

// Course is everything that can be learned, in the order in which it is taught.
type Course struct {
	ID       string
	Version  string
	Licence  string // of a pack; empty for the built-in course
	Title    Text
	Langs    []Lang // at least one, EN first
	Topics   []*Topic
	Labs     []*LabGroup
	Glossary []Term

	lessons   map[LessonID]*Lesson
	questions map[QuestionID]*Question
	labs      map[LabID]*Lab
}

// Lesson returns the lesson of this id, or nil.
func (c *Course) Lesson(id LessonID) *Lesson { return c.lessons[id] }

// Question returns the question of this id, or nil.
func (c *Course) Question(id QuestionID) *Question { return c.questions[id] }

// Lab returns the lab of this id, or nil.
func (c *Course) Lab(id LabID) *Lab { return c.labs[id] }

// Lessons returns all lessons in the order of the course.
func (c *Course) Lessons() []*Lesson {
	var all []*Lesson
	for _, t := range c.Topics {
		all = append(all, t.Lessons...)
	}
	return all
}

// Topic is a chapter: an ordered list of lessons.
type Topic struct {
	ID      TopicID
	Title   Text
	Needs   []TopicID
	Lessons []*Lesson
}

// Level says how deep an interviewer digs with this.
type Level string

// The three levels of lessons, easiest first.
const (
	Basic        Level = "basic"
	Intermediate Level = "intermediate"
	Advanced     Level = "advanced"
)

// Asked says how often interviews ask this.
type Asked string

// How often, most often first.
const (
	Often     Asked = "often"
	Sometimes Asked = "sometimes"
	Rarely    Asked = "rarely"
)

// Lesson answers one interview question.
type Lesson struct {
	ID        LessonID
	Topic     TopicID
	Level     Level
	Asked     Asked
	Minutes   int // to read, as the author estimates
	Needs     []LessonID
	Labs      []LabID
	AsOf      string // "2026-11": when its dated statements were checked
	Sources   []Source
	Title     Text           // plain text of the question, without markup
	Bodies    map[Lang]*Body // one for each of the course's languages
	Questions []*Question    // in the order of the file
}

// Body returns the lesson's text in the language asked for, or in the one there is.
func (l *Lesson) Body(lang Lang) *Body {
	if b, ok := l.Bodies[lang]; ok {
		return b
	}
	for _, other := range []Lang{EN, ZH} {
		if b, ok := l.Bodies[other]; ok {
			return b
		}
	}
	return nil
}

// Source is where a lesson's statements come from.
type Source struct {
	Title string // "Linux kernel, overlayfs"
	At    string // URL, path in a source tree, or the name of a recording
}

// Body is a lesson in one language: its screens in reading order. All languages of a lesson have the same sections
// with the same number of screens each, so a screen's index means the same place in every language.
type Body struct {
	Lang     Lang
	Title    mdoc.Fragment // the title as one heading node
	Sections []Section
	Screens  []Screen
	File     string

	entries []entry // the headings with ids within the sections
}

// entry is a heading within a section that can be pointed to.
type entry struct {
	id  string
	pos mdoc.Pos
}

// Role says what part a section plays in a lesson.
type Role string

// The parts of a lesson, in order.
const (
	RoleAnswer  Role = "answer"  // the answer in one minute
	RoleExplain Role = "explain" // one idea a screen
	RoleWrong   Role = "wrong"   // what people get wrong
	RoleNext    Role = "next"    // what they ask next
)

// Section is a `## ` heading and the screens below it.
type Section struct {
	ID      SectionID
	Role    Role
	Heading mdoc.Fragment // the title as one heading node
	Title   string        // plain text
	First   int           // index into Body.Screens
	Count   int           // how many screens
	Pos     mdoc.Pos
}

// Screen is what is shown at once: one idea.
type Screen struct {
	Section int           // index into Body.Sections
	Part    int           // 0 for the section's first screen
	Doc     mdoc.Fragment // the blocks, without the section's own heading
	Text    string        // the same as plain text, for search
	Pos     mdoc.Pos
}

// Kind is how a question is answered.
type Kind string

// The kinds of questions. AUTHORING: the kind is inferred from what is written.
const (
	OneChoice   Kind = "one"
	ManyChoices Kind = "many"
	Typed       Kind = "typed"
	Cloze       Kind = "cloze"
	Order       Kind = "order"
	Predict     Kind = "predict"
	Do          Kind = "do"
	Open        Kind = "open"
)

// Question is one thing to be asked again and again. What is the same in all languages stands here, the words in Words.
type Question struct {
	ID      QuestionID
	Lesson  LessonID
	Kind    Kind
	Rev     int // grows when the meaning changed: ask again
	Level   int // 1 easy .. 3 hard
	Asked   Asked
	Seconds int       // for open and do questions: the time one has
	Read    SectionID // the section that explains it; may be empty
	Right   []bool    // for choice and predict: which options are right, by index
	Words   map[Lang]*Words
	Pos     mdoc.Pos

	// For do questions, what the machine is given; see Lab.
	Setup     Block
	Check     []Line
	Solutions []Block
}

// In returns the question's words in the language asked for, or in the one there is.
func (q *Question) In(lang Lang) *Words {
	if w, ok := q.Words[lang]; ok {
		return w
	}
	for _, other := range []Lang{EN, ZH} {
		if w, ok := q.Words[other]; ok {
			return w
		}
	}
	return nil
}

// Words is a question in one language. Only the fields of its kind are filled.
type Words struct {
	Heading mdoc.Fragment   // the heading without its Q, as one heading node
	Prompt  string          // the heading as plain text; may be empty for a cloze
	Stem    mdoc.Fragment   // what follows the heading: paragraphs, code
	Options []Option        // one, many, predict
	Accept  []string        // typed: what counts as right, the first is shown
	Wrong   []NamedWrong    // typed: recognised wrong answers
	Cloze   []ClozePart     // cloze: text and gaps in order
	Steps   []mdoc.Fragment // order: in the right order
	Rubric  []Point         // open
	Why     mdoc.Fragment   // the explanation after the answer, without its label
	Text    string          // all of it as plain text, for search
	Pos     mdoc.Pos
}

// Option is one of the answers to choose from.
type Option struct {
	Doc      mdoc.Fragment
	Text     string        // plain text
	Feedback mdoc.Fragment // which belief it stands for; may be empty for a right one
	Pos      mdoc.Pos
}

// NamedWrong is a typed answer that is known to be wrong, and why.
type NamedWrong struct {
	Answers  []string
	Feedback string // may hold inline Markdown: mdoc.ParseText
	Pos      mdoc.Pos
}

// ClozePart is a piece of a cloze: text, or a gap when Accept is not empty.
type ClozePart struct {
	Text   string // may hold inline Markdown (mdoc.ParseText) and line breaks; a paragraph break is "\n\n"
	Accept []string
}

// Point is one line of an open question's rubric.
type Point struct {
	Weight int // below zero: saying this costs
	Doc    mdoc.Fragment
	Text   string
}

// Term is one entry of the glossary.
type Term struct {
	ID    string
	Name  Text              // the spelling to use
	Also  map[Lang][]string // other accepted names
	Avoid map[Lang][]string // names that are not to be used
	Says  Text              // one sentence
}
