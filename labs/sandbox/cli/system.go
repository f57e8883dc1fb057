package cli

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"dockerlearn/labs/sandbox/api"
)

// tabbed aligns columns. width is the smallest of a column with its gap, gap the space after the longest cell.
func tabbed(rows [][]string, width, gap int) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, width, 1, gap, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	w.Flush() //nolint:errcheck // into memory
	return b.String()
}

// socket is where the engine listens.
const socket = "unix:///var/run/docker.sock"

// noDaemon is that nobody answers at an address.
func noDaemon(host, why string) string {
	return "failed to connect to the docker API at " + host + "; check if the path is correct and if the daemon is running: " + why
}

// connect sees to it that the engine which is meant is the one that is here.
func (d *docker) connect(global *call) error {
	if name := global.contextName(d); name != "default" {
		return exitf(1, "Failed to initialize: unable to resolve docker endpoint: context %q: context not found: "+
			"open /root/.docker/contexts/meta/%x/meta.json: no such file or directory", name, sha256.Sum256([]byte(name)))
	}
	host := global.text("host")
	if host == "" {
		host = d.sys.Getenv("DOCKER_HOST")
	}
	if err := d.reach(host); err != nil {
		return err
	}
	return d.checkVersion()
}

// reach finds nobody at addresses other than the socket.
func (d *docker) reach(host string) error {
	if host == "" || host == socket || host == "unix:///run/docker.sock" {
		return nil
	}
	scheme, address, ok := strings.Cut(host, "://")
	if !ok {
		scheme, address = "tcp", host
	}
	switch scheme {
	case "unix":
		return exitf(1, "%s", noDaemon(host, "dial unix "+address+": connect: no such file or directory"))
	case "tcp":
	default:
		return exitf(1, "docker: talking to %s is not simulated; nothing was done", host)
	}
	name, port, ok := strings.Cut(address, ":")
	if !ok {
		port = "2375"
	}
	host = "tcp://" + name + ":" + port
	if _, err := netip.ParseAddr(name); err != nil && name != "localhost" {
		return exitf(1, "failed to connect to the docker API at %s: lookup %s on %s:53: no such host", host, name, d.nameServer())
	}
	return exitf(1, "Cannot connect to the Docker daemon at %s. Is the docker daemon running?", host)
}

// nameServer is who the machine asks for names.
func (d *docker) nameServer() string {
	text, err := d.sys.FS().ReadFile("/etc/resolv.conf")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "nameserver" {
				return f[1]
			}
		}
	}
	return "127.0.0.1"
}

func (c *call) contextName(d *docker) string {
	if name := c.text("context"); name != "" {
		return name
	}
	if name := d.sys.Getenv("DOCKER_CONTEXT"); name != "" && c.text("host") == "" && d.sys.Getenv("DOCKER_HOST") == "" {
		return name
	}
	return "default"
}

// checkVersion refuses to speak older than the engine.
func (d *docker) checkVersion() error {
	asked := d.sys.Getenv("DOCKER_API_VERSION")
	if asked == "" {
		return nil
	}
	if naturally(asked, api.MinVersion) < 0 {
		return exitf(1, "Error response from daemon: client version %s is too old. Minimum supported API version is %s, "+
			"please upgrade your client to a newer version", asked, api.MinVersion)
	}
	if naturally(asked, api.Version) > 0 {
		return exitf(1, "Error response from daemon: client version %s is too new. Maximum supported API version is %s", asked, api.Version)
	}
	return nil
}

// versionView is what docker version --format sees.
type versionView struct {
	Client clientView
	Server *serverView
}

type clientView struct {
	Version           string `json:",omitempty"`
	APIVersion        string `json:"ApiVersion,omitempty"`
	DefaultAPIVersion string `json:",omitempty"`
	GitCommit         string `json:",omitempty"`
	GoVersion         string `json:",omitempty"`
	Os                string `json:",omitempty"`
	Arch              string `json:",omitempty"`
	BuildTime         string `json:",omitempty"`
	Context           string
}

type serverView struct {
	Platform      struct{ Name string }
	Version       string
	APIVersion    string `json:"ApiVersion"`
	MinAPIVersion string `json:",omitempty"`
	Os            string
	Arch          string
	Components    []api.Component `json:",omitempty"`
	GitCommit     string          `json:",omitempty"`
	GoVersion     string          `json:",omitempty"`
	KernelVersion string          `json:",omitempty"`
	Experimental  bool            `json:",omitempty"`
	BuildTime     string          `json:",omitempty"`
}

func (d *docker) version(c *call) error {
	format := c.text("format")
	if format == "json" {
		format = "{{json .}}"
	}
	t, err := d.parse("version", format)
	if err != nil {
		return exitf(64, "template parsing error: %s", err)
	}
	v := versionView{Client: clientView{
		Version: ClientVersion, APIVersion: api.Version, DefaultAPIVersion: api.Version, GitCommit: clientCommit, GoVersion: clientGo,
		Os: "linux", Arch: "amd64", BuildTime: clientBuilt, Context: "default",
	}}
	server, asking := d.engine.ServerVersion(d.caller())
	if asking == nil {
		v.Server = serverOf(server)
	}
	if format == "" {
		d.write(1, versionText(v)+"\n")
		return asking
	}
	text, err := d.execute(t, v)
	d.write(1, text+"\n")
	if err != nil && asking == nil {
		return realNames(err)
	}
	return asking
}

func serverOf(s *api.VersionInfo) *serverView {
	v := &serverView{
		Platform: s.Platform, Version: s.Version, APIVersion: s.APIVersion, MinAPIVersion: s.MinAPIVersion, Os: s.Os, Arch: s.Arch,
		GitCommit: s.GitCommit, GoVersion: s.GoVersion, KernelVersion: s.KernelVersion, Experimental: s.Experimental, BuildTime: s.BuildTime,
	}
	for _, c := range s.Components {
		if at, err := time.Parse(time.RFC3339Nano, c.Details["BuildTime"]); err == nil {
			details := map[string]string{}
			for k, val := range c.Details {
				details[k] = val
			}
			details["BuildTime"] = at.Format(time.ANSIC)
			c.Details = details
		}
		v.Components = append(v.Components, c)
	}
	return v
}

// versionText is the plain output of docker version. cli: cli/command/system/version.go
func versionText(v versionView) string {
	rows := [][2]string{
		{"Client:", ""},
		{" Version:", v.Client.Version},
		{" API version:", v.Client.APIVersion},
		{" Go version:", v.Client.GoVersion},
		{" Git commit:", v.Client.GitCommit},
		{" Built:", v.Client.BuildTime},
		{" OS/Arch:", v.Client.Os + "/" + v.Client.Arch},
		{" Context:", v.Client.Context},
	}
	if v.Server != nil {
		rows = append(rows, [2]string{"", ""}, [2]string{"Server:", ""})
		for _, c := range v.Server.Components {
			rows = append(rows, [2]string{" " + c.Name + ":", ""}, [2]string{"  Version:", c.Version})
			rows = append(rows, componentRows(c)...)
		}
	}
	var b strings.Builder
	for _, r := range rows {
		if r[0] == "" || !strings.HasPrefix(r[0], " ") || r[0] != "" && r[1] == "" && !strings.HasPrefix(r[0], "  ") {
			b.WriteString(r[0] + "\n")
			continue
		}
		fmt.Fprintf(&b, "%-19s %s\n", r[0], r[1])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// componentRows is an engine's details in their own order, and others' in alphabetical order.
func componentRows(c api.Component) [][2]string {
	var rows [][2]string
	if c.Name == "Engine" {
		d := c.Details
		rows = append(rows, [2]string{"  API version:", d["ApiVersion"] + " (minimum version " + d["MinAPIVersion"] + ")"})
		for _, r := range [][2]string{{"Go version", "GoVersion"}, {"Git commit", "GitCommit"}, {"Built", "BuildTime"}} {
			rows = append(rows, [2]string{"  " + r[0] + ":", d[r[1]]})
		}
		return append(rows, [2]string{"  OS/Arch:", d["Os"] + "/" + d["Arch"]}, [2]string{"  Experimental:", d["Experimental"]})
	}
	for _, p := range sortedPairs(c.Details) {
		k, val := split(p, "=")
		rows = append(rows, [2]string{"  " + k + ":", val})
	}
	return rows
}

// infoView is what docker info --format sees: the engine's answer, and the client.
type infoView struct {
	*api.Info
	ServerErrors []string    `json:",omitempty"`
	UserName     string      `json:"-"`
	ClientInfo   *clientInfo `json:",omitempty"`
}

type clientInfo struct {
	Debug bool
	clientView
	Plugins  []string
	Warnings []string
}

func (d *docker) info(c *call) error {
	info, asking := d.engine.Info(d.caller())
	if format := c.text("format"); format != "" {
		if format == "json" {
			format = "{{json .}}"
		}
		t, err := d.parse("", format)
		if err != nil {
			return exitf(64, "template parsing error: %s", err)
		}
		if asking != nil {
			info = &api.Info{}
		}
		text, err := d.execute(t, infoView{
			Info: info, ClientInfo: &clientInfo{clientView: clientView{Version: ClientVersion, Context: "default"}},
		})
		if err != nil {
			return err
		}
		d.write(1, text+"\n")
		return asking
	}
	var b strings.Builder
	b.WriteString("Client:\n Version:    " + ClientVersion + "\n Context:    default\n Debug Mode: false\n\nServer:\n")
	if asking != nil {
		d.write(1, b.String())
		return exitf(1, "%s", daemon(asking))
	}
	infoText(&b, info)
	d.write(1, b.String()+"\n")
	for _, w := range info.Warnings {
		d.warnf("%s\n", w)
	}
	return nil
}

// infoText is the engine's part. cli: cli/command/system/info.go
func infoText(b *strings.Builder, i *api.Info) {
	always := func(name string, v any) { fmt.Fprintf(b, " %s: %v\n", name, v) }
	given := func(name, v string) {
		if v != "" {
			always(name, v)
		}
	}
	list := func(name string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(b, " %s:\n  %s\n", name, strings.Join(items, "\n  "))
		}
	}
	always("Containers", i.Containers)
	fmt.Fprintf(b, "  Running: %d\n  Paused: %d\n  Stopped: %d\n", i.ContainersRunning, i.ContainersPaused, i.ContainersStopped)
	always("Images", i.Images)
	given("Server Version", i.ServerVersion)
	given("Storage Driver", i.Driver)
	for _, p := range i.DriverStatus {
		fmt.Fprintf(b, "  %s: %s\n", p[0], p[1])
	}
	given("Logging Driver", i.LoggingDriver)
	given("Cgroup Driver", i.CgroupDriver)
	given("Cgroup Version", i.CgroupVersion)
	fmt.Fprintf(b, " Plugins:\n  Volume: %s\n  Network: %s\n", strings.Join(i.Plugins.Volume, " "), strings.Join(i.Plugins.Network, " "))
	if len(i.Plugins.Authorization) > 0 {
		fmt.Fprintf(b, "  Authorization: %s\n", strings.Join(i.Plugins.Authorization, " "))
	}
	fmt.Fprintf(b, "  Log: %s\n", strings.Join(i.Plugins.Log, " "))
	list("CDI spec directories", i.CDISpecDirs)
	always("Swarm", i.Swarm.LocalNodeState)
	if len(i.Runtimes) > 0 {
		var names []string
		for name := range i.Runtimes {
			names = append(names, name)
		}
		slices.Sort(names)
		slices.Reverse(names) // the real order is a map's; the recorded one is kept
		always("Runtimes", strings.Join(names, " "))
		always("Default Runtime", i.DefaultRuntime)
	}
	always("Init Binary", i.InitBinary)
	always("containerd version", i.ContainerdCommit.ID)
	always("runc version", i.RuncCommit.ID)
	always("init version", i.InitCommit.ID)
	securityText(b, i.SecurityOptions)
	given("Kernel Version", i.KernelVersion)
	given("Operating System", i.OperatingSystem)
	given("OSType", i.OSType)
	given("Architecture", i.Architecture)
	always("CPUs", i.NCPU)
	always("Total Memory", bytesSize(float64(i.MemTotal)))
	given("Name", i.Name)
	given("ID", i.ID)
	always("Docker Root Dir", i.DockerRootDir)
	always("Debug Mode", i.Debug)
	given("HTTP Proxy", i.HTTPProxy)
	given("HTTPS Proxy", i.HTTPSProxy)
	given("No Proxy", i.NoProxy)
	list("Labels", i.Labels)
	always("Experimental", i.ExperimentalBuild)
	if r := i.RegistryConfig; r != nil {
		list("Insecure Registries", insecure(r))
		list("Registry Mirrors", r.Mirrors)
	}
	always("Live Restore Enabled", i.LiveRestoreEnabled)
	if f := i.FirewallBackend; f != nil {
		always("Firewall Backend", f.Driver)
		for _, p := range f.Info {
			fmt.Fprintf(b, "  %s: %s\n", p[0], p[1])
		}
	}
}

func insecure(r *api.RegistryConfig) []string {
	var all []string
	for _, index := range r.IndexConfigs {
		if !index.Secure {
			all = append(all, index.Name)
		}
	}
	slices.Sort(all)
	return append(all, r.InsecureRegistryCIDRs...)
}

// securityText reads options of the form name=seccomp,profile=builtin.
func securityText(b *strings.Builder, options []string) {
	if len(options) == 0 {
		return
	}
	b.WriteString(" Security Options:\n")
	for _, o := range options {
		for part := range strings.SplitSeq(o, ",") {
			switch key, val := split(part, "="); key {
			case "name":
				fmt.Fprintf(b, "  %s\n", val)
			case "profile":
				fmt.Fprintf(b, "   Profile: %s\n", val)
			}
		}
	}
}

func (d *docker) contextShow(*call) error {
	d.printf("default\n")
	return nil
}

func (d *docker) contextList(c *call) error {
	l := listing{
		format: c.text("format"), table: "{{.Name}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}",
		headings: map[string]string{"Name": "NAME", "Description": "DESCRIPTION", "DockerEndpoint": "DOCKER ENDPOINT", "Error": "ERROR"},
	}
	if c.on("quiet") {
		l.quiet = "{{.Name}}"
	}
	return d.print(l, []any{&contextRow{marked: !c.on("quiet")}})
}

// contextRow is the one context.
type contextRow struct{ marked bool }

func (r *contextRow) MarshalJSON() ([]byte, error) { return marshalRow(&contextRow{}) }

func (r *contextRow) Name() string {
	if r.marked {
		return "default *"
	}
	return "default"
}

func (r *contextRow) Description() string    { return "Current DOCKER_HOST based configuration" }
func (r *contextRow) DockerEndpoint() string { return socket }
func (r *contextRow) Error() string          { return "" }
func (r *contextRow) Current() bool          { return true }

// systemPrune removes what nothing uses. cli: cli/command/system/prune.go
func (d *docker) systemPrune(c *call) error {
	f := c.filters()
	images := "all dangling images"
	if c.on("all") {
		images = "all images without at least one container associated to them"
	}
	warnings := []string{"all stopped containers", "all networks not used by at least one container"}
	if c.on("volumes") {
		if len(f["until"]) > 0 {
			return errors.New(`ERROR: The "until" filter is not supported with "--volumes"`)
		}
		warnings = append(warnings, "all anonymous volumes not used by at least one container")
	}
	warnings = append(warnings, images, "unused build cache")
	if !c.on("force") && !d.confirm(pruneQuestion(warnings, f)) {
		return nil
	}
	var total uint64
	steps := []func() (string, uint64, error){
		func() (string, uint64, error) {
			r, err := d.engine.ContainerPrune(d.caller(), f)
			return deleted("Deleted Containers:", r.ContainersDeleted), r.SpaceReclaimed, err
		},
		func() (string, uint64, error) {
			r, err := d.engine.NetworkPrune(d.caller(), f)
			return deleted("Deleted Networks:", r.NetworksDeleted), 0, err
		},
		func() (string, uint64, error) {
			if !c.on("volumes") {
				return "", 0, nil
			}
			r, err := d.engine.VolumePrune(d.caller(), f)
			return deleted("Deleted Volumes:", r.VolumesDeleted), r.SpaceReclaimed, err
		},
		func() (string, uint64, error) {
			with := api.Filters{"dangling": {strconv.FormatBool(!c.on("all"))}}
			for k, v := range f {
				with[k] = v
			}
			r, err := d.engine.ImagePrune(d.caller(), with)
			return deleted("Deleted Images:", removedImages(r)), r.SpaceReclaimed, err
		},
		func() (string, uint64, error) {
			r, err := d.engine.BuildCachePrune(d.caller(), api.BuildCachePruneOptions{All: c.on("all"), Filters: f})
			return deleted("Deleted build cache objects:", r.CachesDeleted), r.SpaceReclaimed, err
		},
	}
	for _, step := range steps {
		text, freed, err := step()
		if err != nil && api.KindOf(err) != api.NotImplemented {
			return err
		}
		total += freed
		d.write(1, text)
	}
	d.printf("Total reclaimed space: %s\n", humanSize(float64(total), 4))
	return nil
}

func pruneQuestion(warnings []string, f api.Filters) string {
	q := "WARNING! This will remove:\n  - " + strings.Join(warnings, "\n  - ") + "\n"
	var with []string
	for _, name := range []string{"label", "label!", "until"} {
		for _, v := range f[name] {
			with = append(with, name+"="+v)
		}
	}
	if len(with) > 0 {
		slices.SortFunc(with, naturally)
		q += "\n  Items to be pruned will be filtered with:\n  - " + strings.Join(with, "\n  - ") + "\n"
	}
	return q + "\nAre you sure you want to continue?"
}

var usageHeadings = map[string]string{
	"Type": "TYPE", "TotalCount": "TOTAL", "Active": "ACTIVE", "Size": "SIZE", "Reclaimable": "RECLAIMABLE",
}

func (d *docker) diskUsage(c *call) error {
	verbose := c.on("verbose")
	u, err := d.engine.DiskUsage(d.caller(), api.DiskUsageOptions{Verbose: verbose})
	if err != nil {
		return err
	}
	if verbose {
		return d.usageInDetail(c, u)
	}
	l := listing{format: c.text("format"), headings: usageHeadings, table: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}"}
	return d.print(l, []any{
		usageOf("Images", u.ImageUsage), usageOf("Containers", u.ContainerUsage), usageOf("Local Volumes", u.VolumeUsage),
		usageOf("Build Cache", u.BuildCacheUsage),
	})
}

func usageOf[T any](kind string, u *api.Usage[T]) *usageRow {
	r := &usageRow{kind: kind}
	if u != nil {
		r.total, r.active, r.size, r.free = u.TotalCount, u.ActiveCount, u.TotalSize, u.Reclaimable
	}
	return r
}

// usageRow is what one kind of thing takes up.
type usageRow struct {
	kind                      string
	total, active, size, free int64
}

func (r *usageRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *usageRow) Type() string       { return r.kind }
func (r *usageRow) TotalCount() string { return strconv.FormatInt(r.total, 10) }
func (r *usageRow) Active() string     { return strconv.FormatInt(r.active, 10) }
func (r *usageRow) Size() string       { return humanSize(float64(r.size), 4) }

func (r *usageRow) Reclaimable() string {
	free := humanSize(float64(r.free), 4)
	if r.size > 0 && r.kind != "Build Cache" {
		return fmt.Sprintf("%s (%d%%)", free, r.free*100/r.size)
	}
	return free
}

// usageInDetail is docker system df -v.
func (d *docker) usageInDetail(c *call, u *api.DiskUsage) error {
	now, short := d.sys.Now(), true
	if f := c.text("format"); f != "" && f != "table" {
		return d.usageByTemplate(f, u)
	}
	images := detail{
		title: "Images space usage:\n\n", headings: imageHeadings,
		table: "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}",
	}
	boxes := detail{
		title: "\nContainers space usage:\n\n", headings: containerHeadings,
		table: "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}",
	}
	volumes := detail{title: "\nLocal Volumes space usage:\n\n", headings: volumeHeadings, table: "{{.Name}}\t{{.Links}}\t{{.Size}}"}
	images.rows, boxes.rows, volumes.rows = usageRows(u, now, short)
	for _, part := range []detail{images, boxes, volumes} {
		d.write(1, part.title)
		if err := d.print(listing{table: part.table, headings: part.headings}, part.rows); err != nil {
			return err
		}
	}
	size := int64(0)
	if u.BuildCacheUsage != nil {
		size = u.BuildCacheUsage.TotalSize
	}
	d.printf("\nBuild cache usage: %s\n\n", humanSize(float64(size), 4))
	rows := [][]string{{"CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED"}}
	if u.BuildCacheUsage != nil {
		for _, b := range u.BuildCacheUsage.Items {
			rows = append(rows, cacheRow(b, now))
		}
	}
	d.write(1, tabbed(rows, 10, 3))
	return nil
}

type detail struct {
	title, table string
	headings     map[string]string
	rows         []any
}

func usageRows(u *api.DiskUsage, now time.Time, short bool) (images, boxes, volumes []any) {
	if u.ImageUsage != nil {
		view := imageView{now: now, short: short}
		for i := range u.ImageUsage.Items {
			images = append(images, view.of(&u.ImageUsage.Items[i])[0])
		}
	}
	if u.ContainerUsage != nil {
		for i := range u.ContainerUsage.Items {
			s := u.ContainerUsage.Items[i]
			s.SizeRootFs = 0
			boxes = append(boxes, &containerRow{s: &s, now: now, short: short})
		}
	}
	if u.VolumeUsage != nil {
		volumes = volumeRows(u.VolumeUsage.Items)
	}
	return images, boxes, volumes
}

func cacheRow(b api.BuildCache, now time.Time) []string {
	used := ""
	if b.LastUsedAt != nil {
		used = humanDuration(now.Sub(*b.LastUsedAt)) + " ago"
	}
	id := shortID(b.ID)
	if b.InUse {
		id += "*"
	}
	return []string{
		id, b.Type, humanSize(float64(b.Size), 3), humanDuration(now.Sub(b.CreatedAt)) + " ago", used, strconv.Itoa(b.UsageCount),
		strconv.FormatBool(b.Shared),
	}
}

// usageByTemplate is docker system df -v --format.
func (d *docker) usageByTemplate(format string, u *api.DiskUsage) error {
	if format == "json" {
		format = "{{json .}}"
	}
	t, err := d.parse("", format)
	if err != nil {
		return fmt.Errorf("template parsing error: %w", err)
	}
	images, boxes, volumes := usageRows(u, d.sys.Now(), false)
	text, err := d.execute(t, struct{ Images, Containers, Volumes, BuildCache []any }{images, boxes, volumes, []any{}})
	if err != nil {
		return realNames(err)
	}
	d.write(1, text)
	return nil
}
