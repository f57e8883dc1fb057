### andor
true && echo a; false && echo b; false || echo c; true || echo d; true && false || echo e; false || true && echo f; ! true || echo g
### status
status 3; echo $?; status 0 && echo ok; status 7 || echo $?; (exit 9); echo $?; status 256; echo $?
### not
! true; echo $?; ! false; echo $?; ! status 5; echo $?
### notnot
! ! true; echo $?
### if
if true; then echo a; fi; if false; then echo b; else echo c; fi; if false; then :; elif true; then echo d; else echo e; fi; if false; then :; fi; echo $?
### while
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done; echo $?; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i; while false; do :; done; echo $?
### for
for i in a b 'c d'; do args $i; done; for i in; do echo no; done; echo $?; set -- x y; for i; do echo $i; done; for i do echo $i; done
for i
in 1 2
do
echo $i
done
### breakcontinue
for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done; for i in 1 2; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done; for i in 1 2; do for j in 1 2; do break 2; done; echo no; done; echo $?
### breakstatus
while :; do false; break; done; echo $?; for i in 1; do (exit 3); done; echo $?; for i in 1 2; do false; continue; done; echo $?
### case
for x in a ab '' '*' xyz 5; do case $x in a) echo A;; a*) echo A+;; '') echo empty;; '*') echo star;; [0-9]) echo digit;; x*z|q) echo xz;; *) echo other;; esac; done; case x in y) ;; esac; echo $?
### caseparen
case a in (a) echo one;; (b|c) echo two; esac; case "$u" in "") echo none; esac; case a in a) false;; esac; echo $?
### casequote
p='a*'; case abc in "$p") echo lit;; $p) echo pat;; esac; case 'a*' in "$p") echo lit;; esac; case '\' in '\') echo bs;; esac; case x in [xy]) echo br;; esac
### caseexpand
x=1; case $((x+1)) in 2) echo two;; esac; case $(echo hi) in hi) echo hi;; esac
### group
{ echo a; }; { echo b
}; { { echo c; }; }; (echo d); ( (echo e) ); (echo f; exit 3); echo $?
### subshell
x=1; (x=2; echo $x); echo $x; (cd /; pwd); pwd; (exit 4) || echo $?; f() { echo f; }; (f; unset -f f); f
### function
f() { echo "$1,$#"; return 3; }; f a b; echo $?; g() ( x=5; exit 2 ); g; echo $? $x; h() if true; then echo h; fi; h; f(){ echo new; };f
### funcargs
set -- a b; f() { echo $1; shift; echo $1; set -- z; echo $1; }; f p q; echo $1
### recursion
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }; fact 6
### fib
fib() { [ $1 -lt 2 ] && { r=$1; return; }; local n=$1 a; fib $((n-1)); a=$r; fib $((n-2)); r=$((a+r)); }; fib 12; echo $r
### local
x=g; f() { local x=l y; echo $x; x=m; g; }; g() { echo $x; }; f; echo $x ${y-unset}
### localvalue
x=old; f() { local x; echo "[${x-unset}]"; }; f; y=a; f() { local y=$y$y; echo $y; }; f; echo $y
### return
f() { for i in 1 2 3; do [ $i = 2 ] && return $i; done; }; f; echo $?; f() { true; return; }; f; echo $?; f() { false; return; }; f; echo $?
### returnloop
f() { while :; do return 5; done; echo no; }; while :; do f; echo $?; break; done
### nestedfunc
f() { g() { echo g; }; }; f; g; unset -f g; g; echo $?
### pipeline
echo a | cat; echo a | cat | cat; printf '3\n1\n' | while read x; do echo "<$x>"; done; true | false; echo $?; false | true; echo $?
### pipevars
x=1; echo 2 | read x; echo $x; echo 5 | { read y; echo $y; }; echo "${y-unset}"
### pipenot
! echo a | cat; echo $?; ! false | false; echo $?
### pipelong
i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done | lines
### sigpipe
while :; do echo y; done | { read x; echo $x; }; echo $?
### pipefail ash bash
set -o pipefail; false | true; echo $?; status 3 | status 4 | true; echo $?
### background
sleep 0 & wait; echo $?; (exit 3) & wait $!; echo $?; { sleep 0.01; echo bg; } & wait; echo done
### waitmany
(exit 1) & a=$!; (exit 2) & b=$!; wait $b; echo $?; wait $a; echo $?; wait $a $b; echo $?
### bgstdin
echo input | { cat & wait; }; echo end
### errexit
set -e; false || true; if false; then :; fi; ! true; f() { false; echo in f; }; f || echo or; false; echo no
### errexitsub
set -e; (false; echo no) || echo or; x=$(false; echo sub); echo $x; x=$(false); echo no
### errexitpipe
set -e; false | true; echo a; true | false; echo no
### errexitand
set -e; false && true; echo a; { false && true; }; echo b; f() { false && true; }; f; echo c
### errexitwhile
set -e; while false; do :; done; until true; do :; done; echo a; for i in 1; do false; done; echo no
### errexitsubshell
set -e; (exit 3); echo no
### exitcodes
(exit 255); echo $?; (exit 256); echo $?; sh -c 'exit 7'; echo $?; (exit); echo $?; false; (exit); echo $?
### exitinfn
f() { exit 6; }; (f); echo $?; f; echo no
### exitintrap
trap 'echo bye $?' EXIT; (exit 3); exit 5
### killed
die TERM; echo $?; die KILL; echo $?; die INT; echo $?; (die HUP); echo $?; die PIPE; echo $?
### killedlast
die USR1
### notfound
nosuchcmd; echo $?; ./nosuch; echo $?; /tmp/dlshell/one; echo $?; /tmp; echo $?; ''; echo $?; nosuch/x; echo $?
### notfoundpipe
nosuch | cat; echo $?; x=$(nosuch2); echo $?; nosuch3 2>/dev/null || echo caught
### assignenv
x=1; x=2 sh -c 'echo $x'; echo $x; f() { echo $x; }; x=3 f; x=4 true; echo $x; x=5 :; echo $x; x=6 eval 'echo $x'; echo $x
### assignonly
x=1 y=2; echo $x $y; x=$y y=$x; echo $x $y; a=1 b=$a; echo $b
### script
./script a b; echo $?; ./textfile p; echo $?; sh ./textfile q; . ./lib.sh; echo $libvar; libf x
### colon
: a b > f; echo $?; : $(echo x >&2); while :; do break; done
### emptybody
if true; then :; fi; f() { :; }; f; echo $?
### long
x=; for i in 1 2 3 4 5 6 7 8 9 10; do x="$x$i,"; done; echo $x; for a in 1 2; do for b in 1 2; do for c in 1 2; do printf '%s ' $a$b$c; done; done; done; echo
### comments
# a comment
echo a # trailing
if true # here
then # there
echo b
fi # end
### function_keyword ash bash
function f { echo fn; }; f; function g() { echo g; }; g
### doublebracket
[[ abc == a* ]] && echo match; [[ abc == "a*" ]] || echo literal; [[ -f one && -d dir ]] && echo files; [[ a = b || c = c ]] && echo or; x='a b'; [[ $x = 'a b' ]] && echo nosplit
### cstylefor
for ((i=0; i<3; i++)); do echo $i; done
### doubleparen bash
x=3; ((x++)); echo $x $?; ((x==4)) && echo four; ((0)); echo $?
### casefall
case a in a) echo 1;& b) echo 2;; esac
