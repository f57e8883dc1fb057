package wording

import (
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
)

func TestWhyProgressIsNotKept(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	notADir := &fs.PathError{Op: "mkdir", Path: "/home/ann/data", Err: syscall.ENOTDIR}
	for _, c := range []struct {
		condition progress.Condition
		en, zh    string
	}{
		{progress.Condition{}, "", ""},
		{
			progress.Condition{State: progress.Memory, Cause: progress.DiskFailed, Err: notADir},
			"A file stands where the data folder should be. You can go on", "数据目录的位置上是一个文件。可以继续",
		},
		{
			progress.Condition{State: progress.Memory, Cause: progress.Full},
			"The disk is full. You can go on", "磁盘已满。可以继续",
		},
		{ // nothing of the file could be read: who knows what it held
			progress.Condition{State: progress.Restored, Kept: "x.damaged"},
			"No answer is known to be lost.", "没有发现丢失的作答。",
		},
	} {
		for lang, want := range map[lessons.Lang]string{lessons.EN: c.en, lessons.ZH: c.zh} {
			if got := Condition(c.condition, now, lang); !strings.Contains(got, want) || want == "" && got != "" {
				t.Errorf("%+v: %q lacks %q", c.condition, got, want)
			}
		}
	}
}
