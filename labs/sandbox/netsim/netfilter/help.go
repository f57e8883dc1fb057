package netfilter

import (
	"fmt"
	"strings"
)

// helpText is what -h prints: how it is called, and the options in a few words.
func helpText(name string, f Family) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n\n", name, Version)
	before := "Usage: "
	for _, form := range []string{
		"-[ACD] chain rule-specification [options]", "-I chain [rulenum] rule-specification [options]",
		"-R chain rulenum rule-specification [options]", "-D chain rulenum [options]",
		"-[LS] [chain [rulenum]] [options]", "-[FZ] [chain] [options]", "-[NX] chain",
		"-E old-chain-name new-chain-name", "-P chain target [options]", "-h (print this help information)",
	} {
		b.WriteString(before + name + " " + form + "\n")
		before = "       "
	}
	b.WriteString("\nOptions:\n")
	ofCommand, ofSpec := commandOptions(), specOptions()
	for _, o := range append(ofCommand[:], ofSpec[:]...) {
		switch {
		case o.name == "src" || o.name == "dst" || o.short == 'f' && f == IPv6:
		case o.short == '0':
			fmt.Fprintf(&b, "  --%s\n", o.name)
		default:
			fmt.Fprintf(&b, "  --%-16s -%c\n", o.name, o.short)
		}
	}
	return b.String()
}
