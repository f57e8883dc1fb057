package image

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

const tarBlock = 512

// header is a tar header as Go's archive/tar would write it: ustar, preceded by PAX records for what does not fit.
func header(e vfs.Entry) []byte {
	name := e.Path
	if e.Mode.IsDir() {
		name += "/"
	}
	target := e.Target
	if e.Link != "" {
		target = e.Link
	}
	pax := paxRecords(e, name, target)
	b := make([]byte, tarBlock, 3*tarBlock)
	ustar(b, e, name, target)
	if len(pax) == 0 {
		return b
	}
	dir, base := splitPath(strings.TrimSuffix(name, "/"))
	ext := make([]byte, tarBlock, 2*tarBlock+len(pax))
	ustar(ext, vfs.Entry{Mode: vfs.S_IFREG}, cut(joinPath(joinPath(dir, "PaxHeaders.0"), base), 100), "")
	clear(ext[100:108])
	octal(ext[100:108], 0)
	octal(ext[124:136], int64(len(pax)))
	ext[156] = 'x'
	checksum(ext)
	ext = append(ext, pax...)
	ext = append(ext, make([]byte, (tarBlock-len(pax)%tarBlock)%tarBlock)...)
	return append(ext, b...)
}

func ustar(b []byte, e vfs.Entry, name, target string) {
	copy(b[0:100], cut(name, 100))
	octal(b[100:108], int64(e.Mode.Perm()))
	octal(b[108:116], int64(e.UID))
	octal(b[116:124], int64(e.GID))
	octal(b[124:136], contentSize(e))
	octal(b[136:148], max(e.Mtime/1e9, 0))
	b[156] = typeFlag(e)
	copy(b[157:257], cut(target, 100))
	copy(b[257:265], "ustar\x0000")
	if e.Mode.IsDevice() {
		octal(b[329:337], int64(e.Rdev.Major()))
		octal(b[337:345], int64(e.Rdev.Minor()))
	}
	checksum(b)
}

func cut(s string, n int) string { return s[:min(len(s), n)] }

func typeFlag(e vfs.Entry) byte {
	if e.Link != "" {
		return '1'
	}
	switch e.Mode.Type() {
	case vfs.S_IFLNK:
		return '2'
	case vfs.S_IFCHR:
		return '3'
	case vfs.S_IFBLK:
		return '4'
	case vfs.S_IFDIR:
		return '5'
	case vfs.S_IFIFO:
		return '6'
	}
	return '0'
}

// octal writes a number; one that is too large is left to the PAX records.
func octal(b []byte, n int64) {
	text := strconv.FormatInt(n, 8)
	width := len(b) - 1
	if len(text) > width {
		text = "0"
	}
	copy(b, strings.Repeat("0", width-len(text))+text)
}

func checksum(b []byte) {
	copy(b[148:156], "        ")
	sum := int64(0)
	for _, c := range b[:tarBlock] {
		sum += int64(c)
	}
	copy(b[148:156], fmt.Sprintf("%06o\x00 ", sum))
}

const (
	paxXattr  = "SCHILY.xattr."
	maxOctal7 = 0o7777777
	maxOctal  = 0o77777777777
)

func paxRecords(e vfs.Entry, name, target string) []byte {
	records := map[string]string{}
	if len(name) > 100 || !isASCII(name) {
		records["path"] = name
	}
	if len(target) > 100 || !isASCII(target) {
		records["linkpath"] = target
	}
	if contentSize(e) > maxOctal {
		records["size"] = strconv.FormatInt(contentSize(e), 10)
	}
	if e.UID > maxOctal7 {
		records["uid"] = strconv.FormatUint(uint64(e.UID), 10)
	}
	if e.GID > maxOctal7 {
		records["gid"] = strconv.FormatUint(uint64(e.GID), 10)
	}
	if e.Mtime%1e9 != 0 || e.Mtime < 0 {
		records["mtime"] = paxTime(e.Mtime)
	}
	for _, key := range slices.Sorted(maps.Keys(e.Xattrs)) {
		if value := e.Xattrs[key]; key != "" && !strings.ContainsAny(key, "=\x00") {
			records[paxXattr+key] = value
		}
	}
	var out []byte
	for _, key := range slices.Sorted(maps.Keys(records)) {
		out = append(out, paxRecord(key, records[key])...)
	}
	return out
}

// paxRecord is "LENGTH KEY=VALUE\n", where LENGTH counts itself.
func paxRecord(key, value string) string {
	rest := " " + key + "=" + value + "\n"
	n := len(rest)
	for n != len(strconv.Itoa(n))+len(rest) {
		n = len(strconv.Itoa(n)) + len(rest)
	}
	return strconv.Itoa(n) + rest
}

func paxTime(ns int64) string {
	sign := ""
	if ns < 0 {
		sign, ns = "-", -ns
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%s%d.%09d", sign, ns/1e9, ns%1e9), "0"), ".")
}

func isASCII(s string) bool {
	return span(s, func(c byte) bool { return c < 0x80 && c != 0 }) == len(s)
}
