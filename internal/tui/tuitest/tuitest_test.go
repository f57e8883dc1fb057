package tuitest

import (
	"testing"

	"dockerlearn/lessons"
)

func TestTheSampleCourseHasNoMistakes(t *testing.T) {
	if _, found := lessons.Load(Files(t)); len(found) > 0 {
		t.Error(found)
	}
}
