package jq

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
)

const manifest = `[{"RepoTags":["alpine:latest"],"Layers":["blobs/a","blobs/b"],"Config":"c"}]`

func TestJQ(t *testing.T) {
	for _, c := range []struct {
		args, in, out, err string
		code               proc.ExitCode
	}{
		{".[0].Layers[]", manifest, "\"blobs/a\"\n\"blobs/b\"\n", "", 0},
		{"-r .[0].Layers[-1]", manifest, "blobs/b\n", "", 0},
		{"-c .", manifest, manifest + "\n", "", 0},
		{".", `{"b":1,"a":[true,null,{}],"c":1.50}`, "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    null,\n    {}\n  ],\n  \"c\": 1.5\n}\n", "", 0},
		{"-cS .", `{"b":1,"a":2}`, "{\"a\":2,\"b\":1}\n", "", 0},
		{"-c .[0]|{RepoTags,n:(.Layers|length)}", manifest, "{\"RepoTags\":[\"alpine:latest\"],\"n\":2}\n", "", 0},
		{"-c {z:1,\"y\":2,x:{b:.[0],a:3}}", "[9]", "{\"z\":1,\"y\":2,\"x\":{\"b\":9,\"a\":3}}\n", "", 0},
		{"-c del(.a)|.b=5", `{"c":1,"b":2,"a":3}`, "{\"b\":5,\"c\":1}\n", "", 0},
		{"-r .a+\"-\"+.b", "{\"a\":\"x\",\"b\":\"y\"}\n{\"a\":\"1\",\"b\":\"2\"}", "x-y\n1-2\n", "", 0},
		{"-s length", "1 2 3", "3\n", "", 0},
		{"-n --arg x 5 $x", "", "\"5\"\n", "", 0},
		{"-e .a", "{}", "null\n", "", 1},
		{"--tab .", `[1]`, "[\n\t1\n]\n", "", 0},
		{".a", "[1]", "", "jq: error (at <stdin>:0): expected an object but got: array ([1])\n", 5},
		{".", `{"a":`, "", "jq: error (at <stdin>:0): Unfinished JSON term\n", 2},
		{".[", "1", "", "jq: error: unexpected EOF\njq: 1 compile error\n", 3},
		{"--stream .", "1", "", "--stream is not simulated", 2},
	} {
		m := proctest.New(t, proctest.Config{Programs: proc.Programs{"jq": Program}})
		r := m.RunInput(c.in, append([]string{"jq"}, strings.Fields(c.args)...)...)
		if r.Stdout != c.out || r.Code != c.code || !strings.Contains(r.Stderr, c.err) {
			t.Errorf("jq %s: %q, %q, %d, want %q, %q, %d", c.args, r.Stdout, r.Stderr, r.Code, c.out, c.err, c.code)
		}
	}
}

// now is the machine's.
func TestTimeIsVirtual(t *testing.T) {
	m := proctest.New(t, proctest.Config{Programs: proc.Programs{"jq": Program}})
	if r := m.Run("jq", "-n", "now"); r.Stdout != "1767323045\n" {
		t.Errorf("now is %q", r.Stdout)
	}
}
