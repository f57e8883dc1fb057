package sim

// Limits is how much a world may use. Zero is no limit.
type Limits struct {
	Steps     int64 // work of all tasks together
	Bytes     int64 // file contents
	Memory    int64 // what programs hold
	Processes int64
	OpenFiles int64
	Output    int64 // what was written to captured outputs, and is still kept there
}

// Budget is what a world uses of its Limits.
type Budget struct {
	Steps, Bytes, Memory, Processes, OpenFiles, Output Meter
}

func newBudget(l Limits) Budget {
	return Budget{
		Steps:     Meter{limit: l.Steps},
		Bytes:     Meter{limit: l.Bytes},
		Memory:    Meter{limit: l.Memory},
		Processes: Meter{limit: l.Processes},
		OpenFiles: Meter{limit: l.OpenFiles},
		Output:    Meter{limit: l.Output},
	}
}

// Meter counts one kind of thing against its limit.
type Meter struct{ used, limit int64 }

// Take uses n more and says whether that is allowed; if not, nothing is used.
func (m *Meter) Take(n int64) bool {
	if m.limit > 0 && m.used+n > m.limit {
		return false
	}
	m.used += n
	return true
}

// Give returns n.
func (m *Meter) Give(n int64) { m.used -= n }

// Used is how much is in use.
func (m *Meter) Used() int64 { return m.used }

// Limit is how much may be in use; 0 is no limit.
func (m *Meter) Limit() int64 { return m.limit }

// Full reports whether nothing more may be used.
func (m *Meter) Full() bool { return m.limit > 0 && m.used >= m.limit }

// SetLimit changes how much may be in use. What is in use already stays.
func (m *Meter) SetLimit(n int64) { m.limit = n }
