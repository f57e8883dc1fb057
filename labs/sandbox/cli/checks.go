package cli

import (
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What the values of flags must look like. The errors are those of the real flags (cli: opts/).

func checkBytes(s string) (string, error) {
	n, err := ramInBytes(s)
	return strconv.FormatInt(n, 10), err
}

// checkSwapBytes is a size, or -1 for no limit.
func checkSwapBytes(s string) (string, error) {
	if s == "-1" {
		return s, nil
	}
	return checkBytes(s)
}

func checkDuration(s string) (string, error) {
	d, err := time.ParseDuration(s)
	return d.String(), err
}

// checkDecimal makes billionths of a number of processors.
func checkDecimal(s string) (string, error) {
	bad := fmt.Errorf("failed to parse %v as a rational number", s)
	if len(s) > 64 || strings.ContainsAny(s, "eEpP") && len(s[strings.IndexAny(s, "eEpP"):]) > 4 {
		return "", bad // a number with so many digits that working it out has no end
	}
	cpus, ok := new(big.Rat).SetString(s)
	if !ok {
		return "", bad
	}
	nano := cpus.Mul(cpus, big.NewRat(1e9, 1))
	if !nano.IsInt() {
		return "", errors.New("value is too precise")
	}
	if !nano.Num().IsInt64() {
		return "", bad
	}
	return nano.Num().String(), nil
}

func checkFilter(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	name, val, ok := strings.Cut(s, "=")
	if !ok {
		return "", errors.New("bad format of filter (expected name=value)")
	}
	return strings.ToLower(strings.TrimSpace(name)) + "=" + strings.TrimSpace(val), nil
}

func checkAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if _, err := netip.ParseAddr(s); err != nil {
		return "", fmt.Errorf("failed to parse IP: %q", s)
	}
	return s, nil
}

// checkAddresses is addresses with commas between them.
func checkAddresses(s string) (string, error) {
	for a := range strings.SplitSeq(s, ",") {
		if _, err := netip.ParseAddr(strings.TrimSpace(a)); err != nil {
			return "", fmt.Errorf("invalid string being converted to IP address: %s", a)
		}
	}
	return s, nil
}

// checkPrefixes is subnets with commas between them.
func checkPrefixes(s string) (string, error) {
	for a := range strings.SplitSeq(s, ",") {
		if _, err := netip.ParsePrefix(strings.TrimSpace(a)); err != nil {
			return "", fmt.Errorf("invalid string being converted to CIDR: %s", a)
		}
	}
	return s, nil
}

func checkEnv(s string) (string, error) {
	if s == "" || s[0] == '=' {
		return "", errors.New("invalid environment variable: " + s)
	}
	return s, nil
}

func checkLabel(s string) (string, error) {
	key, _ := split(s, "=")
	key = strings.TrimLeft(key, " \t")
	switch {
	case key == "":
		return "", fmt.Errorf("invalid label '%s': empty name", s)
	case strings.ContainsAny(key, " \t"):
		return "", fmt.Errorf("label '%s' contains whitespaces", key)
	}
	return s, nil
}

func checkStream(s string) (string, error) {
	s = strings.ToLower(s)
	if s != "stdin" && s != "stdout" && s != "stderr" {
		return "", errors.New("valid streams are STDIN, STDOUT and STDERR")
	}
	return s, nil
}

// ulimitNames are the limits that --ulimit knows. go-units: ulimit.go
var ulimitNames = []string{
	"core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
	"rttime",
	"sigpending", "stack",
}

func checkUlimit(s string) (string, error) {
	name, limits, ok := strings.Cut(s, "=")
	if !ok {
		return "", fmt.Errorf("invalid ulimit argument: %s", s)
	}
	if !slices.Contains(ulimitNames, name) {
		return "", fmt.Errorf("invalid ulimit type: %s", name)
	}
	soft, hard, two := strings.Cut(limits, ":")
	if strings.Contains(hard, ":") {
		return "", fmt.Errorf("too many limit value arguments - %s, can only have up to two, `soft[:hard]`", limits)
	}
	n, err := strconv.ParseInt(soft, 10, 64)
	if err != nil {
		return "", err
	}
	if !two {
		return s, nil
	}
	m, err := strconv.ParseInt(hard, 10, 64)
	if err != nil {
		return "", err
	}
	if m != -1 && n == -1 {
		return "", fmt.Errorf("ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: %d", m)
	}
	if m != -1 && n > m {
		return "", fmt.Errorf("ulimit soft limit must be less than or equal to hard limit: %d > %d", n, m)
	}
	return s, nil
}

// checkExtraHost is HOST:IP or HOST=IP; the engine knows one more address, host-gateway.
func checkExtraHost(s string) (string, error) {
	host, ip, ok := strings.Cut(s, "=")
	if !ok {
		host, ip, ok = strings.Cut(s, ":")
	}
	if !ok || host == "" {
		return "", fmt.Errorf("bad format for add-host: %q", s)
	}
	if ip == "host-gateway" {
		return host + ":" + ip, nil
	}
	if len(ip) > 2 && ip[0] == '[' && ip[len(ip)-1] == ']' {
		ip = ip[1 : len(ip)-1]
	}
	if _, err := netip.ParseAddr(ip); err != nil {
		return "", fmt.Errorf("invalid IP address in add-host: %q", ip)
	}
	return host + ":" + ip, nil
}

func devicePath(s string) (path, rest string, err error) {
	path, rest, ok := strings.Cut(s, ":")
	if !ok || path == "" {
		return "", "", fmt.Errorf("bad format: %s", s)
	}
	if !strings.HasPrefix(path, "/dev/") {
		return "", "", fmt.Errorf("bad format for device path: %s", s)
	}
	return path, rest, nil
}

func checkWeightDevice(s string) (string, error) {
	path, rest, err := devicePath(s)
	if err != nil {
		return "", err
	}
	n, err := strconv.ParseUint(rest, 10, 16)
	if err != nil || (n > 0 && (n < 10 || n > 1000)) {
		return "", fmt.Errorf("invalid weight for device: %s", s)
	}
	return path + ":" + rest, nil
}

func checkThrottleBps(s string) (string, error) {
	path, rest, err := devicePath(s)
	if err != nil {
		return "", err
	}
	n, err := ramInBytes(rest)
	if err != nil || n < 0 {
		return "", fmt.Errorf("invalid rate for device: %s. The correct format is <device-path>:<number>[<unit>]. "+
			"Number must be a positive integer. Unit is optional and can be kb, mb, or gb", s)
	}
	return path + ":" + strconv.FormatInt(n, 10), nil
}

func checkThrottleIOps(s string) (string, error) {
	path, rest, err := devicePath(s)
	if err != nil {
		return "", err
	}
	if _, err := strconv.ParseUint(rest, 10, 64); err != nil {
		return "", fmt.Errorf("invalid rate for device: %s. The correct format is <device-path>:<number>. "+
			"Number must be a positive integer", s)
	}
	return path + ":" + rest, nil
}

func checkDNS(s string) (string, error) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	if err != nil {
		return "", fmt.Errorf("IP address is not correctly formatted: %s", s)
	}
	return a.String(), nil
}

func checkDNSDomain(s string) (string, error) {
	s = strings.Trim(s, " ")
	if s == "." {
		return s, nil
	}
	letters := strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
	strange := strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_')
	})
	if !letters || strange || len(s) >= 255 {
		return "", fmt.Errorf("%s is not a valid domain", s)
	}
	return s, nil
}

func checkLink(s string) (string, error) {
	if s == "" {
		return "", errors.New("empty string specified for links")
	}
	if strings.Count(s, ":") > 1 {
		return "", errors.New("bad format for links: " + s)
	}
	return s, nil
}
