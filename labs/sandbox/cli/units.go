package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Ages and sizes as docker writes them (go-units).

// humanDuration is about how long d is, in one unit.
func humanDuration(d time.Duration) string {
	switch seconds, minutes, hours := int(d.Seconds()), int(d.Minutes()), int(d.Hours()+0.5); {
	case seconds < 1:
		return "Less than a second"
	case seconds == 1:
		return "1 second"
	case seconds < 60:
		return fmt.Sprintf("%d seconds", seconds)
	case minutes == 1:
		return "About a minute"
	case minutes < 60:
		return fmt.Sprintf("%d minutes", minutes)
	case hours == 1:
		return "About an hour"
	case hours < 48:
		return fmt.Sprintf("%d hours", hours)
	case hours < 24*7*2:
		return fmt.Sprintf("%d days", hours/24)
	case hours < 24*30*2:
		return fmt.Sprintf("%d weeks", hours/24/7)
	case hours < 24*365*2:
		return fmt.Sprintf("%d months", hours/24/30)
	}
	return fmt.Sprintf("%d years", int(d.Hours())/24/365)
}

var (
	decimalUnits = []string{"B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	binaryUnits  = []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
)

func scaled(size, base float64, units []string) (float64, string) {
	i := 0
	for size >= base && i < len(units)-1 {
		size /= base
		i++
	}
	return size, units[i]
}

// humanSize is a size in decimal units with so many digits.
func humanSize(size float64, digits int) string {
	n, unit := scaled(size, 1000, decimalUnits)
	return fmt.Sprintf("%.*g%s", digits, n, unit)
}

// bytesSize is a size in binary units.
func bytesSize(size float64) string {
	n, unit := scaled(size, 1024, binaryUnits)
	return fmt.Sprintf("%.4g%s", n, unit)
}

// ramInBytes reads a size with a binary unit: 64m, 1.5GiB.
func ramInBytes(s string) (int64, error) {
	end := strings.LastIndexAny(s, "0123456789. ")
	if end < 0 {
		return -1, fmt.Errorf("invalid size: '%s'", s)
	}
	number, unit := s[:end+1], strings.ToLower(s[end+1:])
	number = strings.TrimSuffix(number, " ")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n < 0 || strings.ContainsAny(number, "eExXpPnNiI_+") {
		return -1, fmt.Errorf("invalid size: '%s'", s)
	}
	factor, ok := unitFactor(unit)
	if !ok {
		return -1, fmt.Errorf("invalid suffix: '%s'", unit)
	}
	return int64(n * factor), nil
}

func unitFactor(unit string) (float64, bool) {
	if unit == "" || unit == "b" {
		return 1, true
	}
	at := strings.IndexByte("kmgtp", unit[0])
	if at < 0 || (unit[1:] != "" && unit[1:] != "b" && unit[1:] != "ib") {
		return 0, false
	}
	return float64(int64(1) << (10 * (at + 1))), true
}
