package applet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// suffix is a letter behind a number and what it multiplies by.
type suffix struct {
	name string
	by   int64
}

// sizeSuffixes are those of dd, head -c and their like: b is a block, kB is 1000, K is 1024.
func sizeSuffixes() []suffix {
	list := []suffix{{"c", 1}, {"w", 2}, {"b", 512}}
	thousand, binary := int64(1), int64(1)
	for _, l := range []string{"k", "m", "g", "t", "p", "e"} {
		thousand, binary = thousand*1000, binary*1024
		up := strings.ToUpper(l)
		list = append(list, suffix{l + "D", thousand}, suffix{up + "D", thousand}, suffix{l + "B", thousand},
			suffix{up + "B", thousand}, suffix{l + "iB", binary}, suffix{up + "iB", binary}, suffix{l, binary}, suffix{up, binary})
	}
	return list
}

// bkm are those of find -size, tail -c and od: b, k, m.
func bkm() []suffix { return []suffix{{"b", 512}, {"k", 1024}, {"m", 1 << 20}} }

// parseSize reads a number with a suffix; ok is false if it is none, or too large.
func parseSize(s string, list []suffix) (n int64, ok bool) {
	digits := s
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			digits = s[:i]
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, false
	}
	rest := s[len(digits):]
	if rest == "" {
		return n, true
	}
	for _, x := range list {
		if x.name == rest {
			if n > math.MaxInt64/x.by {
				return 0, false
			}
			return n * x.by, true
		}
	}
	return 0, false
}

// number reads a number that must be there.
func (c *call) number(s string, list []suffix) int64 {
	n, ok := parseSize(s, list)
	if !ok {
		c.die("invalid number '%s'", s)
	}
	return n
}

// human is a size as -h prints it: 1.9M, 512, 13.7G.
func human(bytes int64) string {
	if bytes < 1024 {
		return strconv.FormatInt(bytes, 10)
	}
	units := "KMGTPE"
	value, frac := bytes, int64(0)
	i := -1
	for value >= 1024 && i < len(units)-1 {
		frac = (value%1024*10 + 512) / 1024
		value /= 1024
		i++
	}
	if frac >= 10 {
		value++
		frac = 0
	}
	return fmt.Sprintf("%d.%d%c", value, frac, units[i])
}

// humanGNU is a size as GNU's -h prints it: rounded up, one digit behind the point below ten.
func humanGNU(bytes int64) string {
	if bytes < 1024 {
		return strconv.FormatInt(bytes, 10)
	}
	v := float64(bytes)
	units := "KMGTPE"
	i := -1
	for v >= 1024 && i < len(units)-1 {
		v /= 1024
		i++
	}
	if up := math.Ceil(v*10) / 10; up < 10 {
		return fmt.Sprintf("%.1f%c", up, units[i])
	}
	if up := math.Ceil(v); up < 1024 || i == len(units)-1 {
		return fmt.Sprintf("%.0f%c", up, units[i])
	}
	return fmt.Sprintf("1.0%c", units[i+1])
}

func (c *call) human(bytes int64) string {
	if c.gnu() {
		return humanGNU(bytes)
	}
	return human(bytes)
}
