package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// depositRoutes are the addresses at which a person deposits a file online.
func (s *site) depositRoutes() []route {
	return []route{
		{"GET /deposit", s.depositSubjects},
		{"GET /deposit/{service}", s.askDeposit},
		{"POST /deposit/{service}", s.deposit},
		{"POST /deposit/{service}/language", s.switchDeposit},
	}
}

// depositSubjectsPage asks what the file is about.
type depositSubjectsPage struct {
	frame
	Groups []serviceGroup
}

func (depositSubjectsPage) file() string { return "depositsubjects" }

// depositPage asks who deposits what.
type depositPage struct {
	frame
	Place          string
	Form           string // random: the form sent twice opens one file
	Subject        name
	Administration name
	Office         name
	Proxy          bool // the law lets somebody act for another
	ForWhom        string
	Consent        bool
	Papers         []fileBox
	Has            []string // ids of Papers that were ticked
	reachPart
}

func (depositPage) file() string { return "deposit" }

// Ticked reports whether the person says they have a paper.
func (p depositPage) Ticked(id string) bool { return slices.Contains(p.Has, id) }

// depositFields are what the form holds, for sending it again.
var depositFields = [...]string{"form", "name", "for_whom", "email", "phone", "zone", "language", "file_number", "note", "at_hand", "consent"}

// depositLabels are the keys of what the form calls fields that other forms call
// otherwise, or have not.
var depositLabels = map[string]string{
	"name": "deposit.name", "for_whom": "deposit.for_whom", "note": "deposit.matter", "at_hand": "deposit.at_hand", "consent": "deposit.consent_label",
}

func depositPlace(service string) string { return "/deposit/" + url.PathEscape(service) }

func (s *site) depositSubjects(v *visit) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := depositSubjectsPage{frame: s.frame(v, v.lang.Say("deposit.title"))}
	for i := range c.Administrations {
		g := servicesOf(v, c, &c.Administrations[i])
		g.Services = slices.DeleteFunc(g.Services, func(l serviceLine) bool { return l.External != "" })
		for j := range g.Services {
			g.Services[j].Place = depositPlace(g.Services[j].ID)
		}
		if len(g.Services) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return s.show(v, http.StatusOK, p)
}

// depositPage is the empty form about a service.
func (s *site) depositPage(v *visit) (depositPage, error) {
	private(v)
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return depositPage{}, err
	}
	sv, err := c.Service(v.PathValue("service"))
	if err == nil && c.ExternalBooking(sv) != "" {
		err = errNotFound
	}
	if err != nil {
		return depositPage{}, wayOn(err, "/deposit", "deposit.title")
	}
	p := depositPage{
		frame: s.frame(v, v.lang.Say("deposit.title")), Place: depositPlace(sv.ID), Form: rand.Text(),
		Subject: nameOf(v.lang, sv.Names), Office: officeName(v.lang, c, sv.OfficeID), Proxy: !sv.Rules.NoProxy,
		reachPart: s.reach(v),
	}
	p.FormID, p.NameLabel = "details", v.lang.Say("deposit.name")
	if a, err := c.Administration(sv.AdministrationID); err == nil {
		p.Administration = nameOf(v.lang, a.Names)
	}
	for _, id := range sv.Documents {
		if d, err := c.Document(id); err == nil {
			p.Papers = append(p.Papers, fileBox{id, nameOf(v.lang, d.Names)})
		}
	}
	s.uses(&p.frame, "file.css")
	return p, nil
}

func (s *site) askDeposit(v *visit) error {
	p, err := s.depositPage(v)
	if err != nil {
		return err
	}
	return s.show(v, http.StatusOK, p)
}

// deposit opens the file and leads to its receipt. A form that is sent twice
// ends at the same one.
func (s *site) deposit(v *visit) error {
	if err := readForm(v); err != nil {
		return err
	}
	p, err := s.depositPage(v)
	if err != nil {
		return err
	}
	r, bad := s.typedDeposit(v, &p)
	if len(bad.Fields) > 0 {
		r.Citizen.Check(bad, s.Zones)
		return s.depositFaults(v, p, bad)
	}
	opened, err := s.depositGuarded(v, r, p.Form)
	var proof *httpkit.ProofError
	var invalid *scheduler.InvalidError
	switch {
	case errors.As(err, &proof):
		return s.proofFor(v, proof, p.Place, depositFields[:]...)
	case errors.As(err, &invalid):
		return s.depositFaults(v, p, invalid)
	case err != nil:
		return wayOn(err, "/deposit", "deposit.title")
	}
	return v.redirect("/f/" + opened.Token + "/receipt?new=1")
}

// switchDeposit shows the form in another language, with what was typed.
func (s *site) switchDeposit(v *visit) error {
	if err := readForm(v); err != nil {
		return err
	}
	v.place = depositPlace(v.PathValue("service"))
	p, err := s.depositPage(v)
	if err != nil {
		return err
	}
	s.typedDeposit(v, &p)
	p.Fields = s.retyped(v)
	return s.show(v, http.StatusOK, p)
}

// depositGuarded deposits within the bounds of those who take places.
func (s *site) depositGuarded(v *visit, r scheduler.FileRequest, form string) (scheduler.OpenedFile, error) {
	asker, err := s.asker(v)
	if err != nil {
		return scheduler.OpenedFile{}, err
	}
	if wait, ok := s.deposits.Allow(v.Request); !ok {
		return scheduler.OpenedFile{}, httpkit.TooMany(wait)
	}
	if err := asker.Spend(v.Context()); err != nil {
		return scheduler.OpenedFile{}, err
	}
	return s.Engine.Deposit(v.Context(), r, form)
}

// typedDeposit reads the form into a request, and back into the page.
func (s *site) typedDeposit(v *visit, p *depositPage) (scheduler.FileRequest, *scheduler.InvalidError) {
	typed := v.PostForm
	p.Fields, p.Form = typedFields(v), cut(typed.Get("form"), 64)
	p.Consent, p.Has = typed.Get("consent") == "1", typed["at_hand"]
	if p.Proxy {
		p.ForWhom = httpkit.CleanText(typed.Get("for_whom"))
	}
	citizen, bad := p.Fields.citizen("", s)
	if !p.Consent {
		bad.Add("consent", "required", "the person has to agree")
	}
	if p.Fields.Note == "" {
		bad.Add("note", "required", "say what the file is about")
	}
	return scheduler.FileRequest{
		ServiceID: v.PathValue("service"), Number: p.Fields.FileNumber, Citizen: citizen, ForWhom: p.ForWhom,
		AtHand: p.Has, Note: p.Fields.Note,
	}, bad
}

func (s *site) depositFaults(v *visit, p depositPage, invalid *scheduler.InvalidError) error {
	list := *invalid
	list.Fields = slices.Clone(invalid.Fields)
	for i := range list.Fields {
		if list.Fields[i].Field == "number" {
			list.Fields[i].Field = "file_number"
		}
	}
	if p.Faults = s.faultsOf(v.lang, &list); len(p.Faults) == 0 {
		return invalid
	}
	for i, f := range p.Faults {
		if key, ok := depositLabels[f.Field]; ok {
			p.Faults[i].Label = v.lang.Say(key)
		}
	}
	p.Faulty = true
	return s.show(v, http.StatusUnprocessableEntity, p)
}

// ownReceipt is the receipt of a deposit for its owner, for screen and paper.
func (s *site) ownReceipt(v *visit) error {
	private(v)
	f, err := s.fileByLink(v)
	if err != nil {
		return err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	place := "/f/" + url.PathEscape(v.PathValue("token"))
	p := fileReceiptPage{
		frame: s.frame(v, v.lang.Say("deposit.receipt")), Back: place, Own: place, New: v.URL.Query().Get("new") == "1",
		Reference: f.Reference, Who: f.Citizen.Name, Number: f.Number, ForWhom: f.ForWhom, Scripts: s.receiptScripts(c, &f),
	}
	p.Private = true
	s.uses(&p.frame, "file.css")
	if p.QR, err = qrOf(s.origin + place); err != nil {
		return err
	}
	return s.show(v, http.StatusOK, p)
}
