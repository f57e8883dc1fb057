package wording

import (
	"errors"
	"syscall"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

func is(err, target error) bool { return errors.Is(err, target) }

// Condition says what opening the progress file found; empty when all is well. The sentence says what happened, what
// it means for the learner, and what to do.
func Condition(c progress.Condition, now time.Time, l lessons.Lang) string {
	switch c.State {
	case progress.Restored:
		return restored(c, now, l)
	case progress.ReadOnly:
		return readOnly(c, l)
	case progress.Memory:
		return inMemory(c, l)
	}
	return ""
}

func restored(c progress.Condition, now time.Time, l lessons.Lang) string {
	from := Say(l, "There was no copy; what could be read was saved.", "没有备份，已救出还能读取的部分。")
	if !c.Copy.IsZero() {
		from = Sayf(l, "Restored the copy of %s.", "已恢复 %s 的备份。", Clock(c.Copy, now))
	}
	return Say(l, "The progress file was damaged. ", "进度文件已损坏。") + from + space(l) + lost(c, l) + space(l) +
		Sayf(l, "The damaged file is kept as %s.", "损坏的文件保存为 %s。", c.Kept)
}

func lost(c progress.Condition, l lessons.Lang) string {
	switch c.Gone {
	case 0:
		return Say(l, "No answer is known to be lost.", "没有发现丢失的作答。")
	case 1:
		return Say(l, "1 answer was lost.", "丢失 1 次作答。")
	}
	return Sayf(l, "%d answers were lost.", "丢失 %d 次作答。", c.Gone)
}

// LostLines lists the lost answers that are still known, one a line.
func LostLines(c progress.Condition, now time.Time) []string {
	var lines []string
	for _, x := range c.Lost {
		what := string(x.Question)
		if what == "" {
			what = string(x.ID)
		}
		lines = append(lines, Clock(lostAt(x.At, x.ID), now)+"  "+what)
	}
	return lines
}

func lostAt(at time.Time, id quiz.ReviewID) time.Time {
	if at.IsZero() {
		return id.Time()
	}
	return at
}

func readOnly(c progress.Condition, l lessons.Lang) string {
	nothing := Say(l, "Nothing you do now is saved.", "现在的操作都不会保存。")
	switch c.Cause {
	case progress.Asked:
		return Say(l, "Progress is open for reading only, as you asked. ", "按你的要求，进度以只读方式打开。") + nothing
	case progress.Newer:
		by := c.Version
		if by == "" {
			by = Sayf(l, "a later version, format %d", "更高版本，格式 %d", c.Schema)
		}
		return Sayf(l,
			"A newer dockerlearn (%s) wrote the progress file, so it is open for reading only. Update dockerlearn to go on saving.",
			"进度文件由更新的 dockerlearn（%s）写入，因此以只读方式打开。请更新 dockerlearn 后再保存进度。", by)
	case progress.Locked:
		return locked(c, l) + space(l) + nothing
	case progress.NotWritable:
		return Say(l, "The progress file cannot be written. ", "进度文件无法写入。") + nothing +
			Say(l, " Check the folder's permissions, or choose another with --data DIR.", "请检查目录权限，或用 --data DIR 换一个目录。")
	case progress.Full:
		return Say(l, "The disk is full. ", "磁盘已满。") + nothing + Say(l, " Free some space and start again.", "请腾出空间后重新启动。")
	case progress.Foreign:
		return Say(l, "The progress file belongs to another program; it is left alone. ", "进度文件属于别的程序，已原样保留。") +
			nothing + Say(l, " Choose another folder with --data DIR.", "请用 --data DIR 换一个目录。")
	}
	return Say(l, "Progress is open for reading only. ", "进度以只读方式打开。") + nothing
}

func locked(c progress.Condition, l lessons.Lang) string {
	if c.PID > 0 {
		return Sayf(l, "Another program (pid %d) keeps the progress file locked.", "另一个程序（进程号 %d）占着进度文件。", c.PID)
	}
	return Say(l, "Another program keeps the progress file locked.", "另一个程序占着进度文件。")
}

func inMemory(c progress.Condition, l lessons.Lang) string {
	why := Say(l, "Progress cannot be kept here.", "这里无法保存进度。")
	switch c.Cause {
	case progress.NotWritable:
		why = Say(l, "The data folder cannot be written.", "数据目录无法写入。")
	case progress.Full:
		why = Say(l, "The disk is full.", "磁盘已满。")
	case progress.Locked:
		why = locked(c, l)
	case progress.Damaged:
		why = Say(l, "The progress file is damaged and could not be mended.", "进度文件已损坏，且无法修复。")
	case progress.Foreign:
		why = Say(l, "The progress file belongs to another program; it is left alone.", "进度文件属于别的程序，已原样保留。")
	case progress.DiskFailed:
		why = Say(l, "The disk reported an error.", "磁盘报告出错。")
	}
	if is(c.Err, syscall.ENOTDIR) {
		why = Say(l, "A file stands where the data folder should be.", "数据目录的位置上是一个文件。")
	}
	return why + space(l) + Say(l,
		"You can go on, but what you do is gone when you quit. Choose another folder with --data DIR.",
		"可以继续学习，但退出后记录就没有了。可用 --data DIR 换一个目录。")
}

// space parts two sentences: Chinese needs none.
func space(l lessons.Lang) string { return Say(l, " ", "") }

// NothingDue says when there is something to review again. next is when the first card is due, zero if none is.
func NothingDue(answered bool, next, now time.Time, l lessons.Lang) string {
	switch {
	case !answered:
		return Say(l, "Nothing to review yet: the questions of a lesson come once it is read.",
			"还没有要复习的：读完一课，它的题目才会出现。")
	case next.IsZero():
		return Say(l, "Nothing to review.", "没有要复习的。")
	}
	return Sayf(l, "Nothing to review until %s.", "下次复习：%s。", Clock(next.In(now.Location()), now))
}
