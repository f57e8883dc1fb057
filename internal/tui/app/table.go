package app

import (
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/bookmarks"
	"dockerlearn/internal/tui/home"
	"dockerlearn/internal/tui/reader"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/search"
	"dockerlearn/internal/tui/topic"
	"dockerlearn/lessons"
)

// KeyTable returns all keys as a Markdown table, for the README.
func KeyTable(l lessons.Lang) string {
	var b strings.Builder
	head := screen.Say{EN: "| Where | Keys | What they do |", ZH: "| 哪里 | 按键 | 作用 |"}
	b.WriteString(head.In(l) + "\n| --- | --- | --- |\n")
	for _, part := range []struct {
		where screen.Say
		keys  []screen.Binding
	}{
		{screen.Say{EN: "everywhere", ZH: "任何地方"}, screen.Bindings(everywhere())},
		{screen.Say{EN: "home", ZH: "主页"}, home.Keys()},
		{screen.Say{EN: "topic", ZH: "主题"}, topic.Keys()},
		{screen.Say{EN: "lesson", ZH: "课程"}, reader.Keys()},
		{screen.Say{EN: "search", ZH: "搜索"}, search.Keys()},
		{screen.Say{EN: "bookmarks", ZH: "书签"}, bookmarks.Keys()},
	} {
		for _, k := range part.keys {
			label := k.Label(render.LightFrames())
			b.WriteString("| " + part.where.In(l) + " | `" + label + "` | " + k.Says.In(l) + " |\n")
		}
	}
	return b.String()
}
