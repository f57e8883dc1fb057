package trace

import (
	"testing"

	"dockerlearn/labs/sandbox"
)

// The last connection that failed is found again as somebody would ask for it, before the host's translations.
func TestLastFailed(t *testing.T) {
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	h, s := populate(t, w)
	if a, ok := LastFailed(h); ok {
		t.Errorf("before anything was tried: %+v", a)
	}
	for _, row := range []struct {
		line string
		want sandbox.Ask
	}{
		{"docker exec cron wget -q -T 2 -O - web", sandbox.Ask{From: "cron", To: "web", Port: 80}},
		{"docker exec cron wget -q -T 2 -O - 172.18.0.2", sandbox.Ask{From: "cron", To: "172.18.0.2", Port: 80}},
		{"docker exec api wget -q -T 2 -O - db:5432", sandbox.Ask{From: "api", To: "172.18.0.3", Port: 5432}},
		{"docker exec web wget -q -T 2 -O - 127.0.0.1:81", sandbox.Ask{From: "web", To: "127.0.0.1", Port: 81}},
		{"lan curl -s -m 2 192.168.65.3:8081", sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8081}},
		{"curl -s -m 2 127.0.0.1:9999", sandbox.Ask{From: "host", To: "127.0.0.1", Port: 9999}},
		{"docker exec one ping -c 1 -W 1 172.20.0.3", sandbox.Ask{From: "one", To: "172.20.0.3"}},
		{"docker exec cron wget -q -T 9 -O - 172.17.0.99", sandbox.Ask{From: "cron", To: "172.17.0.99", Port: 80}},
		{
			"iptables -I DOCKER-USER -p tcp --dport 80 -d 172.17.0.2 -j DROP; lan curl -s -m 2 192.168.65.3:8080",
			sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080},
		},
	} {
		r, err := s.Run(row.line)
		if err != nil || r.Exit == 0 {
			t.Fatalf("%s: exit %d, %v", row.line, r.Exit, err)
		}
		got, ok := LastFailed(h)
		if !ok || got.From != row.want.From || got.To != row.want.To || got.Port != row.want.Port || got.UDP {
			t.Errorf("%s: %+v %v", row.line, got, ok)
			continue
		}
		if x, err := Run(h, got); err != nil || x.OK() {
			t.Errorf("%s: %v, but traced as reached", row.line, err)
		}
	}
}
