package cli

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
)

// hubKey is what Docker Hub is called in the file of credentials.
const hubKey = "https://index.docker.io/v1/"

// configFile is ~/.docker/config.json as far as it is used here. Other keys are kept.
type configFile map[string]json.RawMessage

type storedAuth struct {
	Auth          string `json:"auth,omitempty"`
	IdentityToken string `json:"identitytoken,omitempty"`
}

func (d *docker) configPath() string {
	if dir := d.sys.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir + "/config.json"
	}
	home := d.sys.Getenv("HOME")
	if home == "" {
		home = "/root"
	}
	return home + "/.docker/config.json"
}

func (d *docker) readConfig() (configFile, map[string]storedAuth) {
	config, auths := configFile{}, map[string]storedAuth{}
	text, err := d.sys.FS().ReadFile(d.configPath())
	if err != nil || json.Unmarshal(text, &config) != nil {
		return configFile{}, auths
	}
	json.Unmarshal(config["auths"], &auths) //nolint:errcheck // without credentials there are none
	return config, auths
}

func (d *docker) writeConfig(config configFile, auths map[string]storedAuth) error {
	path := d.configPath()
	if err := d.sys.FS().MkdirAll(path[:strings.LastIndexByte(path, '/')], 0o700); err != nil {
		return fmt.Errorf("error saving credentials: %s", why(err))
	}
	list, err := json.Marshal(auths)
	if err != nil {
		return err
	}
	config["auths"] = list
	text, err := json.MarshalIndent(config, "", "\t")
	if err != nil {
		return err
	}
	if err := d.sys.FS().WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("error saving credentials: %s", why(err))
	}
	return nil
}

// authFor is who the user is for the registry of a reference.
func (d *docker) authFor(name string) *api.AuthConfig {
	ref, err := image.ParseReference(name)
	if err != nil {
		return nil
	}
	key := ref.Domain()
	if key == "docker.io" {
		key = hubKey
	}
	return d.storedFor(key)
}

func (d *docker) storedFor(key string) *api.AuthConfig {
	_, auths := d.readConfig()
	stored, ok := auths[key]
	if !ok {
		return nil
	}
	pair, err := base64.StdEncoding.DecodeString(stored.Auth)
	if err != nil {
		return nil
	}
	user, password := split(string(pair), ":")
	return &api.AuthConfig{Username: user, Password: password, ServerAddress: key, IdentityToken: stored.IdentityToken}
}

func (d *docker) login(c *call) error {
	key := hubKey
	if len(c.args) > 0 && c.args[0] != "docker.io" {
		key = c.args[0]
	}
	user, password := strings.TrimSpace(c.text("username")), c.text("password")
	stdin := c.on("password-stdin") || password == "-"
	if err := checkLogin(c, stdin); err != nil {
		return err
	}
	switch {
	case stdin:
		secret, err := d.readAll(0)
		if err != nil {
			return err
		}
		password = strings.TrimSuffix(strings.TrimSuffix(string(secret), "\n"), "\r")
		if strings.TrimSpace(password) == "" {
			return errors.New("password is empty")
		}
	case password != "":
		d.warnf("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n")
	}
	if user == "" && password == "" {
		if stored := d.storedFor(key); stored != nil {
			return d.loginAgain(*stored)
		}
	}
	if (user == "" || password == "") && !d.sys.IsTerminal(0) {
		return errors.New("error: cannot perform an interactive login from a non-TTY device")
	}
	user, password, err := d.askFor(user, password)
	if err != nil {
		return err
	}
	return d.register(api.AuthConfig{Username: user, Password: password, ServerAddress: key})
}

func checkLogin(c *call, stdin bool) error {
	switch {
	case stdin && c.given("password") && c.text("password") != "-":
		return errors.New("conflicting options: cannot specify both --password and --password-stdin")
	case stdin && !c.given("username"):
		return errors.New("the --password-stdin option requires --username to be set")
	case c.given("username") && c.text("username") == "":
		return errors.New("username is empty")
	case c.given("password") && c.text("password") == "":
		return errors.New("password is empty")
	}
	return nil
}

// loginAgain is login with what is stored.
func (d *docker) loginAgain(auth api.AuthConfig) error {
	d.warnf("Authenticating with existing credentials... [Username: %s]\n", auth.Username)
	d.warnf("\n Info -> To login with a different account, run 'docker logout' followed by 'docker login'\n\n\n")
	r, err := d.engine.RegistryLogin(d.caller(), auth)
	if err != nil {
		d.warnf("Stored credentials invalid or expired\n")
		return err
	}
	d.printf("%s\n", r.Status)
	return nil
}

// askFor asks for what was not given. The password is not shown.
func (d *docker) askFor(user, password string) (string, string, error) {
	if user == "" {
		d.printf("Username: ")
		if user = strings.TrimSpace(d.readLine()); user == "" {
			return "", "", errors.New("error: username is required")
		}
	}
	if password == "" {
		d.printf("Password: ")
		old, err := d.sys.Termios(0)
		if err == nil {
			hidden := old
			hidden.Lflag &^= proc.ECHO
			d.sys.SetTermios(0, hidden, false) //nolint:errcheck // it is a terminal
		}
		password = strings.TrimSpace(d.readLine())
		if err == nil {
			d.sys.SetTermios(0, old, false) //nolint:errcheck // it is a terminal
		}
		d.printf("\n")
		if password == "" {
			return "", "", errors.New("error: password is required")
		}
	}
	return user, password, nil
}

// register logs in and remembers it.
func (d *docker) register(auth api.AuthConfig) error {
	r, err := d.engine.RegistryLogin(d.caller(), auth)
	if err != nil {
		return err
	}
	config, auths := d.readConfig()
	pair := auth.Username + ":" + auth.Password
	if r.IdentityToken != "" {
		pair = auth.Username + ":"
	}
	auths[auth.ServerAddress] = storedAuth{
		Auth:          base64.StdEncoding.EncodeToString([]byte(pair)),
		IdentityToken: r.IdentityToken,
	}
	if err := d.writeConfig(config, auths); err != nil {
		return err
	}
	d.warnf("\nWARNING! Your credentials are stored unencrypted in '%s'.\nConfigure a credential helper to remove this warning. See\n"+
		"https://docs.docker.com/go/credential-store/\n\n", d.configPath())
	d.printf("%s\n", r.Status)
	return nil
}

func (d *docker) logout(c *call) error {
	keys, shown := []string{hubKey}, hubKey
	if len(c.args) > 0 && c.args[0] != "" {
		shown = c.args[0]
		shown = strings.TrimPrefix(strings.TrimPrefix(shown, "http://"), "https://")
		shown, _ = split(shown, "/")
		keys = []string{c.args[0], shown, "http://" + shown, "https://" + shown}
	}
	d.printf("Removing login credentials for %s\n", shown)
	config, auths := d.readConfig()
	found := false
	for _, key := range keys {
		if _, ok := auths[key]; ok {
			found = true
			delete(auths, key)
		}
	}
	if !found {
		return nil
	}
	return d.writeConfig(config, auths)
}
