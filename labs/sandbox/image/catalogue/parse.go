package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// description is a file of the catalogue as it is written.
type description struct {
	file       string
	repository string
	tags       []string
	local      bool
	stars      int
	summary    string
	created    time.Time
	config     image.Config
	from       string
	fromLine   int
	steps      []step

	index     image.Descriptor
	manifest  image.Descriptor
	configDoc image.Descriptor
	arm64     image.Descriptor
	arm64Conf image.Descriptor
	attested  [2]int64 // the sizes of the attestation's manifest and of its statement; 0: there is none
}

// step is one line of an image's history, and the files that it made if it is a layer.
type step struct {
	says    string
	created time.Time
	file    string
	layer   bool
	digest  image.Digest
	size    int64
	diffID  image.Digest
	files   []file
	texts   map[string]string
	made    *image.Layer
}

// mistakes are what is wrong with the descriptions, all of them.
type mistakes struct{ list []error }

func (m *mistakes) add(file string, line int, format string, args ...any) {
	m.list = append(m.list, fmt.Errorf("%s:%d: %s", file, line, fmt.Sprintf(format, args...)))
}

func (m *mistakes) err() error { return errors.Join(m.list...) }

// reader goes through the lines of a description.
type reader struct {
	*mistakes
	d    *description
	line int
	text string // the file whose text is being read
}

func parse(file, text string, m *mistakes) *description {
	r := reader{mistakes: m, d: &description{file: file}}
	for i, line := range strings.Split(text, "\n") {
		r.line = i + 1
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := r.read(line); err != nil {
			m.add(file, r.line, "%v", err)
		}
	}
	r.finish()
	return r.d
}

func (r *reader) read(line string) error {
	if rest, ok := strings.CutPrefix(line, "|"); ok {
		return r.readText(rest)
	}
	word, rest, _ := strings.Cut(line, " ")
	if read := words[word]; read != nil {
		return read(r, rest)
	}
	if kinds[word] == nil {
		return fmt.Errorf("%q is no word of a description", word)
	}
	s := r.step()
	if s == nil || !s.layer {
		return fmt.Errorf("%s: no layer has begun", word)
	}
	f, err := kinds[word](strings.Fields(rest))
	if err != nil {
		return fmt.Errorf("%s: %w", word, err)
	}
	s.files = append(s.files, f)
	return nil
}

func (r *reader) step() *step {
	if n := len(r.d.steps); n > 0 {
		return &r.d.steps[n-1]
	}
	return nil
}

func (r *reader) readText(line string) error {
	if r.text == "" {
		return errors.New("this is no file's text")
	}
	r.step().texts[r.text] += line + "\n"
	return nil
}

// words are those that are not files.
var words = map[string]func(*reader, string) error{
	"image":       func(r *reader, s string) error { r.d.repository = s; return nil },
	"tags":        func(r *reader, s string) error { r.d.tags = strings.Fields(s); return nil },
	"local":       func(r *reader, s string) error { r.d.local = true; return nil },
	"stars":       func(r *reader, s string) (err error) { r.d.stars, err = strconv.Atoi(s); return err },
	"summary":     func(r *reader, s string) error { r.d.summary = s; return nil },
	"created":     func(r *reader, s string) (err error) { r.d.created, err = time.Parse(time.RFC3339, s); return err },
	"config":      func(r *reader, s string) error { return json.Unmarshal([]byte(s), &r.d.config) },
	"from":        func(r *reader, s string) error { r.d.from, r.d.fromLine = s, r.line; return nil },
	"index":       (*reader).readIndex,
	"manifest":    (*reader).readManifest,
	"arm64":       (*reader).readArm64,
	"attestation": (*reader).readAttestation,
	"step":        (*reader).readStep,
	"layer":       (*reader).readLayer,
	"text":        (*reader).readTextName,
}

func (r *reader) readIndex(s string) (err error) {
	r.d.index, _, err = described(image.MediaTypeIndex, strings.Fields(s))
	return err
}

func (r *reader) readManifest(s string) error {
	var err error
	words := strings.Fields(s)
	if r.d.manifest, words, err = described(image.MediaTypeManifest, words); err != nil {
		return err
	}
	r.d.configDoc, _, err = described(image.MediaTypeConfig, words)
	return err
}

func (r *reader) readArm64(s string) error {
	words := strings.Fields(s)
	if len(words) != 2 {
		return errors.New("two digests are expected")
	}
	r.d.arm64.Digest, r.d.arm64Conf.Digest = whole(words[0]), whole(words[1])
	return nil
}

func (r *reader) readAttestation(s string) error {
	_, err := fmt.Sscanf(s, "%d %d", &r.d.attested[0], &r.d.attested[1])
	return err
}

func (r *reader) readStep(s string) error {
	r.d.steps = append(r.d.steps, step{says: s, file: r.d.file, created: r.d.created, texts: map[string]string{}})
	r.text = ""
	return nil
}

func (r *reader) readLayer(s string) error {
	step := r.step()
	words := strings.Fields(s)
	if step == nil || len(words) != 3 {
		return errors.New("a step is needed, and DIGEST SIZE DIFF-ID")
	}
	step.layer = true
	var err error
	if step.size, err = strconv.ParseInt(words[1], 10, 64); err != nil {
		return err
	}
	key := []string{r.d.repository, strings.Join(r.d.tags, " "), strconv.Itoa(len(r.d.steps)), step.says}
	step.digest, step.diffID = whole(words[0]), whole(words[2])
	if step.digest == "" {
		step.digest = image.NameDigest(append(key, "packed")...)
	}
	if step.diffID == "" {
		step.diffID = image.NameDigest(append(key, "plain")...)
	}
	return nil
}

func (r *reader) readTextName(s string) error {
	step := r.step()
	if step == nil || !step.layer {
		return errors.New("no layer has begun")
	}
	if _, twice := step.texts[s]; twice {
		return fmt.Errorf("%s has a text already", s)
	}
	r.text, step.texts[s] = s, ""
	return nil
}

func (r *reader) finish() {
	d := r.d
	switch {
	case d.repository == "" || len(d.tags) == 0:
		r.add(d.file, 1, "image and tags are missing")
	case d.created.IsZero():
		r.add(d.file, 1, "created is missing")
	}
	for _, tag := range d.tags {
		if _, err := image.ParseReference(d.repository + ":" + tag); err != nil {
			r.add(d.file, 1, "%s:%s: %v", d.repository, tag, err)
		}
	}
	for i := range d.steps {
		d.steps[i].unusedTexts(func(path string) { r.add(d.file, r.line, "text %s: the step has no such file", path) })
	}
}

// described reads a digest and a size.
func described(mediaType string, words []string) (image.Descriptor, []string, error) {
	if len(words) < 2 {
		return image.Descriptor{}, nil, errors.New("a digest and a size are expected")
	}
	size, err := strconv.ParseInt(words[1], 10, 64)
	return image.Descriptor{MediaType: mediaType, Digest: whole(words[0]), Size: size}, words[2:], err
}

// whole fills up a digest of which only the first digits were recorded; "-" is one that is not known.
func whole(s string) image.Digest {
	if s == "-" {
		return ""
	}
	hex := image.Digest(s).Hex()
	if len(hex) < 64 {
		hex += image.NameDigest("recorded in part", hex).Hex()[len(hex):]
	}
	return image.Digest("sha256:" + hex)
}

// file is a line that makes files.
type file struct {
	entry   vfs.Entry // of one file; Path is absolute here
	program string    // what it runs
	names   []string  // of many files in the directory Path
	size    int64     // of each program, or of all that fill
	count   int
	pattern string
}
