package api

import (
	"encoding/json"
	"time"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// Images is what can be done with images. An image is named by a reference, its id, or the beginning of its id.
type Images interface {
	ImageList(c Caller, o ImageListOptions) ([]ImageSummary, error)
	ImageInspect(c Caller, ref string, o ImageInspectOptions) (*ImageInspect, error)
	ImageHistory(c Caller, ref string, p *image.Platform) ([]HistoryItem, error)
	ImageTag(c Caller, source, target string) error
	ImageRemove(c Caller, ref string, o ImageRemoveOptions) ([]ImageDeleted, error)
	ImagePrune(c Caller, f Filters) (ImagesPruned, error)
	ImagePull(c Caller, ref string, o PullOptions) (Stream[Progress], error)
	ImagePush(c Caller, ref string, o PushOptions) (Stream[Progress], error)
	ImageSave(c Caller, refs []string, platforms []image.Platform) (vfs.Blob, error)
	ImageLoad(c Caller, tar vfs.Blob, o LoadOptions) (Stream[Progress], error)
	ImageImport(c Caller, tar vfs.Blob, o ImportOptions) (Stream[Progress], error)
	ImageSearch(c Caller, term string, o SearchOptions) ([]SearchResult, error)
	// DistributionInspect asks the registry.
	DistributionInspect(c Caller, ref string, auth *AuthConfig) (DistributionInspect, error)
	// RegistryLogin asks a registry whether it knows the user.
	RegistryLogin(c Caller, auth AuthConfig) (LoginResponse, error)
}

// ImageListOptions say which images to list.
type ImageListOptions struct {
	All        bool // untagged ones that others are made of, too
	Filters    Filters
	SharedSize bool
	Manifests  bool
}

// ImageSummary is one row of a listing.
type ImageSummary struct {
	Containers  int64  // -1: not asked for
	Created     int64  // seconds since 1970
	ID          string `json:"Id"`
	Labels      map[string]string
	ParentID    string            `json:"ParentId"`
	Descriptor  *image.Descriptor `json:",omitempty"`
	Manifests   []ManifestSummary `json:",omitempty"`
	RepoDigests []string
	RepoTags    []string
	SharedSize  int64 // -1: not asked for
	Size        int64 // content and unpacked files
}

// ManifestKind is what a manifest is about.
type ManifestKind string

// The kinds of manifests.
const (
	ManifestImage       ManifestKind = "image"
	ManifestAttestation ManifestKind = "attestation"
	ManifestUnknown     ManifestKind = "unknown"
)

// ManifestSummary is one manifest of an image's index.
type ManifestSummary struct {
	ID              string
	Descriptor      image.Descriptor
	Available       bool // all of it is here
	Size            ManifestSize
	Kind            ManifestKind
	ImageData       *ImageProperties       `json:",omitempty"`
	AttestationData *AttestationProperties `json:",omitempty"`
}

// ManifestSize is what is stored, and that with its unpacked files.
type ManifestSize struct{ Content, Total int64 }

// ImageProperties is about a manifest that is an image.
type ImageProperties struct {
	Platform   image.Platform
	Identity   *ImageIdentity `json:",omitempty"`
	Size       UnpackedSize
	Containers []string
}

// UnpackedSize is what the unpacked files take up.
type UnpackedSize struct{ Unpacked int64 }

// AttestationProperties is about a manifest that says something about another.
type AttestationProperties struct{ For image.Digest }

// ImageInspectOptions say what to tell of an image.
type ImageInspectOptions struct {
	Manifests bool
	Platform  *image.Platform
}

// ImageInspect is everything about an image.
type ImageInspect struct {
	ID           string `json:"Id"`
	RepoTags     []string
	RepoDigests  []string
	Parent       string `json:",omitempty"` // of a committed image: what its container came from
	Comment      string `json:",omitempty"`
	Created      string `json:",omitempty"`
	Author       string `json:",omitempty"`
	Config       *image.Config
	Architecture string
	Variant      string `json:",omitempty"`
	Os           string
	OsVersion    string `json:",omitempty"`
	Size         int64
	GraphDriver  *GraphDriver `json:",omitempty"`
	RootFS       RootFS
	Metadata     ImageMetadata
	Descriptor   *image.Descriptor `json:",omitempty"`
	Manifests    []ManifestSummary `json:",omitempty"`
	Identity     *ImageIdentity    `json:",omitempty"`
}

// RootFS is the layers of an image.
type RootFS struct {
	Type   string         `json:",omitempty"`
	Layers []image.Digest `json:",omitempty"`
}

// ImageMetadata is what the engine itself notes about an image.
type ImageMetadata struct{ LastTagTime time.Time }

// ImageIdentity is where an image came from.
type ImageIdentity struct {
	Pull  []PullIdentity  `json:",omitempty"`
	Build []BuildIdentity `json:",omitempty"`
}

// PullIdentity is a repository that an image was pulled from.
type PullIdentity struct {
	Repository string `json:",omitempty"`
}

// BuildIdentity is a build that an image came from.
type BuildIdentity struct {
	Ref       string `json:",omitempty"`
	CreatedAt time.Time
}

// HistoryItem is one line of docker history, the newest first.
type HistoryItem struct {
	Comment   string
	Created   int64
	CreatedBy string
	ID        string `json:"Id"`
	Size      int64
	Tags      []string
}

// ImageRemoveOptions say how to remove an image.
type ImageRemoveOptions struct {
	Force         bool
	PruneChildren bool
	Platforms     []image.Platform
}

// ImageDeleted is one step of a removal.
type ImageDeleted struct {
	Deleted  string `json:",omitempty"`
	Untagged string `json:",omitempty"`
}

// ImagesPruned answers ImagePrune.
type ImagesPruned struct {
	ImagesDeleted  []ImageDeleted
	SpaceReclaimed uint64
}

// PullOptions say what to pull, and who asks.
type PullOptions struct {
	All      bool // every tag of the repository
	Platform *image.Platform
	Auth     *AuthConfig
}

// PushOptions say what to push, and who asks.
type PushOptions struct {
	All      bool
	Platform *image.Platform
	Auth     *AuthConfig
}

// LoadOptions say what to take of an archive.
type LoadOptions struct {
	Quiet     bool
	Platforms []image.Platform
}

// ImportOptions say what becomes of an archive of files.
type ImportOptions struct {
	Reference string
	Message   string
	Changes   []string // Dockerfile instructions
	Platform  *image.Platform
}

// Progress is one message of something that takes long: what was called JSONMessage.
type Progress struct {
	Stream string           `json:"stream,omitempty"`
	Status string           `json:"status,omitempty"`
	Detail *ProgressDetail  `json:"progressDetail,omitempty"`
	ID     string           `json:"id,omitempty"`
	Error  *ProgressError   `json:"errorDetail,omitempty"`
	Aux    *json.RawMessage `json:"aux,omitempty"`
}

// ProgressDetail is how far it is.
type ProgressDetail struct {
	Current    int64  `json:"current,omitempty"`
	Total      int64  `json:"total,omitempty"`
	Start      int64  `json:"start,omitempty"`
	HideCounts bool   `json:"hidecounts,omitempty"`
	Units      string `json:"units,omitempty"`
}

// ProgressError is why it came to an end.
type ProgressError struct {
	Code    int    `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// PushedManifest is in Progress.Aux at the end of a push that sent one platform's manifest instead of the index.
type PushedManifest struct {
	ManifestPushedInsteadOfIndex bool             `json:"manifestPushedInsteadOfIndex"`
	OriginalIndex                image.Descriptor `json:"originalIndex"`
	SelectedManifest             image.Descriptor `json:"selectedManifest"`
}

// PushResult is in Progress.Aux at the end of a push.
type PushResult struct {
	Tag    string
	Digest string
	Size   int
}

// AuthConfig is who someone is for a registry.
type AuthConfig struct {
	Username      string `json:"username,omitempty"`
	Password      string `json:"password,omitempty"`
	Auth          string `json:"auth,omitempty"`
	ServerAddress string `json:"serveraddress,omitempty"`
	IdentityToken string `json:"identitytoken,omitempty"`
	RegistryToken string `json:"registrytoken,omitempty"`
}

// LoginResponse answers RegistryLogin.
type LoginResponse struct {
	IdentityToken string `json:",omitempty"`
	Status        string
}

// SearchOptions say what to search for.
type SearchOptions struct {
	Limit   int
	Filters Filters
	Auth    *AuthConfig
}

// SearchResult is one repository that a registry offers.
type SearchResult struct {
	StarCount   int    `json:"star_count"`
	IsOfficial  bool   `json:"is_official"`
	Name        string `json:"name"`
	IsAutomated bool   `json:"is_automated"`
	Description string `json:"description"`
}

// DistributionInspect is what a registry has under a reference. Raw is the document itself, which the real API does
// not send: the docker command fetches it by itself.
type DistributionInspect struct {
	Descriptor image.Descriptor
	Platforms  []image.Platform
	Raw        []byte `json:"-"`
}
