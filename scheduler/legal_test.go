package scheduler_test

import (
	"errors"
	"slices"
	"testing"

	"mawid/scheduler"
)

func TestTheLegalCeiling(t *testing.T) {
	c := sample(t)
	for id, want := range map[string]struct {
		days int
		own  bool
	}{"cri-projet": {30, true}, "com-urbanisme": {60, false}} {
		s, err := c.Service(id)
		if err != nil {
			t.Fatal(err)
		}
		if days, own := s.LegalCeiling(); days != want.days || own != want.own {
			t.Errorf("%s: %d days, own %v", id, days, own)
		}
	}
	clock, err := c.LegalClock("requisition")
	if err != nil || len(clock.Steps) != 5 {
		t.Errorf("requisition: %v, %v", clock, err)
	}
	if _, err := c.LegalClock("nothing"); !errors.Is(err, scheduler.ErrNotFound) {
		t.Errorf("an unknown clock: %v", err)
	}
}

func TestSituations(t *testing.T) {
	c := sample(t)
	for service, want := range map[string][]string{
		"com-naissance": {"inherit", "identity"}, "dgi-tpi": {"sell-flat"}, "com-legal": nil, "notary": {"sell-flat", "proxy"},
	} {
		var got []string
		for _, ch := range c.ChainsWith(service) {
			got = append(got, ch.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is a step of %v, want %v", service, got, want)
		}
	}
	if ch, err := c.Chain("car"); err != nil || ch.Names["fr"] != "Dédouaner et immatriculer une voiture" {
		t.Errorf("car: %v, %v", ch, err)
	}
	if o, err := c.Outsider("notary"); err != nil || o.Names["fr"] != "Le notaire" {
		t.Errorf("notary: %v, %v", o, err)
	}
	_, noChain := c.Chain("nothing")
	_, nobody := c.Outsider("nobody")
	if !errors.Is(noChain, scheduler.ErrNotFound) || !errors.Is(nobody, scheduler.ErrNotFound) {
		t.Errorf("unknown ids: %v, %v", noChain, nobody)
	}
}
