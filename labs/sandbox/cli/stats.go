package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

var statsHeadings = map[string]string{
	"Container": "CONTAINER", "ID": "CONTAINER ID", "Name": "NAME", "CPUPerc": "CPU %", "MemUsage": "MEM USAGE / LIMIT",
	"MemPerc": "MEM %", "NetIO": "NET I/O", "BlockIO": "BLOCK I/O", "PIDs": "PIDS",
}

func (d *docker) stats(c *call) error {
	names := c.args
	if len(names) == 0 {
		list, err := d.engine.ContainerList(d.caller(), api.ContainerListOptions{All: c.on("all")})
		if err != nil {
			return err
		}
		for _, s := range list {
			names = append(names, s.ID)
		}
	}
	l := listing{
		format: c.text("format"), headings: statsHeadings,
		table: "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}",
	}
	if c.on("no-stream") {
		rows, errs := d.statsOnce(names, !c.on("no-trunc"))
		return errors.Join(d.print(l, rows), errs)
	}
	return d.statsStream(l, names, !c.on("no-trunc"))
}

// statsOnce asks about all of them at once, and then waits for the answers.
func (d *docker) statsOnce(names []string, short bool) ([]any, error) {
	streams, errs := d.openStats(names, false)
	var rows []any
	for i, s := range streams {
		if s == nil {
			continue
		}
		stats, err := s.Next(d.caller())
		s.Close()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		rows = append(rows, &statsRow{container: names[i], s: stats, short: short})
	}
	return rows, errors.Join(errs...)
}

func (d *docker) openStats(names []string, stream bool) ([]api.Stream[api.Stats], []error) {
	var errs []error
	streams := make([]api.Stream[api.Stats], len(names))
	for i, name := range names {
		s, err := d.engine.ContainerStats(d.caller(), name, stream)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		streams[i] = s
	}
	return streams, errs
}

// statsStream draws again whenever every container has told its news, until it is interrupted.
func (d *docker) statsStream(l listing, names []string, short bool) error {
	streams, errs := d.openStats(names, true)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	for len(streams) > 0 {
		var rows []any
		for i := 0; i < len(streams); i++ {
			stats, err := streams[i].Next(d.caller())
			if err != nil {
				streams[i].Close()
				streams, names = slices.Delete(streams, i, i+1), slices.Delete(slices.Clone(names), i, i+1)
				i--
				if err != io.EOF && api.KindOf(err) != api.NotFound {
					return err
				}
				continue
			}
			rows = append(rows, &statsRow{container: names[i], s: stats, short: short})
		}
		if l.format == "" || strings.HasPrefix(l.format, "table") {
			d.write(1, "\x1b[H\x1b[J")
		}
		if err := d.print(l, rows); err != nil {
			return err
		}
	}
	return nil
}

// statsRow is what a container uses. cli: cli/command/container/formatter_stats.go
type statsRow struct {
	container string
	s         api.Stats
	short     bool
}

func (r *statsRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *statsRow) Container() string { return r.container }

func (r *statsRow) Name() string {
	if name := strings.TrimPrefix(r.s.Name, "/"); name != "" {
		return name
	}
	return "--"
}

func (r *statsRow) ID() string {
	if r.short {
		return shortID(r.s.ID)
	}
	return r.s.ID
}

// CPUPerc is the processor time since the answer before, in relation to what one processor had.
func (r *statsRow) CPUPerc() string {
	used := float64(r.s.CPUStats.CPUUsage.TotalUsage) - float64(r.s.PreCPUStats.CPUUsage.TotalUsage)
	had := float64(r.s.CPUStats.SystemUsage) - float64(r.s.PreCPUStats.SystemUsage)
	cpus := float64(r.s.CPUStats.OnlineCPUs)
	if cpus == 0 {
		cpus = float64(len(r.s.CPUStats.CPUUsage.PercpuUsage))
	}
	percent := 0.0
	if used > 0 && had > 0 {
		percent = used / had * cpus * 100
	}
	return fmt.Sprintf("%.2f%%", percent)
}

// memory is what is used without the page cache that could be given back.
func (r *statsRow) memory() float64 {
	m := r.s.MemoryStats
	for _, name := range []string{"total_inactive_file", "inactive_file"} { // cgroup v1, v2
		if n, ok := m.Stats[name]; ok && n < m.Usage {
			return float64(m.Usage - n)
		}
	}
	return float64(m.Usage)
}

func (r *statsRow) MemUsage() string {
	return bytesSize(r.memory()) + " / " + bytesSize(float64(r.s.MemoryStats.Limit))
}

func (r *statsRow) MemPerc() string {
	percent := 0.0
	if r.s.MemoryStats.Limit > 0 {
		percent = r.memory() / float64(r.s.MemoryStats.Limit) * 100
	}
	return fmt.Sprintf("%.2f%%", percent)
}

func (r *statsRow) NetIO() string {
	var in, out uint64
	for _, n := range r.s.Networks {
		in, out = in+n.RxBytes, out+n.TxBytes
	}
	return humanSize(float64(in), 3) + " / " + humanSize(float64(out), 3)
}

func (r *statsRow) BlockIO() string {
	var read, written uint64
	for _, e := range r.s.BlkioStats.IoServiceBytesRecursive {
		switch strings.ToLower(e.Op) {
		case "read":
			read += e.Value
		case "write":
			written += e.Value
		}
	}
	return humanSize(float64(read), 3) + " / " + humanSize(float64(written), 3)
}

func (r *statsRow) PIDs() string { return fmt.Sprint(r.s.PidsStats.Current) }
