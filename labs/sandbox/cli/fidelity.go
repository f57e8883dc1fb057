package cli

// Entry is one flag of a command, or a command that is refused as a whole, and what becomes of it.
type Entry struct {
	Command string // "docker run"
	Flag    string // "--gpus"; "" is the command itself
	Fate    Fate
	Why     string // why a command is refused
}

// Fate is what becomes of a flag or a command.
type Fate string

// The fates.
const (
	Simulated Fate = "simulated"
	Idle      Fate = "accepted, has no effect here"
	Refused   Fate = "refused by name"
)

// Fidelity lists what is and is not simulated of docker(1), made from the table that parses its command lines.
func Fidelity() []Entry { return entriesOf(tree(), "docker") }

func entriesOf(cmd *command, path string) []Entry {
	if cmd.refused != "" {
		return []Entry{{Command: path, Fate: Refused, Why: cmd.refused}}
	}
	var all []Entry
	if cmd.run != nil {
		all = append(all, Entry{Command: path, Fate: Simulated})
	}
	for _, f := range cmd.flags {
		fate := [...]Fate{works: Simulated, idle: Idle, refused: Refused}[f.fate]
		all = append(all, Entry{Command: path, Flag: "--" + f.name, Fate: fate})
	}
	for _, s := range cmd.subs {
		all = append(all, entriesOf(s, path+" "+s.name)...)
	}
	return all
}
