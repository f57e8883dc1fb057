package cli

import (
	"fmt"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
)

// versionView is what docker version --format sees.
type versionView struct {
	Client clientView
	Server *serverView
}

type clientView struct {
	Version           string `json:",omitempty"`
	APIVersion        string `json:"ApiVersion,omitempty"`
	DefaultAPIVersion string `json:",omitempty"`
	GitCommit         string `json:",omitempty"`
	GoVersion         string `json:",omitempty"`
	Os                string `json:",omitempty"`
	Arch              string `json:",omitempty"`
	BuildTime         string `json:",omitempty"`
	Context           string
}

type serverView struct {
	Platform      struct{ Name string }
	Version       string
	APIVersion    string `json:"ApiVersion"`
	MinAPIVersion string `json:",omitempty"`
	Os            string
	Arch          string
	Components    []api.Component `json:",omitempty"`
	GitCommit     string          `json:",omitempty"`
	GoVersion     string          `json:",omitempty"`
	KernelVersion string          `json:",omitempty"`
	Experimental  bool            `json:",omitempty"`
	BuildTime     string          `json:",omitempty"`
}

func (d *docker) version(c *call) error {
	format := c.text("format")
	if format == "json" {
		format = "{{json .}}"
	}
	t, err := d.parse("version", format)
	if err != nil {
		return exitf(64, "template parsing error: %s", err)
	}
	v := versionView{Client: clientView{
		Version: ClientVersion, APIVersion: api.Version, DefaultAPIVersion: api.Version, GitCommit: clientCommit,
		GoVersion: clientGo,
		Os:        "linux", Arch: "amd64", BuildTime: clientBuilt, Context: "default",
	}}
	server, asking := d.engine.ServerVersion(d.caller())
	if asking == nil {
		v.Server = serverOf(server)
	}
	if format == "" {
		d.write(1, versionText(v)+"\n")
		return asking
	}
	text, err := d.execute(t, v)
	d.write(1, text+"\n")
	if err != nil && asking == nil {
		return realNames(err)
	}
	return asking
}

func serverOf(s *api.VersionInfo) *serverView {
	v := &serverView{
		Platform: s.Platform, Version: s.Version, APIVersion: s.APIVersion, MinAPIVersion: s.MinAPIVersion, Os: s.Os,
		Arch:      s.Arch,
		GitCommit: s.GitCommit, GoVersion: s.GoVersion, KernelVersion: s.KernelVersion, Experimental: s.Experimental,
		BuildTime: s.BuildTime,
	}
	for _, c := range s.Components {
		if at, err := time.Parse(time.RFC3339Nano, c.Details["BuildTime"]); err == nil {
			details := map[string]string{}
			for k, val := range c.Details {
				details[k] = val
			}
			details["BuildTime"] = at.Format(time.ANSIC)
			c.Details = details
		}
		v.Components = append(v.Components, c)
	}
	return v
}

// versionText is the plain output of docker version. cli: cli/command/system/version.go
func versionText(v versionView) string {
	rows := [][2]string{
		{"Client:", ""},
		{" Version:", v.Client.Version},
		{" API version:", v.Client.APIVersion},
		{" Go version:", v.Client.GoVersion},
		{" Git commit:", v.Client.GitCommit},
		{" Built:", v.Client.BuildTime},
		{" OS/Arch:", v.Client.Os + "/" + v.Client.Arch},
		{" Context:", v.Client.Context},
	}
	if v.Server != nil {
		rows = append(rows, [2]string{"", ""}, [2]string{"Server:", ""})
		for _, c := range v.Server.Components {
			rows = append(rows, [2]string{" " + c.Name + ":", ""}, [2]string{"  Version:", c.Version})
			rows = append(rows, componentRows(c)...)
		}
	}
	var b strings.Builder
	for _, r := range rows {
		if r[0] == "" || !strings.HasPrefix(r[0], " ") || r[0] != "" && r[1] == "" && !strings.HasPrefix(r[0], "  ") {
			b.WriteString(r[0] + "\n")
			continue
		}
		fmt.Fprintf(&b, "%-19s %s\n", r[0], r[1])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// componentRows is an engine's details in their own order, and others' in alphabetical order.
func componentRows(c api.Component) [][2]string {
	var rows [][2]string
	if c.Name == "Engine" {
		d := c.Details
		rows = append(rows, [2]string{
			"  API version:",
			d["ApiVersion"] + " (minimum version " + d["MinAPIVersion"] + ")",
		})
		for _, r := range [][2]string{{"Go version", "GoVersion"}, {"Git commit", "GitCommit"}, {
			"Built",
			"BuildTime",
		}} {
			rows = append(rows, [2]string{"  " + r[0] + ":", d[r[1]]})
		}
		return append(rows, [2]string{"  OS/Arch:", d["Os"] + "/" + d["Arch"]}, [2]string{
			"  Experimental:",
			d["Experimental"],
		})
	}
	for _, p := range sortedPairs(c.Details) {
		k, val := split(p, "=")
		rows = append(rows, [2]string{"  " + k + ":", val})
	}
	return rows
}
