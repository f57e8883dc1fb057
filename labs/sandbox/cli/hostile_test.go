package cli_test

import (
	"strings"
	"testing"
)

// A template is a program. None makes a text that is too long, and what fails says so.
func TestTemplatesThatGrow(t *testing.T) {
	h := newHost(t)
	h.run("docker create --name web busybox")
	for _, format := range []string{
		`{{$x := "ab"}}{{range 60}}{{$x = print $x $x}}{{end}}`,
		`{{$x := "ab"}}{{range 60}}{{$x = printf "%s%s" $x $x}}{{end}}`,
		`{{$x := "\\"}}{{range 60}}{{$x = js $x}}{{end}}`,
		`{{$x := "\""}}{{range 60}}{{$x = json $x}}{{end}}`,
		`{{$x := "a"}}{{range 60}}{{$x = pad $x 100000 100000}}{{end}}`,
		`{{$x := "a"}}{{range 18}}{{$x = print $x $x}}{{end}}{{join (split $x "") $x}}`,
		`{{printf "%1000000000d" 1}}`,
		`{{printf "%*d" 1000000000 1}}`,
		`{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`,
		`{{range 20000000}}xxxxxxxxxx{{end}}`,
		`{{truncate "a" -1}}`,
		`{{pad "a" -1 0}}`,
	} {
		for _, command := range []string{"docker ps -a --format", "docker inspect web --format"} {
			r := h.run(command + " '" + format + "'")
			if r.Exit != 1 || !strings.Contains(r.Stderr, "error calling") && !strings.Contains(r.Stderr,
				"too long") && !strings.Contains(r.Stderr, "without end") {
				t.Errorf("%s %s: exit %d\n%.200s", command, format, r.Exit, r.Stderr)
			}
		}
	}
}

// A loop that does nothing is work all the same, and can be stopped.
func TestTemplatesThatLoop(t *testing.T) {
	h := newHost(t)
	h.run("docker create --name web busybox")
	h.sim.StopAt(h.sim.Steps() + 1e6)
	if _, err := h.Run(`docker ps -a --format '{{range 2000000000}}{{end}}'`); err == nil {
		t.Error("it ended")
	}
}

func TestFilesWithoutEnd(t *testing.T) {
	for _, line := range []string{
		"docker load < /dev/zero", "docker import /dev/zero x", "docker cp - web:/ < /dev/zero",
		"docker login -u x --password-stdin < /dev/zero",
	} {
		h := newHost(t)
		h.run("docker create --name web busybox")
		h.sim.StopAt(h.sim.Steps() + 2e5) // 200 MB at 1 KiB a step
		if r, err := h.Run(line); err == nil && r.Exit == 0 {
			t.Errorf("$ %s: %+v", line, r)
		}
	}
	h := newHost(t)
	for _, line := range []string{
		"docker run --env-file /dev/zero busybox true",
		"docker run --label-file /dev/zero busybox true", "docker cp /dev/zero web:/z",
	} {
		if r := h.run(line); r.Exit == 0 {
			t.Errorf("$ %s: %+v", line, r)
		}
	}
	if r := h.run("docker run -i --rm busybox true < /dev/zero"); r.Exit != 0 {
		t.Errorf("%+v", r)
	}
}

func TestCommandLinesThatMakeNoSense(t *testing.T) {
	h := newHost(t)
	for _, line := range []string{
		"docker ''", "docker run ''", "docker run --name '' ''", "docker cp '' ''", "docker cp : :",
		"docker cp web: -", "docker tag '' ''",
		"docker rm / ''", "docker rename '' ''", "docker inspect ''", "docker exec '' ''", "docker volume create ''",
		"docker run -p '' -v '' x",
		"docker run --mount 'type=\"' x", "docker ps --format 'table'", "docker ps --format 'table {{'",
		"docker ps -f ''", "docker images ''",
		"docker --config", "docker -H '' ps", "docker logs -n x web", "docker history ''", "docker network create ''",
		"docker pull ''",
		"docker run --cpus 1/0 x", "docker run --cpus 1e999999999 x", "docker run --memory 1e9999 x",
		"docker stats --no-stream ''",
		"docker create --expose 1-65535 -p 1-65535:1-65535 busybox true", "docker events --since 1 --until 1",
		"docker help help help",
	} {
		if _, err := h.Run("timeout 5 " + line); err != nil {
			t.Errorf("$ %s: %v", line, err)
		}
	}
	for e := range h.sim.Log.Since(0) {
		if e.Rule == "proc.bug" {
			t.Error(e)
		}
	}
}
