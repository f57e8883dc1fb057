package cli

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// Completer answers the Tab key in docker's command lines.
type Completer struct {
	root   *command
	engine api.Engine
}

// NewCompleter knows docker's commands and flags, and asks engine for names.
func NewCompleter(engine api.Engine) *Completer { return &Completer{root: tree(), engine: engine} }

// Complete offers words for the one that ends at place at of the line, and says where that begins. Words that are
// complete end in a space. No words: the line is none of docker's, or a file is meant.
func (x *Completer) Complete(line string, at int) (from int, words []string) {
	before := line[:min(at, len(line))]
	from = strings.LastIndexAny(before, " \t") + 1
	word, typed := before[from:], strings.Fields(lastCommand(before[:from]))
	if len(typed) == 0 || typed[0] != "docker" {
		return from, nil
	}
	cmd, path, rest := x.walk(typed[1:])
	var all []string
	switch flagName, value := valueOf(cmd, rest, word); {
	case flagName != "":
		eq := strings.IndexByte(word, '=') + 1
		from, word = from+eq, word[eq:]
		all = x.values(path, flagName, value)
	case strings.HasPrefix(word, "-"):
		all = flagNames(cmd)
	case len(cmd.subs) > 0 && len(rest) > 0: // a command that there is none of
	case len(cmd.subs) > 0:
		all = subNames(cmd)
	default:
		all = x.operands(path, len(operandsIn(cmd, rest)))
	}
	for _, w := range all {
		if strings.HasPrefix(w, word) {
			words = append(words, w+" ")
		}
	}
	slices.Sort(words)
	return from, slices.Compact(words)
}

// lastCommand is what follows the last ; | or & of a line.
func lastCommand(line string) string { return line[strings.LastIndexAny(line, ";|&(")+1:] }

// walk follows the words to a command.
func (x *Completer) walk(words []string) (cmd *command, path string, rest []string) {
	cmd = x.root
	for i := 0; i < len(words); i++ {
		if strings.HasPrefix(words[i], "-") {
			if f := findFlag(cmd, words[i]); f != nil && f.kind != boolean && !strings.Contains(words[i], "=") {
				i++
			}
			if len(cmd.subs) > 0 {
				continue
			}
		}
		next := cmd.sub(words[i])
		if next == nil {
			return cmd, path, words[i:]
		}
		cmd, path = next, strings.TrimSpace(path+" "+next.name)
		if len(cmd.subs) == 0 {
			return cmd, path, words[i+1:]
		}
	}
	return cmd, path, nil
}

// findFlag is the flag that a word such as --name, --name=x or -n stands for.
func findFlag(cmd *command, word string) *flag {
	name, _ := split(word, "=")
	for i := range cmd.flags {
		f := &cmd.flags[i]
		if name == "--"+f.name || f.short != "" && len(name) > 1 && name[1] != '-' && strings.HasSuffix(name, f.short) {
			return f
		}
	}
	return nil
}

// valueOf is the flag whose value is being typed: behind it, or behind its =.
func valueOf(cmd *command, rest []string, word string) (name string, kind kind) {
	if strings.HasPrefix(word, "--") && strings.Contains(word, "=") {
		if f := findFlag(cmd, word); f != nil {
			return f.name, f.kind
		}
	}
	if n := len(rest); n > 0 && strings.HasPrefix(rest[n-1], "-") && !strings.Contains(rest[n-1], "=") {
		if f := findFlag(cmd, rest[n-1]); f != nil && f.kind != boolean {
			return f.name, f.kind
		}
	}
	return "", 0
}

// operandsIn is the arguments among words, without flags and their values.
func operandsIn(cmd *command, words []string) []string {
	var all []string
	for i := 0; i < len(words); i++ {
		if !strings.HasPrefix(words[i], "-") || cmd.first && len(all) > 0 {
			all = append(all, words[i])
			continue
		}
		if f := findFlag(cmd, words[i]); f != nil && f.kind != boolean && !strings.Contains(words[i], "=") {
			i++
		}
	}
	return all
}

func flagNames(cmd *command) []string {
	all := []string{"--help"}
	for _, f := range cmd.flags {
		if !f.hidden && f.gone == "" {
			all = append(all, "--"+f.name)
		}
	}
	return all
}

func subNames(cmd *command) []string {
	var all []string
	for _, s := range cmd.subs {
		if !s.hidden {
			all = append(all, s.name)
		}
	}
	return all
}

// operand is what a command's arguments name: the first one, and the others.
type operand struct{ first, others source }

type source int

const (
	noNames source = iota
	anyBox
	runningBox
	pausedBox
	stoppedBox
	anyImage
	anyVolume
	anyNetwork
	anyObject
)

// operandsOf is what a command's arguments name, the group's name left out where it is "container".
func operandsOf(path string) operand {
	switch strings.TrimPrefix(path, "container ") {
	case "attach", "exec", "top":
		return operand{runningBox, noNames}
	case "kill", "pause", "stats", "stop":
		return operand{runningBox, runningBox}
	case "unpause":
		return operand{pausedBox, pausedBox}
	case "start":
		return operand{stoppedBox, stoppedBox}
	case "commit", "diff", "export", "logs", "port", "rename":
		return operand{anyBox, noNames}
	case "restart", "rm", "update", "wait":
		return operand{anyBox, anyBox}
	case "create", "run", "history", "images", "push", "tag", "image history", "image ls", "image push", "image tag":
		return operand{anyImage, noNames}
	case "rmi", "save", "image inspect", "image rm", "image save":
		return operand{anyImage, anyImage}
	case "volume inspect", "volume rm":
		return operand{anyVolume, anyVolume}
	case "network inspect", "network rm":
		return operand{anyNetwork, anyNetwork}
	case "network connect", "network disconnect":
		return operand{anyNetwork, anyBox}
	case "inspect":
		if path == "container inspect" {
			return operand{anyBox, anyBox}
		}
		return operand{anyObject, anyObject}
	}
	return operand{}
}

func (x *Completer) operands(path string, before int) []string {
	if before > 0 {
		return x.names(operandsOf(path).others)
	}
	return x.names(operandsOf(path).first)
}

// values is what a flag may be given.
func (x *Completer) values(path, name string, k kind) []string {
	switch name {
	case "restart":
		return []string{"always", "no", "on-failure", "unless-stopped"}
	case "pull":
		return []string{"always", "missing", "never"}
	case "volumes-from":
		return x.names(anyBox)
	case "log-driver":
		return []string{"json-file", "local", "none"}
	case "format":
		return []string{"json", "table"}
	case "type":
		if path == "inspect" {
			return inspectTypes
		}
	}
	if k == networks {
		return x.networkNames()
	}
	return nil
}

func (x *Completer) networkNames() []string {
	list, err := x.engine.NetworkList(api.Caller{}, nil)
	if err != nil {
		return nil
	}
	var all []string
	for _, n := range list {
		all = append(all, n.Name)
	}
	return all
}

func (x *Completer) names(of source) []string {
	switch of {
	case noNames:
		return nil
	case anyImage:
		return x.imageNames()
	case anyVolume:
		return x.volumeNames()
	case anyNetwork:
		return x.networkNames()
	case anyObject:
		return slices.Concat(x.names(anyBox), x.imageNames(), x.volumeNames(), x.networkNames())
	}
	list, err := x.engine.ContainerList(api.Caller{}, api.ContainerListOptions{All: of != runningBox})
	if err != nil {
		return nil
	}
	var all []string
	for _, s := range list {
		running := s.State == api.StateRunning || s.State == api.StatePaused || s.State == api.StateRestarting
		if of == stoppedBox && running || of == pausedBox && s.State != api.StatePaused {
			continue
		}
		for _, n := range s.Names {
			all = append(all, strings.TrimPrefix(n, "/"))
		}
	}
	return all
}

// imageNames offers alpine for alpine:latest as well.
func (x *Completer) imageNames() []string {
	list, err := x.engine.ImageList(api.Caller{}, api.ImageListOptions{})
	if err != nil {
		return nil
	}
	var all []string
	for _, s := range list {
		for _, tag := range s.RepoTags {
			all = append(all, tag)
			if name, ok := strings.CutSuffix(tag, ":latest"); ok {
				all = append(all, name)
			}
		}
	}
	return all
}

func (x *Completer) volumeNames() []string {
	list, err := x.engine.VolumeList(api.Caller{}, nil)
	if err != nil {
		return nil
	}
	var all []string
	for _, v := range list.Volumes {
		all = append(all, v.Name)
	}
	return all
}
