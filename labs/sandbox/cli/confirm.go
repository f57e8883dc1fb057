package cli

import (
	"fmt"
	"strings"
)

func deleted(heading string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return heading + "\n" + strings.Join(names, "\n") + "\n\n"
}

func reclaimed(list string, bytes uint64) string {
	return fmt.Sprintf("%sTotal reclaimed space: %s\n", list, humanSize(float64(bytes), 4))
}

// confirm asks a question that only yes answers.
func (d *docker) confirm(question string) bool {
	d.printf("%s [y/N] ", question)
	answer := strings.ToLower(strings.TrimSpace(d.readLine()))
	return answer == "y" || answer == "yes"
}

// readLine reads a line from standard input, without its end.
func (d *docker) readLine() string {
	var line []byte
	b := make([]byte, 1)
	for len(line) < 4096 {
		n, err := d.sys.Read(0, b)
		if n == 0 || err != nil || b[0] == '\n' {
			break
		}
		line = append(line, b[0])
	}
	return strings.TrimSuffix(string(line), "\r")
}
