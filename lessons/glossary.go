package lessons

// glossary reads the terms.
func (f *folder) glossary(langs []Lang, found *Findings) []Term {
	m := f.yaml(glossaryFile, found)
	if m == nil {
		return nil
	}
	m.only("terms")
	var terms []Term
	seen := map[string]bool{}
	for _, n := range m.list("terms") {
		tm := newMapping(m.file, n, found)
		tm.only("id", "en", "zh", "also", "avoid", "says")
		tm.need("id", "says")
		tm.need(words(langs)...)
		t := Term{ID: tm.id("id"), Name: Text{}, Says: tm.inLangs("says", langs)}
		for _, l := range langs {
			if s := tm.scalar(string(l)); s != "" {
				t.Name[l] = s
			}
		}
		t.Also, t.Avoid = tm.namesIn("also", langs), tm.namesIn("avoid", langs)
		if seen[t.ID] {
			found.Errorf(tm.at, "id-twice", "leave one of them", "the term %q stands here twice", t.ID)
			continue
		}
		seen[t.ID] = true
		terms = append(terms, t)
	}
	return terms
}

// namesIn returns lists of names by language.
func (m *mapping) namesIn(key string, langs []Lang) map[Lang][]string {
	sub := m.sub(key)
	if sub == nil {
		return nil
	}
	sub.only(words(langs)...)
	all := map[Lang][]string{}
	for _, l := range langs {
		if names := sub.texts(string(l)); len(names) > 0 {
			all[l] = names
		}
	}
	return all
}
