package cli

func (d *docker) contextShow(*call) error {
	d.printf("default\n")
	return nil
}

func (d *docker) contextList(c *call) error {
	l := listing{
		format: c.text("format"), table: "{{.Name}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}",
		headings: map[string]string{
			"Name": "NAME", "Description": "DESCRIPTION",
			"DockerEndpoint": "DOCKER ENDPOINT", "Error": "ERROR",
		},
	}
	if c.on("quiet") {
		l.quiet = "{{.Name}}"
	}
	return d.print(l, []any{&contextRow{marked: !c.on("quiet")}})
}

// contextRow is the one context.
type contextRow struct{ marked bool }

func (r *contextRow) MarshalJSON() ([]byte, error) { return marshalRow(&contextRow{}) }

func (r *contextRow) Name() string {
	if r.marked {
		return "default *"
	}
	return "default"
}

func (r *contextRow) Description() string { return "Current DOCKER_HOST based configuration" }

func (r *contextRow) DockerEndpoint() string { return socket }

func (r *contextRow) Error() string { return "" }

func (r *contextRow) Current() bool { return true }
