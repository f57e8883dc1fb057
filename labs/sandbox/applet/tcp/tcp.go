// Package tcp is connections for programs: system calls of a process as io.Reader and io.Writer, with time-outs.
//
// Laws: errors are those of the system calls; a time-out is ETIMEDOUT, the end of a stream io.EOF. A call that a signal
// interrupts goes on, unless the Conn says otherwise.
package tcp

import (
	"io"
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// Conn is a connection.
type Conn struct {
	Sys      proc.Sys
	FD       int
	Patience time.Duration // how long a Read may wait; 0 is for ever
}

// Family is the address family of sockets that speak to an address.
func Family(a netip.Addr) int {
	if a.Is6() {
		return proc.AF_INET6
	}
	return proc.AF_INET
}

// Dial connects. A timeout of 0 is the kernel's own.
func Dial(s proc.Sys, to netip.AddrPort, timeout time.Duration) (*Conn, error) {
	fd, err := s.Socket(Family(to.Addr()), proc.SockStream)
	if err != nil {
		return nil, err
	}
	if timeout == 0 {
		err = s.Connect(fd, to)
	} else {
		err = connectWithin(s, fd, to, timeout)
	}
	if err != nil {
		s.Close(fd)
		return nil, err
	}
	return &Conn{Sys: s, FD: fd}, nil
}

func connectWithin(s proc.Sys, fd int, to netip.AddrPort, timeout time.Duration) error {
	s.SetNonblock(fd, true)
	if err := s.Connect(fd, to); err != nil && err != vfs.EINPROGRESS {
		return err
	}
	n, err := s.Poll([]proc.PollFD{{FD: fd, Want: proc.Writable}}, timeout)
	switch {
	case err != nil:
		return err
	case n == 0:
		return proc.ETIMEDOUT
	}
	s.SetNonblock(fd, false)
	return s.SockError(fd)
}

// Listen makes a socket that takes connections, as servers do: SO_REUSEADDR is set, and the options that are asked for.
func Listen(s proc.Sys, at netip.AddrPort, backlog int, options ...netsim.Option) (fd int, err error) {
	if fd, err = s.Socket(Family(at.Addr()), proc.SockStream); err != nil {
		return -1, err
	}
	for _, o := range append(options, netsim.OptReuseAddr) {
		s.SetSockOpt(fd, o, 1) // cannot fail: a stream knows them all
	}
	if err = s.Bind(fd, at); err == nil {
		err = s.Listen(fd, backlog)
	}
	if err != nil {
		s.Close(fd)
		return -1, err
	}
	return fd, nil
}

// Read waits for data.
func (c *Conn) Read(b []byte) (int, error) {
	for {
		if c.Patience > 0 {
			n, err := c.Sys.Poll([]proc.PollFD{{FD: c.FD, Want: proc.Readable}}, c.Patience)
			if err != nil {
				return 0, err
			}
			if n == 0 {
				return 0, proc.ETIMEDOUT
			}
		}
		n, err := c.Sys.Read(c.FD, b)
		switch {
		case err == proc.EINTR:
			continue
		case err == nil && n == 0:
			return 0, io.EOF
		}
		return n, err
	}
}

// Write writes all of b.
func (c *Conn) Write(b []byte) (done int, err error) {
	for done < len(b) {
		n, err := c.Sys.Write(c.FD, b[done:])
		done += n
		if err != nil && err != proc.EINTR {
			return done, err
		}
	}
	return done, nil
}

// Close gives the descriptor back.
func (c *Conn) Close() error { return c.Sys.Close(c.FD) }
