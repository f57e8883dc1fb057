package netfilter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// newTarget makes an extension for -j; nil is a name that may be a chain's.
func newTarget(name string, f Family) (xtTarget, error) {
	v6 := f == IPv6
	switch name {
	case "ACCEPT":
		return targetVerdict(actAccept), nil
	case "DROP":
		return targetVerdict(actDrop), nil
	case "RETURN":
		return targetVerdict(actReturn), nil
	case "REJECT":
		return &targetReject{v6: v6, answer: usualReject(v6)}, nil
	case "LOG":
		return &targetLog{level: 4}, nil
	case "MARK":
		return &targetMark{}, nil
	case "CONNMARK":
		return &targetConnmark{}, nil
	case "NOTRACK":
		return &targetNotrack{word: name}, nil
	case "CT":
		return &targetNotrack{word: name}, nil
	case "DNAT", "SNAT", "MASQUERADE", "REDIRECT":
		return &targetNAT{word: name, v6: v6}, nil
	}
	if slices.Contains(otherTargets(), name) {
		return nil, unsimulated("target", name)
	}
	return nil, nil
}

// otherTargets are iptables' targets that are not modelled.
func otherTargets() []string {
	return []string{
		"AUDIT", "CHECKSUM", "CLASSIFY", "CLUSTERIP", "CONNSECMARK", "DNPT", "DSCP", "ECN", "HL", "HMARK", "IDLETIMER",
		"LED", "NETMAP", "NFLOG", "NFQUEUE", "QUEUE", "RATEEST", "SECMARK", "SET", "SNPT", "SYNPROXY", "TCPMSS",
		"TCPOPTSTRIP",
		"TEE", "TOS", "TPROXY", "TRACE", "TTL", "ULOG",
	}
}

// needs is where an extension may stand; empty is what it does not mind.
type needs struct {
	table string
	hooks []Hook
}

// placed is an extension that is not taken everywhere.
type placed interface{ needs() needs }

// targetVerdict is ACCEPT, DROP or RETURN.
type targetVerdict action

func (t targetVerdict) name() string {
	switch action(t) {
	case actAccept:
		return "ACCEPT"
	case actDrop:
		return "DROP"
	}
	return "RETURN"
}

func (t targetVerdict) options() []option               { return nil }
func (t targetVerdict) set(*specParser, argument) error { return nil }
func (t targetVerdict) check(*specParser) error         { return nil }
func (t targetVerdict) save(*strings.Builder)           {}
func (t targetVerdict) list(*strings.Builder, bool)     {}
func (t targetVerdict) tracks() bool                    { return false }
func (t targetVerdict) apply(*walk) action              { return action(t) }

// targetReject is REJECT.
type targetReject struct {
	v6     bool
	answer Reject
}

func usualReject(v6 bool) Reject {
	if v6 {
		return RejectPort6
	}
	return RejectPort
}

func (t *targetReject) name() string            { return "REJECT" }
func (t *targetReject) options() []option       { return []option{{name: "reject-with", args: 1}} }
func (t *targetReject) check(*specParser) error { return nil }
func (t *targetReject) tracks() bool            { return false }
func (t *targetReject) needs() needs            { return needs{"filter", []Hook{Input, Forward, Output}} }

func (t *targetReject) set(_ *specParser, a argument) error {
	if err := a.plain(t); err != nil {
		return err
	}
	for _, f := range rejectForms() {
		if f.v6 == t.v6 && a.value != "" &&
			(strings.HasPrefix(f.name, a.value) || strings.HasPrefix(f.alias, a.value)) {
			t.answer = f.reject
			return nil
		}
	}
	return usage("unknown reject type \"%s\"", a.value)
}

func (t *targetReject) apply(w *walk) action {
	w.reject = t.answer
	return actReject
}

func (t *targetReject) save(b *strings.Builder) {
	b.WriteString(" --reject-with " + t.answer.name(t.v6))
}

func (t *targetReject) list(b *strings.Builder, _ bool) {
	b.WriteString(" reject-with " + t.answer.name(t.v6))
}

// targetMark is MARK.
type targetMark struct {
	given       bool
	value, mask uint32
}

func (t *targetMark) name() string { return "MARK" }
func (t *targetMark) tracks() bool { return false }

func (t *targetMark) options() []option { return markChanges() }

func (t *targetMark) set(_ *specParser, a argument) error {
	if err := a.plain(t); err != nil {
		return err
	}
	value, mask, err := markChange(t.name(), a)
	t.value, t.mask, t.given = value, mask, true
	return err
}

// markChanges are the options that markChange knows.
func markChanges() []option {
	return []option{
		{name: "set-xmark", args: 1},
		{name: "set-mark", args: 1},
		{name: "and-mark", args: 1},
		{name: "or-mark", args: 1},
		{name: "xor-mark", args: 1},
	}
}

// markChange is an option that changes a mark, as what is taken off and what is turned over then.
func markChange(of string, a argument) (value, mask uint32, err error) {
	value, mask, ok := markOf(a.value)
	if !ok || strings.Contains(a.value, "/") && !strings.HasPrefix(a.name, "set-") {
		return 0, 0, usage("%s: bad integer value for option \"--%s\", or out of range.\n", of, a.name)
	}
	switch a.name {
	case "set-mark":
		mask |= value
	case "and-mark":
		value, mask = 0, ^value
	case "or-mark":
		mask = value
	case "xor-mark":
		mask = 0
	}
	return value, mask, nil
}

func (t *targetMark) check(*specParser) error {
	if !t.given {
		return usage("MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required")
	}
	return nil
}

func (t *targetMark) apply(w *walk) action {
	w.packet.Mark = w.packet.Mark&^t.mask ^ t.value
	return actContinue
}

func (t *targetMark) save(b *strings.Builder) {
	fmt.Fprintf(b, " --set-xmark 0x%x/0x%x", t.value, t.mask)
}

func (t *targetMark) list(b *strings.Builder, _ bool) {
	b.WriteString(" MARK " + markChangeText(t.value, t.mask))
}

func markChangeText(value, mask uint32) string {
	switch {
	case value == 0 && mask != ^uint32(0):
		return fmt.Sprintf("and 0x%x", ^mask)
	case value == mask:
		return fmt.Sprintf("or 0x%x", value)
	case mask == 0:
		return fmt.Sprintf("xor 0x%x", value)
	case mask == ^uint32(0):
		return fmt.Sprintf("set 0x%x", value)
	}
	return fmt.Sprintf("xset 0x%x/0x%x", value, mask)
}

// targetConnmark is CONNMARK.
type targetConnmark struct {
	mode         string // set, save or restore
	value, mask  uint32 // of set; mask is ctmask otherwise
	nfmask       uint32
	ctSet, nfSet bool
}

func (t *targetConnmark) name() string { return "CONNMARK" }
func (t *targetConnmark) tracks() bool { return true }

func (t *targetConnmark) options() []option {
	return append(markChanges(), option{name: "save-mark"}, option{name: "restore-mark"},
		option{name: "ctmask", args: 1}, option{name: "nfmask", args: 1}, option{name: "mask", args: 1})
}

func (t *targetConnmark) set(_ *specParser, a argument) error {
	if err := a.plain(t); err != nil {
		return err
	}
	switch a.name {
	case "save-mark", "restore-mark":
		return t.setMode(strings.TrimSuffix(a.name, "-mark"))
	case "ctmask", "nfmask", "mask":
		return t.setMask(a)
	}
	if err := t.setMode("set"); err != nil {
		return err
	}
	value, mask, err := markChange(t.name(), a)
	t.value, t.mask, t.ctSet = value, mask, true
	return err
}

func (t *targetConnmark) setMode(mode string) error {
	if t.mode != "" {
		return usage("CONNMARK: Only one of --set-xmark, --save-mark and --restore-mark can be used.\n")
	}
	t.mode = mode
	return nil
}

func (t *targetConnmark) setMask(a argument) error {
	n, err := strconv.ParseUint(a.value, 0, 32)
	if err != nil {
		return usage("CONNMARK: bad value for option \"--%s\", or out of range.\n", a.name)
	}
	if a.name != "nfmask" {
		t.mask, t.ctSet = uint32(n), true
	}
	if a.name != "ctmask" {
		t.nfmask, t.nfSet = uint32(n), true
	}
	return nil
}

func (t *targetConnmark) check(*specParser) error {
	if t.mode == "" {
		return usage("CONNMARK target: No operation specified")
	}
	if !t.ctSet {
		t.mask = ^uint32(0)
	}
	if !t.nfSet {
		t.nfmask = ^uint32(0)
	}
	return nil
}

func (t *targetConnmark) apply(w *walk) action {
	if w.flow == nil {
		return actContinue
	}
	switch t.mode {
	case "set":
		w.flow.mark = w.flow.mark&^t.mask ^ t.value
	case "save":
		w.flow.mark = w.flow.mark&^t.mask ^ w.packet.Mark&t.nfmask
	case "restore":
		w.packet.Mark = w.packet.Mark&^t.nfmask ^ w.flow.mark&t.mask
	}
	return actContinue
}

func (t *targetConnmark) save(b *strings.Builder) {
	if t.mode == "set" {
		fmt.Fprintf(b, " --set-xmark 0x%x/0x%x", t.value, t.mask)
		return
	}
	fmt.Fprintf(b, " --%s-mark --nfmask 0x%x --ctmask 0x%x", t.mode, t.nfmask, t.mask)
}

func (t *targetConnmark) list(b *strings.Builder, _ bool) {
	b.WriteString(" CONNMARK ")
	switch {
	case t.mode == "set":
		b.WriteString(markChangeText(t.value, t.mask))
	case t.mask == ^uint32(0) && t.nfmask == ^uint32(0):
		b.WriteString(t.mode)
	case t.mask == t.nfmask:
		fmt.Fprintf(b, "%s mask 0x%x", t.mode, t.mask)
	default:
		fmt.Fprintf(b, "%s nfmask 0x%x ctmask ~0x%x", t.mode, t.nfmask, ^t.mask)
	}
}

// targetNotrack is NOTRACK, and CT --notrack.
type targetNotrack struct {
	word  string
	given bool
}

func (t *targetNotrack) name() string { return t.word }
func (t *targetNotrack) tracks() bool { return true }
func (t *targetNotrack) needs() needs { return needs{"raw", []Hook{PreRouting, Output}} }

func (t *targetNotrack) options() []option {
	if t.word == "NOTRACK" {
		return nil
	}
	return []option{
		{name: "notrack"},
		{name: "helper", args: 1},
		{name: "timeout", args: 1},
		{name: "ctevents", args: 1},
		{name: "expevents", args: 1},
		{name: "zone", args: 1},
		{name: "zone-orig", args: 1},
		{name: "zone-reply", args: 1},
	}
}

func (t *targetNotrack) set(_ *specParser, a argument) error {
	if err := a.plain(t); err != nil {
		return err
	}
	if a.name != "notrack" {
		return unsimulated("option", "--"+a.name)
	}
	t.given = true
	return nil
}

func (t *targetNotrack) check(*specParser) error {
	if t.word == "CT" && !t.given {
		return unsimulated("target", "CT without --notrack")
	}
	return nil
}

func (t *targetNotrack) apply(w *walk) action {
	if w.packet.Track == nil {
		w.packet.Track = untracked{}
		w.info = relUntracked
	}
	return actContinue
}

func (t *targetNotrack) save(b *strings.Builder) {
	if t.word == "CT" {
		b.WriteString(" --notrack")
	}
}

func (t *targetNotrack) list(b *strings.Builder, _ bool) {
	if t.word == "CT" {
		b.WriteString(" CT notrack")
		return
	}
	b.WriteString(" NOTRACK")
}
