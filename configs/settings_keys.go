package configs

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"mawid/scheduler"
)

// settingKey is one setting: how it is called in the file, how its text is
// checked and set, and how it is shown. set returns what was expected; it never
// repeats the text, which may be a secret.
type settingKey struct {
	name string
	set  func(s *Settings, text string) error
	show func(s *Settings) string
}

// variable is the name of the key's environment variable.
func (k settingKey) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(k.name, ".", "_"))
}

const variablePrefix = "MAWID_"

// settingKeys lists all settings in the order of the manual.
var settingKeys = slices.Concat([]settingKey{
	text("database_url", func(s *Settings) *string { return &s.DatabaseURL }, checkDatabase, maskDatabase),
	text("data_dir", func(s *Settings) *string { return &s.DataDir }, checkPath, plain),
	text("catalogue", func(s *Settings) *string { return &s.Catalogue }, checkPath, plain),
	text("zone_data", func(s *Settings) *string { return &s.ZoneData }, checkPath, plain),
	text("listen", func(s *Settings) *string { return &s.Listen }, checkListen, plain),
	text("public_url", func(s *Settings) *string { return &s.PublicURL }, checkPublic, plain),
	text("metrics_listen", func(s *Settings) *string { return &s.MetricsListen }, checkMetrics, plain),
	{"trusted_proxies", setProxies, showProxies},
	text("secret", func(s *Settings) *string { return &s.Secret }, checkSecret, maskAll),
	text("smtp_url", func(s *Settings) *string { return &s.SMTPURL }, checkSMTP, maskURL),
	text("mail_from", func(s *Settings) *string { return &s.MailFrom }, checkMailFrom, plain),
	text("sms_url", func(s *Settings) *string { return &s.SMSURL }, checkSMS, maskURL),
	text("sms_routes", func(s *Settings) *string { return &s.SMSRoutes }, checkPath, plain),
	onOff("webhooks_private", func(s *Settings) *bool { return &s.WebhooksPrivate }),
	text("oidc.issuer", func(s *Settings) *string { return &s.OIDC.Issuer }, checkIssuer, plain),
	text("oidc.client_id", func(s *Settings) *string { return &s.OIDC.ClientID }, checkContact, plain),
	text("oidc.client_secret", func(s *Settings) *string { return &s.OIDC.ClientSecret }, checkPath, maskAll),
	text("oidc.claim", func(s *Settings) *string { return &s.OIDC.Claim }, checkClaim, plain),
	text("dkim.domain", func(s *Settings) *string { return &s.DKIM.Domain }, checkDomain, plain),
	text("dkim.selector", func(s *Settings) *string { return &s.DKIM.Selector }, checkDomain, plain),
	text("dkim.key_file", func(s *Settings) *string { return &s.DKIM.KeyFile }, checkPath, plain),
	text("bounces.listen", func(s *Settings) *string { return &s.Bounces.Listen }, checkMetrics, plain),
	text("bounces.protocol", func(s *Settings) *string { return &s.Bounces.Protocol }, checkMailProtocol, plain),
	text("bounces.domain", func(s *Settings) *string { return &s.Bounces.Domain }, checkDomain, plain),
	text("log_format", func(s *Settings) *string { return &s.LogFormat }, checkLogFormat, plain),
	number("booking.lead_minutes", func(s *Settings) *int { return &s.Booking.LeadMinutes }, 0, 7*24*60),
	number("booking.horizon_days", func(s *Settings) *int { return &s.Booking.HorizonDays }, 1, 730),
	number("booking.hold_minutes", func(s *Settings) *int { return &s.Booking.HoldMinutes }, 1, 120),
	number("booking.max_party", func(s *Settings) *int { return &s.Booking.MaxParty }, 1, 50),
	number("booking.confirm_minutes", func(s *Settings) *int { return &s.Booking.ConfirmMinutes }, 5, 24*60),
	number("booking.keep_days", func(s *Settings) *int { return &s.Booking.KeepDays }, 1, 3650),
	number("notices.reminder_working_days", func(s *Settings) *int { return &s.Notices.WorkingDays }, 0, maxReminderDays),
	onOff("notices.reminder_eve", func(s *Settings) *bool { return &s.Notices.Eve }),
	minutes("notices.call_minutes", func(s *Settings) *time.Duration { return &s.Notices.BeforeCall }, 0, 24*60),
	number("notices.week_ahead_days", func(s *Settings) *int { return &s.Notices.WeekAhead }, 0, maxWeekAhead),
	clockTime("notices.reminder_time", func(s *Settings) *scheduler.TimeOfDay { return &s.Notices.Hour }),
	onOff("notices.questions", func(s *Settings) *bool { return &s.Notices.Questions }),
	minutes("notices.last_minutes", func(s *Settings) *time.Duration { return &s.Notices.LastUse }, 0, 24*60),
	quiet("notices.quiet_night", func(s *Settings) *scheduler.Quiet { return &s.Notices.Night }),
	quiet("notices.quiet_friday", func(s *Settings) *scheduler.Quiet { return &s.Notices.Friday }),
	quiet("notices.quiet_ramadan", func(s *Settings) *scheduler.Quiet { return &s.Notices.Ramadan }),
}, queueKeys(), offerKeys(), []settingKey{
	number("booking.return_min_minutes", func(s *Settings) *int { return &s.Booking.ReturnMinMinutes }, 0, 24*60),
	number("booking.return_max_minutes", func(s *Settings) *int { return &s.Booking.ReturnMaxMinutes }, 0, 24*60),
	number("limits.requests_per_minute", func(s *Settings) *int { return &s.Limits.RequestsPerMinute }, 0, 100_000),
	number("limits.holds_per_client", func(s *Settings) *int { return &s.Limits.HoldsPerClient }, 0, 1000),
	number("limits.holds_with_proof", func(s *Settings) *int { return &s.Limits.HoldsWithProof }, 0, 1000),
	number("limits.holds_per_minute", func(s *Settings) *int { return &s.Limits.HoldsPerMinute }, 0, 1_000_000),
	text("contact.phone", func(s *Settings) *string { return &s.Contact.Phone }, checkContact, plain),
	text("contact.email", func(s *Settings) *string { return &s.Contact.Email }, checkContactEmail, plain),
	text("contact.text", func(s *Settings) *string { return &s.Contact.Text }, checkContact, plain),
})

func text(name string, field func(*Settings) *string, check func(string) error, mask func(string) string) settingKey {
	return settingKey{
		name: name,
		set: func(s *Settings, v string) error {
			*field(s) = v
			return check(v)
		},
		show: func(s *Settings) string { return mask(*field(s)) },
	}
}

func number(name string, field func(*Settings) *int, low, high int) settingKey {
	return settingKey{
		name: name,
		set: func(s *Settings, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < low || n > high {
				return fmt.Errorf("want a whole number from %d to %d", low, high)
			}
			*field(s) = n
			return nil
		},
		show: func(s *Settings) string { return strconv.Itoa(*field(s)) },
	}
}

func setProxies(s *Settings, v string) error {
	s.TrustedProxies = nil
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return fmt.Errorf("want networks such as 10.0.0.0/8, with commas between")
		}
		s.TrustedProxies = append(s.TrustedProxies, p.Masked())
	}
	return nil
}

func showProxies(s *Settings) string {
	parts := make([]string, len(s.TrustedProxies))
	for i, p := range s.TrustedProxies {
		parts[i] = p.String()
	}
	return strings.Join(parts, ", ")
}
