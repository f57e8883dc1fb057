package bench_test

import (
	"fmt"
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// sitting is a lab that nobody keeps.
type sitting struct {
	*labs.Bench
	hints  int
	solved bool
}

func (x *sitting) Check() ([]labs.Finding, error)      { return x.Bench.Check(), nil }
func (x *sitting) Glance(step int) (labs.Sight, error) { return x.Before(step) }
func (x *sitting) Fork(step int) error                 { return x.Go(step) }
func (x *sitting) Swap() error                         { return nil }
func (x *sitting) Parted() bool                        { return false }
func (x *sitting) Forked() bool                        { return false }
func (x *sitting) Hinted(n int) error                  { x.hints = n; return nil }
func (x *sitting) Solve() error                        { x.solved = true; return nil }
func (x *sitting) Close() error                        { x.Bench.Close(); return nil }

var _ bench.Lab = (*sitting)(nil)

// newLab is a lab: two containers that are to reach each other.
func newLab() *sitting {
	b, err := labs.Open(task(), nil, nil)
	if err != nil {
		panic(fmt.Sprintf("the lab of the tests: %v", err))
	}
	b.AdvanceTo(b.Elapsed() + time.Second)
	return &sitting{Bench: b}
}

func say(en, zh string) lessons.Text { return lessons.Text{lessons.EN: en, lessons.ZH: zh} }

func task() *lessons.Lab {
	lab := &lessons.Lab{ID: "names", Title: say("Two services, one name", "两个服务，一个名字"), Setup: lessons.Block{
		Text: `docker run -d --name web nginx:alpine
docker network create appnet
docker run -d --name cache --network appnet redis`,
	}}
	for _, c := range []struct{ condition, en, zh string }{
		{"running cache", "cache is running", "cache 在运行"},
		{"running web", "web is running", "web 在运行"},
		{"resolves web cache", `"cache" resolves inside web`, "web 里能解析 cache"},
		{"reach web -> cache:6379", "web can connect to cache:6379", "web 能连上 cache:6379"},
	} {
		lab.Check = append(lab.Check, lessons.Line{Condition: c.condition, Says: say(c.en, c.zh)})
	}
	words := func(story, first, second, debrief string) *lessons.LabWords {
		return &lessons.LabWords{
			Story:   mdoc.ParseText(story),
			Hints:   []mdoc.Fragment{mdoc.ParseText(first), mdoc.ParseText(second)},
			Debrief: mdoc.ParseText(debrief),
		}
	}
	lab.Words = map[lessons.Lang]*lessons.LabWords{
		lessons.EN: words("`web` must reach `cache` by name, port 6379. Any way that ends there is right.",
			"Look at which networks each container is on.", "`docker network connect` adds one.",
			"A user-defined network has an embedded DNS server at **127.0.0.11**; the default `bridge` has none."),
		lessons.ZH: words("`web` 要能按名字连到 `cache` 的 6379 端口。怎么做到都行。",
			"看看每个容器在哪些网络上。", "`docker network connect` 可以再接一个。",
			"自定义网络自带 DNS 服务器（**127.0.0.11**）；默认的 `bridge` 没有。"),
	}
	return lab
}
