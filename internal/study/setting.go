package study

import "context"

// Setting is something that the learner chose and that holds until they choose otherwise.
type Setting string

// The settings and what they may be.
const (
	Language Setting = "language" // "en", "zh"
	Theme    Setting = "theme"    // "auto", "dark", "light"
	Frames   Setting = "frames"   // "auto", "light", "ascii"
	Mouse    Setting = "mouse"    // "auto", "on", "off"
	Started  Setting = "started"  // "yes": the first-run screen was answered
)

// Settings returns everything that was chosen. What was never chosen is not in it.
func (s *Study) Settings(ctx context.Context) (map[Setting]string, error) {
	stored, err := s.store.Settings(ctx)
	all := map[Setting]string{}
	for k, v := range stored {
		all[Setting(k)] = v
	}
	return all, err
}

// Set remembers a choice.
func (s *Study) Set(ctx context.Context, k Setting, value string) error {
	return s.store.Set(ctx, string(k), value)
}
