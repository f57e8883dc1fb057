package cli_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/cli"
)

func TestComplete(t *testing.T) {
	h := newHost(t)
	h.run("docker run -d --name web busybox sleep 300; docker create --name idle busybox; docker volume create data; docker tag alpine mine:v1")
	x := cli.NewCompleter(h.engine)
	for _, r := range []struct{ line, want string }{
		{"docker ru", "run "},
		{"docker volume ", "create inspect ls prune rm update "},
		{"docker c", "commit compose container context cp create "},
		{"docker -D ps --no", "--no-trunc "},
		{"docker run --det", "--detach --detach-keys "},
		{"docker start ", "idle "},
		{"docker stop ", "web "},
		{"docker stop -t ", ""},
		{"docker stop -t 1 w", "web "},
		{"docker rm ", "idle web "},
		{"docker container rm i", "idle "},
		{"docker inspect d", "data "},
		{"docker rename web ", ""},
		{"docker run al", "alpine alpine:latest "},
		{"docker run --rm -v data:/x mi", "mine:v1 "},
		{"docker run alpine --na", "--name "}, // as the real one, which looks at the word alone
		{"docker run --restart=on", "on-failure "},
		{"docker run --restart al", "always "},
		{"docker volume rm ", "data "},
		{"docker image rm bus", "busybox busybox:latest "},
		{"ls; docker kill ", "web "},
		{"ls docker ", ""},
		{"echo hi", ""},
		{"docker nosuch ", ""},
	} {
		_, words := x.Complete(r.line, len(r.line))
		if got := strings.Join(words, ""); got != r.want {
			t.Errorf("%q: %q, want %q", r.line, got, r.want)
		}
	}
	if from, _ := x.Complete("docker run --restart=on", 23); from != 21 {
		t.Errorf("the value begins at %d", from)
	}
}
