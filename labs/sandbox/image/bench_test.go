package image_test

import (
	"testing"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/image/catalogue"
	"dockerlearn/labs/sandbox/vfs"
)

func benchStore(b *testing.B) *image.Store {
	s := image.NewStore(image.StoreConfig{Disk: vfs.NewDisk(vfs.Config{})})
	if err := catalogue.Recorded().Install(s); err != nil {
		b.Fatal(err)
	}
	return s
}

// What docker run asks of the store: the image behind a name, and its files.
func BenchmarkFindOpenUnpack(b *testing.B) {
	s := benchStore(b)
	for b.Loop() {
		rec, err := s.Find("alpine")
		if err != nil {
			b.Fatal(err)
		}
		i, err := s.Open(rec.Target.Digest, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Unpack(i); err != nil {
			b.Fatal(err)
		}
	}
}

// What docker images asks for each image.
func BenchmarkSizes(b *testing.B) {
	s := benchStore(b)
	rec, _ := s.Find("nginx")
	for b.Loop() {
		s.Sizes(rec.Target.Digest)
	}
}

func BenchmarkParseReference(b *testing.B) {
	for b.Loop() {
		if _, err := image.ParseReference("localhost:5000/team/app:1.2.3"); err != nil {
			b.Fatal(err)
		}
	}
}

// A new world of the recorded host: catalogue, store, three images unpacked.
func BenchmarkNewWorld(b *testing.B) {
	for b.Loop() {
		benchStore(b)
	}
}

// The same with a catalogue that has built its layers before, as a world that is forked or replayed has it.
func BenchmarkNextWorld(b *testing.B) {
	c := catalogue.Recorded()
	for b.Loop() {
		s := image.NewStore(image.StoreConfig{Disk: vfs.NewDisk(vfs.Config{})})
		if err := c.Install(s); err != nil {
			b.Fatal(err)
		}
	}
}
