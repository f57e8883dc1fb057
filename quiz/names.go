package quiz

import "fmt"

// The names under which these small numbers are exported and printed. They are part of the export format.
var (
	ratingNames     = names{"", "again", "hard", "good", "easy"}
	confidenceNames = names{"", "guess", "think", "sure"}
	verdictNames    = names{"", "wrong", "partly", "right"}
	stateNames      = names{"new", "learning", "review", "relearning"}
)

type names []string

func (n names) of(v uint8) string {
	if int(v) < len(n) {
		return n[v]
	}
	return fmt.Sprintf("?%d", v)
}

func (n names) parse(what string, text []byte) (uint8, error) {
	for v, name := range n {
		if name == string(text) {
			return uint8(v), nil
		}
	}
	return 0, fmt.Errorf("%q is no %s", text, what)
}

// The texts of the small types: Rating, Confidence, Verdict and State print and travel as words.

func (r Rating) String() string               { return ratingNames.of(uint8(r)) }
func (r Rating) MarshalText() ([]byte, error) { return []byte(r.String()), nil }
func (r *Rating) UnmarshalText(text []byte) error {
	v, err := ratingNames.parse("rating", text)
	*r = Rating(v)
	return err
}

func (c Confidence) String() string               { return confidenceNames.of(uint8(c)) }
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
func (c *Confidence) UnmarshalText(text []byte) error {
	v, err := confidenceNames.parse("confidence", text)
	*c = Confidence(v)
	return err
}

func (v Verdict) String() string               { return verdictNames.of(uint8(v)) }
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }
func (v *Verdict) UnmarshalText(text []byte) error {
	n, err := verdictNames.parse("verdict", text)
	*v = Verdict(n)
	return err
}

func (s State) String() string               { return stateNames.of(uint8(s)) }
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
func (s *State) UnmarshalText(text []byte) error {
	v, err := stateNames.parse("state", text)
	*s = State(v)
	return err
}
