package condition

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// group is things of which there may be so many.
type group struct {
	name   string
	en, zh string
	kind   Kind
	filter api.Filters
}

func groups() []group {
	return []group{
		{"containers", "containers", "容器", Container, nil},
		{"running containers", "running containers", "正在运行的容器", Container, api.Filters{"status": {"running"}}},
		{"stopped containers", "stopped containers", "已停止的容器", Container, api.Filters{"status": {"exited", "created"}}},
		{"images", "images", "镜像", Image, nil},
		{"dangling images", "dangling images", "悬空镜像", Image, api.Filters{"dangling": {"true"}}},
		{"networks", "user-defined networks", "自定义网络", Network, api.Filters{"type": {"custom"}}},
		{"unused networks", "unused networks", "没有容器使用的网络", Network, api.Filters{"dangling": {"true"}}},
		{"volumes", "volumes", "数据卷", Volume, nil},
		{"unused volumes", "unused volumes", "没有容器使用的数据卷", Volume, api.Filters{"dangling": {"true"}}},
		{"anonymous volumes", "anonymous volumes", "匿名卷", Volume, api.Filters{"label": {"com.docker.volume.anonymous"}}},
	}
}

// readCount: count [WHICH] KIND = N.
func readCount(r *reading, _ string) test {
	first := r.word("what to count")
	all := groups()
	is := func(name string) int { return slices.IndexFunc(all, func(g group) bool { return g.name == name }) }
	i := is(first)
	if i < 0 && r.more() {
		i = is(first + " " + r.word("what to count"))
	}
	if i < 0 {
		var names []string
		for _, g := range all {
			names = append(names, g.name)
		}
		r.wrongWord("%q is nothing that can be counted", "write one of "+strings.Join(names, ", "), first)
		return test{}
	}
	c := r.comparison()
	want, _ := r.count()
	return all[i].test(c, want)
}

func (g group) test(c comparison, want int64) test {
	return test{
		holds: g.says(c, want), fails: g.says(c.opposite(), want),
		look: func(s *State) (bool, lessons.Text) {
			names, why := g.names(s)
			if why != nil {
				return false, why
			}
			return c.holds(int64(len(names)), want), g.are(names)
		},
	}
}

// says that there are so many.
func (g group) says(c comparison, n int64) lessons.Text {
	switch {
	case c == "=" && n == 0:
		return say("there are no %[1]s", "不存在%[2]s", g.en, g.zh)
	case c == "!=" && n == 0 || c == ">" && n == 0:
		return say("there are %[1]s", "存在%[2]s", g.en, g.zh)
	}
	w := c.words()
	return say("the number of %[1]s is %[3]s%[5]d", "%[2]s数量%[4]s%[5]d", g.en, g.zh, w[lessons.EN], w[lessons.ZH], n)
}

// are says how many there are, and the first of them.
func (g group) are(names []string) lessons.Text {
	n := len(names)
	if n == 0 {
		return g.says("=", 0)
	}
	if n > 5 {
		names = append(names[:5:5], "…")
	}
	return say("the number of %[1]s is %[3]d: %[4]s", "%[2]s有 %[3]d 个：%[5]s", g.en, g.zh, n, english(names), chinese(names))
}

func (g group) names(s *State) (names []string, why lessons.Text) {
	e, why := s.engine()
	if why != nil {
		return nil, why
	}
	switch g.kind { // errors are of filters that nobody knows
	case Container:
		all, _ := e.ContainerList(api.Caller{}, api.ContainerListOptions{All: true, Filters: g.filter})
		for _, c := range all {
			names = append(names, strings.TrimPrefix(c.Names[0], "/"))
		}
	case Image:
		all, _ := e.ImageList(api.Caller{}, api.ImageListOptions{Filters: g.filter})
		for _, i := range all {
			names = append(names, append(i.RepoTags, shortID(i.ID))[0])
		}
	case Network:
		all, _ := e.NetworkList(api.Caller{}, g.filter)
		for _, n := range all {
			names = append(names, n.Name)
		}
	default:
		all, _ := e.VolumeList(api.Caller{}, g.filter)
		for _, v := range all.Volumes {
			names = append(names, shortID(v.Name))
		}
	}
	return names, nil
}

// shortID is an id as listings show it; other names stay.
func shortID(name string) string {
	id := strings.TrimPrefix(name, "sha256:")
	if len(id) == 64 {
		return id[:12]
	}
	return name
}
