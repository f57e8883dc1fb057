package shell

import (
	"fmt"
	"strings"
)

// options is what set and the command line can turn on.
type options struct {
	allexport, errexit, noglob, hashall, interactive, monitor, noexec, noclobber, notify, nounset, stdin, verbose, xtrace bool
	pipefail, ignoreeof, vi, emacs, posix, braceexpand, errtrace, histexpand, login, commandC, physical                   bool
	// shopt
	nullglob, dotglob, extglob, nocasematch, expandAliases, failglob, globstar bool
}

// option is one of them by its letter and its name.
type option struct {
	letter byte // 0 if it has none
	name   string
	flag   func(*options) *bool
}

// optionsOf lists a flavour's options in the order in which set -o prints them.
func optionsOf(f Flavour) []option {
	o := map[string]option{
		"allexport":   {'a', "allexport", func(o *options) *bool { return &o.allexport }},
		"braceexpand": {'B', "braceexpand", func(o *options) *bool { return &o.braceexpand }},
		"errexit":     {'e', "errexit", func(o *options) *bool { return &o.errexit }},
		"errtrace":    {'E', "errtrace", func(o *options) *bool { return &o.errtrace }},
		"noglob":      {'f', "noglob", func(o *options) *bool { return &o.noglob }},
		"hashall":     {'h', "hashall", func(o *options) *bool { return &o.hashall }},
		"histexpand":  {'H', "histexpand", func(o *options) *bool { return &o.histexpand }},
		"ignoreeof":   {'I', "ignoreeof", func(o *options) *bool { return &o.ignoreeof }},
		"interactive": {'i', "interactive", func(o *options) *bool { return &o.interactive }},
		"monitor":     {'m', "monitor", func(o *options) *bool { return &o.monitor }},
		"noexec":      {'n', "noexec", func(o *options) *bool { return &o.noexec }},
		"noclobber":   {'C', "noclobber", func(o *options) *bool { return &o.noclobber }},
		"notify":      {'b', "notify", func(o *options) *bool { return &o.notify }},
		"nounset":     {'u', "nounset", func(o *options) *bool { return &o.nounset }},
		"physical":    {'P', "physical", func(o *options) *bool { return &o.physical }},
		"pipefail":    {0, "pipefail", func(o *options) *bool { return &o.pipefail }},
		"posix":       {0, "posix", func(o *options) *bool { return &o.posix }},
		"stdin":       {'s', "stdin", func(o *options) *bool { return &o.stdin }},
		"verbose":     {'v', "verbose", func(o *options) *bool { return &o.verbose }},
		"vi":          {'V', "vi", func(o *options) *bool { return &o.vi }},
		"emacs":       {'E', "emacs", func(o *options) *bool { return &o.emacs }},
		"xtrace":      {'x', "xtrace", func(o *options) *bool { return &o.xtrace }},
	}
	var names string
	switch f {
	case Bash:
		names = "allexport braceexpand emacs errexit errtrace hashall histexpand ignoreeof monitor noclobber noexec noglob " +
			"notify nounset physical pipefail posix verbose vi xtrace"
	case Dash:
		names = "errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset"
	default:
		names = "errexit noglob ignoreeof monitor noexec xtrace verbose noclobber allexport notify nounset vi pipefail"
	}
	var list []option
	for name := range strings.FieldsSeq(names) {
		opt := o[name]
		if f == Bash {
			switch name {
			case "emacs", "vi", "ignoreeof":
				opt.letter = 0
			}
		}
		list = append(list, opt)
	}
	return list
}

// lettersOf is the options by letter, those that are not in the list of set -o included.
func (f Flavour) lettersOf() []option {
	list := optionsOf(f)
	if f != Dash {
		list = append(
			list,
			option{'i', "", func(o *options) *bool { return &o.interactive }},
			option{'s', "", func(o *options) *bool { return &o.stdin }},
		)
	}
	return append(list, option{'c', "", func(o *options) *bool { return &o.commandC }})
}

// letters is $-.
func (o *options) letters(s *Shell) string {
	order := "ubaCEVvxcsnmiIfe"
	switch s.cfg.Flavour {
	case Bash:
		order = "abefhkmnptuvxBCEHPTcis"
		if o.interactive {
			order = "abefhikmnptuvxBCEHPTsc"
		}
	}
	by := map[byte]option{}
	for _, opt := range s.cfg.Flavour.lettersOf() {
		if opt.letter != 0 {
			by[opt.letter] = opt
		}
	}
	var b strings.Builder
	for i := range len(order) {
		opt, ok := by[order[i]]
		if !ok || !*opt.flag(o) || opt.letter == 'c' && s.cfg.Flavour == Dash {
			continue
		}
		b.WriteByte(opt.letter)
	}
	return b.String()
}

// setOptions reads -e, +x, -o name … and returns what is left. list says whether a lone -o printed the options.
func (s *Shell) setOptions(args []string, start bool) (rest []string, setArgs bool, err error) {
	for len(args) > 0 {
		a := args[0]
		if a == "--" {
			return args[1:], true, nil
		}
		if a == "-" && !start {
			s.opts.xtrace, s.opts.verbose = false, false
			return args[1:], len(args) > 1, nil
		}
		if len(a) < 2 || a[0] != '-' && a[0] != '+' {
			return args, true, nil
		}
		args = args[1:]
		on := a[0] == '-'
		for i := 1; i < len(a); i++ {
			if a[i] == 'o' {
				if len(args) == 0 {
					s.listOptions(on)
					continue
				}
				if !s.setNamed(args[0], on) {
					return nil, false, fmt.Errorf("%c%s %s", a[0], "o", args[0])
				}
				args = args[1:]
				continue
			}
			if !s.setLetter(a[i], on, start) {
				return nil, false, fmt.Errorf("%c%c", a[0], a[i])
			}
		}
	}
	return nil, false, nil
}

func (s *Shell) setNamed(name string, on bool) bool {
	for _, opt := range optionsOf(s.cfg.Flavour) {
		if opt.name == name {
			*opt.flag(&s.opts) = on
			s.optionChanged(opt.name)
			return true
		}
	}
	return false
}

func (s *Shell) setLetter(letter byte, on, start bool) bool {
	for _, opt := range s.cfg.Flavour.lettersOf() {
		if opt.letter == letter && (start || letter != 'c' && letter != 's' && letter != 'i') {
			*opt.flag(&s.opts) = on
			s.optionChanged(opt.name)
			return true
		}
	}
	return false
}

func (s *Shell) optionChanged(name string) {
	if name == "monitor" {
		s.monitorChanged()
	}
}

func (s *Shell) listOptions(table bool) {
	if table && s.cfg.Flavour == Dash {
		s.print("Current option settings\n")
	}
	for _, opt := range optionsOf(s.cfg.Flavour) {
		on := *opt.flag(&s.opts)
		switch {
		case !table:
			sign := "+"
			if on {
				sign = "-"
			}
			s.print("set " + sign + "o " + opt.name + "\n")
		case s.cfg.Flavour == Bash:
			s.print(fmt.Sprintf("%-15s\t%s\n", opt.name, onOff(on)))
		default:
			s.print(fmt.Sprintf("%-16s%s\n", opt.name, onOff(on)))
		}
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
