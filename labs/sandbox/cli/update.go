package cli

import (
	"errors"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

func (d *docker) update(c *call) error {
	if c.flags.NFlag() == 0 {
		return errors.New("you must provide one or more flags when using this command")
	}
	var u api.UpdateConfig
	if c.text("restart") != "" {
		policy, err := restartPolicy(c.text("restart"))
		if err != nil {
			return err
		}
		u.RestartPolicy = policy
	}
	u.Resources = api.Resources{
		BlkioWeight: uint16(c.number("blkio-weight")), CpusetCpus: c.text("cpuset-cpus"),
		CpusetMems: c.text("cpuset-mems"),
		CPUShares:  c.number("cpu-shares"), Memory: c.number("memory"),
		MemoryReservation: c.number("memory-reservation"),
		MemorySwap:        c.number("memory-swap"), CPUPeriod: c.number("cpu-period"), CPUQuota: c.number("cpu-quota"),
		CPURealtimePeriod: c.number("cpu-rt-period"), CPURealtimeRuntime: c.number("cpu-rt-runtime"),
		NanoCPUs: c.number("cpus"),
	}
	if c.given("pids-limit") {
		n := c.number("pids-limit")
		u.PidsLimit = &n
	}
	var warnings []string
	err := d.each(c.args, func(name string) error {
		w, err := d.engine.ContainerUpdate(d.caller(), name, u)
		warnings = append(warnings, w.Warnings...)
		return err
	})
	if len(warnings) > 0 {
		d.printf("%s", strings.Join(warnings, "\n"))
	}
	return err
}
