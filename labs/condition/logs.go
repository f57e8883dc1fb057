package condition

import (
	"bytes"
	"encoding/json"
	"fmt"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readLog: log C contains TEXT, log C < SIZE.
func readLog(r *reading, _ string) test {
	name := r.thing(Container)
	var t test
	if r.next("contains") {
		t = logContains(name, r.text("a text"))
	} else {
		t = sizeOfLog(name).than(r, r.size)
	}
	t.about = aboutContainer(name)
	return t
}

func sizeOfLog(name string) measure {
	return measure{say("the log of %s on the disk", "%s 的日志体积", name), decimalSize, func(s *State) (int64, lessons.Text) {
		c, why := s.container(name)
		if why != nil {
			return 0, why
		}
		n := int64(0)
		for _, f := range s.logFiles(c) {
			n += f.Stat().Size
		}
		return n, nil
	}}
}

// logFiles are those of a container's log, the newest first.
func (s *State) logFiles(c *api.ContainerInspect) (all []sandbox.Seen) {
	path := c.LogPath
	if c.HostConfig.LogConfig.Type == "local" {
		path = "/var/lib/docker/containers/" + c.ID + "/local-logs/container.log"
	}
	for name, i := path, 1; path != ""; i++ {
		f, err := s.Host.See(name)
		if err != nil {
			break
		}
		all = append(all, f)
		name = fmt.Sprintf("%s.%d", path, i)
	}
	return all
}

func logContains(name, text string) test {
	return test{
		holds: say("the log of %s contains %s", "%s 的日志里有 %s", name, shown(text)),
		fails: say("the log of %s does not contain %s", "%s 的日志里没有 %s", name, shown(text)),
		look: ofContainer(name, func(s *State, c *api.ContainerInspect) (bool, lessons.Text) {
			last := ""
			for _, f := range s.logFiles(c) {
				for row := range bytes.Lines(content(f, searchMost)) {
					var line struct {
						Log string `json:"log"`
					}
					if json.Unmarshal(row, &line) == nil && bytes.Contains([]byte(line.Log), []byte(text)) {
						return true, say("the log of %s contains %s", "%s 的日志里有 %s", name, shown(text))
					} else if line.Log != "" {
						last = line.Log
					}
				}
			}
			if last == "" {
				return false, say("the log of %s is empty", "%s 的日志是空的", name)
			}
			return false, say("the last line in the log of %s is %s", "%s 的日志最后一行是 %s", name, shown(last))
		}),
	}
}

// readRotates: rotates C.
func readRotates(r *reading, _ string) test {
	name := r.thing(Container)
	return test{
		holds: say("the log of %s cannot grow without bound", "%s 的日志不会无限增长", name),
		fails: say("the log of %s can grow without bound", "%s 的日志会无限增长", name),
		about: aboutContainer(name),
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			l := c.HostConfig.LogConfig
			if l.Type == "json-file" && l.Config["max-size"] == "" {
				return false, say("the log of %s grows without bound: json-file without max-size",
					"%s 的日志会无限增长：json-file 没有设 max-size", name)
			}
			return true, say("the log of %s is bounded (%s)", "%s 的日志有上限（%s）", name, l.Type)
		}),
	}
}
