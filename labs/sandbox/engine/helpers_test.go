package engine_test

import (
	"strings"
	"time"

	"dockerlearn/labs/sandbox/image"
)

// health is a check every second, of which two have to fail.
func health(line string) *image.Healthcheck {
	return &image.Healthcheck{Test: []string{"CMD-SHELL", line}, Interval: time.Second, Retries: 2}
}

// hideID puts ID in the place of an id, so that a text can be compared.
func hideID(text, id string) string {
	if id == "" {
		return text
	}
	return strings.ReplaceAll(text, id, "ID")
}
