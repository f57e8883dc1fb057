// Package sandbox is the front door of the simulated machines: a World of hosts with files, processes, a shell and
// terminals, and nothing of the machine that it runs on.
//
// What happens is a function of a seed and of what was typed, and when. So a world can be saved as that, undone,
// forked and replayed.
//
// The laws of everything below this folder:
//
//  1. It never touches the machine that it runs on: no file, no process, no socket, no environment variable.
//  2. Same seed, same lines, same bytes.
//  3. A program gets proc.Sys and nothing else.
//  4. The docker command talks to the engine only through its interface, as the real one does.
//  5. Messages, exit codes and columns are those of the real programs; simplifications are listed in package comments.
//  6. What is not simulated is refused by name, before anything happens. Nothing is silently ignored.
//  7. Everything interesting is an event with its cause, so "why?" can be asked of any line.
//  8. A program's panic is exit status 139 in the sandbox and an event, never the learner's crash.
//  9. Budgets belong to the world: a fork bomb, `yes > /f` or an endless loop ends in the error that a real machine
//     would give, soon.
//
// A World belongs to one goroutine at a time; only Interrupt may be called from another.
package sandbox
