package engine

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// newID is 64 hexadecimal digits. The first twelve are never digits only, so that a short id cannot be taken for a
// number. moby: daemon/internal/stringid
func (e *Engine) newID() string {
	for {
		var b [32]byte
		for i := range 4 {
			binary.BigEndian.PutUint64(b[8*i:], e.ids.Uint64())
		}
		id := hex.EncodeToString(b[:])
		if strings.ContainsAny(id[:12], "abcdef") {
			return id
		}
	}
}

func shortID(id string) string { return id[:min(12, len(id))] }

func (e *Engine) newUUID() string {
	a, b := e.ids.Uint64(), e.ids.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&(1<<48-1))
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdef") == ""
}
