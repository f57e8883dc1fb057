package applet

import (
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// parseMode applies a mode as chmod(1) takes it, octal or symbolic, to the mode that a file has.
func parseMode(s string, old, umask vfs.Mode) (vfs.Mode, bool) {
	if s == "" {
		return 0, false
	}
	if s[0] >= '0' && s[0] <= '7' {
		n, err := strconv.ParseUint(s, 8, 32)
		return vfs.Mode(n), err == nil && n <= 0o7777
	}
	mode := old & vfs.PermMask
	for clause := range strings.SplitSeq(s, ",") {
		next, ok := symbolic(clause, mode, old.IsDir(), umask)
		if !ok {
			return 0, false
		}
		mode = next
	}
	return mode, true
}

// symbolic applies one clause: who, then one or more of an operator and permissions.
func symbolic(clause string, mode vfs.Mode, dir bool, umask vfs.Mode) (vfs.Mode, bool) {
	i := strings.IndexAny(clause, "+-=")
	if i < 0 || strings.Trim(clause[:i], "ugoa") != "" {
		return 0, false
	}
	who, masked := whoBits(clause[:i]), vfs.Mode(0)
	if i == 0 {
		masked = umask
	}
	for rest := clause[i:]; rest != ""; {
		op := rest[0]
		rest = rest[1:]
		end := strings.IndexAny(rest, "+-=")
		if end < 0 {
			end = len(rest)
		}
		bits, ok := permBits(rest[:end], mode, dir)
		if !ok {
			return 0, false
		}
		mode = operate(op, mode, who, bits&who&^masked)
		rest = rest[end:]
	}
	return mode, true
}

// whoBits is the bits that u, g, o speak of; nobody is all of them.
func whoBits(who string) vfs.Mode {
	if who == "" {
		return vfs.PermMask
	}
	m := vfs.Mode(0)
	for _, w := range who {
		switch w {
		case 'u':
			m |= vfs.S_ISUID | 0o700
		case 'g':
			m |= vfs.S_ISGID | 0o070
		case 'o':
			m |= vfs.S_ISVTX | 0o007
		case 'a':
			m |= vfs.PermMask
		}
	}
	return m
}

// permBits is the bits that letters ask for, for everybody.
func permBits(letters string, mode vfs.Mode, dir bool) (vfs.Mode, bool) {
	m := vfs.Mode(0)
	for _, l := range letters {
		switch l {
		case 'r':
			m |= 0o444
		case 'w':
			m |= 0o222
		case 'x':
			m |= 0o111
		case 'X':
			if dir || mode&0o111 != 0 {
				m |= 0o111
			}
		case 's':
			m |= vfs.S_ISUID | vfs.S_ISGID
		case 't':
			m |= vfs.S_ISVTX
		case 'u':
			m |= mode >> 6 & 7 * 0o111
		case 'g':
			m |= mode >> 3 & 7 * 0o111
		case 'o':
			m |= mode & 7 * 0o111
		default:
			return 0, false
		}
	}
	return m, true
}

func operate(op byte, mode, who, bits vfs.Mode) vfs.Mode {
	switch op {
	case '+':
		return mode | bits
	case '-':
		return mode &^ bits
	}
	return mode&^who | bits
}
