package netfilter

import "testing"

// A rule is taken out of a chain by its number, and what is listed says so.
func TestRemoveByNumber(t *testing.T) {
	x := NewTables()
	at := Ref{IPv4, "filter", "FORWARD"}
	for _, spec := range []string{"-i a -j ACCEPT", "-i b -j DROP", "-i c -j ACCEPT"} {
		r, err := ParseRule(IPv4, spec, "somebody")
		if err == nil {
			err = x.Append(at, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Remove(at, 2); err != nil {
		t.Fatal(err)
	}
	if all := x.Listed(at); len(all) != 2 || all[1].String() != "-i c -j ACCEPT" || all[1].Origin != "somebody" {
		t.Errorf("left: %v", all)
	}
	for _, n := range []int{0, 3} {
		if x.Remove(at, n) == nil {
			t.Errorf("there was a rule %d", n)
		}
	}
	if v, ok := x.Policy(at); !ok || v != Accept {
		t.Errorf("policy %s %v", v, ok)
	}
	if x.Listed(Ref{IPv6, "filter", "FORWARD"}) != nil {
		t.Error("the other family has rules")
	}
}
