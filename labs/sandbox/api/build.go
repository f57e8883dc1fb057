package api

import "dockerlearn/labs/sandbox/build"

// Builds is what can be asked of the builder. The real engine has BuildKit's own interface for it, with files and
// progress on one connection: here they are a view of the files and a function in the request. An error of ImageBuild
// is *build.Error, or *Error if it never came to a build.
type Builds interface {
	ImageBuild(c Caller, r build.Request) (build.Result, error)
}
