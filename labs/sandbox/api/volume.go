package api

// Volumes is what can be done with volumes.
type Volumes interface {
	VolumeList(c Caller, f Filters) (VolumeList, error)
	VolumeInspect(c Caller, name string) (*Volume, error)
	VolumeCreate(c Caller, o VolumeCreateOptions) (*Volume, error)
	VolumeRemove(c Caller, name string, force bool) error
	VolumePrune(c Caller, f Filters) (VolumesPruned, error)
}

// Volume is files that outlive containers.
type Volume struct {
	CreatedAt  string `json:",omitempty"`
	Driver     string
	Labels     map[string]string
	Mountpoint string
	Name       string
	Options    map[string]string
	Scope      string
	Status     map[string]any `json:",omitempty"`
	UsageData  *VolumeUsage   `json:",omitempty"`
}

// VolumeUsage is how much is in a volume, and how many containers use it.
type VolumeUsage struct{ RefCount, Size int64 }

// VolumeList answers VolumeList.
type VolumeList struct {
	Volumes  []Volume
	Warnings []string
}

// VolumeCreateOptions is a volume as asked for.
type VolumeCreateOptions struct {
	Driver     string            `json:",omitempty"`
	DriverOpts map[string]string `json:",omitempty"`
	Labels     map[string]string `json:",omitempty"`
	Name       string            `json:",omitempty"` // "": an anonymous one
}

// VolumesPruned answers VolumePrune.
type VolumesPruned struct {
	VolumesDeleted []string
	SpaceReclaimed uint64
}
