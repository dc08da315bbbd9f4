package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// opinionRoutes are the addresses of the three questions.
func (s *site) opinionRoutes() []route {
	return []route{
		{"GET /o/{token}", s.askOpinion},
		{"POST /o/{token}", s.giveOpinion},
	}
}

// opinionPage asks three questions, or thanks.
type opinionPage struct {
	frame
	Place   string
	Settled scheduler.Settled // chosen by the link of a notice, or typed
	Rating  int
	Need    string
	Thanks  bool
	Given   bool
	Empty   bool
	Ratings []int
	Answers []scheduler.Settled
	MaxNeed int
}

func (opinionPage) file() string { return "opinion" }

func (s *site) opinionPage(v *visit) (opinionPage, error) {
	token := v.PathValue("token")
	if _, _, err := s.Engine.OpinionSubject(token); err != nil {
		return opinionPage{}, errLinkUnknown
	}
	p := opinionPage{
		frame: s.frame(v, v.lang.Say("opinion.title")), Place: "/o/" + url.PathEscape(token), Ratings: []int{5, 4, 3, 2, 1},
		Answers: []scheduler.Settled{scheduler.SettledYes, scheduler.SettledPartly, scheduler.SettledNo}, MaxNeed: scheduler.MaxNeed,
	}
	p.Private = true
	return p, nil
}

// askOpinion shows the questions; looking answers none of them. A link may have
// chosen the first answer.
func (s *site) askOpinion(v *visit) error {
	private(v)
	p, err := s.opinionPage(v)
	if err != nil {
		return err
	}
	p.Thanks, p.Settled = v.URL.Query().Get("thanks") == "1", scheduler.Settled(cut(v.URL.Query().Get("settled"), 10))
	return s.show(v, http.StatusOK, p)
}

func (s *site) giveOpinion(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	p, err := s.opinionPage(v)
	if err != nil {
		return err
	}
	typed := v.PostForm
	p.Settled, p.Need = scheduler.Settled(cut(typed.Get("settled"), 10)), cut(httpkit.CleanText(typed.Get("need")), scheduler.MaxNeed)
	if n, err := strconv.Atoi(typed.Get("rating")); err == nil {
		p.Rating = n
	}
	answers := scheduler.OpinionAnswers{Settled: p.Settled, Rating: p.Rating, Need: p.Need, Language: v.lang.Code()}
	err = s.Engine.GiveOpinion(v.Context(), v.PathValue("token"), answers)
	switch {
	case err == nil:
		return v.redirect(p.Place + "?thanks=1")
	case errors.Is(err, scheduler.ErrInvalidState):
		p.Given = true
		return s.show(v, http.StatusConflict, p)
	case invalidOf(err) != nil:
		p.Empty, p.Faulty = true, true
		return s.show(v, http.StatusUnprocessableEntity, p)
	}
	return err
}
