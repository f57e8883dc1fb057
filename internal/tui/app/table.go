package app

import (
	"slices"
	"strings"

	"dockerlearn/internal/tui/begin"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/internal/tui/bookmarks"
	"dockerlearn/internal/tui/drill"
	"dockerlearn/internal/tui/home"
	"dockerlearn/internal/tui/lablist"
	"dockerlearn/internal/tui/reader"
	"dockerlearn/internal/tui/report"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/search"
	"dockerlearn/internal/tui/stats"
	"dockerlearn/internal/tui/topic"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
)

// KeyTable returns all keys as a Markdown table, for the README.
func KeyTable(l lessons.Lang) string {
	var b strings.Builder
	b.WriteString(screen.Say{EN: "| Where | Keys | What they do |", ZH: "| 哪里 | 按键 | 作用 |"}.In(l) + "\n")
	b.WriteString("| --- | --- | --- |\n")
	lists := widget.ListKeys()
	for _, part := range []struct {
		where screen.Say
		keys  []screen.Binding
	}{
		{screen.Say{EN: "everywhere", ZH: "任何地方"}, screen.Bindings(everywhere())},
		{screen.Say{EN: "lists", ZH: "列表"}, lists},
		{screen.Say{EN: "home", ZH: "主页"}, beyond(home.Keys(), lists)},
		{screen.Say{EN: "topic", ZH: "主题"}, beyond(topic.Keys(), lists)},
		{screen.Say{EN: "lesson", ZH: "课程"}, reader.Keys()},
		{screen.Say{EN: "labs", ZH: "实验列表"}, beyond(lablist.Keys(), lists)},
		{screen.Say{EN: "lab", ZH: "实验"}, bench.Keys()},
		{screen.Say{EN: "practise", ZH: "练习"}, beyond(begin.Keys(), lists)},
		{screen.Say{EN: "question", ZH: "题目"}, drill.Keys()},
		{screen.Say{EN: "report", ZH: "小结"}, beyond(report.Keys(), lists)},
		{screen.Say{EN: "statistics", ZH: "统计"}, beyond(stats.Keys(), lists)},
		{screen.Say{EN: "search", ZH: "搜索"}, search.Keys()},
		{screen.Say{EN: "bookmarks", ZH: "书签"}, beyond(bookmarks.Keys(), lists)},
	} {
		for _, k := range part.keys {
			b.WriteString("| " + part.where.In(l) + " | " + spelled(k.Keys) + " | " + k.Says.In(l) + " |\n")
		}
	}
	return b.String()
}

// beyond returns the keys that are not among others.
func beyond(keys, others []screen.Binding) []screen.Binding {
	return slices.DeleteFunc(keys, func(k screen.Binding) bool {
		return slices.ContainsFunc(others, func(o screen.Binding) bool { return o.Has(k.Keys[0]) })
	})
}

// spelled writes keys as code; a run of digits as its ends.
func spelled(keys []string) string {
	if len(keys) > 2 && keys[0] == "1" {
		keys = []string{"1-" + keys[len(keys)-1]}
	}
	return "`" + strings.Join(keys, "` `") + "`"
}
