package scheduler

// NewCatalogue indexes data and derives the pools. The data must have passed
// the reader's checks: ids unique, references good.
func NewCatalogue(data CatalogueData, version int64) *Catalogue {
	c := &Catalogue{
		CatalogueData: data, Version: version,
		administrations: index(data.Administrations, func(a *Administration) string { return a.ID }),
		offices:         index(data.Offices, func(o *Office) string { return o.ID }),
		services:        index(data.Services, func(s *Service) string { return s.ID }),
		documents:       index(data.Documents, func(d *Document) string { return d.ID }),
		outsiders:       index(data.Outsiders, func(o *Outsider) string { return o.ID }),
		chains:          index(data.Chains, func(ch *Chain) string { return ch.ID }),
		hours:           index(data.Hours, func(h *HoursTemplate) string { return h.ID }),
	}
	c.indexPools()
	c.search = newSearchIndex(c)
	return c
}

func index[T any](items []T, id func(*T) string) map[string]*T {
	m := make(map[string]*T, len(items))
	for i := range items {
		m[id(&items[i])] = &items[i]
	}
	return m
}

func (c *Catalogue) indexPools() {
	c.pools = map[string]*Pool{}
	c.poolsByOffice = map[string][]*Pool{}
	c.poolsByService = map[string][]*Pool{}
	c.poolsByChannel = map[channelKey][]*Pool{}
	for _, events := range []bool{false, true} { // a service's owner first, then the events
		for i := range c.Offices {
			if c.Offices[i].Event == events {
				c.indexOffice(&c.Offices[i])
			}
		}
	}
}

func (c *Catalogue) indexOffice(o *Office) {
	for _, p := range c.derivePools(o) {
		c.pools[p.ID] = p
		c.poolsByOffice[p.OfficeID] = append(c.poolsByOffice[p.OfficeID], p)
		for _, s := range p.Services {
			c.poolsByService[s] = append(c.poolsByService[s], p)
		}
	}
	c.remotePools(o)
}

// Administration returns the administration of an id, or ErrNotFound.
func (c *Catalogue) Administration(id string) (*Administration, error) {
	return found(c.administrations, id)
}

// Office returns the office of an id, or ErrNotFound.
func (c *Catalogue) Office(id string) (*Office, error) { return found(c.offices, id) }

// Service returns the service of an id, or ErrNotFound.
func (c *Catalogue) Service(id string) (*Service, error) { return found(c.services, id) }

// Document returns the document of an id, or ErrNotFound.
func (c *Catalogue) Document(id string) (*Document, error) { return found(c.documents, id) }

// Outsider returns the outsider of an id, or ErrNotFound.
func (c *Catalogue) Outsider(id string) (*Outsider, error) { return found(c.outsiders, id) }

// Chain returns the life situation of an id, or ErrNotFound.
func (c *Catalogue) Chain(id string) (*Chain, error) { return found(c.chains, id) }

// Pool returns the pool of an id, or ErrNotFound.
func (c *Catalogue) Pool(id string) (*Pool, error) { return found(c.pools, id) }

func found[T any](m map[string]*T, id string) (*T, error) {
	if v, ok := m[id]; ok {
		return v, nil
	}
	return nil, ErrNotFound
}

// Pools returns the pools that serve a service to who comes, those of one office when
// officeID is not empty. The first is the owner's; events follow.
func (c *Catalogue) Pools(serviceID, officeID string) []*Pool {
	var out []*Pool
	for _, p := range c.poolsByService[serviceID] {
		if officeID == "" || p.OfficeID == officeID {
			out = append(out, p)
		}
	}
	return out
}

// OfficePools returns the pools of one office that serve who comes.
func (c *Catalogue) OfficePools(officeID string) []*Pool { return c.poolsByOffice[officeID] }

// OfficesFor returns the offices to which people come for a service, its owner
// first.
func (c *Catalogue) OfficesFor(serviceID string) []*Office {
	var out []*Office
	for _, p := range c.poolsByService[serviceID] {
		if o := c.offices[p.OfficeID]; len(out) == 0 || out[len(out)-1] != o {
			out = append(out, o)
		}
	}
	return out
}

// ServicesOf returns the services that an office offers, in catalogue order.
func (c *Catalogue) ServicesOf(officeID string) []*Service {
	offered := map[string]bool{}
	for _, p := range c.poolsByOffice[officeID] {
		for _, s := range p.Services {
			offered[s] = true
		}
	}
	var out []*Service
	for i := range c.Services {
		if offered[c.Services[i].ID] {
			out = append(out, &c.Services[i])
		}
	}
	return out
}

// ExternalBooking returns the portal that books this service, or "" when Mawid
// does.
func (c *Catalogue) ExternalBooking(s *Service) string {
	if o := c.offices[s.OfficeID]; o != nil {
		return o.ExternalBooking
	}
	return ""
}

// PortalOf returns the portal of a service: its own, else its
// administration's, else "".
func (c *Catalogue) PortalOf(s *Service) string {
	if s.Portal != "" {
		return s.Portal
	}
	if a := c.administrations[s.AdministrationID]; a != nil {
		return a.Portal
	}
	return ""
}
