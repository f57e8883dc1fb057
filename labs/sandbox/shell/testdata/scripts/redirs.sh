### out
echo a >f; cat f; echo b >>f; cat f; echo c >f; cat f; >f; lines <f
### numbered
exec 3>f; echo x >&3; echo y >&3; exec 3>&-; cat f; exec 4<f; read a <&4; read b <&4; echo $b $a; exec 4<&-
### stderr
{ echo out; echo err >&2; } 2>f; cat f; { echo out; echo err >&2; } >f 2>&1; cat f; { echo out; echo err >&2; } 2>&1 >f | cat
### order
echo x 2>&1 >/dev/null; echo y >/dev/null 2>&1; echo z >&2
### closed
echo x >&-; echo $?; read y <&-; echo $?
### badfd
echo x >&7; echo $?; cat <&8; echo $?; exec 9>&6; echo no
### missing
cat <nope; echo $?; echo x >no/such; echo $?; read x <nope; echo $?
### directory
echo x >dir; echo $?; read y <dir; echo $?
### special_fatal
: <nope; echo not reached
### exec_fatal
exec <nope; echo not reached
### function_redir
f() { echo in; echo err >&2; } >f 2>&1; f; echo -; cat f
### group
{ echo a; echo b; } >f; lines <f; (echo c; echo d) >>f; lines <f; if true; then echo e; fi >f; cat f
### loop
for i in 1 2 3; do echo $i; done >f; while read x; do echo "<$x>"; done <f
### loopvar
i=0; while read x; do i=$((i+1)); done <two; echo $i
### heredoc
cat <<E
plain $((1+2)) $(echo sub) `echo bq` $HOME \$x \\ "q" 'q' \a
E
### heredocquoted
x=1; cat <<'E'
$x `echo` \$ \\
E
cat <<\E
$x
E
cat <<"E"
$x
E
### heredoctabs
cat <<-E
	one
		two
	E
cat <<-'E'
		three $x
	E
### heredoctwo
cat <<A; cat <<B
a
A
b
B
### heredocfds
cat <<A 3<<B /dev/stdin
a
A
b
B
cat 3<<B <&3
three
B
### heredocpipe
cat <<E | lines
1
2
E
### heredocvar
x=$(cat <<E
in subst
E
); echo "$x"
### heredocline
cat <<E
a\
b
E
### heredocnoend
cat <<E
text
### heredocloop
for i in 1 2; do cat <<E
$i
E
done
### heredocfunc
f() { cat <<E
f $1
E
}; f a; f b
### herestring
cat <<<"a b"
### readwrite
echo abc >f; exec 3<>f; read x <&3; echo $x; echo def >&3; exec 3>&-; cat f
### clobber
set -C; echo a >f; echo b >f; echo $?; echo c >|f; cat f; echo d >>f; cat f; echo e >/dev/null
### dup_move
exec 5>&1; echo to five >&5; exec 5>&-; echo x 2>/dev/null >&5; echo $?
### nulls
cat </dev/null; echo $?; echo x >/dev/null
### quoted_name
x='a b'; echo 1 >"$x"; cat "a b"; echo 2 >$x; cat "a b"
### glob_name
echo x >on*; echo $?; cat on* 
### andgt
echo a &>f; wait; cat f
### gtamp
echo a >&f; cat f
### builtinredir
read x <one; echo $x; read x y <<E
p q r
E
echo $x $y
### redirfirst
>f echo a; cat f; <two cat
### inputorder
cat <one <two
### multi
echo x >a >b; cat a; cat b
### restore
exec 3>&1; { echo a; } 3>f; echo b >&3; echo -; cat f
### subshellfd
(exec 3>f; echo x >&3); cat f; echo y 2>/dev/null >&3; echo $?
### devfd
echo x | cat /dev/stdin; echo y >/dev/stdout; echo z | cat /dev/fd/0
### devfull
echo x >/dev/full; echo $?; printf x >/dev/full; echo $?; pwd >/dev/full; echo $?
### highfd
exec 19>f; echo hi >&19; exec 19>&-; cat f
### varfd
n=3; exec 3>f; echo v >&$n; cat f
### ambiguous
x='p q'; echo hi >$x; echo $?; args p*
