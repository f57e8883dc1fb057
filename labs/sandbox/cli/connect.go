package cli

import (
	"crypto/sha256"
	"net/netip"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// socket is where the engine listens.
const socket = "unix:///var/run/docker.sock"

// noDaemon is that nobody answers at an address.
func noDaemon(host, why string) string {
	return "failed to connect to the docker API at " + host + "; check if the path is correct and if the daemon is running: " + why
}

// connect sees to it that the engine which is meant is the one that is here.
func (d *docker) connect(global *call) error {
	if name := global.contextName(d); name != "default" {
		return exitf(1, "Failed to initialize: unable to resolve docker endpoint: context %q: context not found: "+
			"open /root/.docker/contexts/meta/%x/meta.json: no such file or directory", name, sha256.Sum256([]byte(name)))
	}
	host := global.text("host")
	if host == "" {
		host = d.sys.Getenv("DOCKER_HOST")
	}
	if err := d.reach(host); err != nil {
		return err
	}
	return d.checkVersion()
}

// reach finds nobody at addresses other than the socket.
func (d *docker) reach(host string) error {
	if host == "" || host == socket || host == "unix:///run/docker.sock" {
		return nil
	}
	scheme, address, ok := strings.Cut(host, "://")
	if !ok {
		scheme, address = "tcp", host
	}
	switch scheme {
	case "unix":
		return exitf(1, "%s", noDaemon(host, "dial unix "+address+": connect: no such file or directory"))
	case "tcp":
	default:
		return exitf(1, "docker: talking to %s is not simulated; nothing was done", host)
	}
	name, port, ok := strings.Cut(address, ":")
	if !ok {
		port = "2375"
	}
	host = "tcp://" + name + ":" + port
	if _, err := netip.ParseAddr(name); err != nil && name != "localhost" {
		return exitf(1, "failed to connect to the docker API at %s: lookup %s on %s:53: no such host", host, name,
			d.nameServer())
	}
	return exitf(1, "Cannot connect to the Docker daemon at %s. Is the docker daemon running?", host)
}

// nameServer is who the machine asks for names.
func (d *docker) nameServer() string {
	text, err := d.sys.FS().ReadFile("/etc/resolv.conf")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "nameserver" {
				return f[1]
			}
		}
	}
	return "127.0.0.1"
}

func (c *call) contextName(d *docker) string {
	if name := c.text("context"); name != "" {
		return name
	}
	if name := d.sys.Getenv("DOCKER_CONTEXT"); name != "" && c.text("host") == "" && d.sys.Getenv("DOCKER_HOST") == "" {
		return name
	}
	return "default"
}

// checkVersion refuses to speak older than the engine.
func (d *docker) checkVersion() error {
	asked := d.sys.Getenv("DOCKER_API_VERSION")
	if asked == "" {
		return nil
	}
	if naturally(asked, api.MinVersion) < 0 {
		return exitf(1, "Error response from daemon: client version %s is too old. Minimum supported API version is %s, "+
			"please upgrade your client to a newer version", asked, api.MinVersion)
	}
	if naturally(asked, api.Version) > 0 {
		return exitf(1, "Error response from daemon: client version %s is too new. Maximum supported API version is %s", asked, api.Version)
	}
	return nil
}
