package proc_test

import (
	"testing"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
)

// Marks steer packets past rules, so they need CAP_NET_ADMIN or CAP_NET_RAW, as container processes have.
func TestMarksNeedRights(t *testing.T) {
	got := program(t, nil, func(s proc.Sys) {
		fd, err := s.Socket(proc.AF_INET, proc.SockDgram)
		sayf(s, "%v", err)
		for _, caps := range []proc.CapSet{1 << proc.CAP_NET_ADMIN, 1 << proc.CAP_NET_RAW, 0} {
			s.SetCaps(caps, proc.Root().Permitted, 0)
			n, _ := s.SockOpt(fd, netsim.OptMark)
			sayf(s, "%d: %v", n, s.SetSockOpt(fd, netsim.OptMark, n+1))
		}
	})
	if want := "<nil>\n0: <nil>\n1: <nil>\n2: Operation not permitted\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A link that is down does not say whether it has a carrier.
func TestCarrierOfALinkThatIsDown(t *testing.T) {
	got := program(t, nil, func(s proc.Sys) {
		l, err := s.Network().AddDummy("d0")
		if err != nil {
			sayf(s, "%v", err)
		}
		const file = "/sys/class/net/d0/carrier"
		_, err = s.FS().ReadFile(file)
		l.Up()
		text, _ := s.FS().ReadFile(file)
		sayf(s, "%v, then %s", err, text)
	})
	if want := "Invalid argument, then 1\n\n"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}
