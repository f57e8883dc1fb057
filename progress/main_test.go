package progress_test

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if aMillion.dir != "" {
		os.RemoveAll(aMillion.dir)
	}
	os.Exit(code)
}
