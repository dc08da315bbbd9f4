package web_test

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"testing"

	"mawid/scheduler"
)

var hold = flag.String("hold", "", "serve for looking at, write addresses to this file")

func TestHoldForEyes(t *testing.T) {
	if *hold == "" {
		return
	}
	h := oneHouse(t)
	b := h.bookOne("dgi-th-tsc", "dgi-safi", "2027-08-10 09:30", scheduler.Citizen{Name: "Amina Benali", Email: "amina@example.org", Language: "fr", Zone: "Europe/Paris"})
	c := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{Name: "أمينة بنعلي", Phone: "+33612345678", Language: "ar"})
	d := h.bookOne("tpi-iratha", "tpi-safi-famille", "2027-06-01 10:00", scheduler.Citizen{})
	_, err := h.engine.Cancel(t.Context(), d.Appointment.ID, 0, scheduler.Actor{ManageToken: d.ManageToken})
	h.must(err)
	hd, err := h.engine.Hold(t.Context(), scheduler.HoldRequest{OfficeID: "dgi-safi", ServiceID: "dgi-enreg", StartsAt: b.Appointment.StartsAt, Party: 2})
	h.must(err)
	h.keepNotices()
	h.must(os.WriteFile(*hold, fmt.Appendf(nil, "BASE=%s\nA=%s\nB=%s\nC=%s\nHOLD=%s\n", h.server.URL, b.ManageToken, c.ManageToken, d.ManageToken, hd.ID), 0o600))
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	<-ch
}
