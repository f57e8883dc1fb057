package engine

import (
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
)

// ContainerTop runs the host's ps and keeps the lines of the container's processes. moby: daemon/top_unix.go
func (e *Engine) ContainerTop(c api.Caller, id string, args []string) (api.TopResponse, error) {
	var none api.TopResponse
	ct, err := e.findAlive(id)
	if err != nil {
		return none, err
	}
	if len(args) == 0 {
		args = []string{"-ef"}
	}
	if err := checkPsArgs(args); err != nil {
		return none, err
	}
	out, err := e.runPs(c, args)
	if err != nil {
		return none, err
	}
	r, err := parsePs(out, ct.pids())
	if err != nil {
		return none, err
	}
	ct.logEvent("top", nil, ct.because(c)...)
	return r, nil
}

// checkPsArgs: moby: validatePSArgs: -o must not name a column twice that looks like the one with the numbers.
func checkPsArgs(args []string) error {
	for _, a := range args {
		if strings.Contains(a, "=pid") || strings.Contains(a, "=PID") {
			return api.Errorf(api.InvalidParameter, "specifying %q is not allowed", a)
		}
	}
	return nil
}

func (ct *container) pids() []proc.PID {
	var pids []proc.PID
	for _, p := range ct.run.cgroup.Processes() {
		pids = append(pids, p.PID())
	}
	return pids
}

// runPs runs ps on the host and waits for it.
func (e *Engine) runPs(c api.Caller, args []string) (string, error) {
	var out, errs strings.Builder
	in := &pipe{ended: true}
	p, err := e.kernel.Start(proc.Spec{
		Args: slices.Concat([]string{"ps"}, args), Env: []string{"PATH=" + proc.DefaultPath}, View: e.host.Clone(),
		Creds: proc.Root(), Parent: e.daemon, Because: c.Cause(),
		Files: map[int]proc.Handle{
			0: &readEnd{pipe: in},
			1: e.kernel.NewOutput(func(b []byte) { out.Write(b) }),
			2: e.kernel.NewOutput(func(b []byte) { errs.Write(b) }),
		},
	})
	if err != nil {
		return "", api.Errorf(api.Internal, "ps: exec: \"ps\": %s", goWords(err))
	}
	var t task
	p.OnExit(func(proc.Status) { t.finish(nil) })
	if err := t.wait(c, "ps"); err != nil {
		return "", err
	}
	if p.Status().Code() != 0 {
		why, _, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n")
		return "", api.Errorf(api.Internal, "ps: %s", either(why, "exit status "+strconv.Itoa(int(p.Status().Code()))))
	}
	return out.String(), nil
}

// parsePs keeps the lines whose number is one of these. moby: parsePSOutput
func parsePs(out string, pids []proc.PID) (api.TopResponse, error) {
	lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
	r := api.TopResponse{Titles: strings.Fields(lines[0]), Processes: [][]string{}}
	at := slices.Index(r.Titles, "PID")
	if at < 0 {
		return r, api.Errorf(api.Internal, "Couldn't find PID field in ps output")
	}
	for _, l := range lines[1:] {
		f := strings.Fields(l)
		if len(f) <= at {
			continue
		}
		pid, err := strconv.Atoi(f[at])
		if err != nil {
			return r, api.Errorf(api.Internal, "Unexpected pid '%s': %v", f[at], err)
		}
		if slices.Contains(pids, proc.PID(pid)) {
			r.Processes = append(r.Processes, psRow(f, len(r.Titles)))
		}
	}
	return r, nil
}

// psRow puts what is behind the last title together again.
func psRow(f []string, n int) []string {
	if len(f) <= n {
		return f
	}
	return append(slices.Clone(f[:n-1]), strings.Join(f[n-1:], " "))
}
