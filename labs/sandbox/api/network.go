package api

import "time"

// Networks is what can be done with networks.
type Networks interface {
	NetworkList(c Caller, f Filters) ([]Network, error)
	NetworkInspect(c Caller, id string, verbose bool) (*NetworkInspect, error)
	NetworkCreate(c Caller, o NetworkCreateOptions) (NetworkCreated, error)
	NetworkRemove(c Caller, id string) error
	NetworkConnect(c Caller, id, container string, e *EndpointSettings) error
	NetworkDisconnect(c Caller, id, container string, force bool) error
	NetworkPrune(c Caller, f Filters) (NetworksPruned, error)
}

// Network is a network, as listings show it.
type Network struct {
	Name       string
	ID         string `json:"Id"`
	Created    time.Time
	Scope      string
	Driver     string
	EnableIPv4 bool
	EnableIPv6 bool
	IPAM       IPAM
	Internal   bool
	Attachable bool
	Ingress    bool
	ConfigFrom ConfigReference
	ConfigOnly bool
	Options    map[string]string
	Labels     map[string]string
}

// NetworkInspect is everything about a network.
type NetworkInspect struct {
	Network
	Containers map[string]EndpointResource
	Status     *NetworkStatus `json:",omitempty"`
}

// IPAM is who gives out a network's addresses, and which.
type IPAM struct {
	Driver  string
	Options map[string]string
	Config  []IPAMConfig
}

// IPAMConfig is one subnet.
type IPAMConfig struct {
	Subnet     string            `json:",omitempty"`
	IPRange    string            `json:",omitempty"`
	Gateway    string            `json:",omitempty"`
	AuxAddress map[string]string `json:"AuxiliaryAddresses,omitempty"`
}

// ConfigReference names a network whose configuration is used.
type ConfigReference struct{ Network string }

// NetworkStatus is how many addresses are in use.
type NetworkStatus struct{ IPAM IPAMStatus }

// IPAMStatus is that by subnet.
type IPAMStatus struct {
	Subnets map[string]SubnetStatus `json:",omitempty"`
}

// SubnetStatus is that of one subnet.
type SubnetStatus struct{ IPsInUse, DynamicIPsAvailable uint64 }

// EndpointResource is a container in a network.
type EndpointResource struct {
	Name        string
	EndpointID  string
	MacAddress  string
	IPv4Address string
	IPv6Address string
}

// EndpointSettings is a network of a container.
type EndpointSettings struct {
	IPAMConfig          *EndpointIPAM
	Links               []string
	Aliases             []string
	DriverOpts          map[string]string
	GwPriority          int
	NetworkID           string
	EndpointID          string
	Gateway             string
	IPAddress           string
	MacAddress          string
	IPPrefixLen         int
	IPv6Gateway         string
	GlobalIPv6Address   string
	GlobalIPv6PrefixLen int
	DNSNames            []string
}

// EndpointIPAM is the addresses that were asked for.
type EndpointIPAM struct {
	IPv4Address  string   `json:",omitempty"`
	IPv6Address  string   `json:",omitempty"`
	LinkLocalIPs []string `json:",omitempty"`
}

// NetworkingConfig is the networks that a container begins with.
type NetworkingConfig struct {
	EndpointsConfig map[string]*EndpointSettings
}

// NetworkCreateOptions is a network as asked for.
type NetworkCreateOptions struct {
	Name       string
	Driver     string
	Scope      string
	EnableIPv4 *bool `json:",omitempty"`
	EnableIPv6 *bool `json:",omitempty"`
	IPAM       *IPAM
	Internal   bool
	Attachable bool
	Ingress    bool
	ConfigOnly bool
	ConfigFrom *ConfigReference
	Options    map[string]string
	Labels     map[string]string
}

// NetworkCreated answers NetworkCreate.
type NetworkCreated struct {
	ID      string `json:"Id"`
	Warning string
}

// NetworksPruned answers NetworkPrune.
type NetworksPruned struct{ NetworksDeleted []string }
