package trace

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/lessons"
)

// What if is computed: one rule after the other is supposed to be gone, until the packet comes through.
func TestWithoutOneRuleAfterTheOther(t *testing.T) {
	h, _ := host(t)
	x, err := Run(h, asks()["isolated"])
	if err != nil {
		t.Fatal(err)
	}
	var gone []string
	for range 5 {
		w, ok := x.Without(x.Decides)
		if !ok || x.OK() {
			break
		}
		gone = append(gone, x.Steps[x.Decides].Rule.Chain)
		if x, err = w.Run(h); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(gone, " "); got != "PREROUTING DOCKER" || !x.OK() {
		t.Errorf("without the rules of %s: %s", got, x.Outcome)
	}
}

// Each question that is offered has an answer, and the answers are these.
func TestWhatIfs(t *testing.T) {
	h, _ := host(t)
	for _, row := range []struct {
		ask  string
		want map[string]Outcome
	}{
		{"published-lan", map[string]Outcome{
			"if filter DOCKER rule 2 were gone":                       dockernet.TimedOut,
			"if the program in web listened on 127.0.0.1:80 only":     dockernet.Refused,
			"if the program in web listened on 0.0.0.0:80":            dockernet.Reached,
			"if it were published on 127.0.0.1 (-p 127.0.0.1:8080:…)": dockernet.Refused,
			"from the host": dockernet.Reached,
			"from vault":    dockernet.Unreachable,
		}},
		{"loopback", map[string]Outcome{"if it were published on 0.0.0.0 (-p 0.0.0.0:8081:…)": dockernet.Reached}},
		{"listens-inside", map[string]Outcome{
			"if the program in inner listened on 0.0.0.0:70": dockernet.Reached, "from inner": dockernet.Refused,
		}},
	} {
		x, err := Run(h, asks()[row.ask])
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]Outcome{}
		for _, w := range x.WhatIfs(h) {
			y, err := w.Run(h)
			if err != nil {
				t.Fatalf("%s: %v", w.Says.In(lessons.EN), err)
			}
			got[w.Says.In(lessons.EN)] = y.Outcome
		}
		for says, outcome := range row.want {
			if got[says] != outcome {
				t.Errorf("%s, %s: %q, want %q; there are %v", row.ask, says, got[says], outcome, got)
			}
		}
	}
}

func TestGoals(t *testing.T) {
	h, _ := host(t)
	var names []string
	for _, g := range Goals(h) {
		s := g.To
		for _, p := range g.Ports {
			s += " " + p.String()
		}
		names = append(names, s)
	}
	all := strings.Join(names, "\n")
	for _, want := range []string{"web 80", "172.18.0.2 80", "127.0.0.1 8080 8081", "example.com 80", "inner 70"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	if ends := strings.Join(Ends(h), " "); ends != "web shy cron api db vault one two loner inner host lan" {
		t.Error(ends)
	}
}

func BenchmarkRun(b *testing.B) {
	h, _ := host(b)
	for name, a := range asks() { // any order: each is measured for itself
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Run(h, sandbox.Ask{From: a.From, To: a.To, Port: a.Port, UDP: a.UDP}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
