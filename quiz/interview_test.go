package quiz

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/lessons"
)

type qid = lessons.QuestionID

// spoken is a course with open questions and others to follow up with.
func spoken() *lessons.Course {
	open := func(id, prompt string, asked lessons.Asked, points ...lessons.Point) *lessons.Question {
		return &lessons.Question{
			ID: lessons.QuestionID(id), Kind: lessons.Open, Rev: 1, Seconds: 90, Asked: asked,
			Words: map[lessons.Lang]*lessons.Words{lessons.EN: {Prompt: prompt, Text: prompt, Rubric: points}},
		}
	}
	other := func(id, text string) *lessons.Question {
		return &lessons.Question{
			ID: lessons.QuestionID(id), Kind: lessons.Typed, Rev: 1,
			Words: map[lessons.Lang]*lessons.Words{lessons.EN: {Prompt: text, Text: text, Accept: []string{"x"}}},
		}
	}
	say := func(weight int, text string) lessons.Point { return lessons.Point{Weight: weight, Text: text} }
	lesson := func(id string, level lessons.Level, topic lessons.TopicID, qs ...*lessons.Question) *lessons.Lesson {
		l := &lessons.Lesson{
			ID:        lessons.LessonID(id),
			Topic:     topic,
			Level:     level,
			Asked:     lessons.Sometimes,
			Questions: qs,
		}
		for _, q := range qs {
			q.Lesson = l.ID
		}
		return l
	}
	return &lessons.Course{Topics: []*lessons.Topic{
		{ID: "storage", Lessons: []*lessons.Lesson{
			lesson("cow", lessons.Basic, "storage",
				open("cow-iv", "Explain copy-on-write.", lessons.Often,
					say(2, "image layers are read-only and shared"),
					say(2, "the whole file is copied up at the first write"),
					say(1, "a delete is a whiteout, nothing is freed"),
					say(-1, "says that the image changes")),
				other("cow-copyup", "How much is copied up when one byte of a file is written for the first time?"),
				other("cow-whiteout", "What is the entry called that hides a deleted file? The whiteout."),
				other("cow-shared", "Which layers are read-only and shared between containers?"),
				other("cow-driver", "Which command names the storage driver?")),
			lesson(
				"volumes",
				lessons.Intermediate,
				"storage",
				open(
					"volumes-iv",
					"When do you use a volume?",
					lessons.Sometimes,
					say(1, "data outlives the container"),
				),
			),
		}},
		{ID: "networks", Lessons: []*lessons.Lesson{
			lesson(
				"dns",
				lessons.Advanced,
				"networks",
				open(
					"dns-iv",
					"How does name resolution work?",
					lessons.Often,
					say(1, "embedded server at 127.0.0.11"),
				),
			),
			lesson("bridge", lessons.Basic, "networks",
				open("bridge-iv", "What is a bridge network?", lessons.Rarely, say(1, "a virtual switch on the host"))),
		}},
	}}
}

func TestAnInterviewGoesFromEasyToHardWithinItsLevelAndLength(t *testing.T) {
	s := NewFSRS(Parameters{})
	d := NewDeck(spoken(), nil, nil)
	for _, tt := range []struct {
		name string
		wish Wish
		want []qid
	}{
		{"an hour, everything", Wish{Length: time.Hour}, []qid{"bridge-iv", "cow-iv", "volumes-iv", "dns-iv"}},
		{"basic", Wish{Level: lessons.Basic, Length: time.Hour}, []qid{"bridge-iv", "cow-iv"}},
		{"one topic", Wish{Length: time.Hour, Topics: []lessons.TopicID{"networks"}}, []qid{"bridge-iv", "dns-iv"}},
		{"seven minutes", Wish{Length: 7 * time.Minute}, []qid{"cow-iv", "dns-iv"}},
		{"no time at all", Wish{Topics: []lessons.TopicID{"networks"}}, []qid{"dns-iv"}},
		{
			"seven minutes, after an interview",
			Wish{Length: 7 * time.Minute, Avoid: []qid{"cow-iv", "dns-iv"}},
			[]qid{"bridge-iv", "volumes-iv"},
		},
	} {
		p := PlanInterview(d, s, start, tt.wish)
		var got []qid
		for _, a := range p.Asks {
			got = append(got, a.Question)
		}
		if tt.name == "an hour, everything" || tt.name == "basic" {
			slices.Sort(got[:2]) // two basic ones, in any order
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// say answers the open question that is asked with these points.
func (s *sitter) say(took time.Duration, ticks ...int) Turn {
	t := s.Turn(s.now)
	a := Answer{Lang: lessons.EN, Ticks: ticks}
	g := Mark(t.Item, a)
	s.now = s.now.Add(took)
	s.lines++
	r := Review{
		ID: id(
			s.now,
			s.lines,
		), Event: Answered, Question: t.Ask.Question, At: s.now, Mode: Interview, Session: s.Plan.Session,
		Rev: 1, Lang: lessons.EN, Answer: a, Verdict: g.Verdict, Score: g.Score, Beliefs: g.Beliefs,
		Rating: Suggest(g, true, Circumstance{}), Elapsed: took,
	}
	s.Take(r)
	s.log = append(s.log, r)
	return t
}

func TestFollowUpsAreChosenByWhatWasNotSaid(t *testing.T) {
	d := NewDeck(spoken(), nil, nil)
	for _, tt := range []struct {
		name  string
		ticks []int
		want  []qid
	}{
		{"nothing of the copying", []int{0, 2}, []qid{"cow-copyup"}},
		{"nothing of deletes", []int{0, 1}, []qid{"cow-whiteout"}},
		{"nothing of sharing", []int{1, 2}, []qid{"cow-shared"}},
		{"everything was said", []int{0, 1, 2}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wish := Wish{Level: lessons.Basic, Length: 20 * time.Minute, Topics: []lessons.TopicID{"storage"}}
			s := sit(PlanInterview(d, NewFSRS(Parameters{}), start, wish), d)
			if first := s.say(80*time.Second, tt.ticks...); first.Ask.Question != "cow-iv" ||
				first.Limit != 90*time.Second {
				t.Fatalf("%+v", first)
			}
			turn := s.Turn(s.now)
			if len(tt.want) == 0 {
				if turn.State != Done {
					t.Fatalf("%+v", turn)
				}
				return
			}
			if turn.Ask.Question != tt.want[0] || turn.Ask.Why != FollowsUp || turn.Ask.After != "cow-iv" ||
				len(turn.Ask.Points) != 1 {
				t.Errorf("followed by %+v", turn.Ask)
			}
		})
	}
}

func TestFollowUpsDoNotCrowdOutWhatIsPlanned(t *testing.T) {
	d := NewDeck(spoken(), nil, nil)
	s := sit(PlanInterview(d, NewFSRS(Parameters{}), start, Wish{Level: lessons.Basic, Length: 7 * time.Minute}), d)
	asked := map[qid]bool{}
	for s.Turn(s.now).State == Asking {
		asked[s.say(2*time.Minute+30*time.Second).Ask.Question] = true
	}
	if !asked["cow-iv"] || !asked["bridge-iv"] {
		t.Errorf("asked %v", asked)
	}
}

func TestTheReportOfAnInterview(t *testing.T) {
	d := NewDeck(spoken(), nil, nil)
	plan := PlanInterview(d, NewFSRS(Parameters{}), start, Wish{Length: time.Hour})
	s := sit(plan, d)
	said := map[qid][]int{"cow-iv": {0, 1}, "bridge-iv": {0}, "volumes-iv": nil, "dns-iv": {0}}
	for s.Turn(s.now).State == Asking {
		q := s.Turn(s.now).Ask.Question
		s.say(time.Minute, said[q]...)
	}
	r := s.Report(s.now)
	if got := 6.0 / 8; r.Coverage != got { // cow 4 of 5, bridge 1 of 1, volumes 0 of 1, dns 1 of 1
		t.Errorf("coverage %g, want %g", r.Coverage, got)
	}
	if len(r.Practise) != 3 || slices.Contains(r.Practise, "dns-iv") {
		t.Errorf("to practise: %v", r.Practise)
	}
	mean, used := r.ByAnswer()
	if mean != time.Minute || used <= 0.6 {
		t.Errorf("%s an answer, %g of the time", mean, used)
	}
	i := slices.IndexFunc(r.Answers, func(o Outcome) bool { return o.Question == "cow-iv" })
	if diff := cmp.Diff([]int{2}, r.Answers[i].Missed); diff != "" {
		t.Errorf("missed: %s", diff)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back); diff != "" {
		t.Errorf("a report does not survive storage: %s", diff)
	}
}

func TestReportsAreCompared(t *testing.T) {
	outcome := func(q lessons.QuestionID, score float64, took time.Duration) Outcome {
		return Outcome{Question: q, Score: score, Elapsed: took}
	}
	last := Report{
		Start: Start{At: monday}, Score: 0.5, Coverage: 0.25, Level: lessons.Basic,
		Answers: []Outcome{outcome("a", 0.2, time.Minute), outcome("b", 1, time.Minute), outcome("c", 0, time.Minute)},
		Topics:  []TopicScore{{"storage", 2, 0.5}, {"networks", 1, 1}},
	}
	now := Report{
		Score: 0.75, Coverage: 0.5, Level: lessons.Advanced,
		Answers: []Outcome{
			outcome("a", 0.8, 40*time.Second),
			outcome("b", 0.5, 50*time.Second),
			outcome("b", 1, time.Minute),
			outcome("d", 1, 50*time.Second),
		},
		Topics: []TopicScore{{"storage", 3, 0.75}, {"images", 1, 1}},
	}
	want := Change{
		Since: monday, Score: 0.25, Coverage: 0.25, ByAnswer: -10 * time.Second, Harder: true,
		Better: []qid{"a"}, Worse: []qid{"b"}, Topics: []TopicScore{{"storage", 2, 0.25}},
	}
	if diff := cmp.Diff(want, now.Against(last)); diff != "" {
		t.Error(diff)
	}
}

func TestSubjects(t *testing.T) {
	got := subjects("写时复制：Copies of the layer, to /etc（白障）")
	for _, word := range []string{"写时", "时复", "复制", "copie", "layer", "etc", "白障", "the"} {
		if !got[word] {
			t.Errorf("%q is not in %v", word, got)
		}
	}
	if len(got) != 8 {
		t.Errorf("%v", got)
	}
}

func TestChineseQuestionsAreRelatedToo(t *testing.T) {
	l := &lessons.Lesson{ID: "cow", Topic: "storage"}
	question := func(id qid, prompt string, points ...string) Entry {
		w := &lessons.Words{Prompt: prompt, Text: prompt}
		for _, p := range points {
			w.Rubric = append(w.Rubric, lessons.Point{Weight: 1, Text: p})
		}
		q := &lessons.Question{ID: id, Kind: lessons.Open, Words: map[lessons.Lang]*lessons.Words{lessons.ZH: w}}
		return Entry{Question: q, Lesson: l}
	}
	d := Deck{
		question("cow", "讲清楚写时复制", "可写层在创建容器时产生", "讲一件自己的事"),
		question("start", "容器的可写层是什么时候产生的？"),
		question("driver", "哪条命令显示存储驱动？"),
	}
	rel := relate(d, lessons.ZH)
	free := func(qid) bool { return false }
	if got := ids(rel.follow(d[0], []int{0}, free)); len(got) != 1 || got[0] != "start" {
		t.Errorf("the missed point is followed by %v", got)
	}
	if got := ids(rel.follow(d[0], []int{1}, free)); len(got) != 0 {
		t.Errorf("what nobody asks about is followed by %v", got)
	}
}
