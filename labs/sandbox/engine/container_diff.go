package engine

import (
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/vfs"
)

// ContainerDiff tells how a container's files differ from its image's. moby: daemon/changes.go
func (e *Engine) ContainerDiff(c api.Caller, id string) ([]api.FilesystemChange, error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	kinds := map[vfs.ChangeKind]api.ChangeKind{
		vfs.Modified: api.ChangeModify, vfs.Added: api.ChangeAdd, vfs.Deleted: api.ChangeDelete,
	}
	var list []api.FilesystemChange
	for _, ch := range ct.root.Changes() {
		list = append(list, api.FilesystemChange{Path: ch.Path, Kind: kinds[ch.Kind]})
	}
	return list, nil
}
