package study

import (
	"context"
	"encoding/json"
	"fmt"

	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// Finished is what a session came to, beside the last one of its kind.
type Finished struct {
	Report   quiz.Report
	Change   *quiz.Change // nil for the first of its mode
	NotSaved int          // answers that could not be stored
	Err      error        // why the report or an answer is not saved
}

// Finish ends the session: its report is stored to be compared with the next one.
func (x *Sitting) Finish(ctx context.Context) Finished {
	x.mu.Lock()
	defer x.mu.Unlock()
	f := Finished{Report: x.session.Report(x.study.now())}
	f.Err = x.flush(ctx)
	f.NotSaved = len(x.unsaved)
	if last, ok, err := x.study.lastReport(ctx, f.Report.Mode); err == nil && ok {
		change := f.Report.Against(last)
		f.Change = &change
	}
	if len(f.Report.Answers) > 0 {
		if err := x.study.saveReport(ctx, f.Report); err != nil && f.Err == nil {
			f.Err = err
		}
	}
	if err := x.study.Set(ctx, sitting, ""); err != nil && f.Err == nil {
		f.Err = err
	}
	return f
}

// Report is what the session has come to so far.
func (x *Sitting) Report() quiz.Report {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.session.Report(x.study.now())
}

// schema names the form of stored reports. A new one gets a new number.
func schema(m quiz.Mode) string { return string(m) + "/1" }

func (s *Study) saveReport(ctx context.Context, r quiz.Report) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("session report: %w", err)
	}
	return s.store.SaveReport(ctx, progress.Report{ID: s.newID(), Schema: schema(r.Mode), At: s.now(), Data: data})
}

// Reports are the last reports of a mode, newest first.
func (s *Study) Reports(ctx context.Context, m quiz.Mode, n int) ([]quiz.Report, error) {
	stored, err := s.store.Reports(ctx, schema(m), n)
	var all []quiz.Report
	for _, x := range stored {
		var r quiz.Report
		if json.Unmarshal(x.Data, &r) == nil {
			all = append(all, r)
		}
	}
	return all, err
}

func (s *Study) lastReport(ctx context.Context, m quiz.Mode) (quiz.Report, bool, error) {
	all, err := s.Reports(ctx, m, 1)
	if err != nil || len(all) == 0 {
		return quiz.Report{}, false, err
	}
	return all[0], true, nil
}

// lastInterview is what the last interview asked, not to be asked again at once.
func (s *Study) lastInterview(ctx context.Context) ([]lessons.QuestionID, error) {
	last, ok, err := s.lastReport(ctx, quiz.Interview)
	if err != nil || !ok {
		return nil, err
	}
	var asked []lessons.QuestionID
	for _, o := range last.Answers {
		asked = append(asked, o.Question)
	}
	return asked, nil
}
