package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Once the script is read, a replay asks the kernel for memory, time to wait, threads of its own, and to write its
// transcript: nothing else. strace watches.
func TestReplayIsSealed(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	dir := t.TempDir()
	script := filepath.Join(dir, "script.sh")
	const text = "echo $HOME $PATH; cat /etc/passwd /etc/hosts; ls -la / /proc/self; echo x > /tmp/f; rm /tmp/f\n" +
		"hostname; id; date; ps; (sleep 5; kill $$) & wait; mkdir -p a/b; ln -s /etc a/l; find a; head -c 9 /dev/urandom | od -c\n" +
		". /etc/profile; cd ~; for i in 1 2 3; do sh -c 'exit 3'; done; exec 9<>f; ulimit -a; umask 0\n"
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "dockerlearn")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	log := filepath.Join(dir, "calls")
	run := exec.Command(strace, "-f", "-o", log, binary, "sandbox", "replay", script)
	if out, err := run.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "ptrace") {
			t.Skip("strace is not allowed here")
		}
		t.Fatalf("%v\n%s", err, out)
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(calls), script+`", O_RDONLY`)
	if !found {
		t.Fatal("the script was never opened")
	}
	for line := range strings.SplitSeq(after, "\n") {
		if m := reaches.FindStringSubmatch(line); m != nil && !strings.Contains(line, "CLONE_THREAD") {
			t.Errorf("the sandbox reached out: %s", line)
		}
	}
}

// reaches matches calls that look at or change files, start processes or talk to anyone.
var reaches = regexp.MustCompile(`\d+ +((?:open|creat|exec|fork|vfork|clone|unlink|rename|link|symlink|mkdir|rmdir|mknod|chmod|chown|` +
	`truncate|stat|lstat|newfstatat|statx|access|faccessat|readlink|getdents|chdir|getcwd|utime|mount|umount|socket|connect|bind|listen|` +
	`accept|sendto|sendmsg|recv|kill|ptrace|uname|sethostname|setuid|setgid|chroot|inotify|fanotify)\w*)\(`)
