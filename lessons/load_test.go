package lessons

import (
	"testing"

	"dockerlearn"
)

func TestBuiltIn(t *testing.T) {
	c, found := Load(dockerlearn.Content())
	for _, f := range found {
		t.Log(f)
	}
	if len(c.Topics) == 0 || c.Lesson("union-fs") == nil || c.Question("union-fs-08") == nil {
		t.Fatal("the course is not usable")
	}
	if q := c.Question("union-fs-08"); q.Kind != Open || len(q.In(ZH).Rubric) != 6 {
		t.Errorf("union-fs-08 is %s with %d points", q.Kind, len(q.In(ZH).Rubric))
	}
}
