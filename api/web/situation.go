package web

import (
	"slices"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// situationLink leads to a life situation.
type situationLink struct {
	ID    string
	Place string
	Name  name
	Steps int
}

func situations(v *visit, c *scheduler.Catalogue) []situationLink {
	var out []situationLink
	for i := range c.Chains {
		out = append(out, linkTo(v, &c.Chains[i]))
	}
	return out
}

// situationsWith are those that a service is a step of.
func situationsWith(v *visit, c *scheduler.Catalogue, serviceID string) []situationLink {
	var out []situationLink
	for _, ch := range c.ChainsWith(serviceID) {
		out = append(out, linkTo(v, ch))
	}
	return out
}

func linkTo(v *visit, ch *scheduler.Chain) situationLink {
	return situationLink{ch.ID, v.way("/situations/" + ch.ID), nameOf(v.lang, ch.Names), len(ch.Steps)}
}

// situationPage is a life situation: what to settle, in which order.
type situationPage struct {
	frame
	Stay    *stayPart
	Name    name
	Steps   []situationStep
	Visits  int // steps for which one has to come to an office
	Online  int // steps that can be done online
	Outside int // steps that others settle, such as a notary
}

func (situationPage) file() string { return "situation" }

// situationStep is a service, or somebody outside.
type situationStep struct {
	Number  int
	Place   string // "first", "then" or "last"
	Name    name
	Outside bool

	Service serviceLine
	Office  name
	Papers  []paper
	After   []name        // steps before this one that it depends on
	Before  []serviceLine // services to settle before, which are no step here

	First  string // the first free time within the stay that fits the order, worded
	NoneIn bool   // there is a stay, and nothing is free within it
}

func (s *site) situation(v *visit) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	ch, err := c.Chain(v.PathValue("situation"))
	if err != nil {
		return wayOn(err, "/", "home.situations")
	}
	p := situationPage{Stay: s.stay(v), Name: nameOf(v.lang, ch.Names)}
	for i, id := range ch.Steps {
		p.add(s.step(v, c, ch, id), placeOf(i, len(ch.Steps)))
	}
	if err := s.planSteps(v, c, ch, &p); err != nil {
		return err
	}
	p.frame = s.frame(v, p.Name.Text)
	s.asksStay(&p.frame, p.Stay)
	return s.show(v, p.Stay.status(), p)
}

func placeOf(i, steps int) string {
	switch {
	case i == 0:
		return "first"
	case i == steps-1:
		return "last"
	}
	return "then"
}

func (p *situationPage) add(step situationStep, place string) {
	step.Place = place
	p.Steps = append(p.Steps, step)
	p.Steps[len(p.Steps)-1].Number = len(p.Steps)
	switch {
	case step.Outside:
		p.Outside++
	case step.Service.Online != "":
		p.Online++
	default:
		p.Visits++
	}
}

func (s *site) step(v *visit, c *scheduler.Catalogue, ch *scheduler.Chain, id string) situationStep {
	sv, err := c.Service(id)
	if err != nil {
		return situationStep{Outside: true, Name: outsiderName(v.lang, c, id)}
	}
	step := situationStep{
		Name: nameOf(v.lang, sv.Names), Service: lineOf(v, c, sv),
		Office: officeName(v.lang, c, sv.OfficeID), Papers: s.papers(v.lang, c, sv),
	}
	for _, need := range sv.DependsOn {
		before, err := c.Service(need)
		switch {
		case err != nil:
		case slices.Contains(ch.Steps, need):
			step.After = append(step.After, nameOf(v.lang, before.Names))
		default:
			step.Before = append(step.Before, lineOf(v, c, before))
		}
	}
	return step
}

// outsiderName names somebody without an office, by the id when the catalogue
// has no name.
func outsiderName(l *locale.Language, c *scheduler.Catalogue, id string) name {
	if o, err := c.Outsider(id); err == nil {
		return nameOf(l, o.Names)
	}
	return name{Text: id}
}
