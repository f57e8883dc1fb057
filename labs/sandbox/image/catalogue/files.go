package catalogue

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

var errWords = errors.New("too few words, or too many")

// kinds are the words that make files.
var kinds = map[string]func([]string) (file, error){
	"d":        func(w []string) (file, error) { return plain(vfs.S_IFDIR, w, 3) },
	"f":        func(w []string) (file, error) { return plain(vfs.S_IFREG, w, 4) },
	"b":        binary,
	"l":        link,
	"links":    links,
	"programs": programs,
	"fill":     fill,
}

// plain reads MODE UID:GID [SIZE] PATH.
func plain(kind vfs.Mode, w []string, n int) (f file, err error) {
	if len(w) != n {
		return f, errWords
	}
	mode, err := strconv.ParseUint(w[0], 8, 12)
	if err != nil {
		return f, err
	}
	f.entry = vfs.Entry{Mode: kind | vfs.Mode(mode), Path: w[n-1]}
	if _, err := fmt.Sscanf(w[1], "%d:%d", &f.entry.UID, &f.entry.GID); err != nil {
		return f, err
	}
	if n == 4 {
		f.size, err = strconv.ParseInt(w[2], 10, 64)
	}
	return f, err
}

func binary(w []string) (file, error) {
	if len(w) != 5 {
		return file{}, errWords
	}
	f, err := plain(vfs.S_IFREG, w[:4], 4)
	f.program = w[4]
	return f, err
}

func link(w []string) (file, error) {
	if len(w) != 2 {
		return file{}, errWords
	}
	return file{entry: vfs.Entry{Mode: vfs.S_IFLNK | 0o777, Target: w[0], Path: w[1]}}, nil
}

func links(w []string) (file, error) {
	if len(w) < 3 {
		return file{}, errWords
	}
	f, err := link(w[:2])
	f.names = w[2:]
	return f, err
}

func programs(w []string) (f file, err error) {
	if len(w) < 3 {
		return f, errWords
	}
	f.entry = vfs.Entry{Mode: vfs.S_IFREG | 0o755, Path: w[1]}
	f.names = w[2:]
	f.size, err = strconv.ParseInt(w[0], 10, 64)
	return f, err
}

func fill(w []string) (f file, err error) {
	if len(w) != 4 || strings.Count(w[3], "%s") != 1 {
		return f, errWords
	}
	f.entry = vfs.Entry{Mode: vfs.S_IFREG | 0o644, Path: w[2]}
	f.pattern = w[3]
	if f.count, err = strconv.Atoi(w[1]); err != nil || f.count < 1 {
		return f, errWords
	}
	f.size, err = strconv.ParseInt(w[0], 10, 64)
	return f, err
}

// add puts what the line says into a layer.
func (f *file) add(b *vfs.Builder, s *step) error {
	switch {
	case f.pattern != "":
		return f.each(b, s, fillNames(f.pattern, f.count), f.size/int64(f.count))
	case f.names != nil:
		return f.each(b, s, f.names, f.size)
	}
	return f.one(b, s, f.entry.Path, f.program, f.size)
}

func (f *file) each(b *vfs.Builder, s *step, names []string, size int64) error {
	for i, name := range names {
		program := ""
		if f.programs() != nil {
			program = name
		}
		n := size
		if f.pattern != "" { // sizes from half to one and a half, all together what was asked for
			n = size/2 + size*int64(i)/int64(max(len(names)-1, 1))
		}
		if err := f.one(b, s, path.Join(f.entry.Path, name), program, n); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) one(b *vfs.Builder, s *step, name, program string, size int64) error {
	e := f.entry
	e.Path = strings.TrimPrefix(name, "/")
	e.Mtime = s.created.UnixNano()
	if e.Mode.IsRegular() {
		e.Content = s.content(name, program, size)
	}
	return b.Add(e)
}

func (s *step) content(name, program string, size int64) vfs.Blob {
	if text, ok := s.texts[name]; ok {
		return vfs.Text(text)
	}
	seed := uint64(0)
	for _, c := range []byte(image.NameDigest(name).Hex()[:16]) {
		seed = seed<<4 | uint64(c&0xf)
	}
	return binaryFile{program: program, body: vfs.Random{Seed: seed, Len: size / 5}, size: size}
}

func (s *step) unusedTexts(report func(string)) {
	made := map[string]bool{}
	for _, f := range s.files {
		made[f.entry.Path] = true
	}
	for name := range s.texts { // any order: a mistake each, and there is hardly ever more than one
		if !made[name] {
			report(name)
		}
	}
}

// binaryFile is a file of which only the size is meant: the mark that says which program it is, if any, then bytes,
// then zeros. It packs to a fifth: less than real programs, and what is missing is made up with zeros.
type binaryFile struct {
	program string
	body    vfs.Random
	size    int64
}

func (f binaryFile) Size() int64 { return max(f.size, int64(len(f.head()))) }

func (f binaryFile) head() []byte {
	if f.program == "" {
		return nil
	}
	return proc.Binary(proc.ProgramID(f.program))
}

// BlobName lets layers tell it from others without reading it.
func (f binaryFile) BlobName() string {
	return fmt.Sprintf("%d bytes of program %q %s", f.size, f.program, f.body.BlobName())
}

func (f binaryFile) ReadAt(p []byte, off int64) int {
	n := int(max(min(int64(len(p)), f.Size()-off), 0))
	clear(p[f.body.ReadAt(p[:n], off):n])
	if head := f.head(); off < int64(len(head)) {
		copy(p[:n], head[off:])
	}
	return n
}

// fillNames are names of libraries and the like: sounds that make words.
func fillNames(pattern string, count int) []string {
	heads := strings.Fields("ac blk cap db elf ff gc hx idn jit kr lz mp nss op pcr")
	tails := strings.Fields("adm bus core dev ev fmt gpg hash io json key log mount net")
	names := make([]string, count)
	for i := range names {
		word := heads[i%len(heads)] + tails[i/len(heads)%len(tails)]
		if round := i / (len(heads) * len(tails)); round > 0 {
			word += strconv.Itoa(round)
		}
		names[i] = strings.Replace(pattern, "%s", word, 1)
	}
	return names
}

// programs are those that the line's files run.
func (f *file) programs() []string {
	switch {
	case f.program != "":
		return []string{f.program}
	case f.names != nil && f.entry.Mode.IsRegular():
		return f.names
	}
	return nil
}
