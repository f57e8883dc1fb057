package image

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Digest names content: "sha256:" and 64 hexadecimal digits.
type Digest string

const digestPrefix = "sha256:"

// EmptyJSON is the digest of "{}", which every attestation's manifest names as its configuration.
const EmptyJSON Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

// DigestOf is the digest of content.
func DigestOf(content []byte) Digest {
	sum := sha256.Sum256(content)
	return Digest(digestPrefix + hex.EncodeToString(sum[:]))
}

// Hex is the digest without its algorithm.
func (d Digest) Hex() string { return strings.TrimPrefix(string(d), digestPrefix) }

// Short is how listings show the digest: 12 digits.
func (d Digest) Short() string { return d.Hex()[:min(12, len(d.Hex()))] }

// Valid reports whether it is a whole digest.
func (d Digest) Valid() bool {
	rest, ok := strings.CutPrefix(string(d), digestPrefix)
	return ok && len(rest) == 64 && isHex(rest)
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
