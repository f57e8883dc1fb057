package redis

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Values of the protocol, RESP2. A value is a string (bulk), status, failure, int64, nil, or a list.
type (
	// value is one of them.
	value any
	// status is a simple string: "OK".
	status string
	// failure is an error: "ERR unknown command".
	failure string
	// list is an array.
	list []value
)

// Limits of what somebody sends.
const (
	mostWords  = 1 << 16
	longestKey = 8 << 20
)

var errProtocol = errors.New("protocol error")

// readCommand reads a command: an array of bulk strings, or a line of words as somebody with nc types it.
func readCommand(r *bufio.Reader) ([]string, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(line, "*") {
		return strings.Fields(line), nil
	}
	n, err := strconv.Atoi(line[1:])
	if err != nil || n > mostWords {
		return nil, errProtocol
	}
	var words []string
	for range n {
		head, err := readLine(r)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(head, "$") {
			return nil, errProtocol
		}
		word, err := readBulk(r, head[1:])
		if err != nil {
			return nil, err
		}
		text, ok := word.(string)
		if !ok {
			return nil, errProtocol // a length of -1
		}
		words = append(words, text)
	}
	return words, nil
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		return "", errProtocol
	}
	return strings.TrimRight(string(line), "\r\n"), err
}

// readBulk reads a string of so many bytes; nil for -1.
func readBulk(r *bufio.Reader, length string) (value, error) {
	n, err := strconv.Atoi(length)
	if err != nil || n > longestKey {
		return nil, errProtocol
	}
	if n < 0 {
		return nil, nil
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(n)+2)) // grows with what comes, not with what is announced
	if err == nil && len(b) < n+2 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	return string(b[:n]), nil
}

// readValue reads an answer. Arrays are not nested deeper than a few levels.
func readValue(r *bufio.Reader, depth int) (value, error) {
	line, err := readLine(r)
	if err != nil {
		return nil, err
	}
	if line == "" || depth > 8 {
		return nil, errProtocol
	}
	switch rest := line[1:]; line[0] {
	case '+':
		return status(rest), nil
	case '-':
		return failure(rest), nil
	case ':':
		return strconv.ParseInt(rest, 10, 64)
	case '$':
		return readBulk(r, rest)
	case '*':
		return readList(r, rest, depth)
	}
	return nil, errProtocol
}

func readList(r *bufio.Reader, length string, depth int) (value, error) {
	n, err := strconv.Atoi(length)
	if err != nil || n > mostWords {
		return nil, errProtocol
	}
	all := list{}
	for range n {
		v, err := readValue(r, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// appendValue writes a value.
func appendValue(b []byte, v value) []byte {
	switch v := v.(type) {
	case status:
		return append(append(append(b, '+'), v...), "\r\n"...)
	case failure:
		return append(append(append(b, '-'), v...), "\r\n"...)
	case int64:
		return append(strconv.AppendInt(append(b, ':'), v, 10), "\r\n"...)
	case string:
		b = append(strconv.AppendInt(append(b, '$'), int64(len(v)), 10), "\r\n"...)
		return append(append(b, v...), "\r\n"...)
	case list:
		b = append(strconv.AppendInt(append(b, '*'), int64(len(v)), 10), "\r\n"...)
		for _, x := range v {
			b = appendValue(b, x)
		}
		return b
	}
	return append(b, "$-1\r\n"...)
}

func appendCommand(b []byte, words []string) []byte {
	all := make(list, len(words))
	for i, w := range words {
		all[i] = w
	}
	return appendValue(b, all)
}
