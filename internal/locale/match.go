package locale

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// maxAcceptLanguage is how many bytes of the header are read. Browsers send under 200.
const maxAcceptLanguage = 1000

// written is the language in which speakers of another are written to. Browsers and phones name the Amazigh languages of
// Morocco by several codes (zgh is the standard one, ber the family of ISO 639-5), and spoken Arabic by country;
// golang.org/x/text v0.43 would send readers of some of them to French.
var written = map[string]string{
	"ber": "zgh", "tzm": "zgh", "shi": "zgh", "rif": "zgh", "zgh": "zgh",
	"ary": "ar", "arq": "ar", "aeb": "ar", "ayl": "ar", "arz": "ar", "apc": "ar", "ajp": "ar", "acm": "ar", "ars": "ar", "afb": "ar",
}

// wish is one entry of an Accept-Language header.
type wish struct {
	tag     language.Tag
	quality float32
}

// Match returns the language that suits an Accept-Language header best (RFC 9110, 12.5.4): French when nothing suits.
// Entries that are malformed, or refused with q=0, are passed over. Any Arabic, of any region, is "ar".
func (b *Book) Match(acceptLanguage string) *Language {
	var tags []language.Tag
	for _, w := range wishes(acceptLanguage) {
		tag, ok := b.understood(w.tag)
		if ok {
			tags = append(tags, tag)
		}
	}
	_, index, _ := b.matcher.Match(tags...) // the first, French, when nothing suits
	return b.matched[index]
}

// understood maps a language to the one it is written in here, and drops it while that one is not spoken: the reader's
// next wish then counts.
func (b *Book) understood(tag language.Tag) (language.Tag, bool) {
	base, _ := tag.Base()
	code, ok := written[base.String()]
	if !ok {
		return tag, true
	}
	l := b.Tag(code)
	return l.tag, l.Code() == code
}

// wishes reads the header's entries, best first; entries of one quality keep their order. ParseAcceptLanguage drops those
// with q=0.
func wishes(header string) []wish {
	if len(header) > maxAcceptLanguage {
		header = header[:maxAcceptLanguage]
		header = header[:strings.LastIndexByte(header, ',')+1]
	}
	var found []wish
	for entry := range strings.SplitSeq(header, ",") {
		tags, qualities, err := language.ParseAcceptLanguage(entry)
		if err != nil || len(tags) != 1 {
			continue
		}
		found = append(found, wish{tags[0], qualities[0]})
	}
	slices.SortStableFunc(found, func(a, b wish) int { return cmp.Compare(b.quality, a.quality) })
	return found
}
