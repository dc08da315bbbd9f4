package web

import (
	"mawid/internal/locale"
	"mawid/scheduler"
)

// receiptScript is what a receipt says in one language.
type receiptScript struct {
	Lang            *locale.Language
	Office, Service name
	Deposited       string
	Due             string // the legal date, or ""
	Promise         string // or ""
	By              string // of the promise
	Papers, Missing []name
}

// receiptScripts are the two that every receipt speaks.
func (s *site) receiptScripts(c *scheduler.Catalogue, f *scheduler.File) []receiptScript {
	var out []receiptScript
	for _, code := range slipLanguages {
		l := s.Book.Tag(code)
		v := &visit{lang: l}
		r := receiptScript{
			Lang: l, Office: officeName(l, c, f.OfficeID), Service: serviceName(l, c, f.ServiceID), Deposited: s.dateOf(v, f.DepositedOn),
		}
		if step := f.Current(); step != nil {
			r.Due = s.dateOf(v, step.Due)
		}
		if p := f.NextPromise(); p != nil {
			r.Promise, r.By = p.What, s.dateOf(v, p.By)
		}
		for _, d := range f.Documents {
			n := name{Text: d.ID}
			if doc, err := c.Document(d.ID); err == nil {
				n = nameOf(l, doc.Names)
			}
			if d.Seen {
				r.Papers = append(r.Papers, n)
			} else {
				r.Missing = append(r.Missing, n)
			}
		}
		out = append(out, r)
	}
	return out
}
