package scheduler

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// What a word is worth, by where it stands.
const (
	inName    = 10.0
	inWords   = 7.0
	inPapers  = 2.0
	inPlace   = 3.0  // the administration's and the office's names
	wholeText = 60.0 // the query is a whole name or everyday phrase
	partText  = 8.0  // for each word of such a phrase that stands in the query
)

// How well a word of the catalogue answers a word of the query.
const (
	same      = 1.0
	unglued   = 0.9 // behind an Arabic preposition
	beginning = 0.6
	mistyped  = 0.5
)

// Bounds of a query; what is beyond is not looked at.
const (
	maxQueryRunes = 200
	maxQueryWords = 12
)

// searchIndex answers which services a query means. It is never written after
// newSearchIndex.
type searchIndex struct {
	entries []searchEntry
	// postings are the services by word, as folded, with what the word is worth.
	postings map[string]map[int]float64
	terms    []searchTerm // the keys of postings, sorted
}

// searchTerm is a word with its letters, for the comparison letter by letter.
type searchTerm struct {
	text    string
	letters []rune
}

type searchEntry struct {
	service *Service
	phrases [][]string // names and everyday words, each as folded words
}

func newSearchIndex(c *Catalogue) searchIndex {
	x := searchIndex{postings: map[string]map[int]float64{}}
	for i := range c.Services {
		x.add(c, &c.Services[i])
	}
	for text := range x.postings {
		x.terms = append(x.terms, searchTerm{text, []rune(text)})
	}
	slices.SortFunc(x.terms, func(a, b searchTerm) int { return cmp.Compare(a.text, b.text) })
	return x
}

func (x *searchIndex) add(c *Catalogue, s *Service) {
	x.entries = append(x.entries, searchEntry{service: s})
	e := &x.entries[len(x.entries)-1]
	for _, name := range s.Names {
		e.phrases = append(e.phrases, x.post(name, inName))
	}
	for _, phrase := range s.Words {
		e.phrases = append(e.phrases, x.post(phrase, inWords))
	}
	for _, id := range s.Documents {
		if d := c.documents[id]; d != nil {
			x.postAll(d.Names, inPapers)
		}
	}
	if a := c.administrations[s.AdministrationID]; a != nil {
		x.postAll(a.Names, inPlace)
	}
	if o := c.offices[s.OfficeID]; o != nil {
		x.postAll(o.Names, inPlace)
	}
}

func (x *searchIndex) postAll(names Names, worth float64) {
	for _, name := range names {
		x.post(name, worth)
	}
}

// post enters a text for the newest entry and returns its words.
func (x *searchIndex) post(text string, worth float64) []string {
	at := len(x.entries) - 1
	found := contentWords(text)
	for _, w := range found {
		if x.postings[w] == nil {
			x.postings[w] = map[int]float64{}
		}
		x.postings[w][at] = max(x.postings[w][at], worth)
	}
	return found
}

// Search finds the services that a text in everyday words means, the likeliest
// first and limit at most. The text may be in any language of the catalogue, with
// articles, without accents or Arabic vowel marks, and with one slip in a word of
// five letters or more.
//
// All words that mean something must meet a service; when no service meets them
// all, the services that meet most of it are returned. Only the first 200
// characters and 12 words count. A text without a meaning finds nothing.
func (c *Catalogue) Search(query string, limit int) []*Service {
	hits := c.search.find(queryWords(query))
	var out []*Service
	for _, h := range hits[:min(max(limit, 0), len(hits))] {
		out = append(out, c.search.entries[h.at].service)
	}
	return out
}

// queryWords are the words of a query that mean something, each once.
func queryWords(query string) []string {
	runes := 0
	for i := range query {
		if runes++; runes > maxQueryRunes {
			query = query[:i]
			break
		}
	}
	var out []string
	for _, w := range contentWords(query) {
		if !slices.Contains(out, w) && len(out) < maxQueryWords {
			out = append(out, w)
		}
	}
	return out
}

// hit is a service that a query meets.
type hit struct {
	at    int // in entries
	words int // of the query, that it meets
	score float64
}

func (x *searchIndex) find(query []string) []hit {
	byService := map[int]*hit{}
	meant := make([]meaning, len(query))
	for i, w := range query {
		meant[i] = x.meaning(w)
		for at, score := range x.weigh(meant[i]) {
			if byService[at] == nil {
				byService[at] = &hit{at: at}
			}
			byService[at].words++
			byService[at].score += score
		}
	}
	var hits []hit
	for at, h := range byService {
		h.score += phraseScore(x.entries[at].phrases, meant)
		hits = append(hits, *h)
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.words, a.words), cmp.Compare(b.score, a.score), cmp.Compare(a.at, b.at))
	})
	return best(hits, len(query))
}

// best keeps the hits that meet all words, or else those that come near the first.
// Sorted, the first has the most words.
func best(hits []hit, words int) []hit {
	if len(hits) == 0 || hits[0].words == words {
		return slices.DeleteFunc(hits, func(h hit) bool { return h.words < words })
	}
	first := hits[0]
	return slices.DeleteFunc(hits, func(h hit) bool { return h.words < first.words || h.score < first.score/2 })
}

// meaning is what a word of a query may stand for: words of the catalogue with
// how well each answers it.
type meaning map[string]float64

// meaning looks for the word itself; only when it is nowhere for words that are
// like it. So a word spelt right never brings its neighbours.
func (x *searchIndex) meaning(w string) meaning {
	if x.postings[w] != nil {
		return meaning{w: same}
	}
	if bare := unglue(w); bare != w && x.postings[bare] != nil {
		return meaning{bare: unglued}
	}
	m := meaning{}
	letters := []rune(w)
	for _, t := range x.terms {
		switch {
		case len(letters) >= 5 && len(t.letters) >= 4 && oneSlip(letters, t.letters):
			m[t.text] = mistyped
		case begins(letters, t.letters):
			m[t.text] = beginning
		}
	}
	return m
}

// weigh says what a word of a query is worth at each service that it meets; a
// word that few services have says more.
func (x *searchIndex) weigh(m meaning) map[int]float64 {
	scores := map[int]float64{}
	for term, quality := range m {
		for at, worth := range x.postings[term] {
			scores[at] = max(scores[at], worth*quality)
		}
	}
	rare := 1 + math.Log(float64(len(x.entries))/float64(max(1, len(scores))))
	for at := range scores {
		scores[at] *= rare
	}
	return scores
}

// phraseScore is for the phrase of a service that the query repeats best.
func phraseScore(phrases [][]string, query []meaning) float64 {
	most := 0.0
	for _, phrase := range phrases {
		if len(phrase) == 0 || !slices.ContainsFunc(query, func(m meaning) bool { return m.is(phrase[0]) }) {
			continue
		}
		if !covers(query, phrase) {
			continue
		}
		score := partText * float64(len(phrase))
		if !slices.ContainsFunc(query, func(m meaning) bool { return !m.isAny(phrase) }) {
			score += wholeText
		}
		most = max(most, score)
	}
	return most
}

// covers reports whether each word of a phrase stands in the query.
func covers(query []meaning, phrase []string) bool {
	for _, w := range phrase {
		if !slices.ContainsFunc(query, func(m meaning) bool { return m.is(w) }) {
			return false
		}
	}
	return true
}

func (m meaning) is(w string) bool { return m[w] > 0 && m[w] != beginning }

func (m meaning) isAny(words []string) bool { return slices.ContainsFunc(words, m.is) }

// begins reports whether a word is the beginning of another, or both begin alike
// for six letters and most of the shorter: immatriculer, immatriculation.
func begins(word, other []rune) bool {
	n := 0
	for n < min(len(word), len(other)) && word[n] == other[n] {
		n++
	}
	if n == len(word) {
		return n >= 3
	}
	return n >= 6 && 3*n >= 2*min(len(word), len(other))
}

// oneSlip reports whether two words differ by one letter that is missing, extra,
// wrong, or swapped with its neighbour: a distance of one after Damerau and
// Levenshtein.
func oneSlip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return len(b) <= 1 || swapped
}

// contentWords folds a text and drops the words that mean nothing by themselves.
func contentWords(text string) []string {
	return slices.DeleteFunc(strings.Fields(foldText(text)), func(w string) bool { return emptyWords[w] })
}
