package condition

import (
	"fmt"
	"strconv"
	"strings"
)

// size reads one, and how it is written: 10MB as docker writes it, 10MiB.
func (r *reading) size() (int64, string) {
	w := r.text("a size")
	n, ok := parseSize(w)
	if r.mistake == nil && !ok {
		r.wrongWord("%q is no size", "write it like 10MB or 10MiB", w)
	}
	return n, w
}

func parseSize(w string) (int64, bool) {
	end := strings.LastIndexAny(w, "0123456789.") + 1
	n, err := strconv.ParseFloat(w[:end], 64)
	factor, ok := units()[w[end:]]
	if err != nil || !ok || !(n >= 0 && n*factor < 1<<60) {
		return 0, false
	}
	return int64(n * factor), true
}

func units() map[string]float64 {
	return map[string]float64{
		"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	}
}

// decimalSize is a size as docker images and docker system df write it.
func decimalSize(n int64) string { return scaled(n, 1000, "B", "kB", "MB", "GB", "TB") }

// binarySize is a size as docker stats writes it.
func binarySize(n int64) string { return scaled(n, 1024, "B", "KiB", "MiB", "GiB", "TiB") }

func scaled(n int64, base float64, units ...string) string {
	f, i := float64(n), 0
	for f >= base && i < len(units)-1 {
		f, i = f/base, i+1
	}
	return fmt.Sprintf("%.4g%s", f, units[i])
}
