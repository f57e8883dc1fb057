package sandbox

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// directories of a fresh machine, parents first. A mode of 0 is 0755.
var directories = []struct {
	path string
	mode vfs.Mode
}{
	{"/dev", 0},
	{"/etc", 0},
	{"/home", 0},
	{"/home/learner", 0},
	{"/media", 0},
	{"/mnt", 0},
	{"/opt", 0},
	{"/proc", 0},
	{"/root", 0o700},
	{WorkDir, 0},
	{"/run", 0},
	{"/srv", 0},
	{"/sys", 0},
	{"/tmp", 0o777 | vfs.S_ISVTX},
	{"/usr", 0},
	{"/usr/bin", 0},
	{"/usr/sbin", 0},
	{"/usr/lib", 0},
	{"/usr/local", 0},
	{"/usr/local/bin", 0},
	{"/usr/local/sbin", 0},
	{"/usr/share", 0},
	{"/var", 0},
	{"/var/lib", 0},
	{"/var/log", 0},
	{"/var/tmp", 0o777 | vfs.S_ISVTX},
}

// install makes the machine's files.
func (h *Host) install(programs proc.Programs) error {
	steps := []func() error{
		h.makeDirectories,
		func() error { return h.makePrograms(programs) },
		h.makeFiles,
		h.mount,
		func() error { return h.view.Chdir(WorkDir) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("sandbox: boot %s: %w", h.Name(), err)
		}
	}
	return nil
}

func (h *Host) makeDirectories() error {
	for _, d := range directories {
		mode := d.mode
		if mode == 0 {
			mode = 0o755
		}
		if err := h.view.MkdirAll(d.path, 0o755); err != nil {
			return err
		}
		if err := h.view.Chmod(d.path, mode); err != nil {
			return err
		}
	}
	return h.view.Chown("/home/learner", 1000, 1000)
}

// makePrograms puts the programs where the distribution has them: alpine links them all to busybox, debian has files of
// their own below /usr, with /bin and /sbin leading there.
func (h *Host) makePrograms(programs proc.Programs) error {
	if h.config.Shell == Busybox {
		return h.makeBusybox()
	}
	for _, dir := range []string{"bin", "sbin", "lib"} {
		if err := h.view.Symlink("usr/"+dir, "/"+dir); err != nil {
			return err
		}
	}
	installed := slices.DeleteFunc(applet.All(), func(a applet.Applet) bool { return !a.GNU })
	for _, a := range append(installed, applet.Packages()...) {
		if err := h.binary(path.Join("/usr", strings.TrimPrefix(a.Dir, "/usr"), a.Name), proc.ProgramID(a.Name)); err != nil {
			return err
		}
	}
	for _, name := range []string{"dash", "bash", "jq"} {
		if err := h.binary("/usr/bin/"+name, proc.ProgramID(name)); err != nil {
			return err
		}
	}
	return h.view.Symlink("dash", "/usr/bin/sh")
}

func (h *Host) makeBusybox() error {
	for _, dir := range []string{"/bin", "/sbin", "/lib"} {
		if err := h.view.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := h.binary("/bin/busybox", "busybox"); err != nil {
		return err
	}
	links := []string{"/bin/sh", "/bin/ash"}
	for _, a := range applet.All() {
		links = append(links, path.Join(a.Dir, a.Name))
	}
	slices.Sort(links)
	for _, link := range slices.Compact(links) {
		if err := h.view.Symlink("/bin/busybox", link); err != nil {
			return err
		}
	}
	return nil
}

// binarySize is about what a small program weighs. The file is a hole behind its first bytes.
const binarySize = 60 << 10

func (h *Host) binary(name string, id proc.ProgramID) error {
	if err := h.view.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	if err := h.view.WriteFile(name, proc.Binary(id), 0o755); err != nil {
		return err
	}
	return h.view.Truncate(name, binarySize)
}

func (h *Host) makeFiles() error {
	sh := h.shellPath()
	release := "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n" +
		"VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL=\"https://www.debian.org/\"\n" +
		"SUPPORT_URL=\"https://www.debian.org/support\"\nBUG_REPORT_URL=\"https://bugs.debian.org/\"\n"
	if h.config.Shell == Busybox {
		release = "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.22.0\nPRETTY_NAME=\"Alpine Linux v3.22\"\n"
	}
	for _, f := range [][2]string{
		{"/etc/group", "root:x:0:\ndaemon:x:1:\nbin:x:2:\ntty:x:5:\ndisk:x:6:\nwheel:x:10:\nwww-data:x:33:\nusers:x:100:\nlearner:x:1000:\nnogroup:x:65534:\n"},
		{"/etc/hostname", h.Name() + "\n"},
		{"/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 " + h.Name() + "\n::1 localhost ip6-localhost ip6-loopback\n"},
		{"/etc/os-release", release},
		{"/etc/passwd", "root:x:0:0:root:/root:" + sh + "\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n" +
			"www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nlearner:x:1000:1000:Learner:/home/learner:" + sh +
			"\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
		{"/etc/profile", h.profile()},
		{"/etc/resolv.conf", "nameserver " + gatewayAddr + "\n"},
		{"/etc/shells", sh + "\n"},
	} {
		if err := h.view.WriteFile(f[0], []byte(f[1]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// profile is what a login shell reads. dash knows no escapes in prompts and keeps its own.
func (h *Host) profile() string {
	text := "export PATH=" + proc.DefaultPath + "\n"
	if h.config.Shell != Dash {
		text += `PS1='\u@\h:\w\$ '` + "\n"
	}
	return text
}

func (h *Host) mount() error {
	for _, m := range []struct {
		at string
		fs *vfs.FS
	}{
		{"/dev", h.disk.Tmpfs("dev", vfs.TmpfsOptions{Mode: 0o755})},
		{"/dev/pts", h.kernel.PTS().FS(h.disk)},
		{"/proc", h.kernel.ProcFS(h.disk, nil)},
		{"/run", h.disk.Tmpfs("run", vfs.TmpfsOptions{Mode: 0o755})},
	} {
		if err := h.view.MkdirAll(m.at, 0o755); err != nil {
			return err
		}
		if _, err := h.view.Mount(m.fs, m.at, 0); err != nil {
			return err
		}
		if m.at == "/dev" {
			if err := proc.DeviceNodes(h.view, "/dev"); err != nil {
				return err
			}
		}
	}
	return nil
}

// suggest is the dim line below "not found": what the sandbox has under a similar name.
func (h *Host) suggest(name string) string {
	var near []string
	for _, a := range applet.All() {
		if strings.HasPrefix(a.Name, name[:1]) && (h.config.Shell == Busybox || a.GNU) {
			near = append(near, a.Name)
		}
	}
	text := "not simulated here"
	if len(near) > 0 {
		text += "; available: " + strings.Join(near, " ")
	}
	return text
}
