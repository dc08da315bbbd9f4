package web

import "mawid/scheduler"

// serviceSet is the services of one owner to choose from.
type serviceSet struct {
	Owner    name // "" where there is no other
	Services []serviceChoice
}

type serviceChoice struct {
	ID   string
	Name name
}

// offered lists the services of offices in catalogue order, each once, by the
// office that owns them: under the roof of an event several administrations have
// services of the same name.
func offered(v *visit, c *scheduler.Catalogue, offices ...*scheduler.Office) []serviceSet {
	var sets []serviceSet
	set, listed := map[string]int{}, map[string]bool{}
	for _, o := range offices {
		for _, sv := range c.ServicesOf(o.ID) {
			if listed[sv.ID] {
				continue
			}
			listed[sv.ID] = true
			at, known := set[sv.OfficeID]
			if !known {
				at = len(sets)
				set[sv.OfficeID] = at
				sets = append(sets, serviceSet{Owner: officeName(v.lang, c, sv.OfficeID)})
			}
			sets[at].Services = append(sets[at].Services, serviceChoice{sv.ID, nameOf(v.lang, sv.Names)})
		}
	}
	if len(sets) == 1 {
		sets[0].Owner = name{}
	}
	return sets
}
