package shell

import (
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
)

// biSleep is the sleep that busybox's shell has in itself, so that sh -c 'sleep 300' is no other process than sh. A trap
// waits until it is over. busybox: coreutils/sleep.c, libbb/duration.c
func biSleep(s *Shell, a []string) int {
	args := a[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		s.warn(s.prefix + ": sleep: missing operand")
		return 1
	}
	total := time.Duration(0)
	for _, text := range args {
		d, ok := sleepTime(text)
		if !ok {
			s.warn(s.prefix + ": invalid number '" + text + "'")
			return 1
		}
		total = min(total+d, longestSleep)
	}
	s.flush()
	s.sleep(total)
	return 0
}

// sleep waits. A signal without a trap that the shell heeds nevertheless is ^C.
func (s *Shell) sleep(d time.Duration) {
	var later []proc.Signal
	for d > 0 {
		left, err := s.sys.Sleep(d)
		if err == nil {
			break
		}
		d = left
		sig, ok := s.sys.Caught()
		if _, trapped := s.traps.actions[sig]; ok && trapped {
			later = append(later, sig)
		} else if ok {
			s.runTrap(sig)
		}
	}
	for _, sig := range later {
		s.runTrap(sig)
	}
}

// longestSleep is what inf means.
const longestSleep = 1 << 61 // twice that is still a Duration

// sleepTime reads 5, 0.5, 2m, 1h or 1d.
func sleepTime(text string) (time.Duration, bool) {
	if len(text) >= 3 && strings.EqualFold(text[:3], "inf") {
		return longestSleep, true
	}
	unit, number := time.Second, text
	if n := len(text); n > 0 {
		of := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
		if u, ok := of[text[n-1]]; ok {
			unit, number = u, text[:n-1]
		}
	}
	if strings.Trim(number, "0123456789.") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(number, 64)
	return time.Duration(min(v*float64(unit), longestSleep)), err == nil
}
