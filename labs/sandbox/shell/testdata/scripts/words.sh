### quotes
args 'a b' "c d" e\ f "" '' "it's" 'say "hi"' a"b c"d
### backslashes
args \a \\ "\a" "\\" "\$x" '\n' "a\
b" a\
b
### dollars
x=5; args $x "$x" '$x' \$x "\$x" $ "$" a$ $x$x ${x}y "$x y"
### split
x=' a  b
c	d '; args $x; args "$x"; args x$x; args $x""
### ifs
IFS=:; x=a:b::c:; args $x; x=:a; args $x; IFS=; x='a b'; args $x; IFS=' :'; x=' a : b:c  d '; args $x
### ifs_at
set -- 'a b' c; IFS=-; args "$*" $* "$@" $@; IFS=; args "$*" $*; unset IFS; args "$*"
### positional
set -- a 'b c' ''; args "$@"; args $@; args "$*"; args "x$@y"; args ${#} $#; shift; args "$1"; set --; args "$@" "$*" end
### many
set -- 1 2 3 4 5 6 7 8 9 ten eleven; args $10 ${10} ${11} $9; echo $#
### defaults
args ${u-a} ${u:-b} "${u-c d}" ${u-c d} ${u+x} ${u:+x}; e=; args ${e-a} ${e:-b} "${e+x}" "${e:+x}" end
### assigndefault
: ${a=1} ${b:=2}; args $a $b; c=; : ${c=3}; args "$c"; : ${c:=3}; args $c
### quoteddefault
args "${u-'a b'}" ${u-'a b'} "${u-"a b"}" ${u-"a b"} "${u-\}}" ${u-a\ b} "${u-$(echo x  y)}"
### nested
args ${a-${b-${c-deep}}} "${a-"${b-"q w"}"}"
### length
x=hello; args ${#x} ${#u} ${#}; set -- a bb; args ${#1} ${#2} ${#@} ${#*}
### trim
x=/usr/local/lib.so.1; args ${x#*/} ${x##*/} ${x%.*} ${x%%.*} ${x#/usr} ${x%x} "${x##*/}" ${x#"/usr"}
### trimpattern
x='a*b*c'; args "${x#*'*'}" "${x##*\*}" "${x%'*'*}"; p='*'; args "${x#$p}" "${x##$p}" "${x#"$p"}"
### trimbrackets
x=abc123; args ${x%%[0-9]*} ${x#[a-c]} ${x#[!b]} ${x%[[:digit:]]} ${x##[[:alpha:]]*[[:alpha:]]}
### specials
false; echo $?; true; echo $?; echo $#; echo "$0"; f() { echo $0 $1; }; f x
### bang
sleep 0 & wait $!; echo $?; [ -n "$!" ] && echo set
### tilde
args ~ ~/x "~" x~ a=~ ; x=~; args $x; x=a:~/b:~; args $x; HOME=/h; args ~ ~/y
### cmdsubst
args $(echo a b) "$(echo a b)" `echo c d` "`echo c d`"; x=$(echo one; echo two); args "$x"
### cmdsubstnl
x=$(printf 'a\n\n\n'); args "$x"; x=$(printf '\n\na'); args "$x"; x=$(:); args "$x"
### cmdsubstnest
echo $(echo $(echo $(echo deep))) `echo \`echo old\``; echo "$(echo "$(echo "q")")"; echo "`echo "\"x\""`"
### cmdsubststatus
x=$(exit 3); echo $?; x=$(true) y=$(exit 4); echo $?; echo $(exit 5); echo $?; x=1; echo $?
### backquotes
echo `echo '\\' \\\\ \\$HOME`; echo `echo a\
b`
### glob
cd dir; args *; args .*idden; args a* z* '*' "*" \*; args [ab] [!a] ?; cd ..; args */a d*/? dir/[a-a]
### globnone
args nope* '?' [z]x; set -f; args *
### globdot
args .d* ; args *ce sp*; x='d*'; args $x "$x"; args dir/*; args ./dir/a* ; args /tmp/dlsh*/one
### globslash
args */ dir/ d*//a; args {one,two}
### assignsplit
x='a b'; y=$x; args "$y"; z="$x"*; args "$z"; a=$(echo 'p  q'); args "$a"
### empty
x=; args $x a $x; args "$x" a; args ''$x
### unicode
x=日本語; args ${#x} "$x" ${x#日} ${x%?} "${x#?}"
### escapes
args "a\tb" 'a\tb' "a\"b" "a\`b" "a\\b" "a\!b"
### dollarsingle
args $'a\tb' $'it\'s' $'\x41\101'
### dollardouble
x=1; args $"a $x"
### hash
echo a#b #c
echo '#'d # e
### semicolons
echo a; echo b;
 echo c ;echo d
### continuation
echo a \
  b && \
echo c
### atjoin
set -- a b; x="$@"; args "$x"; x=$*; args "$x"; y=a"$@"b; args "$y"
### atempty
set --; args "$@"; args x"$@"y; args "$@""$@"; args "${@-none}" "${1-none}" "${*:-nothing}"
### paramnull
args "${x:-}" ${x:-} "${x-}" end
### subst_in_default
args ${x-$(echo a b)} "${x-`echo c d`}" ${x:-$((1+2))}
### dqbrace
args "${x-}" "${x-a}b" "a${x-b}"c
### plusquote
x=1; args ${x+"a b"} "${x+a b}" ${x+a b} ${x:+'c d'}
### question named
echo ${1?} ${2?msg}; (echo ${9?no nine}); (echo ${nope:?}); (: ${u?custom $1 message}); echo done
### names
_a1=x; args $_a1 ${_a1}b $_a1-b $a_b"c"
### caret
args ^ a^b ! a! % {} { } [ ] a=b =
### slicing
x=abcdef; echo ${x:1:2} ${x:3} ${x: -2} ${x:1:-1}
### replace
x=aXbXc; echo ${x/X/-} ${x//X/-} ${x/#a/A} ${x/%c/C} ${x//X}
