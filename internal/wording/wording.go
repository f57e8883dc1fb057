// Package wording says in both languages what more than one part of the program has to say: how progress is kept, what
// a level is called, how far one is. Texts that only one screen shows stand in that screen.
//
// English and Chinese stand side by side, so that whoever changes one sees the other.
package wording

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// Say chooses between English and Chinese.
func Say(l lessons.Lang, en, zh string) string {
	if l == lessons.ZH {
		return zh
	}
	return en
}

// Sayf chooses and fills in. Both texts take the same values; give them numbers (%[1]d) where their order differs.
func Sayf(l lessons.Lang, en, zh string, values ...any) string {
	return fmt.Sprintf(Say(l, en, zh), values...)
}

// OtherName is what the other language calls itself, for the switch.
func OtherName(l lessons.Lang) string { return Say(l, "中文", "English") }

// Level names a level.
func Level(lv lessons.Level, l lessons.Lang) string {
	switch lv {
	case lessons.Basic:
		return Say(l, "basic", "基础")
	case lessons.Intermediate:
		return Say(l, "intermediate", "进阶")
	case lessons.Advanced:
		return Say(l, "advanced", "深入")
	}
	return string(lv)
}

// Asked says how often interviews ask.
func Asked(a lessons.Asked, l lessons.Lang) string {
	switch a {
	case lessons.Often:
		return Say(l, "asked often", "常问")
	case lessons.Sometimes:
		return Say(l, "asked sometimes", "时有问及")
	case lessons.Rarely:
		return Say(l, "asked rarely", "较少问")
	}
	return string(a)
}

// Minutes is a reading time.
func Minutes(n int, l lessons.Lang) string { return Sayf(l, "%d min", "%d 分钟", n) }

// Mistakes says how many mistakes a course has, and what lists them.
func Mistakes(n int, l lessons.Lang) string {
	if n == 1 {
		return Say(l, "The course has 1 mistake; dockerlearn check shows it.", "课程内容有 1 处错误，用 dockerlearn check 查看。")
	}
	return Sayf(l, "The course has %d mistakes; dockerlearn check lists them.", "课程内容有 %d 处错误，用 dockerlearn check 查看。", n)
}

// Home shortens a path below the home folder to ~.
func Home(path, home string) string {
	if home == "" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, home); ok && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		return "~" + rest
	}
	return path
}

// Clock is a time of day, with the date when it is not today.
func Clock(t, now time.Time) string {
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// Why says in one sentence what a failed attempt to store met, and what to do.
func Why(err error, l lessons.Lang) string {
	cause := Cause(err, l)
	switch {
	case is(err, progress.ErrFull):
		return cause + Say(l, ": free some space, it is tried again", "：请腾出空间，程序会再次保存")
	case is(err, progress.ErrDamaged):
		return cause + Say(l, ": start dockerlearn again to restore a copy", "：重新启动 dockerlearn 即可恢复备份")
	}
	return cause
}

// Cause says what a failed attempt to store met.
func Cause(err error, l lessons.Lang) string {
	for _, c := range []struct {
		is     error
		en, zh string
	}{
		{progress.ErrFull, "the disk is full", "磁盘已满"},
		{progress.ErrLocked, "another program keeps the progress file locked", "另一个程序占着进度文件"},
		{progress.ErrReadOnly, "progress is open for reading only", "进度以只读方式打开"},
		{progress.ErrDamaged, "the progress file is damaged", "进度文件已损坏"},
		{progress.ErrDisk, "the disk reported an error", "磁盘报告出错"},
	} {
		if is(err, c.is) {
			return Say(l, c.en, c.zh)
		}
	}
	return err.Error()
}
