package api

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The recorded answers of a real engine come out of our structs as they went in: every field is there, under its
// name, with its zero value.
func TestRecordedAnswersRoundTrip(t *testing.T) {
	rows := []struct {
		file string
		into func() any
	}{
		{"container", fresh[ContainerInspect]},
		{"container-size", fresh[ContainerInspect]},
		{"containers", fresh[[]ContainerSummary]},
		{"container-stats", fresh[Stats]},
		{"container-top", fresh[TopResponse]},
		{"container-changes", fresh[[]FilesystemChange]},
		{"create", fresh[ContainerCreated]},
		{"exec-create", fresh[IDResponse]},
		{"events", fresh[Event]},
		{"image", fresh[ImageInspect]},
		{"image-history", fresh[[]HistoryItem]},
		{"images", fresh[[]ImageSummary]},
		{"images-all", fresh[[]ImageSummary]},
		{"info", fresh[Info]},
		{"network", fresh[NetworkInspect]},
		{"networks", fresh[[]Network]},
		{"version", fresh[VersionInfo]},
		{"volume", fresh[Volume]},
		{"volumes", fresh[VolumeList]},
		{"wait", fresh[WaitResponse]},
		{"prune-containers", fresh[ContainerPruned]},
	}
	for _, r := range rows {
		t.Run(r.file, func(t *testing.T) {
			for i, doc := range documents(t, r.file) {
				roundTrip(t, i, doc, r.into())
			}
		})
	}
}

// The answer of /system/df repeats itself in the form of API 1.51 and before; ours is the newer one alone.
func TestRecordedDiskUsageRoundTrips(t *testing.T) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(documents(t, "df")[0], &whole); err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{"LayersSize", "Images", "Containers", "Volumes", "BuildCache"} {
		delete(whole, old)
	}
	doc, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	roundTrip(t, 0, doc, fresh[DiskUsage]())
}

func TestErrorsHaveTheRecordedBody(t *testing.T) {
	id := "f4ad5257347d9d4121393de3e1cc8c5e0b3812a64f1fb2990fac8bbe5fd622db"
	rows := []struct {
		file   string
		err    *Error
		status int
	}{
		{"err-no-image", Errorf(NotFound, "No such image: %s", "nosuch:latest"), 404},
		{"err-conflict", Errorf(Conflict, "Conflict. The container name %q is already in use by container %q. "+
			"You have to remove (or rename) that container to be able to reuse that name.", "/web", id), 409},
	}
	for _, r := range rows {
		got, err := json.Marshal(r.err)
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.TrimSpace(documents(t, r.file)[0]); !bytes.Equal(got, want) {
			t.Errorf("%s: %s, recorded %s", r.file, got, want)
		}
		if got := KindOf(r.err).Status(); got != r.status {
			t.Errorf("%s: status %d, recorded %d", r.file, got, r.status)
		}
	}
}

func fresh[T any]() any { return new(T) }

// documents are the JSON values of a recording, one after the other.
func documents(t *testing.T, name string) []json.RawMessage {
	t.Helper()
	text, err := os.ReadFile("testdata/recorded/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var docs []json.RawMessage
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var doc json.RawMessage
		if err := d.Decode(&doc); err == io.EOF {
			return docs
		} else if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
}

func roundTrip(t *testing.T, i int, doc json.RawMessage, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(doc))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("document %d: %v", i, err)
	}
	back, err := json.Marshal(into)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(loose(t, doc), loose(t, back)); diff != "" {
		t.Errorf("document %d: recorded (-), ours (+)\n%s", i, diff)
	}
}

// loose is a document without the order of its keys; numbers stay as they are written.
func loose(t *testing.T, doc []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
