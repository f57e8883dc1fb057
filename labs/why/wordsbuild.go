package why

import "dockerlearn/labs/sandbox/sim"

// buildWords are those of what a build did.
func buildWords() map[sim.Rule]phrase {
	return map[sim.Rule]phrase{
		"build.cache.miss": func(_ *teller, e sim.Event) said {
			return say("%s could not be taken from the build cache: %s", "%s 没能用上构建缓存：%s", e.Subject, e.Detail)
		},
	}
}
