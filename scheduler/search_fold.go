package scheduler

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldText makes spellings equal that people do not tell apart, and leaves words
// with spaces between them: letters in lower case without accents, Arabic without
// vowel marks and with one form of alef, ya and ta marbuta, Latin digits, no
// article, no plural s.
func foldText(text string) string {
	var b strings.Builder
	for _, r := range text {
		foldRune(&b, r)
	}
	words := strings.Fields(b.String())
	kept := words[:0]
	for _, w := range words {
		if w = foldWord(w); w != "" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

func foldRune(b *strings.Builder, r rune) {
	r = unicode.ToLower(r)
	if plain, ok := plainLetters[r]; ok {
		b.WriteString(plain)
		return
	}
	switch {
	case isMark(r):
	case r >= '٠' && r <= '٩':
		b.WriteRune('0' + r - '٠')
	case r >= '۰' && r <= '۹':
		b.WriteRune('0' + r - '۰')
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		b.WriteRune(r)
	default: // apostrophes and hyphens too: "d'habitation" is two words
		b.WriteByte(' ')
	}
}

// isMark reports what is written but not told apart: accents that stand alone,
// Arabic vowel marks, tatweel, what directs the text.
func isMark(r rune) bool {
	switch {
	case r >= 0x0300 && r <= 0x036F, r >= 0x064B && r <= 0x065F, r == 0x0670, r == 'ـ':
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x2066 && r <= 0x2069, r == 0x00AD:
		return true
	}
	return false
}

// plainLetters are letters that are read as others.
var plainLetters = spread(map[string]string{
	"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ",
	"l": "ĺļľŀł", "n": "ñńņňŉ", "o": "òóôõöøōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	"oe": "œ", "ae": "æ", "ss": "ß",
	"ا": "أإآٱ", "ي": "ىئ", "ه": "ة", "و": "ؤ", "ك": "کڭگ", "ف": "ڤ",
})

func spread(groups map[string]string) map[rune]string {
	m := map[rune]string{}
	for plain, letters := range groups {
		for _, r := range letters {
			m[r] = plain
		}
	}
	return m
}

// foldWord takes the article and the plural from a word whose letters are
// folded. A single Latin letter is what an elision leaves, and becomes "".
func foldWord(w string) string {
	if first, _ := utf8.DecodeRuneInString(w); unicode.Is(unicode.Arabic, first) {
		return withoutArticle(w)
	}
	if len(w) == 1 && (w[0] < '0' || w[0] > '9') {
		return ""
	}
	if len(w) >= 4 && !strings.HasSuffix(w, "ss") {
		w = strings.TrimSuffix(w, "s")
	}
	return w
}

// articles of Arabic, alone and behind what is written in one with them, the
// longest first.
var articles = []string{"وبال", "وكال", "وال", "بال", "فال", "كال", "ولل", "لل", "ال"}

// withoutArticle leaves at least two letters.
func withoutArticle(w string) string {
	for _, a := range articles {
		if rest, ok := strings.CutPrefix(w, a); ok && utf8.RuneCountInString(rest) >= 2 {
			return rest
		}
	}
	return w
}

// unglue takes one letter from an Arabic word that may be "and", "with", "for"
// or "in", and leaves at least three. The letter may as well belong to the word,
// so ask for the whole word first.
func unglue(w string) string {
	for _, letter := range []string{"و", "ب", "ل", "ف"} {
		if rest, ok := strings.CutPrefix(w, letter); ok && utf8.RuneCountInString(rest) >= 3 {
			return withoutArticle(rest)
		}
	}
	return w
}

// emptyWords mean nothing by themselves, in the form that folding leaves. Words
// of asking are among them: "je veux", "how to", "quiero", "بغيت".
var emptyWords = wordSet(
	// French
	"le la les un une des du de et ou au aux en dans pour par sur avec sans chez mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs",
	"je tu il elle on nous vous ils elles me te se ce cet cette ces qui que quoi quel quelle est sont suis ai as avez avons ont être avoir",
	"veux voudrais veut souhaite souhaiterais besoin faut dois doit peux peut faire fait obtenir prendre aller comment quand où merci bonjour svp rdv rendez",
	// English
	"the an of for to in on at my your our his her me we you it is are do does did can could would should how what where when which want need like get",
	"have has make take please hello and or from with about",
	// Spanish
	"el los las lo uno una unos unas del al por con para mi mis tu su sus nuestro quiero quisiera necesito puedo tengo hacer obtener sacar como donde cuando que hola favor",
	// Darija in Latin letters
	"bghit baghi dyal dyali diali dial kifach fin wach ana andi 3andi bach",
	// Arabic and Darija
	"في من على الى عن مع هذا هذه ذلك انا نحن لي لنا كيف اين متى هل ما ماذا اريد ارغب احتاج يمكن اعمل الحصول بغيت بغينا باغي نريد ديال ديالي ديالنا دياله تاع متاع كيفاش فين واش باش عندي ندير نعمل نجيب لا يا او و",
)

func wordSet(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, list := range lists {
		for w := range strings.FieldsSeq(foldText(list)) {
			m[w] = true
		}
	}
	return m
}
