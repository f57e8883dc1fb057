package redis_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/applet/redis"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

func machine(t testing.TB) *proctest.Machine {
	t.Helper()
	programs := applet.Programs(applet.GNU)
	programs["sh"] = shell.Program(shell.Config{Flavour: shell.Dash})
	programs["redis-server"], programs["redis-cli"] = redis.Server, redis.Client
	return proctest.New(t, proctest.Config{Programs: programs, Dir: "/data", Files: map[string]string{
		"/etc/hosts": "127.0.0.1\tlocalhost\n", "/data/": "",
	}})
}

func TestAServerAnswers(t *testing.T) {
	const again = "sleep 1; redis-server >/dev/null & sleep 2; redis-cli get k"
	for _, c := range []struct{ what, options, do, want string }{
		{"a greeting", "", "redis-cli ping; redis-cli ping hello", "PONG\nhello\n"},
		{"a key", "", "redis-cli set k 'a b'; redis-cli get k; redis-cli del k; redis-cli get k", "OK\na b\n1\n\n"},
		{"a key for a time", "", "redis-cli set k v ex 2 >/dev/null; redis-cli ttl k; sleep 3; redis-cli exists k", "2\n0\n"},
		{"counting", "", "redis-cli incr n; redis-cli incrby n 4; redis-cli set s x; redis-cli incr s", "1\n5\nOK\n" +
			"ERR value is not an integer or out of range\n\n"},
		{"no such command", "", "redis-cli nosuch a", "ERR unknown command 'nosuch', with args beginning with: 'a' \n\n"},
		{"a database that is not there", "", "redis-cli select 0; redis-cli select 1; redis-cli select 16", "OK\n" +
			"ERR SELECT: only database 0 is simulated in the sandbox\n\nERR DB index is out of range\n\n"},
		{"what a library says of itself", "", "redis-cli client setname x; redis-cli client list", "OK\n" +
			"ERR CLIENT: only SETNAME and SETINFO are simulated in the sandbox\n\n"},
		{"a line as somebody types it", "", `printf 'PING\r\n' | nc -q 1 localhost 6379`, "+PONG\r\n"},
		{
			"two commands at once", "", `printf 'PING\r\n*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n' | nc -q 1 localhost 6379`,
			"+PONG\r\n$1\r\nx\r\n",
		},
		{
			"a length below nothing", "", `printf '*1\r\n$-1\r\n' | nc -q 1 localhost 6379; redis-cli ping`,
			"-ERR Protocol error\r\nPONG\n",
		},
		{"no protocol at all", "", `printf '*x\r\n' | nc -q 1 localhost 6379`, "-ERR Protocol error\r\n"},
		{"another port", "--port 7000", "redis-cli -p 7000 ping", "PONG\n"},
		{"one address", "--bind 127.0.0.1", "ss -tln | tail -n +2 | tr -s ' ' | cut -d' ' -f4", "127.0.0.1:6379\n"},
		{"all addresses", "", "ss -tln | tail -n +2 | tr -s ' ' | cut -d' ' -f4", "0.0.0.0:6379\n[::]:6379\n"},
		{"what is saved comes back", "", "redis-cli set k v; redis-cli shutdown; " + again, "OK\nv\n"},
		{"what is not saved does not", "", "redis-cli set k v; redis-cli shutdown nosave; " + again, "OK\n\n"},
	} {
		r := machine(t).Sh("redis-server " + c.options + " >/log & sleep 1; " + c.do)
		if r.Stdout != c.want || r.Stderr != "" {
			t.Errorf("%s: %q, want %q; %s", c.what, r.Stdout, c.want, r.Stderr)
		}
	}
}

func TestOptionsOfTheServer(t *testing.T) {
	const refused = "\n*** FATAL CONFIG FILE ERROR (Redis 8.2.2) ***\n>>> '"
	for _, c := range []struct{ options, errs string }{
		{"--requirepass x", refused + "requirepass \"x\"'\nnot simulated in the sandbox\n"},
		{"--protected-mode yes", refused + "protected-mode \"yes\"'\nnot simulated in the sandbox\n"},
		{"--loglevel debug", refused + "loglevel \"debug\"'\nonly notice, warning and nothing are simulated in the sandbox\n"},
		{"--bind nowhere", refused + "bind \"nowhere\"'\nno address that could be listened on\n"},
		{"--port x", refused + "port \"x\"'\nargument couldn't be parsed into an integer\n"},
	} {
		if r := machine(t).Sh("redis-server " + c.options); r.Stderr != c.errs || r.Code != 1 || r.Stdout != "" {
			t.Errorf("%s: %q %q %d", c.options, r.Stdout, r.Stderr, r.Code)
		}
	}
	r := machine(t).Sh("timeout 2 redis-server --loglevel warning --protected-mode no --save ''")
	_, text, _ := strings.Cut(r.Stdout, " # ")
	if strings.Count(r.Stdout, "\n") != 1 || text != "Redis is now ready to exit, bye bye...\n" {
		t.Errorf("%q", r.Stdout)
	}
}

func TestACommandIsReadInPieces(t *testing.T) {
	whole := redis.Sent([]string{"SET", "k", "a\r\nb"})
	for n := range whole {
		if _, _, err := redis.Command(whole[:n]); err != io.EOF && err != io.ErrUnexpectedEOF {
			t.Errorf("%q: %v", whole[:n], err)
		}
	}
}

// What was read as a command is the same when it is sent, and nothing that comes makes the reader panic.
func FuzzCommand(f *testing.F) {
	for _, s := range []string{
		"PING\r\n", "*1\r\n$-1\r\n", "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "*-1\r\n", "*1\r\n$9999999999\r\n", "\r\n", "*1\r\n:1\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words, left, err := redis.Command(text)
		if left < 0 || left > len(text) {
			t.Fatalf("%d of %d left", left, len(text))
		}
		if err != nil || len(words) == 0 {
			return
		}
		if again, rest, err := redis.Command(redis.Sent(words)); err != nil || rest != 0 || !slices.Equal(again, words) {
			t.Fatalf("%q, again %q, %v", words, again, err)
		}
	})
}

// An answer that was read is the same after it is written and read again.
func FuzzValue(f *testing.F) {
	for _, s := range []string{
		"+OK\r\n", "-ERR x\r\n", ":-5\r\n", "$-1\r\n", "$0\r\n\r\n", "*2\r\n:1\r\n*1\r\n+a\r\n", "*-1\r\n", "*65537\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, ok := redis.Again(text)
		if !ok {
			return
		}
		if twice, ok := redis.Again(once); !ok || twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}
