mkdir -p a/b; for i in 1 2 3; do echo line $i > a/f$i; done
find a -type f | sort | xargs cat
ls -la a
grep -n 2 a/f* && sed 's/line/LINE/' a/f1
cp -r a c; rm -r a; ls
(sleep 2; echo late) & sleep 1; echo early; wait
date; ps; cat /proc/uptime
head -c 16 /dev/urandom | od -An -tx1; echo $RANDOM
trap 'echo caught' USR1; kill -USR1 $$; echo after
cat nofile; echo $?
printf 'b\na\nc\n' | sort -r | awk '{print NR, $1}'
tar cf t.tar c && tar tvf t.tar
ln -s c link; readlink link; stat -c '%n %s %F' c/f1 link
