package web

import "strconv"

// confirm notes that the person will come. Sent twice it changes nothing.
func (s *site) confirm(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	if _, err := s.Engine.Confirm(v.Context(), o.ID, revision(v), o.actor()); err != nil {
		return wayOn(err, o.place, "manage.title")
	}
	return v.redirect(o.place + "?confirmed=1")
}

// revision is what the reader saw; 0 when the form does not say.
func revision(v *visit) int {
	n, err := strconv.Atoi(v.PostForm.Get("revision"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
