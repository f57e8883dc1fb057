package redis

import (
	"bufio"
	"strings"
)

// Command reads a command from a text and says how much of it is left.
func Command(text string) (words []string, left int, err error) {
	from := strings.NewReader(text)
	r := bufio.NewReaderSize(from, 64<<10)
	words, err = readCommand(r)
	return words, from.Len() + r.Buffered(), err
}

// Sent is a command as it travels.
func Sent(words []string) string { return string(appendCommand(nil, words)) }

// Again reads an answer and writes it; ok is false if it is none.
func Again(text string) (same string, ok bool) {
	v, err := readValue(bufio.NewReaderSize(strings.NewReader(text), 64<<10), 0)
	return string(appendValue(nil, v)), err == nil
}
