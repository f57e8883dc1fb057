### trapsubst
trap 'echo x' USR1; x=$(trap); args "$x"
### questionsub named
(: ${u?gone}); echo $?; (echo $nosuch; set -u; echo $nosuch); echo $?
### heredocwarn file
cat <<E
text
### aliaslater
alias e='echo aliased'; e now; eval 'e later'
### aliasfile file
alias e='echo aliased' sp='e '
e one
sp two e
\e three 2>/dev/null; echo $?
alias if2='if true; then'
if2 echo yes; fi
### aliasblank file
alias a='echo ' b='bee'
a b; a x b
### funcredefine
f() { f() { echo second; }; echo first; }; f; f
### funcunsetself
f() { unset -f f; echo still; }; f; f; echo $?
### funcexport
f() { echo $x; }; x=1 f; echo "[$x]"
### funcspecial ash dash
export() { echo mine; }; export x=1; echo $x
### funcbuiltin
cd() { command cd "$@" && echo "now in $PWD"; }; cd dir
### dotreturnfn
f() { . ./ret.sh; echo "got $?"; return 9; }; f; echo $?
### evalreturn
f() { eval 'return 4'; echo no; }; f; echo $?
### evalbreak
for i in 1 2 3; do eval 'break'; echo no; done; echo $i; for i in 1 2; do eval continue; echo no; done; echo $i
### whilebreakcond
while break; do echo no; done; echo $?; i=0; while i=$((i+1)); [ $i -lt 3 ] || break; do echo $i; done
### pipebreak
for i in 1 2; do echo $i | while read x; do echo "<$x>"; break; done; done
### exitpipe
exit 3 | exit 4; echo $?; (exit 5) | cat; echo $?
### subshellexit
(exit 3; echo no); echo $?; { (exit 4); echo $?; }; ( (exit 6) ); echo $?
### exittrapsub
trap 'echo parent' EXIT; (echo sub); (trap 'echo subtrap' EXIT; echo in); echo end
### exittrapexec
trap 'echo bye' EXIT; exec args last
### exittrapstatus
trap 'echo "[$?]"' EXIT; (exit 4)
### traperrexit
set -e; trap 'echo "bye $?"' EXIT; false; echo no
### trapsetinfn
f() { trap 'echo fromfn' EXIT; }; f; echo main
### trapsig0
trap 'echo zero' 0; trap - 0; trap 'echo again' 0
### trapnested
trap 'trap "echo second" USR1; echo first' USR1; kill -USR1 $$; kill -USR1 $$
### trapinsubst
x=$(trap 'echo t' EXIT; echo body); args "$x"
### trapterm
trap 'echo term; exit 12' TERM; kill $$; echo no
### trapchld
trap 'echo chld' CHLD; (exit 1) & wait; echo done
### traphup named
trap 'echo hup $1' HUP; kill -HUP $$; echo after
### waitsig
sleep 100 & p=$!; (sleep 0.1; kill $p) & wait $p; echo $?
### bgexit
false & wait $!; echo $?; true & wait $!; echo $?; nosuch_prog & wait $!; echo $?
### bgvars
x=1; { x=2; echo $x; } & wait; echo $x
### bgpipe
echo a | cat & wait; echo b; (echo c; echo d) | lines & wait $!; echo $?
### bglist
true && echo a & wait; false || echo b & wait; { echo c; echo d; } & wait
### pids
[ $$ = "$(echo $$)" ] && echo same; (echo $$) | { read p; [ $p = $$ ] && echo same; }; sh -c 'echo $PPID' | { read p; [ $p != 1 ] && echo has parent; }
### lineno file
echo $LINENO
f() {
echo $LINENO
}

f
echo $LINENO
### errlines file
echo ok
nosuch1

if true; then
  nosuch2
fi
f() {
  nosuch3
}
f
for i in 1; do
  cd /nope
done
x=$(nosuch4)
echo "$(
nosuch5)"
{ nosuch6
}
(nosuch7)
. ./lib.sh
### errlines_c
nosuch1
nosuch2; cd /nope
f() {
nosuch3
}
f
### errstdin stdin
nosuch1
cd /nope
f() {
nosuch2
}
f
### stdinread stdin
read x
this is read
echo "[$x]"
### stdinexec stdin
echo a
exec cat
echo b from cat
### stdinsub stdin
cat <<E
here
E
(read y; echo "[$y]")
for read
echo end
### nestquotes
echo "a $(echo "b $(echo "c 'd' \"e\"")")"; echo "$(echo '"')" '$(echo x)'
### nestparams
x=abc; echo "${x#"${x%?}"}" ${x%"${x#?}"} "${x:+"${x}${x:+!}"}"
### ifsnull
IFS=; x='a b'; set -- $x; echo $#; IFS=' '; set -- $x; echo $#; unset IFS; x='a	b c'; set -- $x; echo $#
### ifsquote
IFS=,; x='a,"b,c",d'; set -- $x; echo $#; args "$@"
### ifsread
IFS=: read a b <<E
x:y:z
E
echo $a $b; echo "[$IFS]" | lines
### ifsglob
IFS=,; x='dir/*,one'; args $x; set -f; args $x
### splitassign
a='x   y'; b=$a; c="$a"; echo $b "$c"; d=`echo "p   q"`; echo "$d"
### splitcase
x='a b'; case $x in 'a b') echo whole;; esac; for i in $x; do echo $i; done; for i in "$x"; do echo $i; done
### splithere
x='a   b'; cat <<E
$x
"$x"
E
### globclass
args [[:alpha:]]n* [!d-t]* ; args *.sh | lines; args [o]ne [t-t]wo [] []x]
### globescape
>'a*b'; >'a?b'; args a\*b a*b 'a*b' "a?b" a[*]b; x='a\*b'; args $x
### globorder
args * | { read a; read b; echo $a $b; }; cd dir; args .* *
### globnomatchdir
args nodir/* */nofile dir/.* /nonexistent*/x
### globcase
case foo.sh in *.sh) echo sh;; esac; case .x in *) echo dot;; esac; case a/b in *) echo slash;; a?b) echo q;; esac; case '' in ?*) echo no;; *) echo empty;; esac
### patterns
for p in 'a*' '*c' '?b?' '[a-c]*' '[!x]bc' 'a[b]c' '*b*' 'abc?' '' '[' '[]abc' 'a\bc'; do case abc in $p) echo "yes $p";; *) echo "no $p";; esac; done
### patternrange
for c in a m z A 5 - ] ^; do case $c in [a-m]) echo 1;; [!a-z0-9]) echo 2;; [0-9]) echo 3;; *) echo 4;; esac; done
### patternbs
case '\' in \\) echo one;; esac; case 'a\b' in a\\b) echo two;; esac; case '*' in \*) echo three;; esac; x='\*'; case '*' in $x) echo four;; *) echo other;; esac
### trimmore
f=archive.tar.gz; echo ${f%.*} ${f%%.*} ${f#*.} ${f##*.}; p=/a/b/c; echo ${p%/*} ${p##*/} ${p#/} ${p%/}; x=aaa; echo ${x#a} ${x##a} ${x%%a*} "[${x##*}]"; u=; echo "[${u#x}]"
### trimvar
s=.txt; f=a.txt; echo ${f%$s} ${f%"$s"} ${f%.*xt}; x='a]b'; echo ${x#*]} ${x%]*}
### defaultsplit
unset x; set -- ${x-a b} "${x-c d}" ${x-'e f'}; args "$@"; set -- ${x:-"g h" i}; args "$@"
### defaultglob
args ${x-dir/*} "${x-dir/*}" ${x-'dir/*'}
### assigndef
: "${x:=a b}"; args "$x"; args ${y:=c  d}; args "$y"; : ${z=~}; args "$z"
### positionaldef
set -- '' b; args "${1-x}" "${1:-x}" "${2-x}" "${3-x}" ${1+set} ${1:+set} "${2:+set}"; args "${@:+yes}"
### hashlen
x=; args ${#x}; x='a b'; args ${#x} "${#x}"; set -- a b c; args $# "$#" ${#}
### atslice bash
set -- a b c d; args "${@:2}" "${@:2:2}" "${@: -1}"; x=(1 2 3); args "${x[@]:1}" ${#x[@]} "${x[*]}" ${!x[@]}
### arrays bash
a=(x "y z" w); args "${a[@]}" "${a[1]}" ${#a[1]}; a[5]=q; args ${!a[@]}; a+=(r); args "${a[-1]}"; unset 'a[0]'; args "${a[@]}"; declare -p a; b=("${a[@]/y/Y}"); args "${b[@]}"
### assoc bash
declare -A m; m[k]=v; m["a b"]=c; args "${m[k]}" "${m[a b]}" ${#m[@]}; for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done | lines; unset 'm[k]'; args "${m[k]-gone}"
### bashcase bash
x=heLLo; args ${x^} ${x^^} ${x,} ${x,,} ${x@U} ${x@Q}; y="a b"; args ${y@Q}
### bashindirect bash
x=y; y=z; args ${!x}; abc1=1 abc2=2; args ${!abc*}
### bashprintf bash
printf -v x '%s-%s' a b; args "$x"; printf '%q\n' 'a b' "it's" '' '$x'; printf '%(%Y)T\n' 0
### bashtest bash
[[ abc =~ b(.) ]] && args "${BASH_REMATCH[@]}"; [[ a < b ]] && echo lt; [[ -z $u ]] && echo unset; [[ 10 -gt 9 && ! -e nope ]] && echo ok; x=1; [[ x -eq 1 ]] && echo arith
### bashlocal bash
f() { local -i n=2+3; local a=(1 2); echo $n ${a[1]}; declare g=1; declare -g h=2; }; f; echo ${g-unset} $h
### bashfor bash
for ((i=0, j=5; i<3; i++, j--)); do echo $i$j; done; for i in {1..3} {a..c} x{1,2}y; do printf '%s ' $i; done; echo; echo {01..03} {5..1..2} a{b,c{d,e}}
### bashpipestatus bash
false | true | (exit 3); echo ${PIPESTATUS[@]}; true; echo ${PIPESTATUS[*]}
### bashherestring bash
cat <<<"a $((1+1))"; read x y <<<"p q r"; echo $y
### bashprocsub bash
cat <(echo a) <(echo b); echo x > >(cat); sleep 0.1; while read l; do echo "<$l>"; done < <(printf '1\n2\n')
### bashshopt bash
shopt -s nullglob; args nope*; shopt -u nullglob; args nope*; shopt -s extglob; shopt -q extglob; echo $?
### bashextglob bash
shopt -s extglob
x=foobar; echo ${x/@(foo|bar)/X} ${x%%+([a-z])}; case abc in +(a|b|c)) echo m;; esac; args @(one|two)
### bashtrap bash
trap 'echo err' ERR; false; true; (exit 2); f() { false; }; f; false || true; trap - ERR; false; echo end
### bashread bash
read -a w <<<"x y z"; args "${w[@]}"; read -r -d '' all <<<"l1
l2"; args "$all"; IFS=, read -ra p <<<"1,2,3"; args "${p[@]}"
### bashmapfile bash
mapfile -t l < two; args "${l[@]}" ${#l[@]}
### bashdirs bash
pushd dir >/dev/null; pwd; popd >/dev/null; pwd; pushd /nope; echo $?
### bashlet bash
let x=5 y=x**2; echo $x $y; ((x+=1, y--)); echo $x $y; echo $((x>5 ? 1 : 2))
### bashdeclare bash
declare -r R=1; declare -x E=2; declare -u U=abc; declare -l L=ABC; declare -i I=1+1; echo $R $E $U $L $I; declare -p R E I; R=2; echo no
### bashfunctype bash
f() { echo a; if true; then echo b; fi; }; type f; declare -f f; type -t f cd if cat nosuch
### bashselectvars bash
echo ${BASH_VERSION%%.*} $BASH_SUBSHELL; (echo $BASH_SUBSHELL); f() { echo $FUNCNAME; }; f; echo $UID $EUID; [ $RANDOM -ge 0 ] && echo r; echo ${SHLVL}
### bashsubst bash
echo $(<one) "$(< two)"; x=$(cat one); echo ${x}
### bashappend bash
x=a; x+=b; echo $x; declare -i n=1; n+=2; echo $n; a=(1); a+=(2 3); echo ${a[@]}
### bashredir bash
echo a &>f; echo b &>>f; cat f; echo c >& f; cat f; { echo d; echo e >&2; } |& cat
### bashnotfound bash
nosuch; echo $?; ./nosuch; ./dir; echo $?; ./one; echo $?
### ashdoublebracket ash
[[ a = a ]]; echo $?; [[ -n "" ]]; echo $?; [[ 1 -lt 2 ]] && echo lt
### ashrandom ash bash
[ "$RANDOM" != "" ] && echo ok; x=$RANDOM y=$RANDOM z=$RANDOM; [ "$x$y" != "$y$z" ] && echo differ
### ashlet ash
let i=3 i*=2; echo $i; let 'x=(1+2)*3'; echo $x
### ashreadp ash
echo in | { read -p 'prompt> ' x; echo $x; }; printf 'ab' | { read -n 1 x; echo $x; }
### ashhelp ash
type help history let source [[ | lines
### ashsubstr ash
x=busybox; echo ${x:0:4} ${x:4} ${x: -3} ${x:(-3):2}; y=a/b/c; echo ${y//\//-} ${y/\//_}
### dashtype dash
type export; command -V export
### unsetfunc
f() { echo f; }; f=var; unset f; echo "${f-unset}"; f
### readonlyenv
readonly r=1; r=2 true; echo no
### readonlyfor
readonly i=1; for i in a b; do echo $i; done; echo no
### readonlyread
readonly v=1; echo x | { read v; echo $?; }; echo end
### readonlyexport
readonly a=1; export a; sh -c 'echo $a'; export a=2; echo no
### execredirs
exec >f; echo to file; exec >/dev/null; echo gone; exec 2>&1; cat f >&2
### execfd
exec 4>&1 >f; echo in file; exec >&4 4>&-; cat f; echo back
### fdinherit
exec 5<two; sh -c 'read x <&5; echo $x'; read y <&5; echo $y
### pipeerr
{ echo out; echo err >&2; } 2>&1 | while read l; do echo "<$l>"; done; nosuch 2>&1 | cat
### pipesubshell
x=0; for i in 1 2 3; do echo $i; done | while read n; do x=$((x+n)); done; echo $x; for i in 1 2 3; do echo $i; done | { while read n; do x=$((x+n)); done; echo $x; }
### heredocnested
cat <<A
$(cat <<B
inner
B
)
outer
A
### heredocexpr
f() { echo "<$1>"; }; cat <<E
$(f "a b") ${x:-default value} ${HOME##*/} `f c`
$((2*3)) \$((2*3)) \`no\` "$(echo "q")"
E
### heredoccase
case x in x) cat <<E
in case
E
;; esac; if true; then cat <<E
in if
E
fi; while read l; do echo "<$l>"; done <<E
l1
l2
E
### heredocempty
cat <<E
E
cat <<''
until blank

echo after
### heredocbs
cat <<E
a\\b \\$HOME \"q\" \' \n
E
cat <<'E'
a\\b \$x
E
### commentsin
echo a # b; echo c
echo '# no' "# no" \# x#y
if true; then # c1
echo y # c2
fi # c3
### longline
x=0123456789; y=$x$x$x$x$x$x$x$x$x$x; z=$y$y$y$y$y$y$y$y$y$y; echo ${#z}; echo "$z" | { read w; echo ${#w}; }
### loopredir
while read a b; do echo "$b $a"; done <<E
1 one
2 two
E
for f in one two; do cat $f; done > out; lines < out; until false; do read x || break; echo "[$x]"; done < two
### casebracket
case "[x]" in "["*"]") echo br;; esac; case 'a-b' in *-*) echo dash;; esac; case - in [a-]) echo minus;; esac
### numbers
echo $((0x7fffffffffffffff)) $((-0x10)) $((1 - -1)) $((2 - 3 - 4)) $((2*(3+4)*5)) $((10 % 3 * 2)) $((~0)) $((!!5))
### mathassign
i=5; : $((i = i * 2)); echo $i; j=$((i > 5 ? i : 5)); echo $j; k=$(( (i & 1) || (i >> 1) )); echo $k
### mathstr
a=5 b='a + 1'; echo $((a)) "$((a))" $(( $a + $a )) $((a*a))
### mathloop
n=0 s=0; while [ $n -lt 100 ]; do n=$((n+1)); s=$((s+n)); done; echo $s
### bubble
set -- 3 1 2; while :; do sorted=1; out=; prev=; for x; do if [ -n "$prev" ] && [ $x -lt $prev ]; then out="$out $x"; sorted=0; else [ -n "$prev" ] && out="$out $prev"; prev=$x; fi; done; set -- $out $prev; [ $sorted = 1 ] && break; done; echo "$@"
### fizz
i=1; while [ $i -le 15 ]; do if [ $((i%15)) -eq 0 ]; then echo FizzBuzz; elif [ $((i%5)) -eq 0 ]; then echo Buzz; elif [ $((i%3)) -eq 0 ]; then echo Fizz; else echo $i; fi; i=$((i+1)); done
### stack
push() { stack="$1 $stack"; }; pop() { top=${stack%% *}; stack=${stack#* }; }; push a; push b; push c; pop; echo $top; pop; echo $top $stack
### options
while [ $# -gt 0 ]; do case $1 in -v) v=1;; -o) o=$2; shift;; --) shift; break;; -*) echo bad $1;; *) break;; esac; shift; done; echo $v $o $#
### optionsnamed named
while [ $# -gt 0 ]; do case $1 in x) echo got x;; *) echo other "$1";; esac; shift; done; echo $0
### entrypoint file
set -e
if [ "${1#-}" != "$1" ]; then set -- server "$@"; fi
case "$1" in x) echo "start $*";; *) exec "$@";; esac
trap 'echo stopping' TERM
kill $$
echo "done"
### initscript
start() { echo "start $1"; return 0; }; stop() { echo "stop $1"; return 1; }; for s in a b; do start $s && echo ok || echo fail; stop $s || echo "failed $?"; done
### safe
set -eu; x=${1:-default}; echo "$x"; y=$(echo sub) || exit 9; echo "$y"; false || echo handled; : "${z:=zed}"; echo $z; nosuch_cmd
### umaskfiles
umask 077; >p; umask 022; >q; test -r p && echo r; sh -c 'umask' 
### cdsub
(cd dir && pwd); pwd; d=$(cd dir && pwd); echo $d; cd dir && { pwd; cd ..; }; pwd
### cdsymbol
cd /tmp/dlshell/./dir/.././dir//; pwd; cd ../..; pwd; cd; echo $?; cd "$OLDPWD"; pwd
### timesout
times >f; lines <f
### nulbyte
printf 'a\0b' | { read x; echo "${#x}"; }; x=$(printf 'a\0b' 2>/dev/null); echo ${#x}
### tabs
x='a	b'; echo $x; echo "$x"; printf '%s\n' "$x"
### crlfscript
printf 'x\r\n' | { read x; echo ${#x}; }
### emptyargs
f() { echo $#; }; f ''; f "" ""; x=; f $x; f "$x"; f $x''; f "$@"; set -- ''; f "$@"; f $@
### varnames
A=1 a=2 _=3 A_1=4; echo $A $a $A_1 ${A}_1; echo $A_1x-${A_1}x
### dollarodd
echo $ $% $, "$" "a$" $'' | cat; echo "$-" | lines; echo a$
### bracesodd
echo {} {a} {a,b {a..c a} '{a,b}'; echo ${x}{y}
### equalsodd
echo a=b; =x 2>/dev/null; echo $?; a=b=c; echo $a; ./x=y 2>/dev/null; echo $?
### semis
echo a;echo b; echo c &
wait
### negate
! false && echo a; ! true || echo b; if ! false; then echo c; fi; while ! true; do :; done; ! { false; }; echo $?; ! (exit 3); echo $?
### andorprec
true || echo a && echo b; false && echo c || echo d; { true || false; } && echo e; false || false || echo f
### multiline
if [ 1 -eq 1 ] &&
   [ 2 -eq 2 ]
then echo both
fi
echo a |
cat
echo x \
 y
for i in a \
 b
do echo $i; done
### caseformats
case a
in
a ) echo 1
;;
esac
case b in a|b|c)
echo 2 ;; esac
case c in
  (x | c )
    echo 3
esac
### funcformats
f () { echo 1; }
g()
{
  echo 2
}
h() (echo 3)
i() for x in 4; do echo $x; done
j() { echo 5; } 2>/dev/null
f;g;h;i;j
### ifformats
if true
then echo 1
elif false; then echo 2
else echo 3
fi
if false; then :
else
echo 4; fi
if { true; }; then (echo 5); fi
### echonames
echo if then else fi for in do done case esac while until function { } !
### quoteinvar
q='"'; s="'"; echo "$q$s" $q$s; eval "echo ${s}a  b${s}"
### evalquote
x='a  b'; eval "args \$x"; eval 'args "$x"'; eval args '$x' '"$x"'; eval "y='$x'"; args "$y"
### evalmulti
eval 'x=1
y=2
echo $x$y'; eval "if true; then echo t; fi"
### commandsubenv
x=$(y=2; echo $y); echo $x ${y-unset}; x=$(cd dir; pwd); echo $x; pwd
### commandsuberr
x=$(nosuchcmd 2>&1); echo "$x"; echo $?; y=$(false) || echo failed; z=$(exit 3); echo $?
### commandsubmulti
x=$(echo a
echo b; # comment
echo c); echo "$x"; echo $(
echo d
)
### commandsubcase
x=$(case a in a) echo yes;; esac); echo $x; x=$(case a in (a) echo yes2;; esac); echo $x
### commandsubquotes
echo "$(echo "a  b")" $(echo "a  b") "$(echo 'c  d')"; x="$(printf '%s\n' 'e  f')"; echo "$x"
### backquotenest
echo `echo \`echo nested\`` `echo "a b"` "`echo "c  d"`"; x=`echo '$HOME'`; echo "$x"; echo `echo \$HOME` | lines
### arithsub
echo $(( $(echo 2) + `echo 3` )); x=$((1)); echo $((x+$((x+1)))); set -- 5; echo $(($1+1)) $((${1}*2)) $(($#))
### readwhile
printf 'a b\nc d\n\n' | while read x y; do echo "$y/$x"; done; printf 'k=v\nk2=v2\n' | while IFS== read k v; do echo "$k -> $v"; done
### readfds
exec 3<<E
l1
l2
E
read a <&3; read b <&3; echo $a $b; read c <&3; echo $? "[$c]"
### readslow
{ echo a; sleep 0.05; echo b; } | while read x; do echo "got $x"; done
### printftable
printf '%-10s|%5d|%8.3f|%x\n' name 42 3.14159 255 other 7 2.5 16; printf '%s,' a b c; echo; printf '%03d\n' 1 22 333; printf '%c%c\n' hello world
### printfescape
printf '%s\\n\n' a; printf '\\t|\t|\n'; printf "%b\n" 'x\ny\\z'; printf '%5%|\n' 2>/dev/null; printf '%s\n'
### testgroups
[ -n a -a -n b ] && echo 1; [ -z a -o -n b ] && echo 2; [ ! -z a ] && echo 3; [ \( a = a \) ] && echo 4; [ a = a -a \( b = c -o d = d \) ] && echo 5; test -n "" || echo 6
### testquotes
x=; [ $x ] || echo empty; [ "$x" ] || echo empty2; [ -n $x ] && echo odd; x='a b'; [ "$x" = 'a b' ] && echo eq; [ $x ] 2>/dev/null; echo $?
### testinteger
[ 5 -gt 3 ] && [ 3 -le 3 ] && [ -1 -lt 0 ] && [ 007 -eq 7 ] && echo ok; [ 1.5 -gt 1 ]; echo $?; [ x -eq 0 ]; echo $?
### shiftloop named
while [ $# -gt 0 ]; do echo "$1"; shift; done; shift; echo $?
### setlocal
set -- a b c; f() { set -- x; echo $# $1; shift; echo $#; }; f; echo $# $1
### exportfn
X=1; export X; f() { X=2; sh -c 'echo $X'; }; f; echo $X; (X=3; sh -c 'echo $X'); echo $X; unset X; sh -c 'echo ${X-none}'
### envpass
A=1 B=2 sh -c 'echo $A$B'; echo ${A-none}; export A=5; A=6 sh -c 'echo $A'; echo $A; env=x; sh -c 'echo ${env-none}'
### pathlookup
PATH=/nonexistent; args one; echo $?; PATH=/tmp/dlshell:$PATH; script; echo $?
### pathempty
PATH=; args one; echo $?; PATH=.; script; echo $?
### hashpath
mkd() { :; }; PATH=/tmp/dlshell:$PATH; script a; echo $?; type script
### shargs
sh -c 'echo $0 $1 $2' a b c; sh -c 'echo $#' ; sh -s x y <<'E'
echo "$# $1"
E
### shoptions
sh -e -c 'false; echo no'; echo $?; sh -u -c 'echo $nope'; echo $?; sh -x -c 'echo a' 2>&1; sh -f -c 'echo *'; sh -ec 'echo ok'
### shstdin
echo 'echo from stdin; echo $0' | sh; echo 'echo $1' | sh -s arg; sh <<E
echo heredoc script
E
### shmissing
sh ./nope; echo $?; sh -c; echo $?; sh -Z; echo $?
### shfile
sh ./script a; echo $?; sh script; echo $?; ./textfile z; echo $?
### exitsignals
sh -c 'kill -TERM $$'; echo $?; sh -c 'kill -INT $$'; echo $?
### dollardash
echo "$-"; set -fu; echo "$-"; set -e; echo "$-"; set +fue; set -C; set -a; echo "$-"; sh -c 'echo "$-"'; echo 'echo "$-"' | sh; sh -x -c 'echo "$-"' 2>/dev/null
### errnos
echo x >/proc/self/cmdline/y; echo $?; cd one/x; echo $?; cat <one/x; echo $?; ./dir/a/b; echo $?
### funclist
f() { echo f; } && echo after; g() { echo g; } || echo no; h() { echo h; } | lines; f; g
### discardline
echo $((1/0)); echo same line
echo next line
f() { echo ${x!y}; echo no; }
f; echo no
readonly r=1
r=2; echo no
echo end $?
### discardfile file
echo a; echo $((1/0)); echo no
echo b
set -e
echo $((2/0))
echo no
### funcinlist
true || f() { echo f; } && echo yes; false && g() { echo g; } || echo no; true && h() { echo h; } && h || echo never; f; echo $?
### errlines_eval file
echo

eval nosuch
eval "
nosuch2" 2>/dev/null
f() {
 eval nosuch4
}

f
