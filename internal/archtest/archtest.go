// Package archtest keeps the walls of the house: who may import whom, what the sandbox must never touch, and that the
// project's documents name files which exist. It has no code but its tests.
//
// They parse the sources themselves: a rule that asks the go command is served stale from the test cache.
package archtest
