package applet_test

import (
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
)

// typed runs a command on a terminal and returns what the screen got.
func typed(t *testing.T, m *proctest.Machine, size proc.Winsize, keys string, args ...string) (screen string, code proc.ExitCode) {
	t.Helper()
	var b strings.Builder
	tty := m.Kernel.PTS().NewTTY(size)
	tty.Attach(func(p []byte) { b.Write(p) })
	p := m.Start(proc.Spec{Args: args, TTY: tty})
	for _, k := range strings.Split(keys, "\x00") {
		m.Sim.Run(func() bool { return false })
		tty.Type([]byte(k))
	}
	m.Sim.Run(p.Done)
	if !p.Done() {
		t.Fatalf("%q waits for ever; screen %q", args, b.String())
	}
	return b.String(), p.Status().Code()
}

func TestLsOnATerminalMakesColumns(t *testing.T) {
	m := proctest.New(t, proctest.Config{
		Programs: applet.Programs(applet.Busybox), Dir: "/w",
		Files: map[string]string{"/w/中文文件": "", "/w/a": "", "/w/b.txt": "", "/w/bad\x01name": "", "/w/dir/": ""},
	})
	screen, _ := typed(t, m, proc.Winsize{Rows: 24, Cols: 31}, "", "ls")
	const want = "\x1b[0;0ma\x1b[m         \x1b[0;0mbad?name\x1b[m  \x1b[0;0m中文文件\x1b[m\r\n\x1b[0;0mb.txt\x1b[m     \x1b[1;34mdir\x1b[m\r\n"
	if screen != want {
		t.Errorf("%q", screen)
	}
}

func TestAPagerShowsAScreenAtATime(t *testing.T) {
	m := proctest.New(t, proctest.Config{
		Programs: applet.Programs(applet.Busybox), Files: map[string]string{"/n": "one\ntwo\nthree\nfour\nfive\nsix\n"},
	})
	screen, code := typed(t, m, proc.Winsize{Rows: 4, Cols: 20}, " \x00q", "less", "/n")
	pages := strings.Split(screen, "\x1b[H\x1b[J")
	if len(pages) != 3 || !strings.HasPrefix(pages[1], "one\r\ntwo\r\nthree\r\n") || !strings.HasPrefix(pages[2], "four\r\nfive\r\nsix\r\n") || code != 0 {
		t.Errorf("%q %d", pages, code)
	}
}

func TestTailFollowsAFile(t *testing.T) {
	m := machine(t, applet.Busybox)
	r := m.Sh("echo one > log; (sleep 3; echo two >> log; sleep 3; echo three >> log) & timeout 10 tail -f log")
	if r.Stdout != "one\ntwo\nthree\n" || r.Code != 143 {
		t.Errorf("%+v", r)
	}
	r = m.Sh("echo one > log; (sleep 3; mv log old; echo new > log) & timeout 10 tail -F log")
	if r.Stdout != "one\nnew\n" || !strings.Contains(r.Stderr, "tail: log has been replaced; following end of new file") {
		t.Errorf("%+v", r)
	}
}

func TestPsShowsProcesses(t *testing.T) {
	m := machine(t, applet.Busybox)
	r := m.Sh("sleep 100 & ps; ps -o pid,ppid,user,comm,stat; pidof sleep; pgrep sl; top -b -n 1 | sed -n '4p;$p'; kill $!")
	for _, want := range []string{
		"PID   USER     TIME  COMMAND\n", " root      0:00 sleep 100\n", "PID   PPID  USER     COMMAND          STAT\n", "root     sleep            S\n",
		"  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND\n",
	} {
		if !strings.Contains(r.Stdout, want) {
			t.Errorf("no %q in\n%s%s", want, r.Stdout, r.Stderr)
		}
	}
}

// Debian's ps is procps', with the options of System V, BSD and GNU.
func TestPsOfProcps(t *testing.T) {
	for _, c := range []struct{ line, out, errs string }{
		{"ps -o comm= -p 1 -p $$", "init\nsh\n", ""},
		{"sleep 9 & ps -C sleep -o comm,args; kill $!", "COMMAND         COMMAND\nsleep           sleep 9\n", ""},
		{"ps axo comm --no-headers --sort=-pid > f; tail -n 2 f", "sh\ninit\n", ""},
		{"ps -e -o pid,etime | head -1", "    PID     ELAPSED\n", ""},
		{"ps aux | head -1", "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n", ""},
		{"ps -ef | head -1", "UID          PID    PPID  C STIME TTY          TIME CMD\n", ""},
		{"ps x | head -1", "    PID TTY      STAT   TIME COMMAND\n", ""},
		{"ps nosuchcol", "", "error: unknown user-defined format specifier \"suchcol\"\n\nUsage:\n ps [options]\n"},
		{"ps -z", "", "error: unsupported SysV option\n"},
		{"ps --sort nosuch", "", "error: unknown sort specifier\n"},
		{"ps -p x", "", "error: process ID list syntax error\n"},
		{"ps -u nobody-there", "", "error: user name does not exist\n"},
		{"ps -p 99999; echo $?", "    PID TTY          TIME CMD\n1\n", ""},
	} {
		r := machine(t, applet.GNU).Sh(c.line)
		if r.Stdout != c.out || !strings.HasPrefix(r.Stderr, c.errs) || c.errs == "" && r.Stderr != "" {
			t.Errorf("%s\n%q\n%q", c.line, r.Stdout, r.Stderr)
		}
	}
}

func TestSuBecomesAnotherUser(t *testing.T) {
	m := machine(t, applet.Busybox)
	m.View.MkdirAll("/home/learner", 0o755)
	if r := m.Sh("su learner -c 'id; echo $HOME'; su - learner -c pwd; su learner -c 'su root'"); r.Stdout !=
		"uid=1000(learner) gid=1000 groups=1000,100(users)\n/home/learner\n/home/learner\n" || r.Stderr != "su: must be suid to work properly\n" {
		t.Errorf("%q %q", r.Stdout, r.Stderr)
	}
}

func TestPermissionsAreThoseOfWhoCalls(t *testing.T) {
	m := machine(t, applet.Busybox)
	r := m.Sh("chmod 700 dir; chmod 600 abc; su learner -c 'ls dir; cat abc; touch x; rm abc; mkdir m; chown 0 words; chmod 777 words; mount -t tmpfs x /mnt; hostname new'")
	const want = "ls: can't open 'dir': Permission denied\ncat: can't open 'abc': Permission denied\ntouch: x: Permission denied\n" +
		"rm: can't remove 'abc': Permission denied\nmkdir: can't create directory 'm': Permission denied\nchown: words: Operation not permitted\n" +
		"chmod: words: Operation not permitted\nmount: permission denied (are you root?)\nhostname: sethostname: Operation not permitted\n"
	if r.Stderr != want {
		t.Errorf("%s", r.Stderr)
	}
}

func TestMountAndDf(t *testing.T) {
	m := machine(t, applet.Busybox)
	r := m.Sh("mkdir /t; mount -t tmpfs -o size=1m none /t; df /t; dd if=/dev/zero of=/t/f bs=1M count=2 2>&1 | head -2; df -h /t | tail -1; rm /t/f; umount /t; umount /t; mount | head -1")
	const want = "Filesystem           1K-blocks      Used Available Use% Mounted on\n" +
		"tmpfs                     1024         0      1024   0% /t\n" +
		"dd: error writing '/t/f': No space left on device\n2+0 records in\n" +
		"tmpfs                     1.0M      1.0M         0 100% /t\n" +
		"/dev/sda1 on / type ext4 (rw,relatime)\n"
	if r.Stdout != want || r.Stderr != "umount: can't unmount /t: Invalid argument\n" {
		t.Errorf("%s%s", r.Stdout, r.Stderr)
	}
}

func TestABrokenPipeEndsAProgramQuietly(t *testing.T) {
	m := machine(t, applet.Busybox)
	if r := m.Sh("set -o pipefail; seq 100000 | head -1; echo $?"); r.Stdout != "1\n141\n" || r.Stderr != "" {
		t.Errorf("%+v", r)
	}
	if r := m.Sh("trap '' PIPE; seq 100000 2>&1 >&3 3>&- | head -1 3>&1"); strings.Contains(r.Stderr, "panic") {
		t.Errorf("%+v", r)
	}
}

func TestVirtualTimePasses(t *testing.T) {
	m := machine(t, applet.Busybox)
	start := m.Sim.Now()
	if r := m.Sh("date; sleep 1h; date +%T; sleep 1d"); r.Stdout != "Fri Jan  2 03:04:05 UTC 2026\n04:04:05\n" {
		t.Errorf("%+v", r)
	}
	if passed := m.Sim.Now().Sub(start); passed < 25*time.Hour || passed > 25*time.Hour+time.Minute {
		t.Error(passed)
	}
}

func TestBusyboxIsOneBinary(t *testing.T) {
	m := machine(t, applet.Busybox)
	r := m.Sh("busybox --list | head -3; busybox echo hi; busybox | head -1; mkdir /b; busybox --install -s /b; readlink /b/ls; /b/nosuch; mkdir /c; cp /bin/busybox /c/cat; /c/cat abc")
	const want = "[\n[[\narch\nhi\nBusyBox v1.37.0 (2024-09-26 21:31:42 UTC) multi-call binary.\n/bin/busybox\na\nb\nc\n"
	if r.Stdout != want {
		t.Errorf("%s%s", r.Stdout, r.Stderr)
	}
}

func TestAwkTalksToCommands(t *testing.T) {
	m := machine(t, applet.Busybox)
	r := m.Sh(`awk '{print $1 | "sort -r"}' table; awk 'BEGIN{print "b\na" | "sort"; close("sort"); print "after"}'`)
	if r.Stdout != "dave\ncarol\nbob\nalice\na\nb\nafter\n" {
		t.Errorf("%+v", r)
	}
}

// TestTheSameScriptGivesTheSameBytes runs the scripts of some topics twice.
func TestTheSameScriptGivesTheSameBytes(t *testing.T) {
	for _, topic := range []string{"files", "system", "archive"} {
		for _, row := range lines(t, "testdata/rows/"+topic+".txt") {
			if a, b := ours(t, topic, row), ours(t, topic, row); a != b {
				t.Errorf("%s: %v\n%v", row, a, b)
			}
		}
	}
}

// TestTheTable: every row has what an image needs, and busybox 1.37 has every name but those that are named.
func TestTheTable(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range applet.All() {
		if seen[a.Name] || !strings.HasPrefix(a.Dir, "/") {
			t.Errorf("%+v", a)
		}
		seen[a.Name] = true
	}
	known := " " + strings.Join(lines(t, "testdata/busybox-1.37-names.txt"), " ") + " "
	for name := range seen { // any order: each is judged by itself
		if !strings.Contains(known, " "+name+" ") && name != "join" {
			t.Errorf("busybox 1.37 has no %s", name)
		}
	}
}

// Options that change what comes out, and those that are refused by name rather than passed over.
func TestNoOptionIsWithoutEffect(t *testing.T) {
	for _, c := range []struct{ line, out, errs string }{
		{`printf 'a b\nc\n\nd e f\n' | xargs -L 2 echo`, "a b c\nd e f\n", ""},
		{`printf 'a b\nc\nd\n' | xargs -L1 echo -`, "- a b\n- c\n- d\n", ""},
		{"echo a | xargs -P 4 echo", "", "xargs: -P is not simulated here: commands run one after the other\n"},
		{"echo abcde | tr -t abc xy", "xycde\n", ""},
		{`basename -az /a/b /c/d | tr '\0' '|'`, "b|d|", ""},
		{"mkdir -p d/e f; touch d/e/x; rm -d f d; ls -d d f 2>/dev/null", "d\n", "rm: cannot remove 'd': Directory not empty\n"},
		{"mkdir -p d/e; du -S d | wc -l; du d | tail -1 | cut -f1; du -S d | tail -1 | cut -f1", "2\n8\n4\n", ""},
		{"echo old > a; sleep 1; echo new > b; mv -u a b; cat b; ls a", "new\na\n", ""},
		{"free -t | tail -1 | cut -c1-7", "Total: \n", ""},
		{"pgrep -u nobody sh; echo $?; pgrep -u root init", "1\n1\n", ""},
		{"mount -f /x /y", "", "mount: -f is not simulated here\n"},
		{"cp -x a b", "", "cp: -x is not simulated here\n"},
		{"gzip -v a", "", "gzip: -v is not simulated here\n"},
		{`printf 'x\0\nfoo\n' > b; grep foo b abc; grep -c foo b; grep -l foo b; grep -v foo b`, "grep: b: binary file matches\n1\nb\n" +
			"grep: b: binary file matches\n", ""},
		{
			`printf 'x\0\nfoo\n' > b; grep -a foo b; grep -I foo b; echo $?; grep -Ic foo b; grep foo < b`,
			"foo\n1\n0\ngrep: (standard input): binary file matches\n", "",
		},
		{
			`printf 'x\0\nfoo\n' > b; grep --binary-files=text foo b; grep --binary-files=x foo b`, "foo\n",
			"grep: unknown binary-files type\n",
		},
		{`printf 'b\na\n' > 1; printf 'a\nc\n' > 2; sort -m 1 2 | tr '\n' ' '; sort -mr 1 2 | tr '\n' ' '`, "a b a c b a a c ", ""},
		{"echo foo > f; md5sum -b f; md5sum -bt f; md5sum -b f | md5sum -c", "d3b07384d113edec49eaa6238ad5ff00 *f\n" +
			"d3b07384d113edec49eaa6238ad5ff00  f\nf: OK\n", ""},
		{"awk -W x 'BEGIN { print 1 }'", "1\n", "awk: warning: option -W is ignored\n"},
		{"xxd -i -n foo abc", "unsigned char foo[] = {\n  0x61, 0x0a, 0x62, 0x0a, 0x63, 0x0a\n};\nunsigned int foo_len = 6;\n", ""},
		{"printf 'jk\\n' | xxd -u", "00000000: 6A6B 0A                                  jk.\n", ""},
		{"install -s abc x; ls x 2>/dev/null", "", "install: -s is not simulated here\n"},
		{"gzip -N -d abc.gz; gzip -1ck abc | gzip -9dc", "a\nb\nc\n", "gzip: -N is not simulated here\n"},
		{"mkdir d; gzip -q d; echo $?; gzip d", "2\n", "gzip: d is a directory -- ignored\n"},
		{"gzip -c abc | grep -ac abc; gzip -nc abc | grep -ac abc", "1\n0\n", ""},
		{"readlink -vq x; readlink -qv x; readlink -m /x/../y/z/..", "/y\n", "readlink: x: No such file or directory\n"},
		{
			"ln -s abc l; realpath -s l; realpath l; realpath -m a/b; realpath -q a/b; realpath -s a/b", "/tmp/dlapplet/l\n/tmp/dlapplet/abc\n/tmp/dlapplet/a/b\n",
			"realpath: a/b: No such file or directory\n",
		},
		{"umount -a; umount --read-only /x", "", "umount: -a is not simulated here\numount: --read-only is not simulated here\n"},
		{
			"mkdir m; mount -r -w -t tmpfs x m; mount | tail -1 | grep -o '(rw'; mount -w -r -t tmpfs x m; mount | tail -1 | grep -o '(ro'",
			"(rw\n(ro\n", "",
		},
		{"timeout -v 1 sleep 2; echo $?; timeout --foreground 1 true; timeout -p 1 true 2>&1 | head -1; timeout --preserve-status 1 sleep 2; " +
			"echo $?", "124\ntimeout: invalid option -- 'p'\n143\n", "timeout: sending signal TERM to command 'sleep'\n"},
		{"curl -G http://x/", "", "curl: -G is not simulated here\n"},
		{"nc -n name 80; nl -h a abc", "", "nc: getaddrinfo for host \"name\" port 80: Name or service not known\n" +
			"nl: -h is not simulated here\n"},
		{"od -f abc; ping -v x", "", "od: -f is not simulated here\nping: -v is not simulated here\n"},
	} {
		r := machine(t, applet.GNU).Sh(c.line)
		if r.Stdout != c.out || r.Stderr != c.errs {
			t.Errorf("%s\n%q, want %q\n%q, want %q", c.line, r.Stdout, c.out, r.Stderr, c.errs)
		}
	}
}

// What busybox does not know, it refuses; what it reads and does not mind, it takes.
func TestBusyboxOptions(t *testing.T) {
	for _, c := range []struct{ line, out, errs string }{
		{`printf 'x\0\nfoo\n' | grep -a foo; printf 'x\0\nfoo\n' | grep -I foo`, "foo\nfoo\n", ""},
		{"basename -z /a/b", "", "basename: unrecognized option: z\n"},
		{"nl -h a abc", "", "nl: unrecognized option: h\n"},
		{"gunzip -1 abc", "", "gunzip: unrecognized option: 1\n"},
		{"gzip -N abc", "", "gzip: unrecognized option: N\n"},
		{"xxd -n foo abc", "", "xxd: unrecognized option: n\n"},
		{"timeout -v 1 true", "", "timeout: unrecognized option: v\n"},
		{"nc -N a 1", "", "nc: unrecognized option: N\n"},
		{"netstat -tlW | tail -1", "Proto Recv-Q Send-Q Local Address" + strings.Repeat(" ", 39) + "Foreign Address" +
			strings.Repeat(" ", 37) + "State       \n", ""},
		{`printf 'b\na\n' > 1; echo a | sort -m 1 -`, "a\na\nb\n", ""},
		{"md5sum -b abc", "40c53c58fdafacc83cfff6ee3d2f6d69  abc\n", ""},
	} {
		r := machine(t, applet.Busybox).Sh(c.line)
		if errs, _, _ := strings.Cut(r.Stderr, "BusyBox v"); r.Stdout != c.out || errs != c.errs {
			t.Errorf("%s\n%q, want %q\n%q, want %q", c.line, r.Stdout, c.out, r.Stderr, c.errs)
		}
	}
}

func TestOptionsOfThePager(t *testing.T) {
	text := "one\ntwo\nTHREE\n\x1b[31mfour\x1b[m\nfive\nsix\n"
	for _, c := range []struct {
		flavour applet.Flavour
		option  string
		keys    string
		want    string // on the last screen
	}{
		{applet.Busybox, "-N", "q", "      1 one\r\n      2 two\r\n      3 THREE\r\n\x1b[7m/n\x1b[m"},
		{applet.Busybox, "-M", "q", "one\r\ntwo\r\nTHREE\r\n\x1b[7m/n lines 1-3/6 50%\x1b[m"},
		{applet.Busybox, "-I", "/\x00three\x00\r\x00q", "THREE\r\n\x1b[31mfour\x1b[m\r\nfive\r\n\x1b[7m/n\x1b[m"},
		{applet.Busybox, "-R", "G\x00q", "four\r\nfive\r\nsix\r\n\x1b[7m(END)\x1b[m"},
		{applet.Busybox, "-E", " ", "one\r\ntwo\r\nTHREE\r\n\x1b[7m/n\x1b[m"},
		{applet.GNU, "-m", "G\x00q", "ESC[31mfourESC[m\r\nfive\r\nsix\r\n\x1b[7m/n lines 4-6/6 (END)\x1b[m"},
		{applet.GNU, "-R", "G\x00q", "\x1b[31mfour\x1b[m\r\nfive\r\nsix\r\n\x1b[7m(END)\x1b[m"},
		{applet.GNU, "-e", "G\x00 ", "ESC[31mfourESC[m\r\nfive\r\nsix\r\n\x1b[7m(END)\x1b[m"},
	} {
		m := proctest.New(t, proctest.Config{Programs: applet.Programs(c.flavour), Files: map[string]string{"/n": text}})
		screen, code := typed(t, m, proc.Winsize{Rows: 4, Cols: 40}, c.keys, "less", c.option, "/n")
		pages := strings.Split(strings.TrimSuffix(screen, "\r\x1b[K"), "\x1b[H\x1b[J")
		if last := pages[len(pages)-1]; last != c.want || code != 0 {
			t.Errorf("less %s: %q, want %q", c.option, last, c.want)
		}
	}
}
