package condition

import (
	"strconv"

	"dockerlearn/lessons"
)

// comparison is how two numbers compare.
type comparison string

// comparison reads one.
func (r *reading) comparison() comparison { return comparison(r.oneOf("<", "<=", "=", ">=", ">")) }

func (c comparison) holds(a, b int64) bool {
	switch c {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">=":
		return a >= b
	case ">":
		return a > b
	}
	return a == b
}

// opposite is what holds where this does not.
func (c comparison) opposite() comparison {
	return map[comparison]comparison{"<": ">=", "<=": ">", ">=": "<", ">": "<=", "=": "!="}[c]
}

func (c comparison) words() lessons.Text {
	return map[comparison]lessons.Text{
		"":   say("", ""),
		"<":  say("less than ", "小于 "),
		"<=": say("at most ", "不超过 "),
		"=":  say("", "等于 "),
		">=": say("at least ", "不小于 "),
		">":  say("more than ", "大于 "),
		"!=": say("not ", "不等于 "),
	}[c]
}

// measure is something that is counted or weighed.
type measure struct {
	name lessons.Text // "the size of the image web"
	show func(int64) string
	read func(*State) (int64, lessons.Text) // why not, if it cannot be told
}

// than reads the rest: a comparison and a number or size.
func (m measure) than(r *reading, number func() (int64, string)) test {
	c := r.comparison()
	want, words := number()
	sentence := func(c comparison, amount string) lessons.Text {
		w := c.words()
		return say("%[1]s is %[3]s%[5]s", "%[2]s%[4]s%[5]s",
			m.name[lessons.EN], m.name[lessons.ZH], w[lessons.EN], w[lessons.ZH], amount)
	}
	return test{
		holds: sentence(c, words), fails: sentence(c.opposite(), words),
		look: func(s *State) (bool, lessons.Text) {
			has, why := m.read(s)
			if why != nil {
				return false, why
			}
			return c.holds(has, want), say("%[1]s is %[3]s", "%[2]s是 %[3]s", m.name[lessons.EN], m.name[lessons.ZH], m.show(has))
		},
	}
}

// count reads a whole number.
func (r *reading) count() (int64, string) {
	n := r.number("a number")
	return int64(n), strconv.Itoa(n)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
