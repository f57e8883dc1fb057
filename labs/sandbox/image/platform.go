package image

import "strings"

// Linux is the platform of the simulated machines.
func Linux() Platform { return Platform{OS: "linux", Architecture: "amd64"} }

// Matches reports whether an image for p runs where q is asked for.
func (p Platform) Matches(q Platform) bool {
	return p.OS == q.OS && p.Architecture == q.Architecture && (q.Variant == "" || p.Variant == q.Variant)
}

// String is the form of --platform: "linux/arm64".
func (p Platform) String() string {
	s := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// The names that platforms know. containerd/platforms: database.go
const (
	knownOS   = " aix android darwin dragonfly freebsd illumos ios linux netbsd openbsd plan9 solaris windows "
	knownArch = " 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm "
)

// ParsePlatform reads OS, ARCH, OS/ARCH or OS/ARCH/VARIANT. containerd/platforms: platforms.go, Parse
func ParsePlatform(s string) (Platform, error) {
	parts := strings.Split(strings.ToLower(s), "/")
	p := Linux()
	switch {
	case len(parts) > 3 || strings.ContainsAny(s, " ()*") || strings.Contains(s, "//") || s == "":
		return Platform{}, Refuse(ErrInvalid, "%q: invalid platform: invalid argument", s)
	case len(parts) == 1 && known(knownOS, parts[0]):
		p.OS = parts[0]
	case len(parts) == 1:
		p.Architecture, p.Variant = architecture(parts[0], "")
		if !known(knownArch, p.Architecture) {
			return Platform{}, Refuse(ErrInvalid, "%q: unknown operating system or architecture: invalid argument", s)
		}
	default:
		p.OS = parts[0]
		p.Architecture, p.Variant = architecture(parts[1], strings.Join(parts[2:], ""))
	}
	return p, nil
}

func known(list, name string) bool { return strings.Contains(list, " "+name+" ") }

// architecture are the names that mean the same.
func architecture(name, variant string) (string, string) {
	switch name {
	case "i386":
		return "386", ""
	case "x86_64", "x86-64":
		return "amd64", variant
	case "aarch64":
		name = "arm64"
	case "armhf":
		return "arm", "v7"
	case "armel":
		return "arm", "v6"
	}
	if name == "arm64" && (variant == "8" || variant == "v8") {
		variant = ""
	}
	return name, variant
}
