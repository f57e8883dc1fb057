package api

import (
	"time"

	"dockerlearn/labs/sandbox/image"
)

// ContainerInspect is everything about a container.
type ContainerInspect struct {
	ID              string `json:"Id"`
	Created         string
	Path            string
	Args            []string
	State           *State
	Image           string
	ResolvConfPath  string
	HostnamePath    string
	HostsPath       string
	LogPath         string
	Name            string
	RestartCount    int
	Driver          string
	Platform        string
	MountLabel      string
	ProcessLabel    string
	AppArmorProfile string
	ExecIDs         []string
	HostConfig      *HostConfig
	GraphDriver     *GraphDriver `json:",omitempty"`
	Storage         *Storage     `json:",omitempty"`
	SizeRw          *int64       `json:",omitempty"`
	SizeRootFs      *int64       `json:",omitempty"`
	Mounts          []MountPoint
	Config          *ContainerConfig
	NetworkSettings *NetworkSettings

	ImageManifestDescriptor *image.Descriptor `json:",omitempty"`
}

// ContainerState is what a container is doing.
type ContainerState string

// The states.
const (
	StateCreated    ContainerState = "created"
	StateRunning    ContainerState = "running"
	StatePaused     ContainerState = "paused"
	StateRestarting ContainerState = "restarting"
	StateRemoving   ContainerState = "removing"
	StateExited     ContainerState = "exited"
	StateDead       ContainerState = "dead"
)

// State is how a container is. StartedAt and FinishedAt are times in RFC 3339, year 1 if it never was.
type State struct {
	Status     ContainerState
	Running    bool
	Paused     bool
	Restarting bool
	OOMKilled  bool
	Dead       bool
	Pid        int
	ExitCode   int
	Error      string
	StartedAt  string
	FinishedAt string
	Health     *Health `json:",omitempty"`
}

// HealthStatus is what health checks found.
type HealthStatus string

// What they can find.
const (
	HealthNone      HealthStatus = "none"
	HealthStarting  HealthStatus = "starting"
	HealthHealthy   HealthStatus = "healthy"
	HealthUnhealthy HealthStatus = "unhealthy"
)

// Health is what health checks found, with the last few of them, the oldest first.
type Health struct {
	Status        HealthStatus
	FailingStreak int
	Log           []HealthResult
}

// HealthResult is one check: exit code 0 is healthy.
type HealthResult struct {
	Start, End time.Time
	ExitCode   int
	Output     string
}

// GraphDriver is where the files are, on the classic image store.
type GraphDriver struct {
	Data map[string]string
	Name string
}

// Storage is where the files are, on containerd's image store.
type Storage struct {
	RootFS *StorageRootFS `json:",omitempty"`
}

// StorageRootFS is where the root file system is.
type StorageRootFS struct {
	Snapshot *StorageSnapshot `json:",omitempty"`
}

// StorageSnapshot names a snapshotter.
type StorageSnapshot struct {
	Name string `json:",omitempty"`
}

// SnapshotStorage is the Storage of a container on a snapshotter.
func SnapshotStorage(name string) *Storage {
	return &Storage{RootFS: &StorageRootFS{Snapshot: &StorageSnapshot{Name: name}}}
}

// MountPoint is a mount as a container has it.
type MountPoint struct {
	Type        MountType `json:",omitempty"`
	Name        string    `json:",omitempty"`
	Source      string
	Destination string
	Driver      string `json:",omitempty"`
	Mode        string
	RW          bool
	Propagation string
}

// NetworkSettings is a container's networks.
type NetworkSettings struct {
	SandboxID  string
	SandboxKey string
	Ports      PortMap
	Networks   map[string]*EndpointSettings
}

// ContainerSummary is one row of a listing.
type ContainerSummary struct {
	ID                      string `json:"Id"`
	Names                   []string
	Image                   string
	ImageID                 string
	ImageManifestDescriptor *image.Descriptor `json:",omitempty"`
	Command                 string
	Created                 int64 // seconds since 1970
	Ports                   []PortSummary
	SizeRw                  int64 `json:",omitempty"`
	SizeRootFs              int64 `json:",omitempty"`
	Labels                  map[string]string
	State                   ContainerState
	Status                  string
	HostConfig              HostSummary
	Health                  *HealthSummary `json:",omitempty"`
	NetworkSettings         *NetworkSummary
	Mounts                  []MountPoint
}

// HostSummary is what listings show of a HostConfig.
type HostSummary struct {
	NetworkMode string            `json:",omitempty"`
	Annotations map[string]string `json:",omitempty"`
}

// HealthSummary is what listings show of a Health.
type HealthSummary struct {
	Status        HealthStatus
	FailingStreak int
}

// NetworkSummary is what listings show of NetworkSettings.
type NetworkSummary struct{ Networks map[string]*EndpointSettings }

// PortSummary is a port, and where it is published.
type PortSummary struct {
	IP          string `json:",omitempty"`
	PrivatePort uint16
	PublicPort  uint16 `json:",omitempty"`
	Type        string
}
