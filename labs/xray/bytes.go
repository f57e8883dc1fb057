package xray

import "fmt"

// Bytes is a number of bytes as docker ps -s and docker history show it. docker/go-units: size.go, HumanSizeWithPrecision
func Bytes(n int64) string {
	f, unit := float64(n), 0
	units := []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}
	for f >= 1000 && unit < len(units)-1 {
		f /= 1000
		unit++
	}
	return fmt.Sprintf("%.3g%s", f, units[unit])
}
