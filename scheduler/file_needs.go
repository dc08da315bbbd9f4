package scheduler

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// NeedGroup is one line of the report of unmet needs: people who named the same
// word about the same service.
type NeedGroup struct {
	AdministrationID, ServiceID string
	Word                        string // as most people wrote it; "" for all needs of the service
	People                      int
	// Examples are made only of words that at least MinPeople used, so nothing in
	// them belongs to one person; the rest is "…".
	Examples []string
}

// MinPeople is the least number of people behind any published figure.
const MinPeople = 5

const needExamples = 3

// UnmetNeeds groups what people said they needed and did not get by service, and
// within it by the words they used, those of most people first. Groups of fewer
// than MinPeople are left out.
func UnmetNeeds(opinions []Opinion) []NeedGroup {
	byService := map[[2]string][]Opinion{}
	for _, o := range opinions {
		if strings.TrimSpace(o.Need) != "" {
			k := [2]string{o.AdministrationID, o.ServiceID}
			byService[k] = append(byService[k], o)
		}
	}
	var out []NeedGroup
	for k, said := range byService {
		out = append(out, needsOf(k, said)...)
	}
	slices.SortFunc(out, func(a, b NeedGroup) int {
		return cmp.Or(cmp.Compare(a.AdministrationID, b.AdministrationID), cmp.Compare(a.ServiceID, b.ServiceID),
			cmp.Compare(b.People, a.People), cmp.Compare(a.Word, b.Word))
	})
	return out
}

func needsOf(k [2]string, said []Opinion) []NeedGroup {
	if len(said) < MinPeople {
		return nil
	}
	people := map[string]int{}           // folded word → how many people used it
	spelt := map[string]map[string]int{} // folded word → spellings
	words := make([][]string, len(said)) // of each, as written
	for i, o := range said {
		words[i] = splitWords(o.Need)
		seen := map[string]bool{}
		for _, w := range words[i] {
			f := foldText(w)
			if f == "" {
				continue
			}
			if spelt[f] == nil {
				spelt[f] = map[string]int{}
			}
			spelt[f][w]++
			if !seen[f] {
				seen[f] = true
				people[f]++
			}
		}
	}
	common := func(w string) bool { return people[foldText(w)] >= MinPeople }
	out := []NeedGroup{{AdministrationID: k[0], ServiceID: k[1], People: len(said), Examples: examples(words, "", common)}}
	for f, n := range people {
		if n >= MinPeople && !emptyWords[f] && len([]rune(f)) > 2 {
			out = append(out, NeedGroup{k[0], k[1], mostUsed(spelt[f]), n, examples(words, f, common)})
		}
	}
	return out
}

// splitWords parts a text; what holds a digit or an @ is no word: numbers and
// addresses belong to one person.
func splitWords(text string) []string {
	var out []string
	for _, w := range strings.Fields(text) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if w != "" && !strings.ContainsFunc(w, unicode.IsDigit) && !strings.ContainsAny(w, "@/") {
			out = append(out, w)
		} else {
			out = append(out, "…")
		}
	}
	return out
}

func mostUsed(spellings map[string]int) string {
	best := ""
	for w, n := range spellings {
		if best == "" || n > spellings[best] || n == spellings[best] && w < best {
			best = w
		}
	}
	return best
}

// examples words up to three different sentences that hold a word, the longest
// first, with every word that is not common left out.
func examples(words [][]string, folded string, common func(string) bool) []string {
	var out []string
	for _, ws := range words {
		if folded != "" && !slices.ContainsFunc(ws, func(w string) bool { return foldText(w) == folded }) {
			continue
		}
		var kept []string
		told := 0
		for _, w := range ws {
			switch {
			case common(w):
				kept = append(kept, w)
				told++
			case len(kept) == 0 || kept[len(kept)-1] != "…":
				kept = append(kept, "…")
			}
		}
		if line := strings.Join(kept, " "); told > 0 && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return out[:min(len(out), needExamples)]
}
