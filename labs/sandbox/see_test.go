package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// Files are found where a container would find them, whether it runs or not; who answers is told.
func TestSeeIn(t *testing.T) {
	w := images(t, Learner)
	x := session(t, w)
	for _, line := range []string{
		"mkdir -p /srv/site/deep && echo host > /srv/site/index.html && ln -s site /srv/link",
		"docker run -d --name c1 -v vol:/v -v /srv/link:/b:ro --tmpfs /t alpine sleep 1d",
		"docker exec c1 sh -c 'echo own > /root/a; echo vol > /v/b; echo mem > /t/c; ln -s /v/b /to-vol; ln -s ../root/a /etc/rel; ln -s /loop /loop'",
		"docker exec c1 rm /etc/motd",
	} {
		if r := run(t, x, line); r.Exit != 0 {
			t.Fatal(line, r.Stderr)
		}
	}
	expect := func(rows [][2]string) {
		t.Helper()
		for _, row := range rows {
			if got := seenAs(w.Host("").SeeIn("c1", row[0])); got != row[1] {
				t.Errorf("%s: %s, want %s", row[0], got, row[1])
			}
		}
	}
	rows := [][2]string{
		{"/root/a", "/root/a upper own"},
		{"/v/b", "/v/b volume vol vol"},
		{"/to-vol", "/v/b volume vol vol"},
		{"/etc/rel", "/root/a upper own"},
		{"/b/index.html", "/b/index.html bind /srv/link host"},
		{"/b/deep", "/b/deep bind /srv/link"},
		{"/b/none", "No such file or directory"},
		{"/etc/motd", "No such file or directory"},
		{"/loop", "Too many levels of symbolic links"},
		{"/bin/busybox/x", "Not a directory"},
	}
	expect(append(rows, [][2]string{{"/t/c", "/t/c tmpfs mem"}, {"/proc", "/proc kernel"}, {"/dev/shm", "/dev/shm tmpfs"}}...))
	run(t, x, "docker stop -t 0 c1")
	expect(append(rows, [2]string{"/t/c", "No such file or directory"}))
	for _, file := range []string{"/etc/hosts", "/etc/resolv.conf"} {
		if got := seenAs(w.Host("").SeeIn("c1", file)); !strings.HasPrefix(got, file+" bind /var/lib/docker/containers/") {
			t.Errorf("%s: %s", file, got)
		}
	}
	if got := seenAs(w.Host("").SeeImage("alpine", "/etc/alpine-release")); !strings.HasPrefix(got, "/etc/alpine-release image") {
		t.Error(got)
	}
	if got := seenAs(w.Host("").See("/srv/link/index.html")); got != "/srv/site/index.html  host" {
		t.Error(got)
	}
}

func seenAs(s Seen, err error) string {
	if err != nil {
		return err.Error()
	}
	text := fmt.Sprint(s.Path, " ", s.By)
	if s.Name != "" {
		text += " " + s.Name
	}
	b := make([]byte, 100)
	return strings.TrimSpace(text + " " + string(b[:s.ReadAt(b, 0)]))
}
