package engine

import (
	"errors"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// up refuses everything while the daemon is stopped. The client that cannot connect has words of its own.
func (e *Engine) up() error {
	if e.down || e.leaving {
		return api.Errorf(api.Unavailable, "dial unix /var/run/docker.sock: connect: no such file or directory").With(e.stopped)
	}
	return nil
}

// kinds of the reasons of package image.
var imageKinds = []struct {
	why  error
	kind api.Kind
}{
	{image.ErrNotFound, api.NotFound},
	{image.ErrInvalid, api.InvalidParameter},
	{image.ErrConflict, api.Conflict},
	{image.ErrUnauthorized, api.Unauthorized},
	{image.ErrUnavailable, api.Unavailable},
}

// refusal turns an error of a foundation into one of the API.
func refusal(err error) error {
	var known *api.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	for _, k := range imageKinds {
		if errors.Is(err, k.why) {
			return api.Errorf(k.kind, "%s", err)
		}
	}
	return api.Errorf(api.Internal, "%s", goWords(err))
}

// goWords is an errno's text as Go programs print it: dockerd, containerd and runc are such.
func goWords(err error) string {
	var n proc.Errno
	if !errors.As(err, &n) {
		return err.Error()
	}
	return strings.ToLower(err.Error())
}

// whyFiles is what the disk's observer called the last refusal: why a path was not found or not writable.
func (e *Engine) whyFiles() sim.EventID { return sim.EventID(e.disk.LastEvent()) }
