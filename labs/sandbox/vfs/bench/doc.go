// Package bench puts package vfs beside what else could have carried the sandbox's files: afero's CopyOnWriteFs and
// Linux's own overlayfs on tmpfs. It is a module of its own, so that the program does not depend on what it is compared
// with. Run it with
//
//	cd labs/sandbox/vfs/bench && DOCKERLEARN_LIVE_OVERLAY=1 go test -bench .
//
// (as root; without the variable the kernel's part is left out).
package bench
