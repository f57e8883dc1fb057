//go:build !linux

package progress_test

import "errors"

// limited needs limits of Linux.
func limited([]string) error { return errors.ErrUnsupported }
