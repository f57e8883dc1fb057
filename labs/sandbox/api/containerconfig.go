package api

import (
	"strings"

	"dockerlearn/labs/sandbox/image"
)

// ContainerConfig is what of a container does not depend on the host.
type ContainerConfig struct {
	Hostname        string
	Domainname      string
	User            string
	AttachStdin     bool
	AttachStdout    bool
	AttachStderr    bool
	ExposedPorts    PortSet `json:",omitempty"`
	Tty             bool
	OpenStdin       bool
	StdinOnce       bool
	Env             []string
	Cmd             []string
	Healthcheck     *image.Healthcheck `json:",omitempty"`
	ArgsEscaped     bool               `json:",omitempty"`
	Image           string
	Volumes         map[string]struct{}
	WorkingDir      string
	Entrypoint      []string
	NetworkDisabled bool     `json:",omitempty"`
	OnBuild         []string `json:",omitempty"`
	Labels          map[string]string
	StopSignal      string   `json:",omitempty"`
	StopTimeout     *int     `json:",omitempty"`
	Shell           []string `json:",omitempty"`
}

// HostConfig is what of a container depends on the host.
type HostConfig struct {
	Binds           []string
	ContainerIDFile string
	LogConfig       LogConfig
	NetworkMode     NetworkMode
	PortBindings    PortMap
	RestartPolicy   RestartPolicy
	AutoRemove      bool
	VolumeDriver    string
	VolumesFrom     []string
	ConsoleSize     ConsoleSize
	Annotations     map[string]string `json:",omitempty"`

	CapAdd          []string
	CapDrop         []string
	CgroupnsMode    string
	DNS             []string `json:"Dns"`
	DNSOptions      []string `json:"DnsOptions"`
	DNSSearch       []string `json:"DnsSearch"`
	ExtraHosts      []string
	GroupAdd        []string
	IpcMode         Mode
	Cgroup          string
	Links           []string
	OomScoreAdj     int
	PidMode         Mode
	Privileged      bool
	PublishAllPorts bool
	ReadonlyRootfs  bool
	SecurityOpt     []string
	StorageOpt      map[string]string `json:",omitempty"`
	Tmpfs           map[string]string `json:",omitempty"`
	UTSMode         Mode
	UsernsMode      Mode
	ShmSize         int64
	Sysctls         map[string]string `json:",omitempty"`
	Runtime         string            `json:",omitempty"`
	Isolation       string

	Resources

	Mounts        []Mount `json:",omitempty"`
	MaskedPaths   []string
	ReadonlyPaths []string
	Init          *bool `json:",omitempty"`
}

// Resources is what a container may use of the host. Zero is no limit.
type Resources struct {
	CPUShares            int64 `json:"CpuShares"`
	Memory               int64
	NanoCPUs             int64 `json:"NanoCpus"`
	CgroupParent         string
	BlkioWeight          uint16
	BlkioWeightDevice    []WeightDevice
	BlkioDeviceReadBps   []ThrottleDevice
	BlkioDeviceWriteBps  []ThrottleDevice
	BlkioDeviceReadIOps  []ThrottleDevice
	BlkioDeviceWriteIOps []ThrottleDevice
	CPUPeriod            int64 `json:"CpuPeriod"`
	CPUQuota             int64 `json:"CpuQuota"`
	CPURealtimePeriod    int64 `json:"CpuRealtimePeriod"`
	CPURealtimeRuntime   int64 `json:"CpuRealtimeRuntime"`
	CpusetCpus           string
	CpusetMems           string
	Devices              []DeviceMapping
	DeviceCgroupRules    []string
	DeviceRequests       []DeviceRequest
	MemoryReservation    int64
	MemorySwap           int64 // memory and swap together; -1 is no limit
	MemorySwappiness     *int64
	OomKillDisable       *bool
	PidsLimit            *int64
	Ulimits              []Ulimit
	CPUCount             int64 `json:"CpuCount"`
	CPUPercent           int64 `json:"CpuPercent"`
	IOMaximumIOps        uint64
	IOMaximumBandwidth   uint64
}

// UpdateConfig is what of a container can be changed. Zero fields stay as they are.
type UpdateConfig struct {
	Resources
	RestartPolicy RestartPolicy
}

// WeightDevice is how much of a device a container gets, in relation to others.
type WeightDevice struct {
	Path   string
	Weight uint16
}

// ThrottleDevice is how much a container may use of a device per second.
type ThrottleDevice struct {
	Path string
	Rate uint64
}

// DeviceMapping is a device of the host in a container.
type DeviceMapping struct{ PathOnHost, PathInContainer, CgroupPermissions string }

// DeviceRequest is a wish for devices that a driver knows.
type DeviceRequest struct {
	Driver       string
	Count        int
	DeviceIDs    []string
	Capabilities [][]string
	Options      map[string]string
}

// Ulimit is a limit of the processes in a container.
type Ulimit struct {
	Name string
	Hard int64
	Soft int64
}

// LogConfig is where a container's output goes.
type LogConfig struct {
	Type   string
	Config map[string]string
}

// RestartPolicy says when the engine starts a container again.
type RestartPolicy struct {
	Name              RestartMode
	MaximumRetryCount int
}

// RestartMode is the policy's name; "" is no.
type RestartMode string

// The policies.
const (
	RestartNo            RestartMode = "no"
	RestartAlways        RestartMode = "always"
	RestartOnFailure     RestartMode = "on-failure"
	RestartUnlessStopped RestartMode = "unless-stopped"
)

// NetworkMode is which network a container begins in.
type NetworkMode string

// Container is the container whose network is shared, if that is the mode.
func (m NetworkMode) Container() (string, bool) { return strings.CutPrefix(string(m), "container:") }

// UserDefined reports whether it is a network that somebody has made. moby: api/types/container, IsUserDefined
func (m NetworkMode) UserDefined() bool {
	switch m {
	case "", "default", "bridge", "host", "none":
		return false
	}
	_, joins := m.Container()
	return !joins
}

// Mode is whose namespace of some kind is used: "", "host", "private", "shareable", "none", "container:NAME".
type Mode string

// Container is the container whose namespace is shared, if that is the mode.
func (m Mode) Container() (string, bool) { return strings.CutPrefix(string(m), "container:") }

// Port is a port and its protocol: "80/tcp".
type Port string

// PortSet is a set of ports.
type PortSet map[Port]struct{}

// PortMap is where ports are published.
type PortMap map[Port][]PortBinding

// PortBinding is an address of the host.
type PortBinding struct {
	HostIP   string `json:"HostIp"`
	HostPort string
}

// MountType is what kind of thing is mounted.
type MountType string

// The kinds of mounts.
const (
	MountBind   MountType = "bind"
	MountVolume MountType = "volume"
	MountTmpfs  MountType = "tmpfs"
	MountImage  MountType = "image"
	MountPipe   MountType = "npipe"
	MountClust  MountType = "cluster"
)

// Mount is a mount as --mount asks for it.
type Mount struct {
	Type          MountType      `json:",omitempty"`
	Source        string         `json:",omitempty"`
	Target        string         `json:",omitempty"`
	ReadOnly      bool           `json:",omitempty"`
	Consistency   string         `json:",omitempty"`
	BindOptions   *BindOptions   `json:",omitempty"`
	VolumeOptions *VolumeOptions `json:",omitempty"`
	ImageOptions  *ImageOptions  `json:",omitempty"`
	TmpfsOptions  *TmpfsOptions  `json:",omitempty"`
}

// BindOptions are for a path of the host.
type BindOptions struct {
	Propagation            string `json:",omitempty"`
	NonRecursive           bool   `json:",omitempty"`
	CreateMountpoint       bool   `json:",omitempty"`
	ReadOnlyNonRecursive   bool   `json:",omitempty"`
	ReadOnlyForceRecursive bool   `json:",omitempty"`
}

// VolumeOptions are for a volume.
type VolumeOptions struct {
	NoCopy       bool              `json:",omitempty"`
	Labels       map[string]string `json:",omitempty"`
	Subpath      string            `json:",omitempty"`
	DriverConfig *VolumeDriver     `json:",omitempty"`
}

// VolumeDriver is who makes a volume, and how.
type VolumeDriver struct {
	Name    string            `json:",omitempty"`
	Options map[string]string `json:",omitempty"`
}

// ImageOptions are for an image's files.
type ImageOptions struct {
	Subpath string `json:",omitempty"`
}

// TmpfsOptions are for a file system in memory. Mode has Go's bits (io/fs).
type TmpfsOptions struct {
	SizeBytes int64      `json:",omitempty"`
	Mode      uint32     `json:",omitempty"`
	Options   [][]string `json:",omitempty"`
}
