package engine

import (
	"dockerlearn/labs/sandbox/api"
)

// ContainerUpdate changes limits and the restart policy. moby: daemon/update.go
func (e *Engine) ContainerUpdate(c api.Caller, id string, u api.UpdateConfig) (api.Warnings, error) {
	var none api.Warnings
	for _, why := range []string{memoryProblem(&u.Resources), e.cpuProblem(&u.Resources), updatedPolicy(u)} {
		if why != "" {
			return none, api.Errorf(api.InvalidParameter, "%s", why)
		}
	}
	ct, err := e.find(id)
	if err != nil {
		return none, err
	}
	if ct.state.removing {
		return none, api.Errorf(api.Conflict, "Container is marked for removal and cannot be %q.", "update")
	}
	next := ct.host
	if why := changeLimits(&next, u); why != "" {
		return none, api.Errorf(api.InvalidParameter, "Cannot update container %s: %s", ct.id, why)
	}
	ct.host = next
	if ct.run != nil {
		ct.run.cgroup.SetLimits(ct.limits())
	}
	ct.logEvent("update", nil, ct.because(c)...)
	return none, nil
}

func updatedPolicy(u api.UpdateConfig) string {
	if u.RestartPolicy.Name == "" {
		return ""
	}
	return restartProblem(u.RestartPolicy)
}

// changeLimits puts what was given in the place of what was there. moby: daemon/container/container_unix.go,
// UpdateContainer
func changeLimits(h *api.HostConfig, u api.UpdateConfig) string {
	switch {
	case h.NanoCPUs > 0 && (u.CPUPeriod > 0 || u.CPUQuota > 0):
		return "Conflicting options: CPU Period/Quota cannot be updated as NanoCPUs has already been set"
	case (h.CPUPeriod > 0 || h.CPUQuota > 0) && u.NanoCPUs > 0:
		return "Conflicting options: NanoCPUs cannot be updated as CPU Period/Quota has already been set"
	case u.Memory != 0 && u.MemorySwap == 0 && h.MemorySwap > 0 && u.Memory > h.MemorySwap:
		return "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time"
	case h.AutoRemove && u.RestartPolicy.Name != "" && u.RestartPolicy.Name != api.RestartNo:
		return "Restart policy cannot be updated because AutoRemove is enabled for the container"
	}
	r, n := &h.Resources, &u.Resources
	r.BlkioWeight = either(n.BlkioWeight, r.BlkioWeight)
	r.CPUShares = either(n.CPUShares, r.CPUShares)
	r.NanoCPUs = either(n.NanoCPUs, r.NanoCPUs)
	r.CPUPeriod = either(n.CPUPeriod, r.CPUPeriod)
	r.CPUQuota = either(n.CPUQuota, r.CPUQuota)
	r.CpusetCpus = either(n.CpusetCpus, r.CpusetCpus)
	r.CpusetMems = either(n.CpusetMems, r.CpusetMems)
	r.Memory = either(n.Memory, r.Memory)
	r.MemorySwap = either(n.MemorySwap, r.MemorySwap)
	r.MemoryReservation = either(n.MemoryReservation, r.MemoryReservation)
	if n.PidsLimit != nil {
		r.PidsLimit = n.PidsLimit
	}
	if u.RestartPolicy.Name != "" {
		h.RestartPolicy = u.RestartPolicy
	}
	return ""
}
