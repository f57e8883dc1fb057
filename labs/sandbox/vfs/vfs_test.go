package vfs_test

import (
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

func TestFilesAreThere(t *testing.T) {
	d := vfs.NewDisk(vfs.Config{})
	v := vfs.NewMounts(d.Tree("/dev/sda1", "host"), 0).View(vfs.Root())
	if err := v.MkdirAll("/etc/app", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := v.WriteFile("/etc/app/conf", []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := v.ReadFile("/etc/../etc/app/./conf")
	if err != nil || string(b) != "hello" {
		t.Fatalf("got %q, %v", b, err)
	}
	if _, err := v.As(vfs.User(1000, 1000)).ReadFile("/etc/app/conf"); err != vfs.EACCES {
		t.Fatalf("another user: %v", err)
	}
}
