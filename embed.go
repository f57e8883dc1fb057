// Package dockerlearn carries the course inside the program.
package dockerlearn

import (
	"embed"
	"io/fs"
)

//go:embed all:content
var content embed.FS

// Content returns the built-in course: the folder content/ as it was when the program was built.
func Content() fs.FS {
	sub, err := fs.Sub(content, "content")
	if err != nil {
		panic(err) // the folder is embedded above; its absence cannot be built
	}
	return sub
}
