package api

import (
	"errors"

	"dockerlearn/labs/sandbox/image"
)

// What clients need of images to ask for them: the docker command knows api only.
type (
	Platform    = image.Platform
	Descriptor  = image.Descriptor
	Digest      = image.Digest
	Reference   = image.Reference
	ImageConfig = image.Config
	Healthcheck = image.Healthcheck
)

// ParseReference reads an image's name as people write it.
func ParseReference(s string) (Reference, error) {
	r, err := image.ParseReference(s)
	return r, asError(err)
}

// ParsePlatform reads what --platform is given.
func ParsePlatform(s string) (Platform, error) {
	p, err := image.ParsePlatform(s)
	return p, asError(err)
}

// asError is FromImage without the trap of a nil *Error in an error.
func asError(err error) error {
	if err == nil {
		return nil
	}
	return FromImage(err)
}

// FromImage is an error of package image or registry under its kind. err is not nil.
func FromImage(err error) *Error {
	for _, row := range []struct {
		why  error
		kind Kind
	}{
		{image.ErrNotFound, NotFound},
		{image.ErrInvalid, InvalidParameter},
		{image.ErrConflict, Conflict},
		{image.ErrUnauthorized, Unauthorized},
		{image.ErrUnavailable, Unavailable},
	} {
		if errors.Is(err, row.why) {
			return &Error{Kind: row.kind, Msg: err.Error()}
		}
	}
	return &Error{Kind: Internal, Msg: err.Error()}
}
