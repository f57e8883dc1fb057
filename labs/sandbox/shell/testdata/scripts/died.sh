### signals
for s in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM 16 XCPU XFSZ VTALRM PROF IO PWR SYS; do die $s; echo $s $?; done
### signalsfile file
for s in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM 16 XCPU XFSZ VTALRM PROF IO PWR SYS; do die $s; echo $s $?; done
### signalsstdin stdin
die KILL; echo $?
die TERM; echo $?
die SEGV; echo $?
### realtime
die 34; echo $?; die 40; echo $?; die 64; echo $?
### infunction
f() {
  die KILL
}
f; echo $?
### inbraces
{ die KILL; echo $?; }; if die SEGV; then :; else echo $?; fi
### insubshell
(die KILL; echo $?); echo $?
### subshelllast
(die KILL); echo $?
### subshellself
(sh -c 'kill -9 $PPID'; echo not here); echo $?
### substitution
x=$(die KILL; echo in $?); echo $? $x
### substitutionlast
x=$(die KILL); echo $? $x
### redirected
die KILL 2>f; echo $?; cat f
### redirectedgroup
{ die KILL; } 2>f; echo $?; lines <f
### redirectedall
exec 2>f; die KILL; echo $?; lines <f
### pipefirst
die KILL | cat; echo $?
### pipelast
status 3 | die KILL; echo $?
### pipeboth
die KILL | { sleep 0.1; die SEGV; }; echo $?
### pipepipe
while :; do echo y; done | die KILL; echo $?
### pipefailed ash bash
set -o pipefail; die KILL | cat; echo $?
### andor
die KILL && echo yes || echo $?
### negated
! die KILL; echo $?
### sete
set -e; die TERM; echo not here
### seteonlast
set -e; die KILL
### lastterm
die TERM
### lastinlist
echo a; die SEGV
### evaluated
eval 'die KILL'; echo $?
### sourced
echo 'die KILL
echo $?' >s; . ./s; echo $?
### longcommand
die KILL aaaaaaaaaaaaaaaaaaaa 'b   b' "c$x" $(echo d) >/dev/null <one; echo $?
### assigned
A=b die KILL; echo $?
### backgroundwait
die KILL & wait; echo $?
### backgroundwaitpid
die KILL & wait $!; echo $?
### backgroundterm
sleep 100 & kill $!; wait $!; echo $?
### backgroundtermall
sleep 100 & kill $!; wait; echo $?
### backgroundkillall
sleep 2 & a=$!; sleep 2 & kill -9 $!; wait $!; echo $?; kill -9 $a; wait; echo $?
### backgroundsegv
sleep 100 & kill -SEGV $!; wait $!; echo $?
### backgroundint ash bash
sleep 100 & sleep 0.1; kill -INT $!; kill $!; wait $!; echo $?
### backgroundhup
sleep 100 & kill -HUP $!; wait $!; echo $?
### backgroundpipe
die KILL | { sleep 0.1; die TERM; } & wait $!; echo $?
### backgroundseen
die KILL & sleep 0.2; echo a; cat one; echo b
### backgroundseenloop
die KILL & i=0; while [ $i -lt 3 ]; do sleep 0.1; i=$((i+1)); done; echo end
### backgroundgroup
{ die KILL; echo $?; } & wait; echo $?
### backgroundsub
(die KILL) & wait $!; echo $?
### backgroundjobs
die KILL & sleep 0.2; jobs; echo a; jobs
### backgroundjobsdone
true & sleep 0.2; jobs; status 3 & sleep 0.2; jobs; jobs
### backgroundjobslist
die SEGV & status 2 & sleep 0.3; jobs -l | lines
### waittwice
die KILL & p=$!; wait $p; echo $?; wait $p; echo $?
### waitmany
die KILL & a=$!; die SEGV & b=$!; sleep 0.2; wait $a $b; echo $?
### waitn ash bash
die KILL & wait -n; echo $?
### trapchild
trap 'echo chld' CHLD; die KILL; echo $?
### trapexit
trap 'echo bye $?' EXIT; die KILL
### execdies
sh -c 'exec die KILL'; echo $?
### shkillsself
sh -c 'kill -TERM $$'; echo $?; sh -c 'die KILL; echo $?'; echo $?
### shlastdies
sh -c 'die KILL'; echo $?
### stdoutjob
die KILL & sleep 0.2; jobs >f; lines <f
### monitor
set -m; die KILL; echo $?; die TERM; echo $?; die INT; echo $?; die PIPE; echo $?
### monitorbackground bash
set -m; die KILL & wait $!; echo $?; sleep 2 & kill $!; wait %1; echo $?
### monitorseen
set -m; die KILL & sleep 0.2; echo a; true & sleep 0.2; echo b; status 3 & sleep 0.2; echo c
### monitorpipe
set -m; die KILL | cat; echo $?; status 3 | die SEGV; echo $?
### notify
set -b; die KILL & sleep 0.2; echo a
### monitornotify
set -m -b; die KILL & sleep 0.2; echo a; true & sleep 0.2; echo b
### disowned bash
die KILL & disown; sleep 0.2; echo a
### killjob
sleep 2 & kill -9 $!; sleep 0.1; echo a; wait; echo $?
### multiline
die KILL |
cat
for i in 1
do
die KILL
done
echo $?
### whilebody
i=0; while [ $i -lt 2 ]; do die KILL; i=$((i+1)); done
### casebody
case a in a) die KILL;; esac; echo $?
### condition
if die KILL; then echo t; else echo e; fi; while die SEGV; do :; done; echo $?
### stderrclosed
die KILL 2>&-; echo $?
### timekeyword bash
TIMEFORMAT=x; time true; time die KILL; echo $?
### timeformats bash
for f in 'a%%b' '%R' '%1R' '%0R' '%lR' '%2lR' '%0lR' '%U' '%S' '%3U %6lS' '%9R' '' 'a\tb' "tab	" '%'; do TIMEFORMAT=$f; time true; echo "$f" $?; done
### timebad bash
TIMEFORMAT='%q'; time true; TIMEFORMAT='%3q'; time true; TIMEFORMAT='%4'; time true
### timeposix bash
time -p true; TIMEFORMAT=hm; time -p true; time -p; TIMEFORMAT= ; time true
### timesleeps bash
TIMEFORMAT=%0R; time sleep 1; time sleep 1 | cat; time { sleep 1; sleep 1; }
### timenegated bash
TIMEFORMAT=t; time ! true; echo $?; ! time true; echo $?; ! time false; echo $?; time -- echo a
### timealone bash
TIMEFORMAT=t; time; echo $?
### timeredirected bash
TIMEFORMAT=t; { time true; } 2>f; cat f; time true 2>g; cat g
### timeandor bash
TIMEFORMAT=t; time true && echo a; time false || echo b; time (exit 3); echo $?
### timebackground bash
TIMEFORMAT=t; time true & wait; echo $?
### timenotkeyword dash
time true; echo $?
### timeword bash
echo time; x=time; $x true; echo $?; \time true; echo $?; 'time' true; type time; command -V time
### subshellredirected
(die KILL; echo $?) 2>f; lines <f; (die SEGV) 2>g; lines <g
### groupedlater
f() { die KILL; }
echo a

g() {
  die SEGV
}
f; g; echo $?
### groupedlaterfile file
f() { die KILL; }
echo a

g() {
  die SEGV
  if true; then
    die KILL
  fi
}
f
if true; then
  die ABRT
fi
while true; do
  die BUS
  break
done
for i in 1; do
  die SEGV
done
case a in
a)
  die FPE;;
esac
{
  die KILL
}
die SEGV |
  cat
eval '
die KILL
'
echo $?
### substitutionfile file
x=$(die KILL; echo in $?); echo $? $x; x=$(die KILL); echo $? $x
### backgroundfile file
die KILL & sleep 0.1
true & sleep 0.1
jobs
status 3 & sleep 0.1
echo a
### backgroundstdin stdin
die KILL & sleep 0.1
true & sleep 0.1
jobs
### trappeddeath bash
trap 'echo t' SEGV; die SEGV; echo $?
### layouts bash
for s in 'die KILL >>f 2>&1' '{ die KILL; die KILL; } | cat' '(exit 3) | die KILL' 'if true; then status 3; else echo b; fi | die KILL' 'for i in 1 2; do status $i; done | die KILL' 'X=1 Y="a  b" die KILL' 'die    KILL  ;' 'status 3 <one | die KILL' '! die KILL' 'true && die KILL' 'die KILL <<<x' '(true; die KILL) &' '{ true; die KILL; } & wait' '(true && die KILL || die SEGV) | die KILL'; do eval "$s"; wait; done
### jobsinchildren
sleep 2 & jobs -p | lines; x=$(jobs -p); [ "$x" = $! ] && echo same; (jobs -p | lines); (jobs -p) | lines; echo "$(jobs)"; jobs | cat; { jobs; } | cat; kill $!
