package sandbox

import (
	"dockerlearn/labs/sandbox/proc"
)

// Terminal is a terminal of a host on which somebody is logged in as root.
type Terminal struct {
	host  *Host
	tty   *proc.TTY
	shell *proc.Process
	watch *watch
}

// OpenTerminal logs in. write is given everything that the terminal shows: it must not call back into the world.
func (h *Host) OpenTerminal(columns, rows int, term string, write func([]byte)) (*Terminal, error) {
	t := &Terminal{host: h, tty: h.kernel.PTS().NewTTY(proc.Winsize{Cols: columns, Rows: rows})}
	t.watch = &watch{host: h, tty: t.tty}
	t.tty.Attach(write)
	p, err := h.kernel.Start(proc.Spec{
		Path: h.shellPath(), Args: []string{"-" + h.sessionName()}, Env: h.env(term), View: h.view.Clone(),
		Creds: proc.Root(), TTY: t.tty,
	})
	if err != nil {
		return nil, err
	}
	t.shell = p
	h.watched[p] = t.watch
	return t, nil
}

// Type sends keys: what a keyboard sends for them, ^C as byte 3. What they cause happens when the world goes on.
func (t *Terminal) Type(keys []byte) { t.tty.Type(keys) }

// Resize tells the programs of a new size.
func (t *Terminal) Resize(columns, rows int) {
	t.tty.Resize(proc.Winsize{Cols: columns, Rows: rows})
}

// Done reports whether the login shell has ended, and with what status.
func (t *Terminal) Done() (exit int, done bool) {
	return int(t.shell.Status().Code()), t.shell.Done()
}

// AtPrompt reports whether the login shell waits for the keyboard.
func (t *Terminal) AtPrompt() bool { return !t.shell.Done() && t.shell.Waits() == "n_tty_read" }

// HangUp closes the terminal: its programs get SIGHUP.
func (t *Terminal) HangUp() { t.tty.HangUp() }
