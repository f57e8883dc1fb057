package proc

import "dockerlearn/labs/sandbox/vfs"

// The errors that programs meet most.
const (
	EPERM        = vfs.EPERM
	ENOENT       = vfs.ENOENT
	ESRCH        = vfs.ESRCH
	EINTR        = vfs.EINTR
	EIO          = vfs.EIO
	ENXIO        = vfs.ENXIO
	E2BIG        = vfs.E2BIG
	ENOEXEC      = vfs.ENOEXEC
	EBADF        = vfs.EBADF
	ECHILD       = vfs.ECHILD
	EAGAIN       = vfs.EAGAIN
	ENOMEM       = vfs.ENOMEM
	EACCES       = vfs.EACCES
	EFAULT       = vfs.EFAULT
	EBUSY        = vfs.EBUSY
	EEXIST       = vfs.EEXIST
	EXDEV        = vfs.EXDEV
	ENODEV       = vfs.ENODEV
	ENOTDIR      = vfs.ENOTDIR
	EISDIR       = vfs.EISDIR
	EINVAL       = vfs.EINVAL
	ENFILE       = vfs.ENFILE
	EMFILE       = vfs.EMFILE
	ENOTTY       = vfs.ENOTTY
	ETXTBSY      = vfs.ETXTBSY
	EFBIG        = vfs.EFBIG
	ENOSPC       = vfs.ENOSPC
	ESPIPE       = vfs.ESPIPE
	EROFS        = vfs.EROFS
	EMLINK       = vfs.EMLINK
	EPIPE        = vfs.EPIPE
	ERANGE       = vfs.ERANGE
	ENAMETOOLONG = vfs.ENAMETOOLONG
	ENOSYS       = vfs.ENOSYS
	ENOTEMPTY    = vfs.ENOTEMPTY
	ELOOP        = vfs.ELOOP
	ETIMEDOUT    = vfs.ETIMEDOUT
)
