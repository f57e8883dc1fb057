package sandbox_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox"
)

// What daemon.json says holds for what is made after the next start of the daemon; what is no simulated key keeps it
// from starting.
func TestDaemonFile(t *testing.T) {
	w, err := sandbox.New(sandbox.Config{Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s, err := w.Host("").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	const (
		write   = "mkdir -p /etc/docker; cat > /etc/docker/daemon.json <<'J'\n"
		restart = "\nJ\nsystemctl restart docker"
		log     = "docker inspect -f '{{json .HostConfig.LogConfig}}' "
		subnet  = "docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' "
	)
	for _, c := range []struct{ run, out, err string }{
		{"docker create --name before alpine; docker network create old >/dev/null", "", ""},
		{
			write + `{"log-driver": "local", "log-opts": {"max-size": "1m"}, "default-address-pools": [{"base": "10.200.0.0/16", "size": 24}]}` +
				restart, "", "",
		},
		{"docker create --name after alpine; docker network create new >/dev/null", "", ""},
		{log + "before", `{"Type":"json-file","Config":{}}`, ""},
		{log + "after", `{"Type":"local","Config":{"max-size":"1m"}}`, ""},
		{"docker create --name own --log-driver json-file alpine >/dev/null; " + log + "own", `{"Type":"json-file","Config":{}}`, ""},
		{subnet + "old", "172.18.0.0/16", ""},
		{subnet + "new", "10.200.0.0/24", ""},
		{"docker info -f '{{.LoggingDriver}}'", "local", ""},
		{write + `{"icc": false}` + restart, "", "icc is not simulated"},
		{"systemctl is-active docker", "inactive", ""},
		{write + `{"log-optz": {}}` + restart, "", "the following directives don't match any configuration option: log-optz"},
		{write + `{"log-opts": {"max-size": "1m"` + restart, "", "unexpected end of JSON input"},
		{write + `{"log-opts": {"nosuch": "1m"}}` + restart, "", "unknown log opt 'nosuch' for json-file log driver"},
		{write + `{"default-address-pools": [{"base": "10.0.0.0/24", "size": 16}]}` + restart, "", "invalid default address pool"},
		{"rm /etc/docker/daemon.json; systemctl start docker; docker ps -aq | wc -l", "3", ""},
		{"docker network create again >/dev/null; " + subnet + "again", "172.19.0.0/16", ""},
	} {
		r, err := s.Run(c.run)
		if err != nil {
			t.Fatalf("%s: %v", c.run, err)
		}
		if c.out != "" && strings.TrimSpace(r.Stdout) != c.out {
			t.Errorf("%s: %q, want %q", c.run, r.Stdout, c.out)
		}
		if c.err != "" && (!strings.Contains(r.Stderr, c.err) || r.Exit == 0) {
			t.Errorf("%s: exit %d, %q, want %q", c.run, r.Exit, r.Stderr, c.err)
		}
	}
}
