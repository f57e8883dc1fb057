package proc

import (
	"bytes"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// ProgramID names a program of the sandbox: "busybox", "nginx". A binary file says which one it is.
type ProgramID string

// Programs is what the machines of a world can run.
type Programs map[ProgramID]Program

// binaryMark begins every binary of the sandbox. It looks enough like an ELF header for file(1).
const binaryMark = "\x7fELF\x02\x01\x01\x00sandbox:"

// headSize is how much of a file the kernel looks at to see what it is. Linux: BINPRM_BUF_SIZE.
const headSize = 256

// Binary is the first bytes of a file that runs the program. What follows does not matter: an image gives the file its
// real size with a hole. A copy of the file runs the program too; Args()[0] tells the program what it was called.
func Binary(id ProgramID) []byte { return []byte(binaryMark + string(id) + "\n") }

// ProgramOf says which program a file that begins with head runs.
func ProgramOf(head []byte) (ProgramID, bool) {
	rest, ok := bytes.CutPrefix(head, []byte(binaryMark))
	if !ok {
		return "", false
	}
	name, _, ok := bytes.Cut(rest, []byte{'\n'})
	return ProgramID(name), ok
}

// load finds out what executing a path would run. Linux: fs/exec.c, fs/binfmt_script.c.
func (p *Process) load(path string, argv, env []string) (image, error) {
	return p.loadAt(path, argv, env, 0)
}

// maxInterpreters is how often #! may lead on. Linux: BINPRM_MAX_RECURSION.
const maxInterpreters = 5

// Limits on what a program can be given. Linux: execve(2).
const (
	maxArgs   = 2 << 20 // a quarter of the stack
	maxOneArg = 128 << 10
)

func tooBig(argv, env []string) bool {
	sum := 0
	for _, list := range [][]string{argv, env} {
		for _, s := range list {
			sum += len(s) + 9 // with its pointer
			if len(s) >= maxOneArg {
				return true
			}
		}
	}
	return sum > maxArgs
}

func (p *Process) loadAt(path string, argv, env []string, depth int) (image, error) {
	if tooBig(argv, env) {
		return image{}, E2BIG
	}
	head, st, at, err := p.readBinary(path)
	if err != nil {
		return image{}, err
	}
	if len(argv) == 0 {
		argv = []string{""} // since Linux 5.18
	}
	if interp, arg, ok := shebang(head); ok {
		if depth >= maxInterpreters {
			return image{}, ELOOP
		}
		args := []string{interp}
		if arg != "" {
			args = append(args, arg)
		}
		im, err := p.loadAt(interp, append(append(args, path), argv[1:]...), env, depth+1)
		im.comm = commName(path)
		return im, err
	}
	program, err := p.programFor(head)
	if err != nil {
		return image{}, err
	}
	cred := p.credsFor(st)
	return image{
		program: program, comm: commName(path), exe: p.view.Abs(path), binary: &at, argv: argv, env: env, cred: &cred,
	}, nil
}

func (p *Process) programFor(head []byte) (Program, error) {
	id, ok := ProgramOf(head)
	if ok {
		if program := p.kernel.programs[id]; program != nil {
			return program, nil
		}
		return notSimulated(id), nil
	}
	if bytes.HasPrefix(head, []byte("\x7fELF")) {
		return notSimulated(""), nil
	}
	return nil, ENOEXEC
}

// notSimulated stands for real binaries: refused by name rather than pretended.
func notSimulated(id ProgramID) Program {
	return func(s Sys) ExitCode {
		name := string(id)
		if name == "" {
			name = s.Args()[0]
		}
		s.Write(2, []byte(name+": this program is not simulated in the sandbox\n"))
		return 126
	}
}

// credsFor is who the process becomes by executing a file: set-id bits count unless the process or the mount says no.
func (p *Process) credsFor(st vfs.Stat) Creds {
	setuid := st.Mode&vfs.S_ISUID != 0 && !p.noPriv
	setgid := st.Mode&(vfs.S_ISGID|0o010) == vfs.S_ISGID|0o010 && !p.noPriv
	return p.cred.onExec(setuid, setgid, st.UID, st.GID)
}

// shebang splits "#!/bin/sh -e": the rest of the line is one argument.
func shebang(head []byte) (interp, arg string, ok bool) {
	rest, ok := bytes.CutPrefix(head, []byte("#!"))
	if !ok {
		return "", "", false
	}
	line, _, _ := bytes.Cut(rest, []byte{'\n'})
	interp, arg, _ = strings.Cut(strings.Trim(string(line), " \t"), " ")
	if i := strings.IndexByte(interp, '\t'); i >= 0 {
		interp, arg = interp[:i], interp[i+1:]+" "+arg
	}
	return interp, strings.Trim(arg, " \t"), interp != ""
}

// DefaultPath is where commands are looked for when PATH is not set.
const DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// LookPath finds a command as a shell does: a name with a slash is a path, others are looked for in the directories of
// path. ENOENT: nowhere; EACCES: there, but not executable.
func (s Sys) LookPath(name, path string) (string, error) {
	s.p.enter()
	return lookPath(s.p.view, name, path)
}

func lookPath(view *vfs.View, name, path string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	if name == "" {
		return "", ENOENT
	}
	err := error(ENOENT)
	for dir := range strings.SplitSeq(path, ":") {
		at := name
		if dir != "" {
			at = strings.TrimSuffix(dir, "/") + "/" + name
		}
		switch e := executable(view, at); e {
		case nil:
			return at, nil
		case EACCES:
			err = EACCES
		}
	}
	return "", err
}

func envValue(env []string, name string) string {
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			return v
		}
	}
	return ""
}
