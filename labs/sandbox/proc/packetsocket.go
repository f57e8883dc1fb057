package proc

import (
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/vfs"
)

// Packet is a frame that a packet socket saw. It is not to be changed.
type Packet struct {
	At    time.Time
	Sent  bool // by this namespace
	Link  string
	Index int // of the link
	MTU   int
	Frame packet.Frame
}

// packetSocket is the Handle on a socket that sees frames: AF_PACKET. Linux: net/packet/af_packet.c
type packetSocket struct {
	queue   []Packet
	dropped int
	open    *Open
	stop    func()
	changed Queue
	stat    vfs.Stat
}

// maxPackets is how many frames wait at a socket: libpcap's buffer of 2 MB in frames of full size.
const maxPackets = 1024

// PacketSocket sees what passes a link of the process's network namespace; "any" is all of them. ENODEV if there is no
// such link.
func (s Sys) PacketSocket(link string) (int, error) {
	s.p.enter()
	if !s.p.cred.Effective.Has(CAP_NET_RAW) {
		return -1, EPERM
	}
	k := s.p.kernel
	h := &packetSocket{}
	stop, err := s.p.ns.Net.Capture(link, h.see)
	if err != nil {
		return -1, errnoOf(err)
	}
	k.lastPipe++
	now := k.sim.Now().UnixNano()
	h.stop = stop
	h.stat = vfs.Stat{
		Dev: socketDev, Ino: k.lastPipe, Mode: vfs.S_IFSOCK | 0o777, Nlink: 1, Atime: now, Mtime: now, Ctime: now,
		UID: s.p.cred.UID, GID: s.p.cred.GID,
	}
	fd, err := s.Install(h, "socket:["+strconv.FormatUint(uint64(h.stat.Ino), 10)+"]", O_RDWR)
	if err != nil {
		stop()
		return -1, err
	}
	h.open, err = s.p.files.get(fd)
	return fd, err
}

func (h *packetSocket) see(at time.Time, dir netsim.Direction, l *netsim.Link, f *packet.Frame) {
	if len(h.queue) >= maxPackets {
		h.dropped++
		return
	}
	h.queue = append(h.queue, Packet{at, dir == netsim.Sent, l.Name(), l.Index(), l.MTU(), *f})
	h.changed.Wake()
}

// PacketRecv waits for a frame.
func (s Sys) PacketRecv(fd int) (Packet, error) {
	h, err := s.packetSocketAt(fd)
	if err != nil {
		return Packet{}, err
	}
	for len(h.queue) == 0 {
		if h.open.Flags.has(O_NONBLOCK) {
			return Packet{}, EAGAIN
		}
		if err := h.changed.Wait(s, "__skb_wait_for_more_packets"); err != nil {
			return Packet{}, err
		}
	}
	p := h.queue[0]
	h.queue = h.queue[1:]
	return p, nil
}

// PacketsDropped is how many frames found no room: PACKET_STATISTICS.
func (s Sys) PacketsDropped(fd int) (int, error) {
	h, err := s.packetSocketAt(fd)
	if err != nil {
		return 0, err
	}
	return h.dropped, nil
}

func (s Sys) packetSocketAt(fd int) (*packetSocket, error) {
	s.p.enter()
	o, err := s.p.files.get(fd)
	if err != nil {
		return nil, err
	}
	h, ok := o.Handle.(*packetSocket)
	if !ok {
		return nil, vfs.ENOTSOCK
	}
	return h, nil
}

// Read and Write: frames do not go through here.
func (h *packetSocket) Read(Sys, []byte) (int, error)  { return 0, vfs.EOPNOTSUPP }
func (h *packetSocket) Write(Sys, []byte) (int, error) { return 0, vfs.EOPNOTSUPP }

func (h *packetSocket) Close() {
	h.stop()
	h.queue = nil
}

func (h *packetSocket) Ready() Ready {
	if len(h.queue) > 0 {
		return Readable
	}
	return 0
}

func (h *packetSocket) Changes() *Queue         { return &h.changed }
func (h *packetSocket) Stat() (vfs.Stat, error) { return h.stat, nil }
