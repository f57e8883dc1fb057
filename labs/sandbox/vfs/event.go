package vfs

import "fmt"

// Rule names the law that decided something.
type Rule string

// What happens to files.
const (
	RuleLookup   Rule = "vfs.lookup"   // a name was found: Layer says where
	RuleCopyUp   Rule = "vfs.copyup"   // a file of the image was copied into the upper layer: Bytes of content
	RuleWhiteout Rule = "vfs.whiteout" // a name of the image was hidden
	RuleReveal   Rule = "vfs.reveal"   // a whiteout was replaced by a new file
	RuleOpaque   Rule = "vfs.opaque"   // a directory began to hide the image's directory of the same name
	RuleMade     Rule = "vfs.made"     // a container got a file under a name where nothing was: Layer and Bytes are 0
	RuleRemoved  Rule = "vfs.removed"  // a name of a container was removed, and nothing took its place that hides the image
	RuleMoved    Rule = "vfs.moved"    // a file of a container has another name now: Asked is the one that it had
	RuleWrote    Rule = "vfs.wrote"    // an open file that was written to was closed: Bytes were written
	RuleMount    Rule = "vfs.mount"    // a path led through a mount point: Mount says which
	RuleSealed   Rule = "vfs.sealed"   // an upper layer became a Layer
)

// Why something is refused.
const (
	RuleMissing     Rule = "vfs.missing"     // ENOENT: nothing has that name
	RuleHidden      Rule = "vfs.hidden"      // ENOENT: the image has it, a whiteout or an opaque directory hides it
	RuleDangling    Rule = "vfs.dangling"    // ENOENT: a symbolic link leads nowhere
	RuleGone        Rule = "vfs.gone"        // ENOENT: the directory itself was removed
	RuleName        Rule = "vfs.name"        // the path cannot be meant: empty, too long, ends in a dot or a slash
	RuleLoop        Rule = "vfs.loop"        // more than 40 symbolic links, or a directory moved into itself
	RuleKind        Rule = "vfs.kind"        // it is (not) a directory, a link, a regular file
	RuleExists      Rule = "vfs.exists"      // EEXIST
	RuleNotEmpty    Rule = "vfs.notempty"    // ENOTEMPTY
	RuleSearch      Rule = "vfs.search"      // no x on a directory on the way
	RuleMode        Rule = "vfs.mode"        // the file's permission bits
	RuleDirWrite    Rule = "vfs.dirwrite"    // no w on the directory that holds the name
	RuleSticky      Rule = "vfs.sticky"      // a sticky directory: only owners may remove
	RuleOwner       Rule = "vfs.owner"       // only the owner or CAP_FOWNER may
	RuleChown       Rule = "vfs.chown"       // only CAP_CHOWN may give files away
	RuleMknod       Rule = "vfs.mknod"       // devices need CAP_MKNOD
	RuleWhiteoutDev Rule = "vfs.whiteoutdev" // an overlay keeps device 0/0 to itself
	RuleHardlink    Rule = "vfs.hardlink"    // fs.protected_hardlinks
	RuleXattr       Rule = "vfs.xattr"       // this attribute may not be set on this file by this user
	RuleCapability  Rule = "vfs.capability"  // CAP_SYS_ADMIN or CAP_SYS_CHROOT is missing
	RuleReadOnly    Rule = "vfs.readonly"    // the mount or the file system is read-only
	RuleMountFlag   Rule = "vfs.mountflag"   // noexec, nodev
	RuleBusy        Rule = "vfs.busy"        // it is a mount point or a root, or in use
	RuleCrossMount  Rule = "vfs.crossmount"  // EXDEV: two mounts
	RuleLowerDir    Rule = "vfs.lowerdir"    // EXDEV: a directory of the image cannot be renamed
	RuleSpace       Rule = "vfs.space"       // ENOSPC: the disk, or a tmpfs's size
	RuleInodes      Rule = "vfs.inodes"      // ENOSPC: no inodes left
	RuleMemory      Rule = "vfs.memory"      // ENOSPC: the world's own memory budget
	RuleTooBig      Rule = "vfs.toobig"      // EFBIG, EMLINK, E2BIG
	RuleDescriptor  Rule = "vfs.descriptor"  // the open file does not allow it
	RuleUnsupported Rule = "vfs.unsupported" // this kind of file system cannot
	RuleInvalid     Rule = "vfs.invalid"     // an argument makes no sense
	RuleDynamic     Rule = "vfs.dynamic"     // a dynamic file's owner refused
)

// EventID is what the observer calls an event. 0 names none.
type EventID uint64

// Event is something that happened to files, or was refused.
type Event struct {
	Rule  Rule
	FS    *FS
	Path  string // of what decided it, within FS; for refusals as seen by the View
	Asked string // refusals and mounts: the path that was asked for; writes: the path as the View sees it; moves: the old name
	Layer int    // 1 is the image's lowest layer, 0 the upper or a file system without layers
	Bytes int64
	Errno Errno // 0 if nothing was refused
	Mount *Mount
	By    *View  // whose call it was; nil for what was not a call
	Call  string // the system call
}

func (e Event) String() string {
	s := fmt.Sprintf("%s %s", e.Rule, e.Path)
	if e.Asked != "" && e.Asked != e.Path {
		s += fmt.Sprintf(" (for %s)", e.Asked)
	}
	if e.Layer > 0 {
		s += fmt.Sprintf(" layer %d", e.Layer)
	}
	if e.Bytes > 0 {
		s += fmt.Sprintf(" %d bytes", e.Bytes)
	}
	if e.Call != "" {
		s += " by " + e.Call
	}
	if e.Errno != 0 {
		s += ": " + e.Errno.Error()
	}
	return s
}

// Observer is told what happens. Its answer is remembered as the Disk's last event.
type Observer func(Event) EventID
