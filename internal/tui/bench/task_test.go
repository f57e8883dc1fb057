package bench_test

import (
	"fmt"
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// newLab is a lab: two containers that are to reach each other.
func newLab() *labs.Bench {
	lab := &lessons.Lab{ID: "names", Setup: lessons.Block{Text: `docker run -d --name web nginx:alpine
docker network create appnet
docker run -d --name cache --network appnet redis`}}
	for _, c := range []struct{ condition, en, zh string }{
		{"running cache", "cache is running", "cache 在运行"},
		{"running web", "web is running", "web 在运行"},
		{"resolves web cache", `"cache" resolves inside web`, "web 里能解析 cache"},
		{"reach web -> cache:6379", "web can connect to cache:6379", "web 能连上 cache:6379"},
	} {
		lab.Check = append(lab.Check, lessons.Line{Condition: c.condition, Says: say(c.en, c.zh)})
	}
	b, err := labs.Open(lab, nil, nil)
	if err != nil {
		panic(fmt.Sprintf("the lab of the tests: %v", err))
	}
	b.Explain = func(int) []labs.Link {
		return []labs.Link{
			{Says: say(`"cache" does not resolve inside web`, "web 里解析不出 cache")},
			{Says: say("web is only on the network bridge, which has no names", "web 只在 bridge 网络上，那里没有名字解析")},
			{Says: say("docker run without --network put it there", "docker run 没有加 --network，就放在了那里")},
		}
	}
	b.AdvanceTo(b.Elapsed() + time.Second)
	return b
}

var _ bench.Lab = (*labs.Bench)(nil)

func say(en, zh string) lessons.Text { return lessons.Text{lessons.EN: en, lessons.ZH: zh} }

func task() bench.Task {
	md := func(en, zh string) map[lessons.Lang]mdoc.Fragment {
		return map[lessons.Lang]mdoc.Fragment{lessons.EN: mdoc.ParseText(en), lessons.ZH: mdoc.ParseText(zh)}
	}
	return bench.Task{
		ID: "names", Title: say("Two services, one name", "两个服务，一个名字"),
		Story: md("`web` must reach `cache` by name, port 6379. Any way that ends there is right.",
			"`web` 要能按名字连到 `cache` 的 6379 端口。怎么做到都行。"),
		Hints: map[lessons.Lang][]mdoc.Fragment{
			lessons.EN: {mdoc.ParseText("Look at which networks each container is on."), mdoc.ParseText("`docker network connect` adds one.")},
			lessons.ZH: {mdoc.ParseText("看看每个容器在哪些网络上。"), mdoc.ParseText("`docker network connect` 可以再接一个。")},
		},
		Debrief: md("A user-defined network has an embedded DNS server at **127.0.0.11**; the default `bridge` has none.",
			"自定义网络自带 DNS 服务器（**127.0.0.11**）；默认的 `bridge` 没有。"),
	}
}
