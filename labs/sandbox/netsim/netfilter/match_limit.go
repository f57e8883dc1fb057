package netfilter

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// matchLimit is -m limit: a bucket that fills with time. Linux: xt_limit.c
type matchLimit struct {
	period  time.Duration // between two packets
	burst   int
	credit  time.Duration
	last    time.Duration
	started bool
}

// limitUnits are from the longest to the shortest, as the rate is printed with the first that fits.
func limitUnits() []struct {
	name string
	span time.Duration
} {
	return []struct {
		name string
		span time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"min", time.Minute}, {"sec", time.Second}}
}

// limitScale is the unit in which the kernel counts. Linux: XT_LIMIT_SCALE
const limitScale = time.Second / 10000

func newLimit() *matchLimit { return &matchLimit{period: time.Hour / 3, burst: 5} }

func (m *matchLimit) name() string { return "limit" }
func (m *matchLimit) tracks() bool { return false }

func (m *matchLimit) options() []option {
	return []option{{name: "limit", args: 1}, {name: "limit-burst", args: 1}}
}

func (m *matchLimit) set(_ *specParser, a argument) error {
	if err := a.plain(m); err != nil {
		return err
	}
	if a.name == "limit-burst" {
		n, err := strconv.ParseUint(a.value, 0, 32)
		if err != nil || n > 10000 {
			return usage("limit: bad value for option \"--limit-burst\", or out of range (0-10000).\n")
		}
		m.burst = int(n)
		return nil
	}
	period, ok := periodOf(a.value)
	if !ok {
		return usage("bad rate \"%s\"'", a.value)
	}
	m.period = period
	return nil
}

// periodOf parses a rate: NUMBER[/UNIT], the unit by its beginning.
func periodOf(s string) (time.Duration, bool) {
	number, unit, _ := strings.Cut(s, "/")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n == 0 {
		return 0, false
	}
	span := time.Second
	if strings.Contains(s, "/") {
		span = 0
		for _, u := range []struct {
			name string
			span time.Duration
		}{{"second", time.Second}, {"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}} {
			if unit != "" && strings.HasPrefix(u.name, strings.ToLower(unit)) {
				span = u.span
			}
		}
	}
	p := span / limitScale / time.Duration(n) * limitScale
	return p, p > 0
}

func (m *matchLimit) check(*specParser) error { return nil }

func (m *matchLimit) match(w *walk) bool {
	now := w.at.Stack.Now()
	full := m.period * time.Duration(m.burst)
	if !m.started {
		m.started, m.credit, m.last = true, full, now
	}
	if gained := now - m.last; gained > math.MaxInt64-m.credit {
		m.credit = full
	} else {
		m.credit = min(m.credit+gained, full)
	}
	m.last = now
	if m.credit < m.period {
		return false
	}
	m.credit -= m.period
	return true
}

// rate is the period in the longest unit that divides it evenly. iptables: print_rate in libxt_limit.c
func (m *matchLimit) rate() string {
	units := limitUnits()
	period := int64(m.period / limitScale)
	best := units[0]
	for _, u := range units[1:] {
		span := int64(u.span / limitScale)
		if period > span || span/period < span%period {
			break
		}
		best = u
	}
	return strconv.FormatInt(int64(best.span/limitScale)/period, 10) + "/" + best.name
}

func (m *matchLimit) save(b *strings.Builder) {
	b.WriteString(" --limit " + m.rate())
	if m.burst != 5 {
		b.WriteString(" --limit-burst " + strconv.Itoa(m.burst))
	}
}

func (m *matchLimit) list(b *strings.Builder, _ bool) {
	b.WriteString(" limit: avg " + m.rate() + " burst " + strconv.Itoa(m.burst))
}
