package transcript

import (
	"encoding"
	"strconv"
)

// Keys are bytes from a keyboard. As text they are in Go's notation, without its quotes, so that a journal of them can be
// read.
type Keys []byte

var (
	_ encoding.TextMarshaler   = Keys(nil)
	_ encoding.TextUnmarshaler = (*Keys)(nil)
)

// MarshalText quotes.
func (k Keys) MarshalText() ([]byte, error) {
	q := strconv.QuoteToGraphic(string(k))
	return []byte(q[1 : len(q)-1]), nil
}

// UnmarshalText unquotes.
func (k *Keys) UnmarshalText(text []byte) error {
	s, err := strconv.Unquote(`"` + string(text) + `"`)
	*k = Keys(s)
	return err
}
