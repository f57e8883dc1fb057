### basic
echo $((1+2*3)) $((7/2)) $((7%3)) $((-7/2)) $((-7%3)) $((2-3)) $(( (1+2)*3 )) $((1<<4)) $((256>>2))
### compare
echo $((1<2)) $((2<=2)) $((3>4)) $((3>=4)) $((1==1)) $((1!=1)) $((1&&0)) $((1||0)) $((!5)) $((!0))
### bits
echo $((5&3)) $((5|3)) $((5^3)) $((~5)) $((1|2&3^1))
### ternary
echo $((1?2:3)) $((0?2:3)) $((1?0?4:5:6)) $((x=0?1:2)) $x
### vars
x=5; echo $((x+1)) $(($x+1)) $((x*x)) $((y+1)) $(( x )) $((-x)) $((+x)); x=" 7 "; echo $((x+1))
### assign
echo $((x=5)) $x $((x+=2)) $x $((x-=1)) $((x*=3)) $((x/=2)) $((x%=4)) $((x<<=3)) $((x|=1)) $((x^=3)) $((x&=6)) $((x>>=1)) $x
### incdec
x=1; echo $((x++)) $x $((++x)) $x $((x--)) $x $((--x)) $x $((- -x)) $((x+ +1))
### bases
echo $((010)) $((0x1F)) $((0xff)) $((16#ff)) $((2#101)) $((36#z))
### octalbad
echo $((08))
### power
echo $((2**10)) $((2**3**2)) $((-2**2))
### comma
echo $((1,2)) $((x=3,x+1))
### nested
echo $(( $((1+1)) * $(echo 3) )) $((`echo 4`+1)) $((${x:-2}+1))
### varexpr
a=b+1; b=2; echo $((a)) $((a*2))
### divzero
echo $((1/0)); echo no
### modzero
x=0; echo $((5%x)); echo no
### syntax
echo $((1+)); echo no
### syntax2
echo $((1 2)); echo no
### syntax3
echo $((*1)); echo no
### unbalanced
echo $(( (1+2 )); echo no
### badnum
x=abc; y=def; echo $((x)); z=1x; echo $((z)); echo no
### readonlyassign
readonly r=1; echo $((r=2)); echo no
### overflow
echo $((9223372036854775807)) $((9223372036854775807+1)) $((-9223372036854775807-1)) $((9223372036854775807*2))
### minint
x=$((-9223372036854775807-1)); echo $x $((x/-1)) $((x%-1))
### toobig
echo $((9223372036854775808)) $((99999999999999999999))
### shiftbig
echo $((1<<63)) $((1<<64)) $((1>>64)) $((-1>>1))
### spaces
echo $((  1
+ 2 )) $((	3	))
### empty
echo $(()) $(( )); echo [$((u))]
### quotes
x=3; echo "$((x+1))" $(("x"+1)) 
### inword
echo a$((1+1))b "c$((2))d" $((1))$((2))
### condition
i=0; while [ $((i+=1)) -le 3 ]; do echo $i; done
### unset
set -u; echo $((nope+1)); echo no
### shortcircuit
x=1; echo $((0 && (x=5))) $x $((1 || (x=6))) $x $((1 ? 2 : (x=7))) $x $((0 && 1/0))
### precedence
echo $((1+2<<1)) $((1<2==1)) $((1|2==2)) $((!1+1)) $((~1+1)) $((2*3%4)) $((10-3-2)) $((100/10/2))
### positional
set -- 4 5; echo $(($1*$2)) $(($#+1)) $(( $1 + ${2} ))
### hexvar
x=0x10; y=010; echo $((x)) $((y)) $((x+y))
### negvar
x=-5; echo $((x)) $((-x)) $((x*-1)) $((5-x)) $((5-$x)) $((5- -x))
### let
let a=1+2; echo $? $a; let 'b = a * 2' c=5; echo $b $c; let 0; echo $?
### assignspace
echo $((x = 4)) $(( x += 1 )) $x
### longexpr
echo $((1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1)) $((((((((((1))))))))))
### colonmissing
echo $((1?2)); echo no
### eqonly
echo $((=1)); echo no
### lval
echo $((1=2)); echo no
