package quiz

// memory is the state of FSRS-6 with its derivatives by the weights. Its values are those of go-fsrs's NextState, which
// a test checks; the formulas stand once more because a fit needs their slopes.
type memory struct {
	stability, difficulty dual
}

// slopes are the weights as variables, and what is made of them once for all answers.
type slopes struct {
	w             [21]dual
	decay, factor dual
}

func slopesOf(w *Weights) *slopes {
	s := &slopes{}
	for i := range s.w {
		s.w[i] = weight(w, i)
	}
	s.decay = s.w[20].scale(-1)
	s.factor = s.decay.inverse().scale(logNine).exp().add(-1)
	return s
}

// logNine is the logarithm of 0.9, the recall that defines stability.
const logNine = -0.10536051565782628

// first is the state after a first answer.
func (s *slopes) first(r Rating) memory {
	return memory{
		stability:  s.w[r-1].within(0.1, maxStability),
		difficulty: s.firstDifficulty(r).within(1, 10),
	}
}

const minStability, maxStability = 0.001, 36500

func (s *slopes) firstDifficulty(r Rating) dual {
	return s.w[4].plus(s.w[5].scale(float64(r - 1)).exp().scale(-1)).add(1)
}

// recall is the probability of recall after so many days.
func (s *slopes) recall(m memory, days float64) dual {
	return s.factor.times(m.stability.inverse()).scale(days).add(1).pow(s.decay)
}

// next is the state after another answer, so many days after the one before, with this recall.
func (s *slopes) next(m memory, r Rating, days float64, recall dual) memory {
	stability := s.recalled
	switch {
	case days == 0:
		stability = s.sameDay
	case r == Again:
		stability = s.forgotten
	}
	return memory{
		stability:  stability(m, r, recall.scale(-1).add(1)).within(minStability, maxStability),
		difficulty: s.harder(m, r),
	}
}

func (s *slopes) harder(m memory, r Rating) dual {
	step := s.w[6].scale(-float64(int(r) - 3))
	moved := m.difficulty.plus(m.difficulty.scale(-1).add(10).times(step).scale(1.0 / 9))
	back := s.w[7]
	return back.times(s.firstDifficulty(Easy)).plus(back.scale(-1).add(1).times(moved)).within(1, 10)
}

func (s *slopes) recalled(m memory, r Rating, forgot dual) dual {
	growth := s.w[8].exp().times(m.difficulty.scale(-1).add(11))
	growth = growth.times(m.stability.pow(s.w[9].scale(-1)))
	growth = growth.times(forgot.times(s.w[10]).exp().add(-1))
	switch r {
	case Hard:
		growth = growth.times(s.w[15])
	case Easy:
		growth = growth.times(s.w[16])
	}
	return m.stability.times(growth.add(1))
}

func (s *slopes) forgotten(m memory, _ Rating, forgot dual) dual {
	left := s.w[11].times(m.difficulty.pow(s.w[12].scale(-1)))
	left = left.times(m.stability.add(1).pow(s.w[13]).add(-1))
	left = left.times(forgot.times(s.w[14]).exp())
	return left.least(m.stability.times(s.w[17].times(s.w[18]).scale(-1).exp()))
}

func (s *slopes) sameDay(m memory, r Rating, _ dual) dual {
	growth := s.w[17].times(s.w[18].add(float64(int(r) - 3))).exp().times(m.stability.pow(s.w[19].scale(-1)))
	if r >= Hard && growth.v < 1 {
		return m.stability
	}
	return m.stability.times(growth)
}
