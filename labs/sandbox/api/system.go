package api

import "time"

// System is what can be asked of the engine itself.
type System interface {
	Ping(c Caller) (Ping, error)
	Info(c Caller) (*Info, error)
	ServerVersion(c Caller) (*VersionInfo, error)
	DiskUsage(c Caller, o DiskUsageOptions) (*DiskUsage, error)
	// Events' stream ends at Until; without it, never.
	Events(c Caller, o EventsOptions) (Stream[Event], error)
	BuildCachePrune(c Caller, o BuildCachePruneOptions) (BuildCachePruned, error)
}

// Ping is that someone is there.
type Ping struct {
	APIVersion   string
	OSType       string
	Experimental bool
}

// VersionInfo is which engine it is.
type VersionInfo struct {
	Platform      struct{ Name string }
	Version       string
	APIVersion    string `json:"ApiVersion"`
	MinAPIVersion string `json:",omitempty"`
	Os            string
	Arch          string
	Components    []Component `json:",omitempty"`
	GitCommit     string      `json:",omitempty"`
	GoVersion     string      `json:",omitempty"`
	KernelVersion string      `json:",omitempty"`
	Experimental  bool        `json:",omitempty"`
	BuildTime     string      `json:",omitempty"`
}

// Component is a part of the engine.
type Component struct {
	Name    string
	Version string
	Details map[string]string `json:",omitempty"`
}

// Info is how the engine is.
type Info struct {
	ID                 string
	Containers         int
	ContainersRunning  int
	ContainersPaused   int
	ContainersStopped  int
	Images             int
	Driver             string
	DriverStatus       [][2]string
	Plugins            Plugins
	MemoryLimit        bool
	SwapLimit          bool
	CPUCfsPeriod       bool `json:"CpuCfsPeriod"`
	CPUCfsQuota        bool `json:"CpuCfsQuota"`
	CPUShares          bool
	CPUSet             bool
	PidsLimit          bool
	IPv4Forwarding     bool
	Debug              bool
	NFd                int
	OomKillDisable     bool
	NGoroutines        int
	SystemTime         string
	LoggingDriver      string
	CgroupDriver       string
	CgroupVersion      string `json:",omitempty"`
	NEventsListener    int
	KernelVersion      string
	OperatingSystem    string
	OSVersion          string
	OSType             string
	Architecture       string
	IndexServerAddress string
	RegistryConfig     *RegistryConfig
	NCPU               int
	MemTotal           int64
	GenericResources   []string
	DockerRootDir      string
	HTTPProxy          string `json:"HttpProxy"`
	HTTPSProxy         string `json:"HttpsProxy"`
	NoProxy            string
	Name               string
	Labels             []string
	ExperimentalBuild  bool
	ServerVersion      string
	Runtimes           map[string]Runtime
	DefaultRuntime     string
	Swarm              SwarmInfo
	LiveRestoreEnabled bool
	Isolation          string
	InitBinary         string
	ContainerdCommit   Commit
	RuncCommit         Commit
	InitCommit         Commit
	SecurityOptions    []string
	FirewallBackend    *FirewallInfo `json:",omitempty"`
	CDISpecDirs        []string
	Containerd         *ContainerdInfo `json:",omitempty"`
	Warnings           []string
}

// Plugins is what the engine can use, by kind.
type Plugins struct{ Volume, Network, Authorization, Log []string }

// RegistryConfig is what the engine knows about registries.
type RegistryConfig struct {
	InsecureRegistryCIDRs []string
	IndexConfigs          map[string]*IndexInfo
	Mirrors               []string
}

// IndexInfo is one registry.
type IndexInfo struct {
	Name     string
	Mirrors  []string
	Secure   bool
	Official bool
}

// Runtime is what starts containers.
type Runtime struct {
	Path   string            `json:"path,omitempty"`
	Args   []string          `json:"runtimeArgs,omitempty"`
	Type   string            `json:"runtimeType,omitempty"`
	Status map[string]string `json:"status,omitempty"`
}

// SwarmInfo is that there is no swarm.
type SwarmInfo struct {
	NodeID           string
	NodeAddr         string
	LocalNodeState   string
	ControlAvailable bool
	Error            string
	RemoteManagers   []string
}

// Commit is which version of a part it is.
type Commit struct{ ID string }

// FirewallInfo is who filters packets.
type FirewallInfo struct {
	Driver string
	Info   [][2]string `json:",omitempty"`
}

// ContainerdInfo is where containerd is.
type ContainerdInfo struct {
	Address    string `json:",omitempty"`
	Namespaces struct{ Containers, Plugins string }
}

// DiskUsageOptions say what to add up; none set is all. Verbose asks for the single items.
type DiskUsageOptions struct {
	Containers, Images, Volumes, BuildCache bool
	Verbose                                 bool
}

// DiskUsage is what takes up the disk.
type DiskUsage struct {
	ImageUsage      *Usage[ImageSummary]     `json:",omitempty"`
	ContainerUsage  *Usage[ContainerSummary] `json:",omitempty"`
	VolumeUsage     *Usage[Volume]           `json:",omitempty"`
	BuildCacheUsage *Usage[BuildCache]       `json:",omitempty"`
}

// Usage is what one kind of thing takes up.
type Usage[T any] struct {
	ActiveCount int64 `json:",omitempty"`
	Items       []T   `json:",omitempty"`
	Reclaimable int64 `json:",omitempty"`
	TotalCount  int64 `json:",omitempty"`
	TotalSize   int64 `json:",omitempty"`
}

// BuildCache is one thing that the builder remembers.
type BuildCache struct {
	ID          string
	Parents     []string `json:",omitempty"`
	Type        string
	Description string
	InUse       bool
	Shared      bool
	Size        int64
	CreatedAt   time.Time
	LastUsedAt  *time.Time
	UsageCount  int
}

// BuildCachePruneOptions say what the builder may keep.
type BuildCachePruneOptions struct {
	All                                       bool
	ReservedSpace, MaxUsedSpace, MinFreeSpace int64
	Filters                                   Filters
}

// BuildCachePruned answers BuildCachePrune.
type BuildCachePruned struct {
	CachesDeleted  []string
	SpaceReclaimed uint64
	Records        []BuildCache `json:"-"` // what was deleted, as BuildKit's own interface tells it
}
