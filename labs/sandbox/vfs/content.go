package vfs

// write puts b at off into a file of the upper, as far as there is room.
func (n *node) write(b []byte, off int64) (int, *refusal) {
	if n.up.data == nil {
		n.up.data = &data{}
	}
	d := n.up.data
	done := 0
	for done < len(b) {
		at := off + int64(done)
		if at%pageSize == 0 {
			wrote, r := n.writeZeros(d, at/pageSize, zeroPages(b[done:]))
			if done += int(wrote * pageSize); r != nil {
				return done, r
			}
			if wrote > 0 {
				continue
			}
		}
		part := b[done:min(len(b), done+int(pageSize-at%pageSize))]
		if r := n.writePart(d, part, at); r != nil {
			return done, r
		}
		done += len(part)
	}
	return done, nil
}

// writePart writes within one page.
func (n *node) writePart(d *data, part []byte, at int64) *refusal {
	k := at / pageSize
	fresh := 1 - d.allocated(k, k+1)
	if r := n.fs.takeBytes(fresh * pageSize); r != nil {
		return r
	}
	if r := n.fs.takeMemory(pageMemory + pageSize); r != nil {
		n.fs.giveBytes(fresh * pageSize)
		return r
	}
	before := d.memory
	d.writePage(part, at)
	d.pages += fresh
	n.fs.giveMemory(pageMemory + pageSize - (d.memory - before))
	return nil
}

// writeZeros writes whole pages of zeros, of which only the number is kept: all of them, or if there is no room, one.
func (n *node) writeZeros(d *data, k, pages int64) (wrote int64, r *refusal) {
	if pages == 0 {
		return 0, nil
	}
	fresh := pages - d.allocated(k, k+pages)
	if r := n.fs.takeBytes(fresh * pageSize); r != nil {
		if pages == 1 {
			return 0, r
		}
		return n.writeZeros(d, k, 1)
	}
	before := d.memory
	d.lay(k, pages, runZero)
	d.pages += fresh
	d.size = max(d.size, (k+pages)*pageSize)
	n.fs.giveMemory(before - d.memory)
	return pages, nil
}

// resize changes a file's size, gives back what is not needed any more, and marks the file as changed.
func (v *View) resize(n *node, size int64) {
	if n.up.data == nil {
		n.up.data = &data{}
	}
	d := n.up.data
	pages, memory := d.pages, d.memory
	d.truncate(size)
	n.fs.giveBytes((pages - d.pages) * pageSize)
	n.fs.giveMemory(memory - d.memory)
	v.dropPrivileges(n.up)
	now := n.fs.disk.now()
	n.up.mtime, n.up.ctime = now, now
}

// Truncate changes a file's size. What is added is a hole. EISDIR, EINVAL, EACCES, EFBIG, EROFS.
func (v *View) Truncate(path string, size int64) error {
	v.call = "truncate"
	s, r := v.lookup(path, true)
	if r == nil {
		r = v.truncate(s, size)
	}
	return v.answer(r, path)
}

func (v *View) truncate(s spot, size int64) *refusal {
	i := s.n.i()
	switch {
	case size < 0:
		return refuse(EINVAL, RuleInvalid, nil)
	case i.Mode.IsDir():
		return refuse(EISDIR, RuleKind, s.n)
	case !i.Mode.IsRegular():
		return refuse(EINVAL, RuleKind, s.n)
	}
	if r := s.writable(); r != nil {
		return r
	}
	switch {
	case !v.cred.allowed(i, mayWrite):
		return refuse(EACCES, RuleMode, s.n)
	case size > maxSize:
		return refuse(EFBIG, RuleTooBig, s.n)
	case s.n.dyn != nil:
		return nil
	}
	if r := s.n.copyUp(v, size > 0); r != nil {
		return r
	}
	v.resize(s.n, size)
	return nil
}

// Truncate changes the file's size. EINVAL: it is not open for writing, or not a regular file.
func (f *File) Truncate(size int64) error {
	f.view.call = "ftruncate"
	n := f.at.n
	switch {
	case size < 0 || !f.flags.writes() || !n.i().Mode.IsRegular():
		return f.answer(f.no(EINVAL, RuleDescriptor))
	case size > maxSize:
		return f.answer(f.no(EFBIG, RuleTooBig))
	case n.dyn != nil:
		return nil
	}
	if r := n.copyUp(f.view, size > 0); r != nil {
		return f.answer(r)
	}
	f.view.resize(n, size)
	return nil
}

// Allocate gives the file space for a range, which reads as zeros where nothing was: fallocate(2). With keepSize the
// size stays as it is.
func (f *File) Allocate(off, length int64, keepSize bool) error {
	f.view.call = "fallocate"
	d, r := f.forRange(off, length)
	if r != nil {
		return f.answer(r)
	}
	n := f.at.n
	from, to := off/pageSize, pagesOf(off+length)
	fresh := to - from - d.allocated(from, to)
	if r := n.fs.takeBytes(fresh * pageSize); r != nil {
		return f.answer(r)
	}
	d.fill(from, to)
	if end := off + length; end > d.size && !keepSize {
		d.size = end
	}
	f.touch()
	return nil
}

// PunchHole gives the space of a range back; it reads as zeros then. The size stays.
func (f *File) PunchHole(off, length int64) error {
	f.view.call = "fallocate"
	d, r := f.forRange(off, length)
	if r != nil {
		return f.answer(r)
	}
	n, end := f.at.n, min(off+length, d.size)
	from, to := pagesOf(off), end/pageSize
	if end == d.size {
		to = pagesOf(end)
	}
	head := min(end, from*pageSize)
	if r := n.zero(d, off, head); r != nil {
		return f.answer(r)
	}
	if r := n.zero(d, max(head, to*pageSize), end); r != nil {
		return f.answer(r)
	}
	if from < to {
		n.free(d, from, to)
	}
	f.touch()
	return nil
}

// free gives back the space of whole pages.
func (n *node) free(d *data, from, to int64) {
	memory, freed := d.memory, d.allocated(from, to)
	d.lay(from, to-from, runHole)
	d.pages -= freed
	n.fs.giveBytes(freed * pageSize)
	n.fs.giveMemory(memory - d.memory)
}

// zero overwrites part of a page, if there is something.
func (n *node) zero(d *data, from, to int64) *refusal {
	if from >= to {
		return nil
	}
	if kind, _, _ := d.run(from); kind < runBase {
		return nil
	}
	return n.writePart(d, make([]byte, to-from), from)
}

// forRange is the content of a file that is open for writing, for a call on a range of it.
func (f *File) forRange(off, length int64) (*data, *refusal) {
	n := f.at.n
	switch {
	case !f.flags.writes():
		return nil, f.no(EBADF, RuleDescriptor)
	case !n.i().Mode.IsRegular():
		return nil, f.no(ENODEV, RuleKind)
	case n.dyn != nil:
		return nil, f.no(EOPNOTSUPP, RuleUnsupported)
	case off < 0 || length <= 0:
		return nil, f.no(EINVAL, RuleInvalid)
	case length > maxSize || off > maxSize-length:
		return nil, f.no(EFBIG, RuleTooBig)
	}
	if r := n.copyUp(f.view, true); r != nil {
		return nil, r
	}
	if n.up.data == nil {
		n.up.data = &data{}
	}
	return n.up.data, nil
}

func (f *File) touch() {
	i := f.at.n.up
	f.view.dropPrivileges(i)
	i.mtime = f.at.n.fs.disk.now()
	i.ctime = i.mtime
}
