package netsim

import "strconv"

// Errno is the error of every call here, with Linux's numbers and glibc's texts.
type Errno uint16

// The errors of the network. Linux: include/uapi/asm-generic/errno.h
const (
	EPERM           Errno = 1
	ENOENT          Errno = 2
	ESRCH           Errno = 3
	EINTR           Errno = 4
	EAGAIN          Errno = 11
	EACCES          Errno = 13
	EBUSY           Errno = 16
	EEXIST          Errno = 17
	ENODEV          Errno = 19
	EINVAL          Errno = 22
	EMLINK          Errno = 31
	EPIPE           Errno = 32
	ERANGE          Errno = 34
	ENOSYS          Errno = 38
	ELOOP           Errno = 40
	ENODATA         Errno = 61
	EPROTO          Errno = 71
	EDESTADDRREQ    Errno = 89
	EMSGSIZE        Errno = 90
	ENOPROTOOPT     Errno = 92
	EPROTONOSUPPORT Errno = 93
	EOPNOTSUPP      Errno = 95
	EAFNOSUPPORT    Errno = 97
	EADDRINUSE      Errno = 98
	EADDRNOTAVAIL   Errno = 99
	ENETDOWN        Errno = 100
	ENETUNREACH     Errno = 101
	ECONNABORTED    Errno = 103
	ECONNRESET      Errno = 104
	ENOBUFS         Errno = 105
	EISCONN         Errno = 106
	ENOTCONN        Errno = 107
	ETIMEDOUT       Errno = 110
	ECONNREFUSED    Errno = 111
	EHOSTUNREACH    Errno = 113
	EALREADY        Errno = 114
	EINPROGRESS     Errno = 115
)

// Error is the GNU C library's text.
func (e Errno) Error() string {
	if text, ok := e.text(); ok {
		return text
	}
	return "Unknown error " + strconv.Itoa(int(e))
}

func (e Errno) text() (string, bool) {
	text := [...]string{
		EPERM: "Operation not permitted", ENOENT: "No such file or directory", ESRCH: "No such process",
		EINTR: "Interrupted system call", EAGAIN: "Resource temporarily unavailable", EACCES: "Permission denied",
		EBUSY: "Device or resource busy", EEXIST: "File exists", ENODEV: "No such device",
		EINVAL: "Invalid argument", EMLINK: "Too many links", EPIPE: "Broken pipe", ERANGE: "Numerical result out of range",
		ENOSYS: "Function not implemented", ELOOP: "Too many levels of symbolic links",
		ENODATA: "No data available", EPROTO: "Protocol error", EDESTADDRREQ: "Destination address required",
		EMSGSIZE: "Message too long", ENOPROTOOPT: "Protocol not available",
		EPROTONOSUPPORT: "Protocol not supported", EOPNOTSUPP: "Operation not supported",
		EAFNOSUPPORT: "Address family not supported by protocol", EADDRINUSE: "Address already in use",
		EADDRNOTAVAIL: "Cannot assign requested address", ENETDOWN: "Network is down",
		ENETUNREACH: "Network is unreachable", ECONNABORTED: "Software caused connection abort",
		ECONNRESET: "Connection reset by peer", ENOBUFS: "No buffer space available",
		EISCONN:  "Transport endpoint is already connected",
		ENOTCONN: "Transport endpoint is not connected", ETIMEDOUT: "Connection timed out",
		ECONNREFUSED: "Connection refused", EHOSTUNREACH: "No route to host",
		EALREADY: "Operation already in progress", EINPROGRESS: "Operation now in progress",
	}
	if int(e) < len(text) && text[e] != "" {
		return text[e], true
	}
	return "", false
}
