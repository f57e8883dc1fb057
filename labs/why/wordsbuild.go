package why

import (
	"strings"

	"dockerlearn/labs/sandbox/sim"
)

// buildWords are those of what a build did.
func buildWords() map[sim.Rule]phrase {
	return map[sim.Rule]phrase{
		"build.cache.miss": func(_ *teller, e sim.Event) said {
			reason := e.Detail.String()
			return say("%[1]s was done anew: %[2]s", "%[1]s 重新执行：%[3]s", e.Subject, reason, reasonInChinese(reason))
		},
	}
}

// reasonInChinese is why a builder's cache missed. The builder's own words are English; what they name stays.
func reasonInChinese(reason string) string {
	return strings.NewReplacer(
		"--no-cache was given", "指定了 --no-cache",
		"its result was pruned", "它的结果已被清理",
		"the files that it takes changed: ", "它用到的文件变了：",
		"what it lies on changed", "它所依据的前一步变了",
		"its instruction, or a variable in it, changed: it was ", "指令或其中的变量变了，原来是 ",
		"no step like it was ever built here", "这里还没有构建过这样的步骤",
		"a step before it was built anew", "它前面的步骤重新执行了",
		" is new", "（新增）",
		" is gone", "（已删除）",
	).Replace(reason)
}
