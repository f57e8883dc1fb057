package condition

import "dockerlearn/lessons"

// readExists: exists KIND X, absent KIND X.
func readExists(r *reading, first string) test {
	kind := r.kind()
	name := r.thing(kind)
	t := test{
		holds: present(kind, name), fails: missing(kind, name), about: []Subject{{kind, name}},
		look: func(s *State) (bool, lessons.Text) {
			if why := s.find(kind, name); why != nil {
				return false, why
			}
			return true, present(kind, name)
		},
	}
	if first == "absent" {
		t.holds, t.fails, t.look = t.fails, t.holds, t.isAbsent()
	}
	return t
}

// isAbsent holds where the other says that there is none. An engine that does not answer knows nothing.
func (t test) isAbsent() look {
	there, none := t.look, t.fails
	return func(s *State) (bool, lessons.Text) {
		met, now := there(s)
		return !met && now[lessons.EN] == none[lessons.EN], now
	}
}

// kind reads one.
func (r *reading) kind() Kind {
	return Kind(r.oneOf(string(Container), string(Image), string(Network), string(Volume)))
}
