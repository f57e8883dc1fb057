// Package render draws Markdown as lines for a terminal: a Fragment of mdoc's, a width, a Style and a language go in,
// finished lines come out. It is pure: no terminal, no files, no clock.
//
// Its laws:
//   - No line is wider than asked for, by graphemes.
//   - No line begins with closing punctuation or ends with opening punctuation, in Chinese or English; inline code is
//     whole where it fits on a line; nothing is cut away.
//   - Each line is complete in itself: what it opens (colour, hyperlink) it closes.
//   - Nothing that an author wrote reaches the terminal as a control character.
//   - What a colour says is said by a mark or a word as well.
package render
