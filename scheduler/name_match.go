package scheduler

import (
	"strings"
	"unicode"
)

// SameName is the score from which two names are shown as perhaps one person's.
const SameName = 0.8

// NameScore says how likely two written names are of one person, 0 to 1, across
// Arabic and Latin spelling: both are reduced to their consonants, in which
// Mohammed, Mohamed and محمد are the same, articles (El, Al, ال) are left out,
// and the order of the words does not count. Every word of the query must find
// one in the name.
func NameScore(query, name string) float64 {
	q, n := nameWords(query), nameWords(name)
	if len(q) == 0 || len(n) == 0 {
		return 0
	}
	got, all := 0.0, 0.0
	for _, w := range q {
		weight := float64(max(len(w[0]), 1))
		got += weight * bestWord(w, n)
		all += weight
	}
	return max(got/all, likeness(joined(q), joined(n)))
}

// nameWord is one word's consonants, and without what may be its article.
type nameWord [2]string

func nameWords(s string) []nameWord {
	var out []nameWord
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r)
	}) {
		w = strings.Map(plainLetter, w)
		if w == "" || w == "el" || w == "al" || w == "l" || w == "ال" {
			continue
		}
		bare := w
		for _, article := range []string{"ال", "el", "al"} {
			if rest, ok := strings.CutPrefix(w, article); ok && len([]rune(rest)) >= 3 {
				bare = rest
			}
		}
		if strings.HasPrefix(w, "ال") {
			w = bare // in Arabic it is one
		}
		out = append(out, nameWord{consonants(w), consonants(bare)})
	}
	return out
}

func joined(words []nameWord) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w[0])
	}
	return b.String()
}

func bestWord(w nameWord, among []nameWord) float64 {
	best := 0.0
	for _, o := range among {
		for _, a := range w {
			for _, b := range o {
				best = max(best, likeness(a, b))
			}
		}
	}
	return best
}

// likeness is 1 for equal consonants, less for each that differs; below half it
// is none.
func likeness(a, b string) float64 {
	if a == b {
		return 1
	}
	n := max(len(a), len(b))
	if n < 3 {
		return 0 // too short to be nearly the same
	}
	if l := 1 - float64(distance(a, b))/float64(n); l >= 0.5 {
		return l
	}
	return 0
}

// distance counts the letters to add, drop or change (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// plainLetter drops marks and writes accented Latin and variant Arabic letters
// as their plain ones.
func plainLetter(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r) || r == 'ـ':
		return -1
	case strings.ContainsRune("éèêë", r):
		return 'e'
	case strings.ContainsRune("àâäáã", r):
		return 'a'
	case strings.ContainsRune("îïíì", r):
		return 'i'
	case strings.ContainsRune("ôöóò", r):
		return 'o'
	case strings.ContainsRune("ûüúù", r):
		return 'u'
	case r == 'ç':
		return 's'
	case r == 'ñ':
		return 'n'
	case strings.ContainsRune("أإآٱ", r):
		return 'ا'
	}
	return r
}

// pairs are Latin letters that write one sound.
var pairs = strings.NewReplacer(
	"kh", "x", "ch", "c", "sh", "c", "gh", "g", "th", "t", "dh", "d", "dj", "j", "ph", "f", "gu", "g", "c", "k", "q", "k",
	"p", "b", "v", "f",
)

// sounds gives the class of an Arabic letter; what is not here is a vowel or is
// not heard alike.
var sounds = map[rune]byte{
	'ب': 'b', 'پ': 'b', 'ت': 't', 'ط': 't', 'ث': 't', 'ج': 'j', 'ح': 'h', 'ه': 'h', 'خ': 'x', 'د': 'd', 'ذ': 'd',
	'ض': 'd', 'ظ': 'd', 'ر': 'r', 'ز': 'z', 'س': 's', 'ص': 's', 'ش': 'c', 'غ': 'g', 'گ': 'g', 'ݣ': 'g', 'ف': 'f',
	'ڤ': 'f', 'ق': 'k', 'ك': 'k', 'ل': 'l', 'م': 'm', 'ن': 'n',
}

// consonants reduces one word. W and y count at its beginning only, an h at its
// end not at all: Fatima, Fatimah and فاطمة are the same.
func consonants(w string) string {
	var out []byte
	if strings.HasPrefix(w, "ou") && len(w) > 3 && strings.ContainsRune("aei", rune(w[2])) {
		w = "w" + w[2:] // Ouafae, Ouali
	}
	var last rune
	for i, r := range pairs.Replace(w) {
		if r == last {
			continue // doubled
		}
		last = r
		switch {
		case i == 0 && (r == 'w' || r == 'و'):
			out = append(out, 'w')
		case i == 0 && (r == 'y' || r == 'ي'):
			out = append(out, 'y')
		case r < 'z' && r >= 'b' && !strings.ContainsRune("eiouwy", r) || r == 'z':
			out = append(out, byte(r))
		case sounds[r] != 0:
			out = append(out, sounds[r])
		}
	}
	if n := len(out); n > 1 && out[n-1] == 'h' {
		out = out[:n-1]
	}
	return string(out)
}
