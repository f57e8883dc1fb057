package engine

import (
	"strconv"
	"strings"
)

// The halves of the names that containers get when nobody names them: a quality and someone who made the world
// understand more. moby: daemon/internal/namesgenerator has longer lists.
const (
	qualities = "admiring adoring amazing bold brave busy charming clever compassionate confident cool dazzling " +
		"determined dreamy eager ecstatic elegant eloquent epic exciting fervent festive focused friendly funny " +
		"gallant gifted gracious great happy hopeful inspiring intelligent jolly jovial keen kind laughing loving " +
		"lucid magical modest musing mystifying nice nifty nostalgic objective optimistic peaceful pensive practical " +
		"quirky recursing relaxed reverent romantic serene sharp silly sleepy stoic strange sweet tender thirsty " +
		"trusting upbeat vibrant vigilant vigorous wizardly wonderful xenodochial youthful zealous zen"
	surnames = "agnesi albattani archimedes babbage banach bardeen bell bhabha blackwell bohr boyd brown burnell " +
		"cannon carson cerf chandrasekhar chatelet clarke colden cori cray curie darwin diffie dijkstra dubinsky " +
		"easley edison einstein elion engelbart euclid euler faraday fermat fermi feynman franklin galileo galois " +
		"gates gauss germain goldberg goodall hamilton haslett hawking heisenberg hermann hertz hodgkin hopper hugle " +
		"hypatia jackson jang jepsen johnson joliot jones kalam kapitsa kare keller kepler khorana kilby kirch knuth " +
		"kowalevski lalande lamarr lamport leakey leavitt lewin liskov lovelace lumiere mahavira mayer mccarthy " +
		"mcclintock mclean meitner mendel mendeleev mestorf mirzakhani moore morse murdock neumann newton nightingale " +
		"nobel noether noyce panini pare pasteur payne perlman pike poincare poitras ptolemy raman ramanujan ride " +
		"ritchie rosalind rubin saha sammet shannon shaw shirley sinoussi snyder spence stallman stonebraker swanson " +
		"swartz swirles tesla thompson torvalds turing varahamihira villani volhard wescoff wiles williams wilson " +
		"wing wozniak wright yalow yonath"
)

// newName thinks of a name that is free. moby: daemon/names.go, generateAndReserveName
func (e *Engine) newName(id string) string {
	for try := range 6 {
		name := e.qualities[e.names.IntN(len(e.qualities))] + "_" + e.surnames[e.names.IntN(len(e.surnames))]
		if try > 0 {
			name += strconv.Itoa(e.names.IntN(10))
		}
		if e.named[name] == nil {
			return name
		}
	}
	return shortID(id)
}

// validName reports whether a container or volume may be called so: two or more of letters, digits and _.- with no
// mark at the beginning. moby: daemon/names/names.go
func validName(s string) bool {
	return len(s) > 1 && isAlnum(s[0]) && strings.IndexFunc(s, func(r rune) bool {
		return r > 127 || !isAlnum(byte(r)) && r != '_' && r != '.' && r != '-'
	}) < 0
}

func isAlnum(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }

const nameChars = "[a-zA-Z0-9][a-zA-Z0-9_.-]"
