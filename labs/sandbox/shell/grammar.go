package shell

// grammar follows a text's tokens as far as it needs to say what a shell expected where the text broke: which
// constructs are open, and whether a command may begin here.
type grammar struct {
	open  []construct
	begin bool // a command may begin here
	some  bool // the list that is being read has a command already
	skip  bool // the next word is an operator's
	first bool // nothing but a command may come: behind if, (, && and the like
	cut   bool // an operator such as && wants a command more
	bang  bool // ! stands before
	call  bool // ( stands behind a word: f(
}

// construct is one that is not closed yet, and the word that has to come next.
type construct struct {
	needs string
	loose bool // its words are no commands: between for and do, case and in, in a pattern
	words int  // such words so far
	ended bool // for's list of words is over
}

func (g *grammar) push(needs string, loose bool) {
	g.open = append(g.open, construct{needs: needs, loose: loose})
	g.list()
}

// list begins a list of commands.
func (g *grammar) list() { g.begin, g.some, g.first, g.cut, g.bang = true, false, true, false, false }

func (g *grammar) top() *construct {
	if len(g.open) == 0 {
		return &construct{}
	}
	return &g.open[len(g.open)-1]
}

func (g *grammar) pop() {
	g.open = g.open[:len(g.open)-1]
	g.command()
}

// command is a command's first word behind us.
func (g *grammar) command() {
	g.begin, g.some, g.first, g.cut, g.bang = false, true, false, false, false
}

// take follows one token, and reports whether it can stand there.
func (g *grammar) take(t tok) bool {
	switch {
	case g.call:
		g.call = false
		if t.text != ")" {
			g.call = true
			return false
		}
		g.begin, g.first = true, true
	case g.skip && !t.operator && t.text != "\n":
		g.skip = false
	case t.text == "\n":
		if !g.top().loose {
			g.begin = true
		}
		g.top().ended = g.top().words > 0
	case g.top().loose && t.text != ")" && t.text != "(":
		return g.looseWord(t)
	case t.operator:
		return g.operator(t.text)
	case g.begin:
		return g.word(t.text)
	}
	return true
}

func (g *grammar) operator(op string) bool {
	switch op {
	case "<", ">", "<<", ">>":
		g.skip = true
		g.first = false
	case "(":
		switch {
		case g.begin:
			g.push(")", false)
		case !g.top().loose:
			g.call = true
		}
	case ")":
		return g.closeParen()
	case ";;":
		if g.top().needs != "esac" {
			return false
		}
		g.top().loose = true
	case ";", "&", "|", "&&", "||":
		if g.begin && (g.first || !g.some) {
			return false
		}
		g.begin, g.first = true, op != ";" && op != "&"
		g.cut = g.first
		g.some = g.some && !g.cut
	}
	return true
}

func (g *grammar) closeParen() bool {
	switch {
	case g.top().needs == ")":
		if g.begin && !g.some {
			return false
		}
		g.pop()
	case g.top().needs == "esac" && g.top().loose:
		g.top().loose, g.top().words = false, 0
		g.list()
		g.first = false
	default:
		return false
	}
	return true
}

// looseWord is a token between for and do, case and in, or in a pattern.
func (g *grammar) looseWord(t tok) bool {
	c := g.top()
	switch {
	case c.needs == "do" && t.text == "do" && (c.ended || c.words == 1):
		c.needs, c.loose = "done", false
		g.list()
	case c.needs == "do" && t.text == ";" && !c.ended:
		c.ended = true
	case c.needs == "do":
		c.words++
		return !c.ended || c.words == 2 && t.text == "in"
	case c.needs == "in" && t.text == "in" && c.words == 1:
		c.needs, c.words = "esac", 0
	case c.needs == "in":
		c.words++
		return c.words == 1
	case t.text == "esac" && c.words == 0:
		g.pop()
	case t.text == "|":
		c.words = 0
	default:
		c.words++
		return c.words == 1
	}
	return true
}

// word is a word where a command may begin.
func (g *grammar) word(word string) bool {
	needs := g.top().needs
	switch word {
	case "if":
		g.push("then", false)
	case "while", "until":
		g.push("do", false)
	case "for":
		g.push("do", true)
	case "case":
		g.push("in", true)
	case "{":
		g.push("}", false)
	case "!":
		if g.bang {
			return false
		}
		g.bang = true
	case "then", "do", "else", "elif", "fi", "done", "esac", "}":
		return g.middle(word, needs)
	default:
		g.command()
	}
	return true
}

// middle is a word that goes on with a construct or ends it.
func (g *grammar) middle(word, needs string) bool {
	if !g.some && word != "esac" {
		return false
	}
	switch {
	case word == "then" && needs == "then":
		g.top().needs = "fi"
		g.list()
	case word == "do" && needs == "do":
		g.top().needs = "done"
		g.list()
	case word == "elif" && needs == "fi":
		g.top().needs = "then"
		g.list()
	case word == "else" && needs == "fi":
		g.list()
	case word == needs:
		g.pop()
	default:
		return false
	}
	return true
}

// endsList reports whether a token can end a list of commands, so that the construct around it is asked.
func endsList(token string) bool {
	switch token {
	case "", ")", ";;", "}", "do", "done", "elif", "else", "esac", "fi", "then":
		return true
	}
	return false
}

// expects is the word that a shell says it expected instead of token.
func (g *grammar) expects(token string) string {
	c := g.top()
	switch {
	case g.call, c.loose && c.needs == "esac":
		return ")"
	case c.loose && c.needs == "in":
		return "in"
	case c.loose && (c.ended || endsList(token)):
		return "do"
	case c.loose, g.cut, !g.some && token != "", !endsList(token):
		return ""
	case c.needs == "esac":
		return ";;"
	}
	return c.needs
}

// context follows the tokens up to number n. broken is the first that cannot stand where it does, n if all can.
func context(toks []tok, n int) (g *grammar, broken int) {
	g = &grammar{}
	g.list()
	for i := range n {
		before := *g
		if !g.take(toks[i]) {
			return &before, i
		}
	}
	return g, n
}
