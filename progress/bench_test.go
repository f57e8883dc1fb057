package progress_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// The size that the program must stay quick at: a million answers, to as many questions as a large course has.
const (
	million   = 1_000_000
	questions = 5_000
)

// millionLog writes an export of a million reviews: each question is answered every few days, two hundred times.
func millionLog(w io.Writer, lines int) {
	fmt.Fprint(w, firstLine)
	start := monday().AddDate(-8, 0, 0)
	for n := range lines {
		at := start.Add(time.Duration(n) * 4 * time.Minute)
		rating, verdict := "good", "right"
		if n%7 == 0 {
			rating, verdict = "again", "wrong"
		}
		fmt.Fprintf(
			w,
			`{"kind":"review","id":"%s","event":"answer","question":"lesson-%03d-%02d","at":"%s","mode":"review",`+
				`"session":"%d","rev":1,"lang":"zh","seed":"%d","answer":{"choices":[%d]},"verdict":"%s","score":1,`+
				`"rating":"%s","confidence":"sure","ms":%d}`+"\n",
			reviewID(at, uint64(n)),
			n%questions/10,
			n%questions%10,
			at.Format("2006-01-02T15:04:05.000Z07:00"),
			n/30,
			uint64(n)*0x9e3779b97f4a7c15,
			n%4,
			verdict,
			rating,
			2000+n%9000,
		)
	}
}

// full makes the folder with a million reviews once for all benchmarks; TestMain removes it.
type full struct {
	once sync.Once
	dir  string
	took time.Duration
	err  error
}

func (f *full) make() {
	if f.dir, f.err = os.MkdirTemp("", "dockerlearn-bench-"); f.err != nil {
		return
	}
	s, err := progress.Open(context.Background(), options(f.dir))
	if err != nil {
		f.err = err
		return
	}
	defer s.Close()
	r, w := io.Pipe()
	go func() {
		millionLog(w, million)
		w.Close()
	}()
	start := time.Now()
	_, f.err = s.Import(context.Background(), r, progress.ImportOptions{})
	f.took = time.Since(start)
}

var aMillion full

func fullDir(b *testing.B) string {
	b.Helper()
	aMillion.once.Do(aMillion.make)
	must(b, aMillion.err)
	return aMillion.dir
}

// BenchmarkImportMillion measures nothing again: the import that the other benchmarks work on is the measurement.
func BenchmarkImportMillion(b *testing.B) {
	dir := fullDir(b)
	for b.Loop() {
	}
	b.ReportMetric(aMillion.took.Seconds(), "s/import")
	if info, err := os.Stat(filepath.Join(dir, "progress.db")); err == nil {
		b.ReportMetric(float64(info.Size())/(1<<20), "MiB")
	}
}

// BenchmarkHome is what the first screen needs: opening, the last place, what was read, all cards.
func BenchmarkHome(b *testing.B) {
	dir := fullDir(b)
	for b.Loop() {
		s := open(b, options(dir))
		s.LastPlace(b.Context())
		got[map[lessons.LessonID]map[progress.Screen]time.Time](b)(s.ReadScreens(b.Context()))
		if cards := got[map[lessons.QuestionID]quiz.Card](b)(s.Cards(b.Context())); len(cards) < questions {
			b.Fatal(len(cards))
		}
		must(b, s.Close())
	}
}

// BenchmarkStatistics is all facts.
func BenchmarkStatistics(b *testing.B) {
	s := open(b, options(fullDir(b)))
	for b.Loop() {
		n := 0
		must(b, s.Facts(b.Context(), func(_ lessons.QuestionID, facts []quiz.Fact) error {
			n += len(facts)
			return nil
		}))
		if n < million {
			b.Fatal(n)
		}
	}
}

func benchmarkRecord(b *testing.B, dir string) {
	s := open(b, options(dir))
	start := time.Now().UnixNano()
	n := 0
	var took []time.Duration
	for b.Loop() {
		n++
		r := answer(n, lessons.QuestionID(fmt.Sprintf("lesson-%03d-%02d", n*7%questions/10, n*7%10)), quiz.Good)
		r.ID = reviewID(r.At, uint64(start)+uint64(n))
		before := time.Now()
		record(b, s, r)
		took = append(took, time.Since(before))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms/slowest")
}

func BenchmarkRecordMillion(b *testing.B) { benchmarkRecord(b, fullDir(b)) }
func BenchmarkRecordFirst(b *testing.B)   { benchmarkRecord(b, b.TempDir()) }

// BenchmarkUndoMillion makes a card of two hundred lines again.
func BenchmarkUndoMillion(b *testing.B) {
	s := open(b, options(fullDir(b)))
	start := time.Now().UnixNano()
	n := 0
	for b.Loop() {
		n++
		r := undo(n, answer(n, "lesson-001-01", quiz.Good))
		r.ID = reviewID(r.At, uint64(start)+uint64(n))
		record(b, s, r)
	}
}

// BenchmarkOpen is what the first frame waits for.
func BenchmarkOpenFresh(b *testing.B) {
	for b.Loop() {
		must(b, openIn(b, b.TempDir(), progress.Fresh).Close())
	}
}

func BenchmarkOpenUsual(b *testing.B) {
	dir := b.TempDir()
	s := open(b, options(dir))
	for n := range 1000 {
		record(b, s, answer(n, lessons.QuestionID(fmt.Sprintf("q-%d", n%60)), quiz.Good))
	}
	must(b, s.Close())
	b.ResetTimer()
	for b.Loop() {
		must(b, openIn(b, dir, progress.Fine).Close())
	}
}

func BenchmarkOpenMillion(b *testing.B) {
	dir := fullDir(b)
	for b.Loop() {
		must(b, openIn(b, dir, progress.Fine).Close())
	}
}

func BenchmarkRebuildMillion(b *testing.B) {
	s := open(b, options(fullDir(b)))
	for b.Loop() {
		got[progress.Rebuilt](b)(s.Rebuild(b.Context()))
	}
}

func BenchmarkExportMillion(b *testing.B) {
	s := open(b, options(fullDir(b)))
	for b.Loop() {
		must(b, s.Export(b.Context(), io.Discard))
	}
}

// BenchmarkUpkeepMillion is the daily check and copy, in the background.
func BenchmarkUpkeepMillion(b *testing.B) {
	c := &clock{monday()}
	o := options(fullDir(b))
	o.Now = c.now
	s := open(b, o)
	for b.Loop() {
		c.at = c.at.AddDate(0, 0, 1)
		must(b, s.Upkeep(b.Context()))
	}
}
