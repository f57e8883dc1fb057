package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/labs/sandbox/api"
)

func TestAges(t *testing.T) {
	for _, r := range []struct {
		d    time.Duration
		want string
	}{
		{0, "Less than a second"},
		{999 * time.Millisecond, "Less than a second"},
		{time.Second, "1 second"},
		{59 * time.Second, "59 seconds"},
		{60 * time.Second, "About a minute"},
		{119 * time.Second, "About a minute"},
		{2 * time.Minute, "2 minutes"},
		{59*time.Minute + 59*time.Second, "59 minutes"},
		{time.Hour, "About an hour"},
		{89 * time.Minute, "About an hour"},
		{90 * time.Minute, "2 hours"},
		{47 * time.Hour, "47 hours"},
		{48 * time.Hour, "2 days"},
		{13 * 24 * time.Hour, "13 days"},
		{14 * 24 * time.Hour, "2 weeks"},
		{59 * 24 * time.Hour, "8 weeks"},
		{60 * 24 * time.Hour, "2 months"},
		{468 * 24 * time.Hour, "15 months"},
		{2 * 365 * 24 * time.Hour, "2 years"},
	} {
		if got := humanDuration(r.d); got != r.want {
			t.Errorf("%v: %q, want %q", r.d, got, r.want)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, r := range []struct {
		n      float64
		digits int
		want   string
	}{
		{0, 3, "0B"},
		{2, 4, "2B"},
		{999, 3, "999B"},
		{1000, 3, "1kB"},
		{8192, 3, "8.19kB"},
		{764598, 3, "765kB"},
		{2093000, 3, "2.09MB"},
		{2122000, 4, "2.122MB"},
		{24576, 4, "24.58kB"},
		{9470000, 4, "9.47MB"},
		{1e9, 3, "1GB"},
	} {
		if got := humanSize(r.n, r.digits); got != r.want {
			t.Errorf("%v: %s, want %s", r.n, got, r.want)
		}
	}
	if got := bytesSize(569344) + " " + bytesSize(134217728) + " " + bytesSize(25275000000); got != "556KiB 128MiB 23.54GiB" {
		t.Error(got)
	}
}

func TestSizesAsTyped(t *testing.T) {
	for _, r := range []struct {
		typed string
		want  int64
	}{
		{"0", 0}, {"1024", 1024}, {"6m", 6 << 20}, {"6M", 6 << 20}, {"6MB", 6 << 20}, {"6MiB", 6 << 20}, {
			"1.5g",
			3 << 29,
		}, {"10 k", 10 << 10}, {"7b", 7},
	} {
		if got, err := ramInBytes(r.typed); err != nil || got != r.want {
			t.Errorf("%s: %d, %v", r.typed, got, err)
		}
	}
	for typed, want := range map[string]string{
		"nope": "invalid size: 'nope'", "": "invalid size: ''", "-1": "invalid size: '-1'",
		"5x": "invalid suffix: 'x'", "1.2.3m": "invalid size: '1.2.3m'",
	} {
		if _, err := ramInBytes(typed); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", typed, err, want)
		}
	}
}

func TestEllipsis(t *testing.T) {
	if got := ellipsis("/docker-entrypoint.sh nginx", 20); got != "/docker-entrypoint.…" {
		t.Error(got)
	}
	if got := ellipsis("漢字漢字", 3); got != "漢字…" {
		t.Error(got)
	}
}

func TestVolumeSources(t *testing.T) {
	for _, r := range []struct{ v, source, err string }{
		{"/data", "", ""},
		{"data", "", ""},
		{"/", "", ""},
		{"data:/x", "data", ""},
		{"/a:/b:ro", "/a", ""},
		{"a:b:c:d", "a:b", ""}, // a: is a drive of Windows; the engine refuses it
		{"", "", "invalid empty volume spec"},
		{"data::/x", "", "invalid spec: data::/x: empty section between colons"},
		{"one:/two:ro:x", "", "invalid spec: one:/two:ro:x: too many colons"},
	} {
		got, err := volumeSource(r.v)
		if got != r.source || (err == nil) != (r.err == "") || err != nil && err.Error() != r.err {
			t.Errorf("%q: %q, %v", r.v, got, err)
		}
	}
}

func TestPublish(t *testing.T) {
	for _, r := range []struct{ v, want string }{
		{"80", "80/tcp="},
		{"8080:80", "80/tcp=8080"},
		{"127.0.0.1:8443:443/tcp", "443/tcp=127.0.0.1:8443"},
		{"127.0.0.1::443", "443/tcp=127.0.0.1:"},
		{"[::1]:53:53/udp", "53/udp=::1:53"},
		{"8000-8001:80", "80/tcp=8000-8001"},
		{"8000-8001:80-81", "80/tcp=8000 81/tcp=8001"},
		{"target=80,published=8083,protocol=udp", "80/udp=8083"},
		{"99999:80", "! invalid hostPort: 99999"},
		{"80:99999", "! invalid containerPort: 99999"},
		{":", "! no port specified: :<empty>"},
		{"", "! no port specified: <empty>"},
		{"8080:80/foo", "! invalid proto: foo"},
		{"1.2.3.4.5:80:80", "! invalid IP address: 1.2.3.4.5"},
		{"80-82:80-81", "! invalid ranges specified for container and host Ports: 80-81 and 80-82"},
		{"82-80:80", "! invalid hostPort: 82-80"},
		{"8080:80:90:100", "! invalid IP address: 8080:80"},
		{"=80", "! invalid publish opts format (should be name=value but got '=80')"},
	} {
		if got := publishText(r.v); got != r.want {
			t.Errorf("%q: %s, want %s", r.v, got, r.want)
		}
	}
}

func publishText(v string) string {
	v, err := shortPublish(v)
	if err != nil {
		return "! " + err.Error()
	}
	ports, err := parsePublish(v)
	if err != nil {
		return "! " + err.Error()
	}
	var all []string
	for _, p := range ports {
		host := p.binding.HostPort
		if p.binding.HostIP != "" {
			host = p.binding.HostIP + ":" + host
		}
		all = append(all, string(p.port)+"="+host)
	}
	return strings.Join(all, " ")
}

func TestMounts(t *testing.T) {
	for _, r := range []struct {
		v    string
		want api.Mount
	}{
		{"type=volume,src=vol,dst=/d", api.Mount{Type: "volume", Source: "vol", Target: "/d"}},
		{"src=vol,target=/d,ro", api.Mount{Type: "volume", Source: "vol", Target: "/d", ReadOnly: true}},
		{"type=bind,source=/a,destination=/d,readonly=0,bind-create-src", api.Mount{
			Type: "bind", Source: "/a", Target: "/d", BindOptions: &api.BindOptions{CreateMountpoint: true},
		}},
		{"type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=0700", api.Mount{
			Type: "tmpfs", Target: "/t", TmpfsOptions: &api.TmpfsOptions{SizeBytes: 1 << 20, Mode: 0o700},
		}},
		{`"type=volume","src=v","dst=/d","volume-opt=o=a,b"`, api.Mount{
			Type: "volume", Source: "v", Target: "/d",
			VolumeOptions: &api.VolumeOptions{DriverConfig: &api.VolumeDriver{Options: map[string]string{"o": "a,b"}}},
		}},
	} {
		got, err := parseMount(r.v)
		if err != nil {
			t.Errorf("%s: %v", r.v, err)
		}
		if diff := cmp.Diff(r.want, got); diff != "" {
			t.Errorf("%s\n%s", r.v, diff)
		}
	}
	for v, want := range map[string]string{
		"":                               "value is empty",
		"type=volume,nope=1":             "unknown option 'nope' in 'nope=1'",
		"type=bind,volume-nocopy":        "cannot mix 'volume-*' options with mount type 'bind'",
		"type":                           "invalid field 'type' must be a key=value pair",
		"type=":                          "invalid value for 'type': value is empty",
		"type= bind":                     "invalid value for 'type' in 'type= bind': value should not have whitespace",
		"type=tmpfs,tmpfs-size=x":        "invalid value for tmpfs-size: x",
		"type=bind,bind-recursive=maybe": `invalid value for bind-recursive: maybe (must be "enabled", "disabled", "writable", or "readonly")`,
	} {
		if _, err := parseMount(v); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", v, err, want)
		}
	}
}

func TestDetachKeys(t *testing.T) {
	for typed, want := range map[string]string{
		"ctrl-p,ctrl-q": "\x10\x11", "a": "a", "ctrl-@": "\x00",
		"ctrl-x,x": "\x18x", "DEL": "\x7f",
	} {
		c := &call{flags: flagSet(&command{flags: []flag{detachKeysFlag}})}
		c.flags.Set("detach-keys", typed)
		if got, err := detachKeys(c); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", typed, got, err)
		}
	}
}

// What is typed goes on byte by byte, and up to the detach keys: the same as looking for the keys in all of it.
func TestEscapeFindsTheKeysInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.SliceOfN(rapid.SampledFrom([]byte{'p', 'q', 'x'}), 0, 12).Draw(t, "typed")
		e := &escape{keys: []byte("pq")}
		var got []byte
		left := false
		for rest := typed; len(rest) > 0 && !left; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			var on []byte
			on, left = e.feed(rest[:n])
			got, rest = append(got, on...), rest[n:]
		}
		before, _, found := strings.Cut(string(typed), "pq")
		if !found {
			before = strings.TrimSuffix(before, "p") // held back: it may be the beginning of the keys
		}
		if left != found || string(got) != before {
			t.Fatalf("%q: %q, left %v", typed, got, left)
		}
	})
}

func TestTimestamps(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for typed, want := range map[string]string{
		"": "", "10m": "1767322445", "2026-01-02T03:04:05Z": "1767323045.000000000", "1767323045.5": "1767323045.5",
		"2026-01-02": "1767312000.000000000",
	} {
		if got, err := timestamp(typed, now); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", typed, got, err, want)
		}
	}
	if _, err := timestamp("nope", now); err == nil || err.Error() != `failed to parse value as time or duration: "nope"` {
		t.Error(err)
	}
}

func TestPortsInListings(t *testing.T) {
	got := displayPorts([]api.PortSummary{
		{PrivatePort: 443, Type: "tcp"},
		{IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp"},
		{IP: "::", PrivatePort: 80, PublicPort: 8080, Type: "tcp"},
		{IP: "0.0.0.0", PrivatePort: 90, PublicPort: 90, Type: "tcp"},
		{IP: "0.0.0.0", PrivatePort: 91, PublicPort: 91, Type: "tcp"},
		{PrivatePort: 444, Type: "tcp"},
	})
	want := "0.0.0.0:90-91->90-91/tcp, 443-444/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestNaturalOrder(t *testing.T) {
	list := []string{"443/tcp", "80/tcp", "53/udp", "9/tcp"}
	slices.SortFunc(list, naturally)
	if got := strings.Join(list, " "); got != "9/tcp 53/udp 80/tcp 443/tcp" {
		t.Error(got)
	}
}

func FuzzValues(f *testing.F) {
	for _, s := range []string{
		"type=volume,src=a,dst=/b", "127.0.0.1:80:80/udp", "a:b:c", "64m", "ctrl-p",
		"name=n,ip=1.2.3.4", "id=k,src=f,type=env", "nofile=1:2", "h:1.2.3.4", "/dev/sda:1m",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for k := range kinds {
			v := &value{kind: kind(k)}
			v.Set(s)
		}
		publishText(s)
		volumeSource(s)
		parseNetwork(s)
		parseSecret(s)
		timestamp(s, time.Unix(0, 0))
		restartPolicy(s)
		for _, l := range strings.Split(s, "\n") {
			keyCode(l)
			exposedRange(l)
		}
	})
}

// A command line never makes a panic: it is run or refused.
func FuzzFlags(f *testing.F) {
	for _, s := range []string{
		"run -it --rm -v a:/b x y", "ps -aqn=3 --format json", "-H x ps",
		"volume create -o a=b", "cp a b", "--help", "run --name",
	} {
		f.Add(s)
	}
	root := tree()
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		x := &Completer{root: root}
		cmd, _, rest := x.walk(words)
		set := flagSet(cmd)
		set.SetOutput(&strings.Builder{})
		set.Parse(rest)
		operandsIn(cmd, rest)
		findFlag(cmd, line)
	})
}
