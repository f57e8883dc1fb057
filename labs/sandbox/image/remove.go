package image

import "strings"

// Remove takes names away, and with the last one the image, unless a container uses it. An error has Docker's words
// (ErrNotFound, ErrConflict, ErrInvalid). Content goes with the next Collect.
// moby: daemon/containerd/image_delete.go, ImageDelete
func (s *Store) Remove(ref string, force bool) ([]Removed, error) {
	rec, err := s.Find(ref)
	if err != nil {
		return nil, err
	}
	id := rec.Target.Digest
	all := s.Of(id)
	if meansID(id, ref) || rec.Dangling() {
		return s.removeAll(id, all, force, true)
	}
	same := s.sameNames(rec.Reference(), all)
	if len(same) != len(all) {
		return s.untag(same), nil
	}
	users := s.users(id)
	if len(users) == 0 {
		return s.removeAll(id, all, force, len(all) == 1)
	}
	if !force {
		return nil, Refuse(ErrConflict,
			"conflict: unable to delete %s (must be forced) - container %s is using its referenced image %s",
			rec.Reference().Familiar(), shortContainer(users[0].ID), id.Short())
	}
	for _, r := range all {
		delete(s.names, r.Name)
	}
	s.PutDangling(rec.Target)
	return []Removed{{Untagged: rec.Reference().Familiar()}}, nil
}

func shortContainer(id string) string { return id[:min(12, len(id))] }

// meansID reports whether someone wrote an id or the beginning of one.
func meansID(id Digest, ref string) bool {
	short, ok := ShortID(ref)
	return ok && strings.HasPrefix(id.Hex(), short)
}

// sameNames are the names that go together: a tag, and the digested names beside the last tag of a repository.
// moby: getSameReferences
func (s *Store) sameNames(named Reference, all []*Record) []*Record {
	var same, digested []*Record
	tags := 0
	for _, r := range all {
		ref := r.Reference()
		if ref.Name() != named.Name() {
			continue
		}
		switch {
		case ref == named:
			same = append(same, r)
		case ref.Digest() != "":
			digested = append(digested, r)
		default:
			tags++
		}
	}
	if tags == 0 && named.Digest() == "" {
		return append(same, digested...)
	}
	return same
}

func (s *Store) untag(list []*Record) []Removed {
	var steps []Removed
	for _, r := range list {
		delete(s.names, r.Name)
		if !r.Dangling() {
			steps = append(steps, Removed{Untagged: r.Reference().Familiar()})
		}
	}
	return steps
}

func (s *Store) removeAll(id Digest, all []*Record, force, repositories bool) ([]Removed, error) {
	if why := s.inTheWay(id, all, repositories); why != "" && !force {
		return nil, Refuse(ErrConflict, "conflict: unable to delete %s (must be forced) - %s", id.Short(), why)
	}
	for _, u := range s.users(id) {
		if u.Running {
			return nil, Refuse(ErrConflict,
				"conflict: unable to delete %s (cannot be forced) - image is being used by running container %s",
				id.Short(), shortContainer(u.ID))
		}
	}
	return append(s.untag(all), Removed{Deleted: string(id)}), nil
}

// inTheWay is what only force overrides. moby: checkImageDeleteConflict
func (s *Store) inTheWay(id Digest, all []*Record, repositories bool) string {
	for _, u := range s.users(id) {
		if !u.Running {
			return "image is being used by stopped container " + shortContainer(u.ID)
		}
	}
	if repositories && len(all) > 1 {
		return "image is referenced in multiple repositories"
	}
	return ""
}
