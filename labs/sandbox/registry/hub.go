package registry

import (
	"strings"

	"dockerlearn/labs/sandbox/image/catalogue"
)

// NewHub is Docker Hub with a catalogue's images, and a user "learner" with the password "secret".
func NewHub(c *catalogue.Catalogue) *Server {
	s := NewServer(Config{Users: map[string]string{"learner": "secret"}})
	announced := map[string]bool{}
	for _, e := range c.Entries() {
		s.Publish(e.Repository, e.Tags, e)
		name := strings.TrimPrefix(e.Repository, "library/")
		if e.Summary != "" && !announced[name] {
			announced[name] = true
			s.Announce(Found{Name: name, Summary: e.Summary, Stars: e.Stars, Official: name != e.Repository})
		}
	}
	return s
}

// SetLimit changes how many pulls strangers have; 0 is no limit. What was pulled before does not count.
func (s *Server) SetLimit(n int) { s.c.Limit, s.pulls = n, 0 }
