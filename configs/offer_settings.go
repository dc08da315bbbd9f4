package configs

import "time"

// offerKeys are the settings of places that are offered.
func offerKeys() []settingKey {
	return []settingKey{
		minutes("offers.answer_minutes", func(s *Settings) *time.Duration { return &s.Offers.AnswerFor }, 15, 12*60),
		number("offers.at_once", func(s *Settings) *int { return &s.Offers.AtOnce }, 0, 50),
		number("offers.wishes_per_client", func(s *Settings) *int { return &s.Offers.PerClient }, 0, 1000),
	}
}
