### echo
echo; echo -n a; echo b; echo "a	b" '  c'; echo -- x; echo -; echo -x; echo "-n"; echo -nn x
### echoescapes
echo 'a\tb\nc\\d\0101e'; echo -e 'a\tb\nc\\d\0101e'; echo 'x\cy'; echo -e 'p\cq'; echo; echo -E 'a\tb'; echo -en 'z\n'; echo -ne 'q\x41\n'
### echomore
echo '\a\b\f\r\v\e' | cat; echo -e '\a\b\f\r\v\e'; echo -e '\z\"'; echo '\z'; echo 'end\'; echo -e 'end\'
### printf
printf '%s\n' a b; printf '%s-%s\n' a b c; printf 'x\n' y z; printf '%%|%c|%5s|%-5s|%.2s|\n' abc de fg hij; printf '%d %i %o %u %x %X\n' 10 -5 8 9 255 255
### printfnum
printf '%5d|%-5d|%05d|%+d|% d|%.3d|%5.3d\n' 42 42 42 42 42 7 7; printf '%#x %#o %x\n' 255 8 -1; printf '%d %d %d\n' 0x1f 010 "'A"
### printffloat
printf '%f %.2f %e %g %G %5.1f|\n' 1.5 2.345 12345.678 0.00001 1e10 3.14159; printf '%g %g %g\n' 100000 1000000 0.0001
### printfb
printf '%b|%b\n' 'a\tb' 'c\0101\101'; printf '%b' 'x\cy' z; printf '\n'; printf '\101\060\n'; printf 'a\\b\n'; printf '%s\n' 'a\tb'
### printfbad
printf '%d\n' abc; echo $?; printf '%d\n' 12abc; echo $?; printf '%z\n'; echo $?; printf '%'; echo $?; printf; echo $?
### printfmissing
printf '%s|%d|%s\n'; printf '%d %s\n' 1; printf '%s %s\n' a b c
### printfstar
printf '%*d|%-*d|%.*f\n' 5 1 5 2 2 3.14159
### printfdash
printf -- '-x\n'; printf -- '%s\n' -n; printf '%s\n' --
### test
for e in '-n a' '-z a' 'a = a' 'a = b' 'a != b' '1 -eq 1' '1 -ne 1' '2 -gt 1' '1 -ge 2' '1 -lt 2' '2 -le 1' '-f one' '-d dir' '-e nope' '-s one' '-s .dot' '-r one' '-x script' '-x one' '-f dir' '-h one' '-p one'; do test $e; echo "$e: $?"; done
### testlogic
test a -a b; echo $?; test a -a ''; echo $?; test '' -o b; echo $?; test ! a; echo $?; test ! ''; echo $?; test '(' a ')'; echo $?; test '(' '' ')' -o a; echo $?; [ ! a = b ]; echo $?; [ ! -f one ]; echo $?; [ a = a -a b = b ]; echo $?
### testempty
test; echo $?; test ''; echo $?; [ ]; echo $?; [ '' ]; echo $?; [ -n ]; echo $?; [ -f ]; echo $?; [ ! ]; echo $?; [ = ]; echo $?
### testerrors
[ a -eq 1 ]; echo $?; [ 1 -eq '' ]; echo $?; [ a b ]; echo $?; [ a b c ]; echo $?; [ a; echo $?; test a = ; echo $?; [ 1 -eq 1 extra ]; echo $?
### testweird
[ '(' = '(' ]; echo $?; [ ! = a ]; echo $?; [ -f = a ]; echo $?; [ '!' ]; echo $?; [ -a ]; echo $?; [ a -o ]; echo $?; [ '(' ')' ]; echo $?
### testnum
[ 010 -eq 10 ]; echo $?; [ ' 5 ' -eq 5 ]; echo $?; [ -5 -lt 5 ]; echo $?; [ +5 -eq 5 ]; echo $?; [ 0 -eq -0 ]; echo $?
### testfiles
[ one -ef ./one ]; echo $?; [ one -ef two ]; echo $?; [ one -ot nope ]; echo $?; [ -e '' ]; echo $?; [ -c /dev/null ]; echo $?; [ -t 0 ]; echo $?; [ -w one ]; echo $?
### teststring
[ a \< b ]; echo $?; [ b \> a ]; echo $?; [ a == a ]; echo $?
### read
printf 'a b c\nd\n' | { read x; echo "$x"; read y; echo "$y"; read z; echo "$? [$z]"; }; echo 'p q r' | { read a b; echo "$a|$b"; }; echo x | { read a b c; echo "$a|$b|$c"; }
### readraw
printf 'a\\b\\\\c\n' | { read x; echo "$x"; }; printf 'a\\b\n' | { read -r x; printf '%s\n' "$x"; }; printf 'a\\\nb\n' | { read x; echo "$x"; }; printf 'a\\ b c\n' | { read x y; echo "$x|$y"; }
### readifs
printf 'a:b:c\n' | { IFS=: read x y; echo "$x|$y"; }; printf '  a  b  \n' | { read x; echo "[$x]"; }; printf ' a \n' | { IFS= read x; echo "[$x]"; }; printf 'a::b\n' | { IFS=: read x y z; echo "$x|$y|$z"; }; printf 'a:b:\n' | { IFS=: read x y; echo "$x|$y"; }; printf 'a,b,,\n' | { IFS=, read x y; echo "$x|$y"; }
### readlast
printf 'no newline' | { read x; echo "$? $x"; }; printf '' | { read x; echo "$? [$x]"; }; printf 'a\n\nb\n' | while read x; do echo "<$x>"; done
### readopts ash bash
printf 'abcdef\n' | { read -n 3 x; echo "$x"; read y; echo "$y"; }; printf 'a;b\n' | { read -d ';' x; echo "$x"; }; exec 3<two; read -u 3 x; echo $x; read </dev/null; echo $?; echo rep | { read; echo $REPLY; }
### readtimeout ash bash
sleep 2 | { read -t 1 x; echo $?; }
### readbad
read 1a; echo $?; read -z x; echo $?
### cd
cd dir; pwd; cd ..; pwd; cd /; pwd; cd -; cd; echo $?; cd ''; pwd; cd /tmp/dlshell/dir/../dir; pwd; echo $OLDPWD; echo $PWD
### cdfail
cd nope; echo $?; cd one; echo $?; cd -z; echo $?; unset OLDPWD; HOME=/tmp/dlshell; cd; pwd
### cdpath
mkd=dir; CDPATH=/tmp/dlshell:/; cd /; cd dir; pwd; cd tmp; pwd; CDPATH=; cd /tmp/dlshell; cd ./dir; pwd
### cdlink
cd -P dir; pwd; pwd -P; pwd -L; cd -L ..; pwd
### pwdvar
cd dir; PWD=/x; pwd; cd ..; pwd
### setargs
set a b c; echo $# $1; set -- -x y; echo $1; set --; echo $#; set -- "a b" ''; echo $#; set x; shift; echo $#
### shift
set -- 1 2 3; shift; echo $*; shift 2; echo $#; shift; echo $?; set -- a; shift 0; echo $1; shift 5; echo $? $#
### shiftbad
shift x; echo no
### export
x=1; export x; sh -c 'echo $x'; export y=2 z; sh -c 'echo $y ${z-unset}'; z=3; sh -c 'echo $z'; unset x; sh -c 'echo ${x-unset}'; export y=; sh -c 'echo "[$y]"'
### exportlist
unset HOME PWD OLDPWD PATH; export B='b c' A="it's" C; export -p
### exportbad
export 1x=2; echo no
### exportsplit
x='a b'; export y=$x; echo "$y"; export z="$x" w=$x; echo "$z|$w"
### readonly
readonly r=1; echo $r; (r=2; echo no); echo $?; readonly r; unset r; echo $?
### readonlylist ash dash
readonly a=1 b='x y'; readonly | cat; readonly -p
### readonlyfn
readonly x=1; f() { local x=2; echo $x; }; f; echo done
### unset
x=1; unset x; echo ${x-unset}; unset nope; echo $?; f() { echo f; }; unset f; f 2>/dev/null; echo $?; unset -f f; f; echo $?; x=1 y=2; unset x y; echo ${x-u}${y-u}; unset; echo $?
### unsetbad
unset 1x; echo no
### local
f() { local a=1 b c=3; echo "$a|$b|$c"; }; b=x; f; echo "${a-unset}"
### localtop
local x; echo no
### localopt ash dash
f() { local -; set -f; echo *; }; cd dir; f; echo *
### eval
eval 'echo a; echo b'; x='echo $y'; y=z; eval $x; eval; echo $?; eval false; echo $?; eval 'f() { echo in f; }'; f; eval 'for i in 1 2' 'do echo $i; done'; eval "exit 3"; echo no
### evalsyntax
eval 'echo )'; echo no
### dot
. ./lib.sh a b; echo $libvar $#; . ./ret.sh; echo $?; f() { . ./ret.sh; echo after $?; }; f; . ./empty.sh; echo $?
### dotmissing
. ./nope.sh; echo no
### dotpath
. nope.sh; echo no
### dotbad
. ./bad.sh; echo no
### dotfound
PATH=/tmp/dlshell:$PATH; . lib.sh; echo $libvar
### exec
exec 3>f; echo a >&3; cat f; (exec args x y); exec args bye; echo no
### execmissing
exec nosuchprog; echo no
### execarg
(exec -a name sh -c 'echo $0'); echo $?
### command
command echo a; command -v echo; command -v nosuch; echo $?; command -v cat >/dev/null; echo $?; f() { :; }; command -v f; echo() { printf 'mine\n'; }; echo; command echo real; command nosuch; printf '%s\n' $?
### commandV
command -V echo; command -V if; f() { :; }; command -V f; command -V nosuch; echo $?; command -V :
### commandspecial
command : <nope; echo ok; command export 1x=2; echo $?; command shift 9; echo $?; x=1 command :; echo ${x-unset}; command eval 'echo )'; echo $?
### type
type echo if : nosuch; echo $?; f() { :; }; type f
### hash
hash -r; hash nosuch; echo $?; hash cat; echo $?; hash echo; echo $?
### alias
alias; alias x='echo aliased' y=z; alias x; alias; alias nope; echo $?; unalias x; alias x; echo $?; unalias nope; echo $?; unalias -a; alias
### aliasuse file
alias hi='echo hello'
hi world
alias a='b ' b='echo '
a hi
unalias hi
hi; echo $?
alias loop='loop x'
loop; echo $?
### getopts
set -- -a -bval -c arg rest; while getopts ab:c: o; do echo "$o ${OPTARG-none}"; done; echo $OPTIND; shift $((OPTIND-1)); echo $*
### getoptsgroup
set -- -abc x -d; while getopts abcd o; do echo $o; done; echo $o $OPTIND; OPTIND=1; set -- -xy -- -z; while getopts xyz o; do echo $o; done; echo $OPTIND
### getoptserr
set -- -z; getopts ab o; echo "$o ${OPTARG-unset}"; OPTIND=1; set -- -b; getopts b: o; echo "$o ${OPTARG-unset}"; OPTIND=1; getopts :b: o; echo "$o $OPTARG"; OPTIND=1; set -- -z; getopts :b o; echo "$o $OPTARG"
### getoptsargs
getopts ab o -a -b; echo $o; getopts ab o -a -b; echo $o; getopts ab o -a -b; echo $? $o; getopts; echo $?
### getoptsfunc
f() { local OPTIND=1; while getopts x o; do echo $o; done; }; f -x -x; f -x; while getopts y o -y; do echo $o; done
### trap
trap 'echo exit' EXIT; trap 'echo usr' USR1; kill -USR1 $$; echo sent; trap - USR1; trap; trap '' INT; trap
### trapexit
trap 'echo bye; exit 3' EXIT; exit 7
### trapreset
trap 'echo x' TERM; (trap); (kill -TERM $$; echo sub); echo main
### trapfn
trap 'f' EXIT; f() { echo in f $?; }; false
### trapsyntax
trap 'echo )' EXIT; echo a
### trapbad
trap 'x' NOSUCH; echo $?; trap nosuch; echo $?; trap 'echo a' 1 HUP 99; echo $?
### traporder
trap 'echo one' USR1; trap 'echo two' USR2; kill -USR2 $$; kill -USR1 $$; echo end
### traploop
trap 'echo got; n=1' USR1; (sleep 0.1; kill -USR1 $$) & while [ -z "$n" ]; do sleep 0.05; done; echo out
### trapwait
trap 'echo got' USR1; (sleep 0.1; kill -USR1 $$) & sleep 5 & wait $!; echo $?
### trapignore
trap '' TERM; sh -c 'kill -TERM $$; echo survived'; kill -TERM $$; echo me too
### trapinherit
trap 'echo no' TERM; sh -c 'kill -TERM $$; echo no'; echo $?
### trapstatus
trap 'echo "in $?"; false' USR1; true; kill -USR1 $$; echo $?
### trapreturn
trap 'return 5' USR1; f() { kill -USR1 $$; echo no; }; f; echo $?
### times
times | lines
### umask
umask; umask 077; umask; umask -S; umask u=rwx,g=rx,o=; umask; umask g-r; umask -S; umask 9; echo $?; umask xyz; echo $?
### umaskfile
umask 027; >f; [ -w f ] && echo w; sh -c umask
### ulimit
ulimit -n 100; ulimit -n; ulimit -Hn; ulimit -Sn 50; ulimit -n; ulimit -Hn; ulimit -c 0; ulimit -c; ulimit -n abc; echo $?
### ulimitbad
ulimit -Z; echo $?
### kill
kill -l 9; kill -l TERM; kill -l 143; kill -0 $$; echo $?; kill -s USR1 99999; echo $?; kill; echo $?; kill -FOO 1; echo $?; kill xyz; echo $?
### killself
sh -c 'kill $$'; echo $?; sh -c 'kill -9 $$'; echo $?; sh -c 'kill -s INT $$; echo no'; echo $?
### killjob ash bash
sleep 100 & kill %1; wait; echo $?
### killwait
sleep 100 & kill $!; wait $!; echo $?; sleep 100 & kill -9 $!; wait; echo $?
### wait
wait; echo $?; wait 99999; echo $?; wait %3; echo $?
### jobs
jobs; sleep 100 & jobs %1 >/dev/null; echo $?; kill $!; fg; echo $?; bg; echo $?
### killwait9
sleep 100 & kill -9 $!; wait $!; echo $?
### fcolon
: ; echo $?; true a b; echo $?; false; echo $?; true --help; echo $?
### returnvals
f() { return 256; }; f; echo $?; f() { return 300; }; f; echo $?; f() { return -1; }; f; echo $?
### exitbad
exit abc; echo no
### exitbig
exit 300
### breaktop
break; echo $?; continue; echo $?; while :; do break 9; done; echo $?; f() { break; echo in; }; for i in 1 2; do f; echo $i; done
### breakbad
for i in 1; do break 0; done; echo no
### returntop
return 3; echo no
### setoptions
set -e; set +e; false; set -u; set +u; echo $u; set -f; echo *; set +f; set -o noglob; echo *; set +o noglob; set -a; x=1; set +a; sh -c 'echo $x'
### setdash
set -fu; case $- in *f*u*|*u*f*) echo both;; esac; set +f; case $- in *f*) echo no;; *) echo off;; esac
### setbad
set -q; echo no
### setbado
set -o nosuch; echo $?
### setlist
x='a b'; y="it's"; z=; set | while read -r l; do case $l in [xyz]=*) echo "$l";; esac; done
### xtrace
set -x; a=1; echo "$a b" 'c'; x=1 y=2 true; for i in 1; do :; done; f() { echo in; }; f; (echo s); echo $(echo sub); [ a = a ]; set +x; echo off
### xtracequote
set -x; args '' 'a b' a\'b '*' a=b 'x	y' '~' in if
### xtraceps4
PS4='>> '; set -x; echo a; PS4='[$x] '; x=5; echo b
### verbose stdin
set -v
echo a
x=1
### nounset
set -u; echo ${x-ok} ${x:-ok}; echo "$@" $#; (echo $x); echo $?; echo ${#y}; echo no
### noexec file
echo a
set -n
echo b
### allexport
set -a; v=1; sh -c 'echo $v'
### source
source ./lib.sh; echo $libvar
### chdir ash dash
chdir dir; pwd
### letbuiltin ash bash
let x=5 y=x*2; echo $x $y $?
### dotargs
set -- outer; . ./lib.sh inner two; echo $1 $#
### evaldash
eval -- 'echo a'; echo $?
### printfescapes
printf 'a\tb\a\b\f\v\r\n\\\"\n'; printf '\x41\e[0m\n'; printf 'a\cb\n'
