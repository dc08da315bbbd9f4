package locale

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// maxAcceptLanguage is how many bytes of the header are read. Browsers send under 200.
const maxAcceptLanguage = 1000

// amazigh holds the codes by which browsers and phones name the Amazigh languages of Morocco: zgh is the standard one,
// ber the family (ISO 639-5). golang.org/x/text v0.43 would send a reader of some of them to French.
var amazigh = []string{"zgh", "ber", "tzm", "shi", "rif"}

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
	_, index, confidence := b.matcher.Match(tags...)
	if confidence == language.No {
		return b.matched[0]
	}
	return b.matched[index]
}

// understood maps the Amazigh languages to the one written here, and drops them while none is: the reader's next wish
// then counts.
func (b *Book) understood(tag language.Tag) (language.Tag, bool) {
	base, _ := tag.Base()
	if !slices.Contains(amazigh, base.String()) {
		return tag, true
	}
	l := b.Tag("zgh")
	return l.tag, l.Code() == "zgh"
}

// wishes reads the header's entries, best first; entries of one quality keep their order.
func wishes(header string) []wish {
	if len(header) > maxAcceptLanguage {
		header = header[:maxAcceptLanguage]
		header = header[:strings.LastIndexByte(header, ',')+1]
	}
	var found []wish
	for entry := range strings.SplitSeq(header, ",") {
		tags, qualities, err := language.ParseAcceptLanguage(entry)
		if err != nil || len(tags) != 1 || qualities[0] <= 0 {
			continue
		}
		found = append(found, wish{tags[0], qualities[0]})
	}
	slices.SortStableFunc(found, func(a, b wish) int { return cmp.Compare(b.quality, a.quality) })
	return found
}
