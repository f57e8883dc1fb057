package progress

import "dockerlearn/quiz"

// Rebuilt says what computing everything again found.
type Rebuilt struct {
	Questions int
	Reviews   int
	Wrong     []Difference // cards that were not what the log says
	Facts     int          // questions whose facts were not what the log says
}

// Difference is a card that was wrong.
type Difference struct{ Was, Is quiz.Card }
