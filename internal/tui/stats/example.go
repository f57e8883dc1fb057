package stats

import (
	"dockerlearn/internal/study"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// example is what the charts look like after some weeks: invented numbers on the topics and questions of this course.
func example(s *study.Study) quiz.Statistics {
	today := quiz.DayOf(s.Now())
	x := quiz.Statistics{
		Retention: quiz.Retention{
			Target: 0.9, All: quiz.Rate{N: 230, Right: 202}, New: quiz.Rate{N: 120, Right: 97},
			Young: quiz.Rate{N: 150, Right: 129}, Mature: quiz.Rate{N: 80, Right: 74},
		},
		Known: quiz.Known{Solid: 46, Fading: 8, New: 18},
		Calibration: quiz.Calibration{
			Sure: quiz.Rate{N: 142, Right: 119}, ThinkSo: quiz.Rate{N: 88, Right: 62}, Guess: quiz.Rate{N: 41, Right: 14},
		},
		Streak: 6, Due: []int{12, 5, 9, 3, 7, 2, 4, 6, 1, 3, 5, 2, 1, 4},
	}
	for i, share := range []float64{0.97, 0.95, 0.93, 0.92, 0.88, 0.86, 0.84, 0.77} {
		days := []float64{1, 2, 3, 5, 8, 12, 19, 30}[i]
		predicted := []float64{0.97, 0.96, 0.94, 0.92, 0.9, 0.87, 0.83, 0.78}[i]
		recalled := quiz.Rate{N: 100, Right: int(share*100 + 0.5)}
		x.Curve = append(x.Curve, quiz.Point{Days: days, Recalled: recalled, Predicted: predicted})
	}
	for i, t := range s.Course().Topics {
		strength := []float64{0.82, 0.66, 0.41}[i%3]
		x.Topics = append(x.Topics, quiz.Strength{
			Topic: t.ID, Strength: strength, Begun: true, Asked: lessons.Often, Best: i%3 > 0,
		})
	}
	for i, n := range []int{9, 14, 0, 12, 20, 11, 7, 0, 15, 18, 9, 13, 0, 0, 16, 12, 8, 10, 14, 9, 11} {
		if n > 0 {
			x.Calendar = append(x.Calendar, quiz.DayWork{Day: today - quiz.Day(20-i), Answers: n, Right: n * 4 / 5})
		}
	}
	for _, l := range s.Course().Lessons() {
		for _, q := range l.Questions {
			if q.Kind == lessons.OneChoice && len(x.Beliefs) < 3 {
				x.Beliefs = append(x.Beliefs, believed(q, len(x.Beliefs), today))
			}
		}
	}
	return x
}

// believed is an invented belief in a real wrong option.
func believed(q *lessons.Question, n int, today quiz.Day) quiz.Belief {
	b := quiz.Belief{Question: q.ID, Times: 3 - n, Day: today - quiz.Day(3+n), Gone: n == 2, GoneSince: today - 1}
	for i, right := range q.Right {
		if !right {
			b.Index = i
		}
	}
	return b
}
