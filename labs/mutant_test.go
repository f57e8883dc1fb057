package labs

import (
	"strings"
	"testing"
)

// What can be wrong with a command, said as its finding says it.
func TestAlterations(t *testing.T) {
	for line, want := range map[string]string{
		"ls -la":                       "",
		"docker ps -a":                 "without `-a`",
		"docker ps -q --no-trunc":      "",
		"docker rm -f web":             "without `-f`; with `webx` instead of `web`",
		"docker stop -t 1 web":         "with `2` instead of `1`; with `webx` instead of `web`",
		"docker network create appnet": "with `appnetx` instead of `appnet`",
		"docker network connect --alias db appnet web | cat x": "with `dbx` instead of `db`; without `--alias db`; " +
			"with `appnetx` instead of `appnet`; with `webx` instead of `web`",
		"docker run -d --init --name=web -p 8080:80 alpine sleep 1d": "without `--init`; with `--name=webx` instead of `--name=web`; without `--name=web`; " +
			"with `8081:80` instead of `8080:80`; with `8080:81` instead of `8080:80`; without `-p 8080:80`",
		"docker run --rm -m 64m -e 'A=b c' alpine env": "without `--rm`; with `128m` instead of `64m`; without `-m 64m`; " +
			"with `'A=b cx'` instead of `'A=b c'`; without `-e 'A=b c'`",
		"docker exec -u www web touch /f":       "with `wwwx` instead of `www`; without `-u www`; with `webx` instead of `web`",
		"docker container create -v d:/d a":     "with `dx:/d` instead of `d:/d`; with `d:/dx` instead of `d:/d`; without `-v d:/d`",
		"docker volume create data && docker x": "with `datax` instead of `data`",
		"docker rm -f $(docker ps -aq)":         "without `-f`",
		"docker cp a:/b ./c":                    "with `ax:/b` instead of `a:/b`; with `a:/bx` instead of `a:/b`; with `./cx` instead of `./c`",
		"docker run -d <<E\nE":                  "",
	} {
		var says []string
		for _, a := range alterations(line) {
			says = append(says, a.says)
		}
		if got := strings.Join(says, "; "); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", line, got, want)
		}
	}
}

// However strange a line is, altering it does no harm.
func FuzzAlterations(f *testing.F) {
	for _, s := range []string{"docker run -d", "docker run -p", "docker network", "docker exec -u", "docker rm -f 'a b", "docker x y=z,9m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, a := range alterations(line) {
			if a.line == strings.Join(splitWords(line), " ") {
				t.Errorf("%q: %s changes nothing", line, a.says)
			}
		}
	})
}
