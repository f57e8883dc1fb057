package progress

import "time"

// Health is what the doctor tells about the file.
type Health struct {
	Path     string
	Bytes    int64 // of the file and of what is not yet merged into it
	Schema   int
	SQLite   string   // the library's version
	Problems []string // what the integrity check and the checksums found; empty is good
	Reviews  int
	Cards    int
	Screens  int // read
	Copies   []Copy
}

// Copy is a backup.
type Copy struct {
	Path  string
	At    time.Time
	Bytes int64
}
