package web

import "mawid/internal/locale"

// reachPart is what the forms have in common in which people say who they are and
// how to reach them. Pages embed it.
type reachPart struct {
	NameLabel string // worded: whose name is asked for
	Fields    fields
	Faults    []fieldFault
	Zones     []locale.Zone
	Tongues   []*locale.Language // in which notices are worded
	Untold    bool               // the page's language is none of them
	Called    bool               // the office calls, so a number is needed
}

// fieldFault is what is wrong with one field: its name in the form, what the form
// calls it, and the sentence.
type fieldFault struct{ Field, Label, Text string }

// Fault is the sentence of a field's fault, or "".
func (p reachPart) Fault(field string) string {
	for _, f := range p.Faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// reach is the empty part, with the language and the clock that the reader has.
func (s *site) reach(v *visit) reachPart {
	zone, _ := s.zone(v)
	return reachPart{
		NameLabel: v.lang.Say("form.name"), Fields: fields{Language: s.Book.TagIn("notice", v.lang.Code()).Code(), Zone: zone},
		Zones: v.lang.Zones(), Tongues: s.Book.Speaking("notice"), Untold: !v.lang.Speaks("notice"),
	}
}

// retyped is what was typed before a change of the page's language. The messages
// follow it, unless another language was chosen for them.
func (s *site) retyped(v *visit) fields {
	f := typedFields(v)
	if f.Language == s.Book.TagIn("notice", v.PostForm.Get("page_language")).Code() {
		f.Language = s.Book.TagIn("notice", v.lang.Code()).Code()
	}
	return f
}
