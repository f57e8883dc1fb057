package labs

// Sight is how a lab was at a moment, or is in another branch.
type Sight struct {
	Picture  Picture
	Findings []Finding
	Steps    []Step
}

// Before is how the lab was before a step, seen on a fork.
func (b *Bench) Before(step int) (Sight, error) {
	f, err := b.Fork()
	if err != nil {
		return Sight{}, err
	}
	defer f.world.Close()
	err = f.Go(step)
	return f.Sight(), err
}

// Sight is how the lab is now.
func (b *Bench) Sight() Sight { return Sight{b.Picture(), b.Check(), b.Timeline()} }
