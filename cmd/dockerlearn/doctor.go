package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"dockerlearn/internal/render"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// doctor tells what a learner or whoever helps them has to know about this machine.
func (c *command) doctor() *cobra.Command {
	var rebuild bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Show where progress is kept, whether it is sound, and what this terminal can do",
		Long: `Show where progress is kept and whether the file is sound, what the terminal can
draw, and which course is open. Exit code 1 when something needs your attention.

Answers are kept as a log; everything else follows from it. --rebuild computes it
again and says what was not as it should be.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r := &report{out: c.out, lang: c.chosen(cmd.Context())}
			c.doctorProgram(r)
			c.doctorTerminal(r)
			if err := c.doctorProgress(cmd.Context(), r, rebuild); err != nil {
				return err
			}
			c.doctorCourse(r)
			if r.bad > 0 {
				return errTold
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&rebuild, "rebuild", false, "compute cards and statistics again from the log of answers")
	return cmd
}

// report is a list of facts, some of them bad.
type report struct {
	out  io.Writer
	lang lessons.Lang
	bad  int
}

func (r *report) head(en, zh string) { fmt.Fprintf(r.out, "\n%s\n", wording.Say(r.lang, en, zh)) }

// fact prints "  name  value".
func (r *report) fact(en, zh, value string) {
	fmt.Fprintf(r.out, "  %s  %s\n", render.Pad(wording.Say(r.lang, en, zh), 10), value)
}

// trouble prints a fact that needs attention.
func (r *report) trouble(text string) {
	r.bad++
	fmt.Fprintf(r.out, "! %s\n", text)
}

func (c *command) doctorProgram(r *report) {
	fmt.Fprintf(r.out, "dockerlearn %s\n", versionText())
}

func (c *command) doctorTerminal(r *report) {
	r.head("Terminal", "终端")
	if !c.isTerminal() {
		r.fact("size", "大小", wording.Say(r.lang, "none: input or output is not a terminal; plain lines are used",
			"无：输入或输出不是终端，使用纯文本方式"))
		return
	}
	size := wording.Sayf(r.lang, "%d columns", "%d 列", c.columns())
	if c.columns() < 60 {
		size += wording.Say(r.lang, "; the screens need 60, plain lines are used below that with --plain", "；界面至少需要 60 列，更窄时请用 --plain")
	}
	r.fact("size", "大小", size)
	r.fact("TERM", "TERM", c.getenv("TERM"))
	colours := wording.Say(r.lang, "the terminal's 16 colours", "终端自带的 16 色")
	if c.getenv("NO_COLOR") != "" {
		colours = wording.Say(r.lang, "none, because NO_COLOR is set", "无（设置了 NO_COLOR）")
	}
	r.fact("colours", "颜色", colours)
	r.fact("width", "字宽", wording.Say(r.lang,
		"│…“”① should be five columns: |│…“”①| ; if the bars are further apart, use --frames ascii",
		"│…“”① 应占五列：|│…“”①| ；若两条竖线之间更宽，请用 --frames ascii"))
	r.fact("typing", "输入法", wording.Say(r.lang,
		"the input method's window follows the cursor; if it does not, the terminal does not report its cursor",
		"候选窗跟随光标；若不跟随，说明终端没有把光标位置告诉输入法"))
}

func (c *command) doctorProgress(ctx context.Context, r *report, rebuild bool) error {
	r.head("Progress", "进度")
	store, err := c.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	condition := store.Condition()
	path := store.Path()
	if path == "" {
		path = wording.Sayf(r.lang, "in memory only (asked for: %s)", "仅在内存中（指定目录：%s）", store.Dir())
	}
	r.fact("file", "文件", path)
	if text := wording.Condition(condition, c.now(), r.lang); text != "" {
		r.trouble(text)
		for _, l := range wording.LostLines(condition, c.now()) {
			fmt.Fprintln(r.out, "    "+l)
		}
	}
	health, err := store.Check(ctx)
	if err != nil {
		r.trouble(wording.Why(err, r.lang))
		return nil
	}
	c.doctorHealth(r, health)
	if rebuild {
		c.doctorRebuild(ctx, r, store)
	}
	return nil
}

func (c *command) doctorRebuild(ctx context.Context, r *report, store *progress.Store) {
	done, err := store.Rebuild(ctx)
	if err != nil {
		r.trouble(wording.Why(err, r.lang))
		return
	}
	r.fact("rebuilt", "重建", wording.Sayf(r.lang, "%d questions from %d lines of the log; %d cards and the facts of %d questions were not as they should be",
		"由 %[2]d 条记录重算了 %[1]d 道题；修正卡片 %[3]d 张、统计 %[4]d 题", done.Questions, done.Reviews, len(done.Wrong), done.Facts))
}

func (c *command) doctorHealth(r *report, h progress.Health) {
	r.fact("size", "大小", size(h.Bytes))
	r.fact("format", "格式", fmt.Sprintf("%d (SQLite %s)", h.Schema, h.SQLite))
	r.fact("holds", "内容", wording.Sayf(r.lang, "%d lines in the log of answers, %d cards, %d screens read", "作答记录 %d 条，卡片 %d 张，读过 %d 屏",
		h.Reviews, h.Cards, h.Screens))
	if len(h.Copies) == 0 {
		r.fact("copies", "备份", wording.Say(r.lang, "none yet; one is taken each day", "还没有；每天备份一次"))
	}
	for _, copied := range h.Copies {
		r.fact("copy", "备份", copied.At.In(time.Local).Format("2006-01-02 15:04")+"  "+copied.Path)
	}
	if len(h.Problems) == 0 {
		r.fact("check", "检查", wording.Say(r.lang, "sound", "完好"))
	}
	for _, p := range h.Problems {
		r.trouble(p)
	}
}

func (c *command) doctorCourse(r *report) {
	r.head("Course", "课程")
	course, found, err := c.course()
	if err != nil {
		r.trouble(err.Error())
		return
	}
	where := c.pack
	if where == "" {
		where = wording.Say(r.lang, "built in", "内置")
	}
	r.fact("course", "课程", fmt.Sprintf("%s %s (%s)", course.ID, course.Version, where))
	questions := 0
	for _, l := range course.Lessons() {
		questions += len(l.Questions)
	}
	r.fact("holds", "内容", wording.Sayf(r.lang, "%d lessons, %d questions", "%d 课，%d 道题", len(course.Lessons()), questions))
	if n := found.Errors(); n > 0 {
		r.trouble(found[0].String())
		r.trouble(wording.Mistakes(n, r.lang))
	}
}

// size is a number of bytes for people.
func size(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, names := float64(n)/unit, []string{"KiB", "MiB", "GiB", "TiB"}
	for value >= unit && len(names) > 1 {
		value, names = value/unit, names[1:]
	}
	return fmt.Sprintf("%.1f %s", value, names[0])
}
