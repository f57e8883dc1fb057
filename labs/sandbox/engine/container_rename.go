package engine

import (
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// ContainerRename gives a container another name. moby: daemon/rename.go
func (e *Engine) ContainerRename(c api.Caller, id, name string) error {
	name = strings.TrimPrefix(name, "/")
	if id == "" || name == "" {
		return api.Errorf(api.InvalidParameter, "Neither old nor new names may be empty")
	}
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if ct.name == name {
		return api.Errorf(api.InvalidParameter, "Renaming a container with the same name as its current name")
	}
	old := ct.name
	if err := e.takeName(ct, name); err != nil {
		return api.Errorf(api.KindOf(err), "Error when allocating new name: %s", err).With(api.CausesOf(err)...)
	}
	delete(e.named, old)
	ct.renameEndpoints()
	ct.logEvent("rename", map[string]string{"oldName": "/" + old}, ct.because(c)...)
	return nil
}
