package api

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/sim"
)

func TestErrorsKeepTheirKindAndCauses(t *testing.T) {
	first := Errorf(NotFound, "No such container: %s", "x").With(1)
	second := first.With(2, 3)
	wrapped := fmt.Errorf("doing: %w", second)
	if KindOf(wrapped) != NotFound || !slices.Equal(CausesOf(wrapped), []sim.EventID{1, 2, 3}) {
		t.Errorf("%v, %v", KindOf(wrapped), CausesOf(wrapped))
	}
	if !slices.Equal(first.Because, []sim.EventID{1}) {
		t.Errorf("the first error was changed: %v", first.Because)
	}
	if KindOf(errors.New("x")) != Unknown || KindOf(nil) != Unknown {
		t.Error("what is none of ours has no kind")
	}
}

func TestNamesHaveErrorsOfTheAPI(t *testing.T) {
	if _, err := ParseReference("a b"); KindOf(err) != InvalidParameter || err.Error() != "invalid reference format" {
		t.Errorf("%v", err)
	}
	if _, err := ParseReference("alpine"); err != nil {
		t.Errorf("%v", err)
	}
	if _, err := ParsePlatform("nope"); KindOf(err) != InvalidParameter {
		t.Errorf("%v", err)
	}
	store := image.NewStore(image.StoreConfig{})
	_, err := store.Find("nosuch")
	if e := FromImage(err); e.Kind != NotFound || e.Msg != "No such image: nosuch:latest" {
		t.Errorf("%v", e)
	}
}

func TestWhoeverIsOutsideCannotWait(t *testing.T) {
	c := Caller{Because: 7}
	if !c.Outside() || c.Cause() != 7 {
		t.Error("the zero Caller is the world's owner")
	}
	if err := c.Wait(nil, "container"); KindOf(err) != Unavailable {
		t.Errorf("%v", err)
	}
}
