package shell_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
)

func needLive(t *testing.T) {
	if os.Getenv("DOCKERLEARN_LIVE_SHELL") == "" {
		t.Skip("set DOCKERLEARN_LIVE_SHELL=1 to ask busybox, dash and bash")
	}
}

// Every shell script of the distribution is one to us exactly if it is one to the real shell.
func TestTheDistributionsScriptsParse(t *testing.T) {
	needLive(t)
	n := 0
	for _, glob := range []string{"/usr/bin/*", "/usr/sbin/*", "/etc/*", "/etc/*/*", "/usr/share/*/*", "/usr/lib/*/*", "/usr/lib/*/*/*", "/var/lib/dpkg/info/*"} {
		names, _ := filepath.Glob(glob)
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil || len(text) > 200000 {
				continue
			}
			if command, f, ok := interpreter(string(text), n); ok {
				n++
				sameVerdict(t, name, string(text), command, f)
			}
		}
	}
	if n == 0 {
		t.Error("no scripts found")
	}
	t.Logf("%d scripts", n)
}

// interpreter is the shell that a script is for; those for sh are shared between busybox and dash.
func interpreter(text string, n int) (command []string, f shell.Flavour, ok bool) {
	first, _, _ := strings.Cut(text, "\n")
	switch {
	case !strings.HasPrefix(first, "#!"):
	case strings.Contains(first, "bash"):
		return []string{"bash"}, shell.Bash, true
	case strings.Contains(first, "/sh") && n%2 == 0:
		return []string{"busybox", "sh"}, shell.Ash, true
	case strings.Contains(first, "/sh"):
		return []string{"dash"}, shell.Dash, true
	}
	return nil, 0, false
}

func sameVerdict(t *testing.T, name, text string, command []string, f shell.Flavour) {
	t.Helper()
	out, err := exec.Command(command[0], append(command[1:], "-n", name)...).CombinedOutput()
	m := proctest.New(t, proctest.Config{
		Programs: proc.Programs{"sh": shell.Program(shell.Config{Flavour: f})},
		Files:    map[string]string{"/srv/script": text},
	})
	if r := m.Run("sh", "-n", "/srv/script"); (err == nil) != (r.Code == 0) {
		t.Errorf("%s: %v says %v %.200s; we say %d %.200s", name, command, err, out, r.Code, r.Stderr)
	}
}

// phrases are put together to scripts that nobody would write.
var phrases = strings.Split(`x=1
x="a b"
y=$x
echo $x
echo "$x" $?
args $x "$y"
args "$@"
set -- a "b c" ''
shift
true
false
status 3
(exit 4)
echo $((x+1))
x=$((2*3))
x=$(echo sub)
y=$(false)
echo ${x:-d} ${z-u}
args ${x#a} ${y%b}
f() { echo f $1; return 2; }
f q
f
if true; then echo t; fi
if false; then echo no; else echo e; fi
for i in 1 2; do echo $i; done
while false; do :; done
case $x in a*) echo A;; *) echo other;; esac
{ echo g; }
(echo s; x=9)
echo p | cat
false | true
! true
! false
cat <one
read r <two
echo w >f
read r <f
echo e >&2
nosuch
cd dir
pwd
cd $OLDPWD
unset x
export x
readonly q=1
IFS=:
unset IFS
args a:b $y
trap 'echo bye' EXIT
set -e
set +e
set -u
set +u
set -f
args on*
set +f
eval 'echo ev $x'
. ./lib.sh
break
continue
return 3
exit 5
local l=1
x=1 y=2
[ $x = 1 ]
[ -f one ]
test "$x"
printf '%s,' a b
echo
:
getopts ab: o -a
echo $o $OPTIND
kill -0 $$ 2>/dev/null; :
wait
(true) & wait
echo $#
x=$x$x
sh -c 'echo $x'
x=${x%?}
while read l; do echo "<$l>"; done <two
for x in a b c; do [ $x = b ] && continue; echo $x; done
f() { local x=in; echo $x; shift; return; }
g() { f "$@" | cat; echo $? $#; }
g 1 2
echo "${x:+set}" ${#x}
case "$x$y" in ?) echo one;; ??*) echo more;; esac
echo a b | { read p q; echo "$q $p"; }
cat <<E
[ -n "$x" ] || x=new
exec 3>f 4<two
echo three >&3
read l <&4
echo "$l"
i=$((i+1))
echo $i $((i*2)) $((i>1))
until [ "$i" ] && [ $i -gt 2 ]; do i=$((i+1)); done
unset -f f
trap 'echo err $?' EXIT
(trap 'echo sub' EXIT; false)
y=$(echo a; exit 3)
echo $?
echo "$(echo "$x")" $(echo $y)
x=$y y=z true
command echo c
type f
alias`, "\n")

// randomScript puts some of them together.
func randomScript(r *rand.Rand) string {
	joints := []string{"; ", "; ", "; ", " && ", " || ", "\n"}
	var b strings.Builder
	for i := range 3 + r.IntN(8) {
		if i > 0 {
			b.WriteString(joints[r.IntN(len(joints))])
		}
		phrase := phrases[r.IntN(len(phrases))]
		b.WriteString(phrase)
		if strings.HasSuffix(phrase, "<<E") {
			b.WriteString("\nhere $x\nE\n:")
		}
	}
	return b.String()
}

// Random scripts do with us what they do in the real shells.
func TestRandomScriptsAgainstRealShells(t *testing.T) {
	needLive(t)
	seed, _ := strconv.ParseUint(os.Getenv("DOCKERLEARN_LIVE_SEED"), 10, 64)
	r := rand.New(rand.NewPCG(1, seed))
	for i := range 1500 {
		sc := script{name: fmt.Sprint(i), text: randomScript(r)}
		f := flavours[i%3]
		if got, want := ours(t, sc, f), real(t, sc, f); got != want {
			t.Errorf("script:\n%s\n--- ours\n%s--- %v\n%s", sc.text, got, f, want)
		}
	}
}
