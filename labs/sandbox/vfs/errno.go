package vfs

import (
	"io/fs"
	"strconv"
)

// Errno is why a call failed, with Linux's numbers. The zero value is no error and is never returned as one.
type Errno uint16

// Linux: include/uapi/asm-generic/errno.h
const (
	EPERM           Errno = 1
	ENOENT          Errno = 2
	ESRCH           Errno = 3
	EINTR           Errno = 4
	EIO             Errno = 5
	ENXIO           Errno = 6
	E2BIG           Errno = 7
	ENOEXEC         Errno = 8
	EBADF           Errno = 9
	ECHILD          Errno = 10
	EAGAIN          Errno = 11
	ENOMEM          Errno = 12
	EACCES          Errno = 13
	EFAULT          Errno = 14
	ENOTBLK         Errno = 15
	EBUSY           Errno = 16
	EEXIST          Errno = 17
	EXDEV           Errno = 18
	ENODEV          Errno = 19
	ENOTDIR         Errno = 20
	EISDIR          Errno = 21
	EINVAL          Errno = 22
	ENFILE          Errno = 23
	EMFILE          Errno = 24
	ENOTTY          Errno = 25
	ETXTBSY         Errno = 26
	EFBIG           Errno = 27
	ENOSPC          Errno = 28
	ESPIPE          Errno = 29
	EROFS           Errno = 30
	EMLINK          Errno = 31
	EPIPE           Errno = 32
	EDOM            Errno = 33
	ERANGE          Errno = 34
	EDEADLK         Errno = 35
	ENAMETOOLONG    Errno = 36
	ENOLCK          Errno = 37
	ENOSYS          Errno = 38
	ENOTEMPTY       Errno = 39
	ELOOP           Errno = 40
	ENOMSG          Errno = 42
	EIDRM           Errno = 43
	ENODATA         Errno = 61
	ETIME           Errno = 62
	EPROTO          Errno = 71
	EBADMSG         Errno = 74
	EOVERFLOW       Errno = 75
	EBADFD          Errno = 77
	EILSEQ          Errno = 84
	ERESTART        Errno = 85
	EUSERS          Errno = 87
	ENOTSOCK        Errno = 88
	EDESTADDRREQ    Errno = 89
	EMSGSIZE        Errno = 90
	EPROTOTYPE      Errno = 91
	ENOPROTOOPT     Errno = 92
	EPROTONOSUPPORT Errno = 93
	ESOCKTNOSUPPORT Errno = 94
	EOPNOTSUPP      Errno = 95
	EPFNOSUPPORT    Errno = 96
	EAFNOSUPPORT    Errno = 97
	EADDRINUSE      Errno = 98
	EADDRNOTAVAIL   Errno = 99
	ENETDOWN        Errno = 100
	ENETUNREACH     Errno = 101
	ENETRESET       Errno = 102
	ECONNABORTED    Errno = 103
	ECONNRESET      Errno = 104
	ENOBUFS         Errno = 105
	EISCONN         Errno = 106
	ENOTCONN        Errno = 107
	ESHUTDOWN       Errno = 108
	ETOOMANYREFS    Errno = 109
	ETIMEDOUT       Errno = 110
	ECONNREFUSED    Errno = 111
	EHOSTDOWN       Errno = 112
	EHOSTUNREACH    Errno = 113
	EALREADY        Errno = 114
	EINPROGRESS     Errno = 115
	ESTALE          Errno = 116
	EUCLEAN         Errno = 117
	EDQUOT          Errno = 122
	ENOMEDIUM       Errno = 123
	ECANCELED       Errno = 125
	EOWNERDEAD      Errno = 130
	ENOTRECOVERABLE Errno = 131
)

// Aliases, as Linux has them.
const (
	EWOULDBLOCK = EAGAIN
	ENOTSUP     = EOPNOTSUPP
)

// Error is the GNU C library's text.
func (e Errno) Error() string {
	if int(e) < len(errnoTexts) && errnoTexts[e].text != "" {
		return errnoTexts[e].text
	}
	return "Unknown error " + strconv.Itoa(int(e))
}

// Musl is the text of musl, the C library of alpine and of the static busybox image.
func (e Errno) Musl() string {
	if int(e) < len(errnoTexts) && errnoTexts[e].musl != "" {
		return errnoTexts[e].musl
	}
	return e.Error()
}

// Name is the symbol: ENOENT.
func (e Errno) Name() string {
	if int(e) < len(errnoTexts) && errnoTexts[e].name != "" {
		return errnoTexts[e].name
	}
	return "errno " + strconv.Itoa(int(e))
}

// Is makes errors.Is(err, fs.ErrNotExist) and the like work, as package syscall does.
func (e Errno) Is(target error) bool {
	switch target {
	case fs.ErrPermission:
		return e == EACCES || e == EPERM
	case fs.ErrExist:
		return e == EEXIST || e == ENOTEMPTY
	case fs.ErrNotExist:
		return e == ENOENT
	case fs.ErrInvalid:
		return e == EINVAL
	}
	return false
}

type errnoText struct{ name, text, musl string }

// The third text is musl's where it differs.
var errnoTexts = [...]errnoText{
	EPERM:           {name: "EPERM", text: "Operation not permitted"},
	ENOENT:          {name: "ENOENT", text: "No such file or directory"},
	ESRCH:           {name: "ESRCH", text: "No such process"},
	EINTR:           {name: "EINTR", text: "Interrupted system call"},
	EIO:             {"EIO", "Input/output error", "I/O error"},
	ENXIO:           {name: "ENXIO", text: "No such device or address"},
	E2BIG:           {name: "E2BIG", text: "Argument list too long"},
	ENOEXEC:         {name: "ENOEXEC", text: "Exec format error"},
	EBADF:           {name: "EBADF", text: "Bad file descriptor"},
	ECHILD:          {"ECHILD", "No child processes", "No child process"},
	EAGAIN:          {name: "EAGAIN", text: "Resource temporarily unavailable"},
	ENOMEM:          {"ENOMEM", "Cannot allocate memory", "Out of memory"},
	EACCES:          {name: "EACCES", text: "Permission denied"},
	EFAULT:          {name: "EFAULT", text: "Bad address"},
	ENOTBLK:         {name: "ENOTBLK", text: "Block device required"},
	EBUSY:           {"EBUSY", "Device or resource busy", "Resource busy"},
	EEXIST:          {name: "EEXIST", text: "File exists"},
	EXDEV:           {"EXDEV", "Invalid cross-device link", "Cross-device link"},
	ENODEV:          {name: "ENODEV", text: "No such device"},
	ENOTDIR:         {name: "ENOTDIR", text: "Not a directory"},
	EISDIR:          {name: "EISDIR", text: "Is a directory"},
	EINVAL:          {name: "EINVAL", text: "Invalid argument"},
	ENFILE:          {name: "ENFILE", text: "Too many open files in system"},
	EMFILE:          {"EMFILE", "Too many open files", "No file descriptors available"},
	ENOTTY:          {"ENOTTY", "Inappropriate ioctl for device", "Not a tty"},
	ETXTBSY:         {name: "ETXTBSY", text: "Text file busy"},
	EFBIG:           {name: "EFBIG", text: "File too large"},
	ENOSPC:          {name: "ENOSPC", text: "No space left on device"},
	ESPIPE:          {"ESPIPE", "Illegal seek", "Invalid seek"},
	EROFS:           {name: "EROFS", text: "Read-only file system"},
	EMLINK:          {name: "EMLINK", text: "Too many links"},
	EPIPE:           {name: "EPIPE", text: "Broken pipe"},
	EDOM:            {"EDOM", "Numerical argument out of domain", "Domain error"},
	ERANGE:          {"ERANGE", "Numerical result out of range", "Result not representable"},
	EDEADLK:         {"EDEADLK", "Resource deadlock avoided", "Resource deadlock would occur"},
	ENAMETOOLONG:    {"ENAMETOOLONG", "File name too long", "Filename too long"},
	ENOLCK:          {name: "ENOLCK", text: "No locks available"},
	ENOSYS:          {name: "ENOSYS", text: "Function not implemented"},
	ENOTEMPTY:       {name: "ENOTEMPTY", text: "Directory not empty"},
	ELOOP:           {"ELOOP", "Too many levels of symbolic links", "Symbolic link loop"},
	ENOMSG:          {name: "ENOMSG", text: "No message of desired type"},
	EIDRM:           {name: "EIDRM", text: "Identifier removed"},
	ENODATA:         {name: "ENODATA", text: "No data available"},
	ETIME:           {name: "ETIME", text: "Timer expired"},
	EPROTO:          {name: "EPROTO", text: "Protocol error"},
	EBADMSG:         {name: "EBADMSG", text: "Bad message"},
	EOVERFLOW:       {"EOVERFLOW", "Value too large for defined data type", "Value too large for data type"},
	EBADFD:          {name: "EBADFD", text: "File descriptor in bad state"},
	EILSEQ:          {"EILSEQ", "Invalid or incomplete multibyte or wide character", "Illegal byte sequence"},
	ERESTART:        {name: "ERESTART", text: "Interrupted system call should be restarted"},
	EUSERS:          {name: "EUSERS", text: "Too many users"},
	ENOTSOCK:        {"ENOTSOCK", "Socket operation on non-socket", "Not a socket"},
	EDESTADDRREQ:    {name: "EDESTADDRREQ", text: "Destination address required"},
	EMSGSIZE:        {"EMSGSIZE", "Message too long", "Message too large"},
	EPROTOTYPE:      {name: "EPROTOTYPE", text: "Protocol wrong type for socket"},
	ENOPROTOOPT:     {name: "ENOPROTOOPT", text: "Protocol not available"},
	EPROTONOSUPPORT: {name: "EPROTONOSUPPORT", text: "Protocol not supported"},
	ESOCKTNOSUPPORT: {name: "ESOCKTNOSUPPORT", text: "Socket type not supported"},
	EOPNOTSUPP:      {"EOPNOTSUPP", "Operation not supported", "Not supported"},
	EPFNOSUPPORT:    {name: "EPFNOSUPPORT", text: "Protocol family not supported"},
	EAFNOSUPPORT:    {name: "EAFNOSUPPORT", text: "Address family not supported by protocol"},
	EADDRINUSE:      {"EADDRINUSE", "Address already in use", "Address in use"},
	EADDRNOTAVAIL:   {"EADDRNOTAVAIL", "Cannot assign requested address", "Address not available"},
	ENETDOWN:        {name: "ENETDOWN", text: "Network is down"},
	ENETUNREACH:     {"ENETUNREACH", "Network is unreachable", "Network unreachable"},
	ENETRESET:       {"ENETRESET", "Network dropped connection on reset", "Connection reset by network"},
	ECONNABORTED:    {"ECONNABORTED", "Software caused connection abort", "Connection aborted"},
	ECONNRESET:      {name: "ECONNRESET", text: "Connection reset by peer"},
	ENOBUFS:         {name: "ENOBUFS", text: "No buffer space available"},
	EISCONN:         {"EISCONN", "Transport endpoint is already connected", "Socket is connected"},
	ENOTCONN:        {"ENOTCONN", "Transport endpoint is not connected", "Socket not connected"},
	ESHUTDOWN:       {"ESHUTDOWN", "Cannot send after transport endpoint shutdown", "Cannot send after socket shutdown"},
	ETOOMANYREFS:    {name: "ETOOMANYREFS", text: "Too many references: cannot splice"},
	ETIMEDOUT:       {"ETIMEDOUT", "Connection timed out", "Operation timed out"},
	ECONNREFUSED:    {name: "ECONNREFUSED", text: "Connection refused"},
	EHOSTDOWN:       {name: "EHOSTDOWN", text: "Host is down"},
	EHOSTUNREACH:    {"EHOSTUNREACH", "No route to host", "Host is unreachable"},
	EALREADY:        {name: "EALREADY", text: "Operation already in progress"},
	EINPROGRESS:     {"EINPROGRESS", "Operation now in progress", "Operation in progress"},
	ESTALE:          {name: "ESTALE", text: "Stale file handle"},
	EUCLEAN:         {name: "EUCLEAN", text: "Structure needs cleaning"},
	EDQUOT:          {"EDQUOT", "Disk quota exceeded", "Quota exceeded"},
	ENOMEDIUM:       {name: "ENOMEDIUM", text: "No medium found"},
	ECANCELED:       {name: "ECANCELED", text: "Operation canceled"},
	EOWNERDEAD:      {"EOWNERDEAD", "Owner died", "Previous owner died"},
	ENOTRECOVERABLE: {name: "ENOTRECOVERABLE", text: "State not recoverable"},
}
