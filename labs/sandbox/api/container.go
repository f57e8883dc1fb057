package api

import (
	"time"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// Containers is what can be done with containers. A container is named by its name, its id, or the beginning of its id.
type Containers interface {
	ContainerList(c Caller, o ContainerListOptions) ([]ContainerSummary, error)
	ContainerInspect(c Caller, id string, size bool) (*ContainerInspect, error)
	ContainerCreate(c Caller, o ContainerCreateOptions) (ContainerCreated, error)
	ContainerStart(c Caller, id string) error
	ContainerStop(c Caller, id string, o StopOptions) error
	ContainerRestart(c Caller, id string, o StopOptions) error
	ContainerKill(c Caller, id, signal string) error
	ContainerPause(c Caller, id string) error
	ContainerUnpause(c Caller, id string) error
	ContainerRemove(c Caller, id string, o ContainerRemoveOptions) error
	ContainerRename(c Caller, id, name string) error
	ContainerUpdate(c Caller, id string, u UpdateConfig) (Warnings, error)
	// ContainerWait's stream has one answer, when the condition has come true.
	ContainerWait(c Caller, id string, until WaitCondition) (Stream[WaitResponse], error)
	ContainerAttach(c Caller, id string, o AttachOptions) (*Attached, error)
	ContainerResize(c Caller, id string, size ConsoleSize) error
	ContainerLogs(c Caller, id string, o LogsOptions) (Stream[LogLine], error)
	ContainerTop(c Caller, id string, psArgs []string) (TopResponse, error)
	// ContainerStats' stream has an answer a second, or one only.
	ContainerStats(c Caller, id string, stream bool) (Stream[Stats], error)
	ContainerDiff(c Caller, id string) ([]FilesystemChange, error)
	ContainerStatPath(c Caller, id, path string) (PathStat, error)
	ContainerCopyFrom(c Caller, id, path string) (vfs.Blob, PathStat, error)
	ContainerCopyTo(c Caller, id, dir string, tar vfs.Blob, o CopyToOptions) error
	ContainerExport(c Caller, id string) (vfs.Blob, error)
	ContainerCommit(c Caller, id string, o CommitOptions) (IDResponse, error)
	ContainerPrune(c Caller, f Filters) (ContainerPruned, error)

	ExecCreate(c Caller, id string, o ExecOptions) (IDResponse, error)
	// ExecStart returns nil for a detached one.
	ExecStart(c Caller, exec string, o ExecStartOptions) (*Attached, error)
	ExecResize(c Caller, exec string, size ConsoleSize) error
	ExecInspect(c Caller, exec string) (ExecInspect, error)
	// ExecWait's stream has one answer, when the process has ended. The real API has no such call: its clients see the
	// end of the conversation and inspect.
	ExecWait(c Caller, exec string) (Stream[WaitResponse], error)
}

// ContainerListOptions say which containers to list.
type ContainerListOptions struct {
	All     bool // those that do not run, too
	Latest  bool
	Limit   int // 0 and less: no limit
	Size    bool
	Filters Filters
}

// ContainerCreateOptions is a container as asked for.
type ContainerCreateOptions struct {
	Name             string // "": the engine thinks of one
	Config           *ContainerConfig
	HostConfig       *HostConfig
	NetworkingConfig *NetworkingConfig
	Platform         *image.Platform
}

// ContainerCreated answers ContainerCreate.
type ContainerCreated struct {
	ID       string `json:"Id"`
	Warnings []string
}

// IDResponse names what was made.
type IDResponse struct {
	ID string `json:"Id"`
}

// Warnings is what was done all the same.
type Warnings struct{ Warnings []string }

// StopOptions say how to stop a container.
type StopOptions struct {
	Signal  string // "" is the container's own
	Timeout *int   // seconds until SIGKILL; negative is for ever; nil is the container's own
}

// ContainerRemoveOptions say what goes with a container.
type ContainerRemoveOptions struct {
	Volumes bool // its anonymous volumes
	Link    bool // only the link of that name
	Force   bool // even if it runs
}

// WaitCondition is what to wait for.
type WaitCondition string

// The conditions.
const (
	WaitNotRunning WaitCondition = "not-running" // holds at once if it does not run
	WaitNextExit   WaitCondition = "next-exit"
	WaitRemoved    WaitCondition = "removed"
)

// WaitResponse is how a container or exec ended.
type WaitResponse struct {
	Error      *WaitError `json:",omitempty"`
	StatusCode int64
}

// WaitError is why waiting failed.
type WaitError struct {
	Message string `json:",omitempty"`
}

// AttachOptions say what to attach to.
type AttachOptions struct {
	Stdin, Stdout, Stderr bool
	Stream                bool // what comes from now on
	Logs                  bool // what came before
	DetachKeys            string
}

// ConsoleSize is a terminal's size: height, width.
type ConsoleSize [2]uint

// LogsOptions say which lines of a log. Since and Until are times as the docker command sends them: seconds since 1970
// with a fraction, or "".
type LogsOptions struct {
	Stdout, Stderr bool
	Since, Until   string
	Timestamps     bool
	Follow         bool
	Tail           string // a number, or "all"
	Details        bool
}

// LogLine is one line of a container's log, or a part of a long one. Time and Attrs are there whether they were asked
// for or not: whoever shows the line adds them.
type LogLine struct {
	Time   time.Time
	Stderr bool
	Line   []byte // with its newline, if it has one
	Attrs  []LogAttr
}

// LogAttr is an extra that a log option asked for.
type LogAttr struct{ Key, Value string }

// TopResponse is the processes of a container.
type TopResponse struct {
	Processes [][]string
	Titles    []string
}

// ChangeKind is how a path differs from the image's.
type ChangeKind uint8

// The kinds of changes.
const (
	ChangeModify ChangeKind = iota
	ChangeAdd
	ChangeDelete
)

func (k ChangeKind) String() string { return [...]string{"C", "A", "D"}[k] }

// FilesystemChange is one line of docker diff.
type FilesystemChange struct {
	Path string
	Kind ChangeKind
}

// PathStat describes a file in a container. Mode has Go's bits (io/fs).
type PathStat struct {
	Name       string    `json:"name"`
	Size       int64     `json:"size"`
	Mode       uint32    `json:"mode"`
	Mtime      time.Time `json:"mtime"`
	LinkTarget string    `json:"linkTarget"`
}

// CopyToOptions say how an archive is unpacked.
type CopyToOptions struct {
	NoOverwriteDirNonDir bool // refuse to replace a directory by something else, and the other way round
	CopyUIDGID           bool // give the files to the container's user
}

// CommitOptions say what the new image is like.
type CommitOptions struct {
	Reference string // "" leaves it without a name
	Comment   string
	Author    string
	Changes   []string // Dockerfile instructions
	NoPause   bool
	Config    *ContainerConfig // instead of the container's; usually nil
}

// ContainerPruned answers ContainerPrune.
type ContainerPruned struct {
	ContainersDeleted []string
	SpaceReclaimed    uint64
}

// ExecOptions is a further process in a container, as asked for.
type ExecOptions struct {
	User         string
	Privileged   bool
	Tty          bool
	ConsoleSize  *ConsoleSize `json:",omitempty"`
	AttachStdin  bool
	AttachStderr bool
	AttachStdout bool
	DetachKeys   string
	Env          []string
	WorkingDir   string
	Cmd          []string
}

// ExecStartOptions say how to start it.
type ExecStartOptions struct {
	Detach      bool
	Tty         bool
	ConsoleSize *ConsoleSize `json:",omitempty"`
}

// ExecInspect is a process made by ExecCreate.
type ExecInspect struct {
	ID            string
	Running       bool
	ExitCode      *int
	ProcessConfig *ExecProcess
	OpenStdin     bool
	OpenStderr    bool
	OpenStdout    bool
	CanRemove     bool
	ContainerID   string
	DetachKeys    []byte
	Pid           int
}

// ExecProcess is what it runs.
type ExecProcess struct {
	Tty        bool     `json:"tty"`
	Entrypoint string   `json:"entrypoint"`
	Arguments  []string `json:"arguments"`
	Privileged *bool    `json:"privileged,omitempty"`
	User       string   `json:"user,omitempty"`
}
