package main

import (
	"bytes"
	"context"
	"testing"

	"dockerlearn/internal/study/studytest"
	"dockerlearn/progress"
)

func TestFarewell(t *testing.T) {
	l := studytest.New(t)
	for _, c := range []struct {
		lang    string
		unsaved error
		want    string
	}{
		{"en", nil, "Saved in ~/progress.db. Run dockerlearn to go on.\n"},
		{"zh", nil, "已保存到 ~/progress.db。再次运行 dockerlearn 即可继续。\n"},
		{"en", progress.ErrFull, "Not everything was saved: the disk is full.\n"},
		{"zh", progress.ErrLocked, "有内容没有保存：另一个程序占着进度文件。\n"},
	} {
		var out bytes.Buffer
		run := &command{world: world{out: &out, home: l.Dir}, lang: c.lang}
		if run.farewell(context.Background(), l.Study, c.unsaved); out.String() != c.want {
			t.Errorf("%s, %v: %q, want %q", c.lang, c.unsaved, out.String(), c.want)
		}
	}
}
