package configs

import (
	_ "embed"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"mawid/scheduler"
)

// Example is mawid.yaml, the commented example that is also the manual of the
// settings. Every value in it is the default.
//
//go:embed mawid.yaml
var Example []byte

// Off is the value that turns a listener off.
const Off = "off"

// Settings is what one installation sets. Load fills it; every value is then
// checked. It holds secrets: print it with Redacted, String or a log only.
type Settings struct {
	DatabaseURL string // "sqlite:PATH" or "postgres://…"; may hold a password
	Listen      string // host:port of the pages and the API
	// PublicURL is what people reach Mawid under: scheme and host, no slash at
	// the end. It is never empty.
	PublicURL string
	// Secret keys what the program signs; empty: the program makes one and keeps
	// it in DataDir.
	Secret  string
	DataDir string // for what is kept besides the database
	// Catalogue is the file loaded into an empty database; empty: the sample.
	Catalogue string

	// ZoneData is a zip of zone files to use instead of the embedded ones, for a
	// country that changes its clock before the next release; empty: embedded.
	ZoneData string

	SMTPURL  string // empty: mail is kept and shown to staff
	MailFrom string // RFC 5322 address, with or without name
	SMSURL   string // empty: short messages are kept and shown to staff
	// SMSRoutes is a file of gateways by country, before SMSURL; or empty.
	SMSRoutes string
	// WebhooksPrivate lets webhooks call loopback and private addresses.
	WebhooksPrivate bool

	OIDC    OIDC
	DKIM    DKIM
	Bounces Bounces

	LogFormat     string // "text" or "json"
	MetricsListen string // host:port, or Off

	Booking Booking
	Notices scheduler.NoticePolicy
	Queue   scheduler.QueuePolicy
	Offers  scheduler.OfferPolicy

	DayLists DayLists

	Limits  Limits
	Contact Contact
	// TrustedProxies may tell the client's address in X-Forwarded-For.
	TrustedProxies []netip.Prefix

	sources map[string]string // key → where its value is from, when not the default
}

// OIDC is the identity provider by which staff may sign in; without an issuer
// there is none.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	// Claim names what of an identity is the login of an account: "email", which
	// must be verified then, or another; Off for none.
	Claim string
}

// DKIM says how mail is signed; without a domain it is not.
type DKIM struct{ Domain, Selector, KeyFile string }

// Bounces says how mail that comes back is taken.
type Bounces struct {
	Listen   string // host:port, or Off
	Protocol string // "smtp" or "lmtp"
	Domain   string // of the return addresses
}

// Booking bounds what citizens can book.
type Booking struct {
	LeadMinutes int // the soonest time lies this far ahead
	HorizonDays int // the last day lies this far ahead
	HoldMinutes int // how long a place is kept while the form is filled in
	MaxParty    int // people in one appointment
	// A place that is given back stays taken for a random time between these, in
	// minutes; 0 and 0: it is free at once.
	ReturnMinMinutes, ReturnMaxMinutes int
	// ConfirmMinutes is how long a place is kept until the code that was sent is
	// entered, where an office asks for it.
	ConfirmMinutes int
	// KeepDays is after how many days the name and contact of a past visit are
	// erased.
	KeepDays int
}

// Lead is LeadMinutes as a duration.
func (b Booking) Lead() time.Duration { return time.Duration(b.LeadMinutes) * time.Minute }

// Hold is HoldMinutes as a duration.
func (b Booking) Hold() time.Duration { return time.Duration(b.HoldMinutes) * time.Minute }

// Limits bounds what one client may ask.
type Limits struct {
	RequestsPerMinute int // of one client address, member of staff, ticket or screen; 0: no limit
	HoldsPerClient    int // places that one client address keeps at once; 0: no limit
	HoldsWithProof    int // the same, when each further one comes with a proof of work
	HoldsPerMinute    int // of all clients on one node, above which everybody gives a proof; 0: never
}

// Contact is how people reach a human; what is empty is not shown.
type Contact struct {
	Phone, Email, Text string
}

// Defaults are the settings of an installation that sets nothing.
func Defaults() Settings {
	s := Settings{
		Listen: "127.0.0.1:8080", DataDir: "data",
		MailFrom: "Mawid <mawid@localhost>", LogFormat: "text", MetricsListen: "127.0.0.1:9180",
		Notices: scheduler.DefaultNoticePolicy(), Queue: scheduler.DefaultQueuePolicy(), Offers: scheduler.DefaultOfferPolicy(), DayLists: DayLists{From: 6*60 + 30},
		OIDC:    OIDC{Claim: "email"},
		DKIM:    DKIM{Selector: "mawid"},
		Bounces: Bounces{Listen: Off, Protocol: "smtp"},
		Booking: Booking{LeadMinutes: 15, HorizonDays: 365, HoldMinutes: 10, MaxParty: 6, ConfirmMinutes: 30, KeepDays: 90, ReturnMinMinutes: 3, ReturnMaxMinutes: 20},
		Limits:  Limits{RequestsPerMinute: 600, HoldsPerClient: 5, HoldsWithProof: 20, HoldsPerMinute: 300},
	}
	s.derive()
	return s
}

// derive fills what follows from other settings.
func (s *Settings) derive() {
	if s.DatabaseURL == "" {
		s.DatabaseURL = "sqlite:" + s.DataDir + "/mawid.db"
	}
	if s.PublicURL == "" {
		s.PublicURL = "http://" + reachable(s.Listen)
	}
}

// PublicURLAt is PublicURL, or, when that was not set, the URL of the address
// that the program came to listen on (the port may have been 0).
func (s Settings) PublicURLAt(listening string) string {
	if _, set := s.sources["public_url"]; set {
		return s.PublicURL
	}
	return "http://" + reachable(listening)
}

// reachable turns an address to listen on into one to call: "all addresses" is
// none that a browser could open.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// Redacted is one setting as it may be shown: secrets are masked.
type Redacted struct {
	Key    string // such as "booking.lead_minutes"
	Value  string
	Source string // "default", the file's name, or the variable's name
}

// Redacted lists all settings in the order of the manual, for people to see.
// Passwords, keys and whatever a URL carries besides its host are masked.
func (s Settings) Redacted() []Redacted {
	out := make([]Redacted, len(settingKeys))
	for i, k := range settingKeys {
		out[i] = Redacted{Key: k.name, Value: k.show(&s), Source: "default"}
		if from, set := s.sources[k.name]; set {
			out[i].Source = from
		}
	}
	return out
}

// String shows the settings without their secrets.
func (s Settings) String() string { return fmt.Sprint(s.Redacted()) }

// GoString is String: %#v must not show secrets either.
func (s Settings) GoString() string { return s.String() }

// LogValue logs the settings without their secrets.
func (s Settings) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, r := range s.Redacted() {
		attrs = append(attrs, slog.String(r.Key, r.Value))
	}
	return slog.GroupValue(attrs...)
}
