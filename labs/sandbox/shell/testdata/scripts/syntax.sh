### paren
echo )
### fi
fi
### done
echo a; done
### then
if true; echo a; fi
### elseonly
else
### unclosedif
if true; then
### unclosedwhile
while true; do echo
### unclosedquote
echo "abc
### unclosedsingle
echo 'abc
### unclosedbrace
echo ${x
### unclosedsubst
echo $(echo
### unclosedback
echo `echo
### unclosedparen
(echo a
### unclosedgroup
{ echo a
### unclosedarith
echo $((1+2
### unclosedcase
case a in a) echo
### caseword
case a b in
### casenoin
case a
### dsemi
echo a;;
### semisemi
; echo
### pipeend
echo a |
### andend
echo a &&
### pipestart
| echo a
### doublepipe
echo a | | cat
### ampsemi
echo a & ; echo b
### redirnone
echo >
### redirsemi
echo > ; echo a
### badfor
for 1x in a; do :; done
### fornodo
for i in a b; echo $i; done
### forin
for i in a do echo; done
### badfunc
f( { :; }
### badfuncname
1f() { :; }
### funcnobody
f()
### dofirst
do echo a; done
### esac
esac
### inword
in; echo $?
### emptyif
if ; then :; fi
### emptythen
if true; then fi
### emptyloop
while true; do done
### emptygroup
{ }
### emptyparen
()
### nested
if true; then while false; do for i in a; do echo; fi; done; fi
### badsubst
echo ${x!y}; echo no
### badsubst2
echo ${}; echo no
### badsubst3
echo ${1abc}; echo no
### badsubst4
echo "${x y}"; echo no
### line2
echo one
echo )
echo three
### line3 file
echo one

if true; then
  echo )
fi
### filefi file
echo a
fi
echo b
### fileeof file
echo a
if true; then
echo b
### stdinerr stdin
echo a
echo )
echo b
### namederr named
echo $1; fi
### hereunclosed
cat <<E
$(echo
E
### array
a=(1 2)
### procsub
cat <(echo hi)
### extglob
echo @(a|b)
### herestring
cat <<< x
### andgt2
echo a &>> f; wait; cat f
### pipeamp
echo a |& cat
### brackets
[[ a
### doublesemi
case a in a) echo a;; ;; esac
### reservedarg
echo if then else fi do done { } ! case esac
### bracearg
echo }; echo {; echo a}
### bangword
echo !; ! echo a
### emptyline



echo a


### onlycomment
# nothing
### empty

### spaces
   
### crlf
printf 'a\r\n'
### nul
echo a
