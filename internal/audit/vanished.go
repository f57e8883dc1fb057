package audit

import (
	"bufio"
	"bytes"
	"io/fs"
	"strings"

	"dockerlearn/internal/mdoc"
	"dockerlearn/lessons"
)

// idsFile lists the ids of all questions that were ever published, one a line. Learners' progress hangs on them, so a
// question that is not asked any more stays in the list: with the word "retired" behind its id.
const idsFile = "ids.txt"

// vanished finds published questions that are gone. A course without the list has published nothing yet.
func (a *auditor) vanished(fsys fs.FS) {
	src, err := fs.ReadFile(fsys, idsFile)
	if err != nil || len(a.course.Topics) == 0 {
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(src))
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) != 1 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if a.course.Question(lessons.QuestionID(words[0])) == nil {
			a.found.Errorf(mdoc.Pos{File: idsFile, Line: n, Col: 1}, "id-vanished",
				"give the question its id back, or write \"retired\" behind it here",
				"the question %q was published and is gone", words[0])
		}
	}
}
