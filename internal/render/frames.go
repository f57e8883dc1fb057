package render

// Frames are the characters that are drawn around text: the renderer's own and those that screens share with it. All
// are one column wide unless said otherwise.
type Frames struct {
	Name string

	Bullets           [3]string // by depth of the list
	TaskDone, TaskNot string    // three columns
	QuoteBar, CodeBar string
	Continue          string // begins the rest of a code line that was too long
	Rule              string
	Column, Cross     string // between the columns of a table, and where they meet the line below its head
	Ellipsis          string

	Horizontal, Vertical                           string
	TopLeft, TopRight, BottomLeft, BottomRight     string
	TeeLeft, TeeRight, TeeTop, TeeBottom, Crossing string

	Here, Right, Wrong, Dot string // ▸ the chosen line, ✓, ✗, · not yet
	BarFull, BarEmpty       string
	Arrow                   string
}

// The sets are built once and given out by pointer, so that Options can be compared.
var (
	light = Frames{
		Name:     "light",
		Bullets:  [3]string{"•", "–", "·"},
		TaskDone: "[x]", TaskNot: "[ ]",
		QuoteBar: "│", CodeBar: "▏", Continue: "↪",
		Rule: "─", Column: "│", Cross: "┼", Ellipsis: "…",
		Horizontal: "─", Vertical: "│",
		TopLeft: "┌", TopRight: "┐", BottomLeft: "└", BottomRight: "┘",
		TeeLeft: "├", TeeRight: "┤", TeeTop: "┬", TeeBottom: "┴", Crossing: "┼",
		Here: "▸", Right: "✓", Wrong: "✗", Dot: "·",
		BarFull: "█", BarEmpty: "░", Arrow: "→",
	}
	ascii = Frames{
		Name:     "ascii",
		Bullets:  [3]string{"*", "-", "+"},
		TaskDone: "[x]", TaskNot: "[ ]",
		QuoteBar: ">", CodeBar: "|", Continue: "\\",
		Rule: "-", Column: "|", Cross: "+", Ellipsis: "~",
		Horizontal: "-", Vertical: "|",
		TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
		TeeLeft: "+", TeeRight: "+", TeeTop: "+", TeeBottom: "+", Crossing: "+",
		Here: ">", Right: "v", Wrong: "x", Dot: ".",
		BarFull: "#", BarEmpty: ".", Arrow: ">",
	}
)

// LightFrames returns the set of light lines.
func LightFrames() *Frames { return &light }

// ASCIIFrames returns the set for terminals that draw lines and bullets two columns wide, or not at all.
func ASCIIFrames() *Frames { return &ascii }
