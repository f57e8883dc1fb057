package labs_test

import (
	"strings"
	"testing"
	"time"

	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// FuzzKeys types anything, waits, goes back and opens the lab again: the screen shows the same then, and the same steps
// have been taken.
func FuzzKeys(f *testing.F) {
	all := append([]*lessons.Lab{lab(shop)}, courseLabs()...)
	for _, s := range []string{
		"docker ps\r", "ls\x01#\r\x1b[A\r", "\x12doc\r", "cat <<E\rx\x03", "docker exec -it web sh\rls\r\x10\x11", "yes\r\x03", "sleep 9\rls\r", "exit\r",
		"while :; do :; done\r\x03ls\r", "\x04", "read -n1 x\ryls\r", "\xe4\xb8", "\x1a\x1b[200~ls\rls\r\x1b[201~", "\x18\x0e\t\t", "docker r\t\t\r",
	} {
		f.Add([]byte(s), uint8(1), uint8(len(s)))
	}
	f.Fuzz(func(t *testing.T, keys []byte, every, which uint8) {
		l := all[int(which)%len(all)]
		if len(keys) > 200 {
			return
		}
		s := sit(t, l)
		for i := 0; i < len(keys); i += int(every%16) + 1 {
			s.Type(keys[i:min(i+int(every%16)+1, len(keys))])
			s.wait(time.Duration(every%32) * time.Millisecond / 4) // not for long: a loop may run
		}
		s.wait(50 * time.Millisecond)
		same(t, s, l)
		if n := len(s.Timeline()); n > 0 {
			s.shown.Reset() // it begins anew
			if err := s.Go(int(every) % n); err != nil {
				t.Fatal(err)
			}
			if got := len(s.Timeline()); got > int(every)%n {
				t.Errorf("%d steps are left of %d", got, int(every)%n)
			}
			s.wait(time.Second)
			same(t, s, l)
		}
		s.Close()
	})
}

// same opens a lab again with what was kept, and compares.
func same(t *testing.T, s *sitting, l *lessons.Lab) {
	t.Helper()
	again := sit(t, l, append([]labs.Entry(nil), s.kept...)...)
	defer again.Close()
	at := max(s.Elapsed(), again.Elapsed()) + 1
	s.AdvanceTo(at)
	again.AdvanceTo(at)
	if a, b := last(s), last(again); a != b || s.steps() != again.steps() {
		t.Errorf("there was\n%q\n%s\nand again\n%q\n%s", a, s.steps(), b, again.steps())
	}
}

// last is the end of what the screen shows.
func last(s *sitting) string {
	shown := s.shown.String()
	return shown[max(len(shown)-2000, strings.LastIndex(shown, "\x1b[2J"), 0):]
}
