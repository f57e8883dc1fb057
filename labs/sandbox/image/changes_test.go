package image

import (
	"encoding/json"
	"testing"
)

func TestChanges(t *testing.T) {
	rows := []struct {
		changes []string
		want    string // the configuration as JSON, or what was refused
	}{
		{[]string{`CMD ["cat", "/version"]`}, `{"Env":["PATH=/bin"],"Cmd":["cat","/version"],"WorkingDir":"/srv"}`},
		{[]string{`cmd echo hi`}, `{"Env":["PATH=/bin"],"Cmd":["/bin/sh","-c","echo hi"],"WorkingDir":"/srv"}`},
		{
			[]string{`ENV A=1 B="two words" C=\"x`, `ENV PATH /sbin`, `LABEL x=y`},
			`{"Env":["PATH=/sbin","A=1","B=two words","C=\"x"],"WorkingDir":"/srv","Labels":{"x":"y"}}`,
		},
		{[]string{`EXPOSE 80 53/udp`}, `{"ExposedPorts":{"53/udp":{},"80/tcp":{}},"Env":["PATH=/bin"],"WorkingDir":"/srv"}`},
		{
			[]string{`EXPOSE 8000-8001`},
			`{"ExposedPorts":{"8000/tcp":{},"8001/tcp":{}},"Env":["PATH=/bin"],"WorkingDir":"/srv"}`,
		},
		{
			[]string{`WORKDIR app`, `USER 1000:1000`, `VOLUME /a /b`, `STOPSIGNAL SIGINT`, `ENTRYPOINT ["/e"]`},
			`{"User":"1000:1000","Env":["PATH=/bin"],"Entrypoint":["/e"],"Volumes":{"/a":{},"/b":{}},` +
				`"WorkingDir":"/srv/app","StopSignal":"SIGINT"}`,
		},
		{
			[]string{`HEALTHCHECK --interval=5s --retries=2 CMD wget -q localhost`},
			`{"Env":["PATH=/bin"],"WorkingDir":"/srv",` +
				`"Healthcheck":{"Test":["CMD-SHELL","wget -q localhost"],"Interval":5000000000,"Retries":2}}`,
		},
		{[]string{`HEALTHCHECK NONE`}, `{"Env":["PATH=/bin"],"WorkingDir":"/srv","Healthcheck":{"Test":["NONE"]}}`},
		{[]string{`ENV A=1`, `RUN nope`}, `RUN is not a valid change command`}, // as recorded
		{[]string{`CMD`}, `CMD requires at least one argument`},
		{[]string{`ENV A`}, `ENV must have two arguments`},
		{[]string{`LABEL a=b c`}, `Syntax error - can't find = in "c". Must be of the form: name=value`},
		{[]string{`EXPOSE x`}, `invalid containerPort: x`},
		{[]string{`HEALTHCHECK CMD`}, `Missing command after HEALTHCHECK CMD`},
		{[]string{``}, ` is not a valid change command`},
	}
	for _, r := range rows {
		c := Config{Env: []string{"PATH=/bin"}, WorkingDir: "/srv"}
		err := c.ApplyChanges(r.changes)
		got, _ := json.Marshal(c)
		if err != nil {
			if string(got) != `{"Env":["PATH=/bin"],"WorkingDir":"/srv"}` {
				t.Errorf("%q was refused, but changed the configuration to %s", r.changes, got)
			}
			got = []byte(err.Error())
		}
		if string(got) != r.want {
			t.Errorf("%q\ngot  %s\nwant %s", r.changes, got, r.want)
		}
	}
}

func FuzzChanges(f *testing.F) {
	f.Add(`ENV A=1 B="x`)
	f.Add(`HEALTHCHECK --interval=1s CMD ["a"]`)
	f.Add(`EXPOSE 1-65535/udp`)
	f.Fuzz(func(t *testing.T, line string) {
		c := Config{}
		if c.ApplyChanges([]string{line}) != nil {
			return
		}
		if again := c.clone(); string(Marshal(again)) != string(Marshal(c)) {
			t.Fatalf("%q does not survive being written down", line)
		}
	})
}
