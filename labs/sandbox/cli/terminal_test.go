package cli_test

import (
	"strings"
	"testing"
)

func TestAnInteractiveContainer(t *testing.T) {
	h := newHost(t)
	r := h.run(`tty 'docker run -it --name t1 busybox sh' 'echo in $((40+2))\n' 'exit 4\n'`)
	if r.Exit != 4 || !strings.Contains(r.Stdout, "in 42\n") {
		t.Errorf("exit %d\n%q", r.Exit, r.Stdout)
	}
	if r := h.run("docker inspect t1 --format '{{.State.ExitCode}} {{.Config.Tty}} {{.HostConfig.ConsoleSize}}'"); r.Stdout != "4 true [24 120]\n" {
		t.Error(r.Stdout, r.Stderr)
	}
}

func TestDetachKeysLeaveItRunning(t *testing.T) {
	h := newHost(t)
	h.run("docker run -d --name t1 -it busybox sh")
	for _, r := range []struct{ line, last string }{
		{`tty 'docker attach t1' 'echo hi $((1+1))\n' '\020\021'`, "read escape sequence\n"},
		{`tty 'docker attach --detach-keys ctrl-x,d t1' 'echo again\n' '\030d'`, "read escape sequence\n"},
	} {
		got := h.run(r.line)
		if got.Exit != 1 || !strings.HasSuffix(got.Stdout, r.last) {
			t.Errorf("%s: exit %d\n%q", r.line, got.Exit, got.Stdout)
		}
	}
	if r := h.run("docker ps --format '{{.Names}} {{.State}}'"); r.Stdout != "t1 running\n" {
		t.Error(r.Stdout)
	}
	// docker run says nothing when it is left, and succeeds.
	if r := h.run(`tty 'docker run -it --name t2 busybox cat; echo left' '\020\021'`); r.Exit != 0 || !strings.Contains(r.Stdout, "left\n") {
		t.Errorf("exit %d %q", r.Exit, r.Stdout)
	}
}

func TestInterruptsGoToTheContainer(t *testing.T) {
	h := newHost(t)
	r := h.run(`tty "docker run --rm busybox sh -c 'trap \"echo got INT; exit 7\" INT; while :; do sleep 0.1; done'" '\003'`)
	if r.Exit != 7 || !strings.Contains(r.Stdout, "got INT") {
		t.Errorf("exit %d %q", r.Exit, r.Stdout)
	}
	if r := h.run("docker ps -aq"); r.Stdout != "" {
		t.Errorf("it was not removed: %s", r.Stdout)
	}
}

func TestThreeInterruptsEndTheCommandAlone(t *testing.T) {
	for _, does := range []string{"sleep 1000", "yes"} { // process 1 heeds no signal that it has no handler for
		h := newHost(t)
		r := h.run("tty 'docker run --name stays busybox " + does + "' '\\003' '\\003' '\\003'")
		if r.Exit != 1 || !strings.HasSuffix(r.Stdout, "\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n") {
			t.Errorf("%s: exit %d %q", does, r.Exit, r.Stdout[max(0, len(r.Stdout)-100):])
		}
		if r := h.run("docker ps -q | wc -l; docker kill stays"); r.Stdout != "1\nstays\n" {
			t.Errorf("%s: %s%s", does, r.Stdout, r.Stderr)
		}
	}
}

// On a terminal each blob has a line of its own, which changes; what the recordings' word tty shows has no carriage
// returns.
func TestAPullOnATerminal(t *testing.T) {
	h := newHost(t)
	r := h.run("tty 'docker pull hello-world'")
	for _, want := range []string{
		"latest: Pulling from library/hello-world\n\n\x1b[1A\x1b[2Kbb85e82b2ce4: Pulling fs layer \x1b[1B",
		"\x1b[3A\x1b[2Kbb85e82b2ce4: Pull complete \x1b[3BDigest: sha256:",
	} {
		if !strings.Contains(r.Stdout, want) {
			t.Errorf("no %q in %q", want, r.Stdout)
		}
	}
}

func TestLogsAreFollowedUntilTheEnd(t *testing.T) {
	h := newHost(t)
	h.run("docker run -d --name log busybox sh -c 'for i in 1 2 3; do echo $i; sleep 1; done; echo err >&2'")
	r := h.run("docker logs -f log")
	if r.Stdout != "1\n2\n3\n" || r.Stderr != "err\n" || r.After.Seconds() < 2 {
		t.Errorf("%q %q after %v", r.Stdout, r.Stderr, r.After)
	}
	if r := h.run("docker logs -t -n 1 log 2>&1 | cut -c1-11"); r.Stdout != "2026-11-23T\n" {
		t.Error(r.Stdout)
	}
	if r := h.run("docker logs --since nope log"); r.Exit != 1 || !strings.Contains(r.Stderr, `"nope"`) {
		t.Error(r.Stderr)
	}
}

func TestMoreInputThanAPipeHolds(t *testing.T) {
	h := newHost(t)
	if r := h.run("dd if=/dev/zero bs=1000 count=300 2>/dev/null | docker run -i --rm busybox cat | wc -c"); r.Stdout != "300000\n" {
		t.Errorf("%q %q", r.Stdout, r.Stderr)
	}
	if r := h.run("yes | docker run -i --rm busybox head -n 1"); r.Stdout != "y\n" || r.Exit != 0 {
		t.Errorf("%q %q %d", r.Stdout, r.Stderr, r.Exit)
	}
}

func TestListings(t *testing.T) {
	h := newHost(t)
	h.run("docker run -d --name web --label a=b -v data:/data busybox sleep 300")
	for _, r := range []struct{ line, want string }{
		{`docker ps --format json | grep -o '"Names":"[a-z]*"'`, "\"Names\":\"web\"\n"},
		{"docker ps --format 'table {{.Names}}\\t{{upper .Image}}'", "NAMES     IMAGE\nweb       BUSYBOX\n"},
		{
			"docker ps --format '{{.Label \"a\"}} {{.Mounts}} {{.LocalVolumes}} {{json .Names}} {{.Networks}}'",
			"b data 1 \"web\" bridge\n",
		},
		{"docker ps --format '{{pad .Names 2 1}}|{{truncate .Names 2}}|{{title .Status}}|{{join (split .Image \"s\") \"_\"}}'", "  web |we|Up Less Than A Second|bu_ybox\n"},
		{"docker ps -n 1 --filter name=nosuch", "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n"},
		{"docker ps -q --no-trunc | wc -c", "65\n"},
		{"docker volume ls --format '{{.Name}} {{.Driver}} {{.Size}}'", "data local N/A\n"},
		{"docker network ls --format '{{.Name}} {{.Driver}}'", "bridge bridge\nhost host\nnone null\n"},
		{"docker context ls --format '{{.Name}}'", "default *\n"},
		{"docker images nosuch", "IMAGE   ID             DISK USAGE   CONTENT SIZE   EXTRA\n"},
		{"docker inspect -f json nosuch; true", "[]\n"},
		{"docker inspect --type volume web; true", "[]\n"},
		{"docker system df --format '{{.Type}} {{.TotalCount}}' | head -2", "Images 3\nContainers 1\n"},
		{"docker version --format '{{.Client.Version}} {{.Server.APIVersion}}'", cliVersion + " 1.55\n"},
		{"docker --version", "Docker version " + cliVersion + ", build a7dcaa6\n"},
	} {
		if got := h.run(r.line + " 2>/dev/null"); got.Stdout != r.want {
			t.Errorf("$ %s\n%s\nwant\n%s", r.line, got.Stdout, r.want)
		}
	}
	for _, r := range []struct {
		line string
		exit int
		says string
	}{
		{"docker ps --format '{{.Nope}}'", 1, `template parsing error: template: :1:2: executing "" at <.Nope>: can't evaluate field Nope in type *formatter.ContainerContext`},
		{"docker ps --format '{{'", 1, "template parsing error: template: :1: unclosed action"},
		{
			"docker inspect --format '{{nope}}' web", 64,
			`template parsing error: template: :1: function "nope" not defined`,
		},
		{"docker ps --filter name", 125, `invalid argument "name" for "-f, --filter" flag: bad format of filter (expected name=value)`},
		{"docker inspect --type nope web", 1, `unknown type: "nope"`},
		{"docker run --pull nope busybox", 125, "docker: invalid pull option: 'nope': must be one of \"always\", \"missing\" or \"never\""},
		{"docker run -h", 125, "flag needs an argument: 'h' in -h"},
		{"docker swarm init", 1, "docker swarm: swarm is not simulated; nothing was done"},
		{"docker compose up", 1, "docker compose: compose files are not simulated yet; nothing was done"},
	} {
		got := h.run(r.line)
		if got.Exit != r.exit || !strings.Contains(got.Stderr, r.says) {
			t.Errorf("$ %s: exit %d, %s\nwant %d, %s", r.line, got.Exit, got.Stderr, r.exit, r.says)
		}
	}
}

const cliVersion = "29.7.2"

func TestFilesOfTheHost(t *testing.T) {
	h := newHost(t)
	for _, r := range []struct{ line, want string }{
		{
			"docker run --cidfile id -d --name web busybox sleep 300 > out; (cat id; echo) | diff - out && echo same",
			"same\n",
		},
		{
			"docker run --cidfile id busybox true 2>&1 | head -1",
			"docker: container ID file found, make sure the other container isn't running or delete id\n",
		},
		{"docker run --cidfile other nosuchimage >/dev/null 2>&1; ls other 2>/dev/null", ""},
		{"mkdir -p d/e; echo 1 > d/e/f; ln -s e d/l; docker cp d web:/tmp; docker exec web sh -c 'cat /tmp/d/l/f; readlink /tmp/d/l'", "1\ne\n"},
		{"docker cp web:/tmp/d back; cat back/e/f; readlink back/l; docker cp web:/tmp/d/. d2; ls d2", "1\ne\ne\nl\n"},
		{"docker cp -L d/l/f web:/g; docker exec web cat /g", "1\n"},
		{
			"docker cp web:/tmp/d/e/f nosuch/dir/x 2>&1",
			"invalid output path: directory \"/root/lab/nosuch/dir\" does not exist\n",
		},
		{"tar cf - d | docker cp - web:/srv 2>&1 || docker exec web mkdir /srv && tar cf - d | docker cp - web:/srv && docker exec web ls /srv", "destination \"web:/srv\" must be a directory\nd\n"},
		{"echo 'A=1' > e; echo B >> e; B=2 docker run --rm --env-file e -e C busybox sh -c 'echo $A $B $C'", "1 2\n"},
		{"docker save busybox | docker load", "Loaded image: busybox:latest\n"},
		{"docker export web -o x.tar; ls x.tar", "x.tar\n"},
	} {
		if got := h.run(r.line); got.Stdout != r.want {
			t.Errorf("$ %s\n%s%s\nwant\n%s", r.line, got.Stdout, got.Stderr, r.want)
		}
	}
}

func TestLoginIsRemembered(t *testing.T) {
	h := newHost(t)
	if r := h.run("echo secret | docker login -u learner --password-stdin"); r.Stdout != "Login Succeeded\n" || r.Exit != 0 {
		t.Fatalf("%q %q", r.Stdout, r.Stderr)
	}
	if r := h.run("cat ~/.docker/config.json"); !strings.Contains(r.Stdout,
		"\t\t\"https://index.docker.io/v1/\": {\n\t\t\t\"auth\": \"bGVhcm5lcjpzZWNyZXQ=\"") {
		t.Error(r.Stdout)
	}
	h.run("docker logout")
	if r := h.run("grep -c auth ~/.docker/config.json; grep -c index ~/.docker/config.json"); r.Stdout != "1\n0\n" {
		t.Error(r.Stdout)
	}
	if r := h.run("docker login -u learner"); r.Exit != 1 || !strings.Contains(r.Stderr, "non-TTY device") {
		t.Error(r.Stderr)
	}
	if r := h.run(`tty 'docker login' 'learner\n' 'secret\n'`); r.Exit != 0 || !strings.Contains(r.Stdout,
		"Login Succeeded") || strings.Contains(r.Stdout, "secret") {
		t.Errorf("%d %q", r.Exit, r.Stdout)
	}
}

// A program sees another size before the terminal's, also if it had that already, and so draws itself again.
func TestAttachingChangesTheSizeTwice(t *testing.T) {
	h := newHost(t)
	h.run("docker run -dit --name st busybox sh -c 'trap \"stty size\" WINCH; while :; do sleep 1 & wait; done'")
	for range 2 {
		if r := h.run("tty 'docker attach st' '\\020\\021'"); !strings.HasPrefix(r.Stdout, "25 121\n24 120\n") {
			t.Errorf("%q", r.Stdout)
		}
	}
}
