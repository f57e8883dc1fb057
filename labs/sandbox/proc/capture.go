package proc

import "dockerlearn/labs/sandbox/vfs"

// Output is a Handle that gives everything written to it to a function: a container's standard output on its way to
// the log, or a test's. What is written counts against the world's output.
type Output struct {
	kernel *Kernel
	write  func([]byte)
	stat   vfs.Stat
	passes bool // nothing is kept of it, and nothing counts
}

// NewOutput makes one. write must not call back into the machine.
func (k *Kernel) NewOutput(write func([]byte)) *Output {
	return &Output{kernel: k, write: write, stat: k.newPipe().stat}
}

// NewRelay makes one whose function hands on what it gets and keeps nothing: it does not count, however much it is.
func (k *Kernel) NewRelay(write func([]byte)) *Output {
	return &Output{kernel: k, write: write, stat: k.newPipe().stat, passes: true}
}

func (o *Output) Read(Sys, []byte) (int, error) { return 0, EBADF }

func (o *Output) Write(s Sys, b []byte) (int, error) {
	n := len(b)
	if !o.passes {
		n = o.kernel.printable(s.p, n)
	}
	if n > 0 {
		o.write(b[:n])
	}
	return len(b), nil
}

func (o *Output) Close()                  {}
func (o *Output) Ready() Ready            { return Writable }
func (o *Output) Changes() *Queue         { return nil }
func (o *Output) Stat() (vfs.Stat, error) { return o.stat, nil }

// Input is a Handle that a process reads from while someone outside writes: a container's standard input.
type Input struct{ pipe *pipe }

// NewInput makes one with text to begin with. It stays open until End.
func (k *Kernel) NewInput(text []byte) *Input {
	x := k.newPipe()
	x.buf, x.readers, x.writers = append(x.buf, text...), 1, 1
	return &Input{x}
}

// Send adds to what can be read.
func (i *Input) Send(b []byte) {
	i.pipe.buf = append(i.pipe.buf, b...)
	i.pipe.changed.Wake()
}

// End is the end of the input.
func (i *Input) End() {
	i.pipe.writers = 0
	i.pipe.changed.Wake()
}

func (i *Input) Read(s Sys, b []byte) (int, error) { return readEnd{i.pipe}.Read(s, b) }
func (i *Input) Write(Sys, []byte) (int, error)    { return 0, EBADF }
func (i *Input) Close()                            { readEnd{i.pipe}.Close() }
func (i *Input) Ready() Ready                      { return readEnd{i.pipe}.Ready() }
func (i *Input) Changes() *Queue                   { return &i.pipe.changed }
func (i *Input) Stat() (vfs.Stat, error)           { return i.pipe.stat, nil }
