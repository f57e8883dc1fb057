package tuitest

import (
	"io/fs"
	"testing"

	"dockerlearn/lessons"
)

func TestTheSampleCourseHasNoMistakes(t *testing.T) {
	sub, err := fs.Sub(files, "course")
	if err != nil {
		t.Fatal(err)
	}
	if _, found := lessons.Load(sub); len(found) > 0 {
		t.Error(found)
	}
}
