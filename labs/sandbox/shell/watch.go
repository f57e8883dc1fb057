package shell

// Watcher is told what an interactive shell does with what is typed at it. It is called in the shell's own turn.
type Watcher interface {
	// Asks comes before each prompt; more: the command that was begun goes on. Otherwise all before has ended, with
	// that status.
	Asks(more bool, status int)
	// Reads comes with each line that was read, before anything of it is run.
	Reads(line string)
	// Forgets comes when ^C throws away what was typed of a command.
	Forgets()
	// Leaves comes when the shell reads no more.
	Leaves()
}

// unwatched is the watcher of most shells.
type unwatched struct{}

func (unwatched) Asks(bool, int) {}
func (unwatched) Reads(string)   {}
func (unwatched) Forgets()       {}
func (unwatched) Leaves()        {}

// watched asks who watches this shell.
func (s *Shell) watched() Watcher {
	if s.cfg.Watch != nil {
		if w := s.cfg.Watch(s.sys); w != nil {
			return w
		}
	}
	return unwatched{}
}
