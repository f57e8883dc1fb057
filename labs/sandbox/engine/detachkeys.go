package engine

import (
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// parseKeys reads "ctrl-p,ctrl-q": letters, or ctrl- and a letter or one of @[\]^_. moby/term: ascii.go, ToBytes
func parseKeys(s string) ([]byte, error) {
	if s == "" {
		return []byte{16, 17}, nil
	}
	var keys []byte
	for key := range strings.SplitSeq(s, ",") {
		c, ctrl := strings.CutPrefix(key, "ctrl-")
		switch {
		case !ctrl && len(key) == 1:
			keys = append(keys, key[0])
		case ctrl && len(c) == 1 && c[0]|0x20 >= 'a' && c[0]|0x20 <= 'z':
			keys = append(keys, c[0]|0x20-'a'+1)
		case ctrl && len(c) == 1 && strings.Contains(`@[\]^_`, c):
			keys = append(keys, c[0]&0x1f)
		default:
			return nil, api.Errorf(api.InvalidParameter, "Invalid detach keys (%s) provided", s)
		}
	}
	return keys, nil
}
