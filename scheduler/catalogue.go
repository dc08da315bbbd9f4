package scheduler

// Names holds one thing's name by language code ("ar", "fr", "en", "zgh").
// Arabic or French is always there.
type Names map[string]string

// Certainty says how sure the date of a closure or period is.
type Certainty string

// The certainties. A tentative date hangs on the moon and is known the evening
// before; an exceptional one is declared by the head of government days ahead.
const (
	Fixed       Certainty = "fixed"
	Tentative   Certainty = "tentative"
	Exceptional Certainty = "exceptional"
)

// Administration is a public body with offices: customs, land registry, taxes.
type Administration struct {
	ID     string `json:"id"`
	Names  Names  `json:"names"`
	Portal string `json:"portal,omitempty"` // host name of its own online services
	Call   string `json:"call,omitempty"`   // E.164 number of its call centre
}

// Office is a place that people come to. Hours are named templates; an event
// office is open on its Dates only and is staffed by its Hosts.
type Office struct {
	ID               string   `json:"id"`
	AdministrationID string   `json:"administration_id"`
	Names            Names    `json:"names"`
	Zone             string   `json:"zone"` // IANA name; the office's wall clock
	Hours            []string `json:"hours,omitempty"`
	Desks            int      `json:"desks"`
	Geo              *Geo     `json:"geo,omitempty"`
	Event            bool     `json:"event,omitempty"`
	Dates            []Date   `json:"dates,omitempty"`
	EventHours       []Window `json:"event_hours,omitempty"`
	Hosts            []string `json:"hosts,omitempty"`
	// ExternalBooking names the portal that already books this office; Mawid
	// then shows it and never books (facts: do not double-book).
	ExternalBooking  string   `json:"external_booking,omitempty"`
	NoAppointmentFor []string `json:"no_appointment_for,omitempty"`
	// ConfirmAddress asks whoever books for the code that is sent to their address.
	ConfirmAddress bool   `json:"confirm_address,omitempty"`
	Provenance     string `json:"prov,omitempty"`
	// Notices is where the office departs from the installation's policy; nil
	// for nowhere.
	Notices *OfficeNotices `json:"notices,omitempty"`
	// Channels is how it serves who does not come; at most one of each.
	Channels []OfficeChannel `json:"channels,omitempty"`
}

// Geo is a position in degrees (WGS 84). Precision "city" means only the town
// is known.
type Geo struct {
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	Precision string  `json:"precision"`
}

// Service is one thing that people come for.
type Service struct {
	ID               string       `json:"id"`
	AdministrationID string       `json:"administration_id"`
	OfficeID         string       `json:"office_id"` // the office that owns it; events may offer it too
	Names            Names        `json:"names"`
	Words            []string     `json:"words,omitempty"`          // what people call it, in any language, for the search
	Minutes          int          `json:"minutes"`                  // desk time for one person
	Buffer           int          `json:"buffer,omitempty"`         // minutes kept free after it
	Documents        []string     `json:"documents,omitempty"`      // ids of what to bring, in order
	Fee              string       `json:"fee,omitempty"`            // as published, in the source's words
	DependsOn        []string     `json:"depends_on,omitempty"`     // services to have settled before
	OnlineFirst      bool         `json:"online_first,omitempty"`   // better done on Portal
	Portal           string       `json:"portal,omitempty"`         // its own portal, else its administration's
	WalkIn           bool         `json:"walk_in,omitempty"`        // usually done without appointment
	Kind             string       `json:"kind,omitempty"`           // "" or "stuck_file"
	Urgency          string       `json:"urgency,omitempty"`        // "", "departure" or "legal_deadline"
	Rules            ServiceRules `json:"rules,omitzero"`           // what the law asks of the person
	LegalSteps       string       `json:"legal_steps,omitempty"`    // id of a LegalClock
	DeadlineDays     int          `json:"deadline_days,omitempty"`  // own legal ceiling; 0: law 55-19's 60 days
	SilenceIsYes     bool         `json:"silence_is_yes,omitempty"` // true only where a text lists the act
	ObservedDays     string       `json:"observed_days,omitempty"`
	Note             string       `json:"note,omitempty"`
	Provenance       string       `json:"prov,omitempty"`
}

// ServiceRules are conditions a text puts on who may be served.
type ServiceRules struct {
	InPersonOnly bool `json:"in_person_only,omitempty"`
	NoProxy      bool `json:"no_proxy,omitempty"`
	OnceInLife   bool `json:"once_in_life,omitempty"`
	CapValueMAD  int  `json:"cap_value_mad,omitempty"` // dirhams
	Witnesses    int  `json:"witnesses,omitempty"`
}

// Outsider is somebody without an office in the catalogue, who issues a document
// or settles a step of a chain: a notary, a consulate.
type Outsider struct {
	ID    string `json:"id"`
	Names Names  `json:"names"`
}

// Document is a paper that a service asks for.
type Document struct {
	ID            string   `json:"id"`
	Names         Names    `json:"names"`
	Issuers       []string `json:"issuers"`                  // administration ids or words such as "abroad"
	MaxAgeMonths  int      `json:"max_age_months,omitempty"` // 0: any age
	ValidityYears int      `json:"validity_years,omitempty"` // 0: not stated
	Note          string   `json:"note,omitempty"`
	Provenance    string   `json:"prov,omitempty"`
}

// HoursTemplate is a named week. An additive one adds to the others between
// From and To; a zero bound is open.
type HoursTemplate struct {
	ID         string `json:"id"`
	Week       Week   `json:"week"`
	Additive   bool   `json:"additive,omitempty"`
	From       Date   `json:"from,omitzero"`
	To         Date   `json:"to,omitzero"`
	Provenance string `json:"prov,omitempty"`
}

// Closure closes offices from From to To, both included; all offices when
// Offices is empty.
type Closure struct {
	ID            string    `json:"id"`
	From          Date      `json:"from"`
	To            Date      `json:"to"`
	Certainty     Certainty `json:"certainty"`
	PlusMinusDays int       `json:"plus_minus_days,omitempty"`
	Offices       []string  `json:"offices,omitempty"`
	Names         Names     `json:"names"`
	Note          string    `json:"note,omitempty"`
	Provenance    string    `json:"prov,omitempty"`
}

// Period replaces the standing hours of every office by one template, such as
// the shorter day of Ramadan.
type Period struct {
	ID            string    `json:"id"`
	From          Date      `json:"from"`
	To            Date      `json:"to"`
	Certainty     Certainty `json:"certainty"`
	PlusMinusDays int       `json:"plus_minus_days,omitempty"`
	Hours         string    `json:"hours"`
	Provenance    string    `json:"prov,omitempty"`
}

// Season is the stretch of the year in which people come home.
type Season struct {
	ID          string   `json:"id"`
	Names       Names    `json:"names"`
	IntakeOpen  Date     `json:"intake_open"`
	ServiceFrom Date     `json:"service_from"`
	ServiceTo   Date     `json:"service_to"`
	KeyDays     []KeyDay `json:"key_days,omitempty"`
	Peaks       []Peak   `json:"peaks,omitempty"`
}

// KeyDay is a day of note that is not a closure.
type KeyDay struct {
	Date       Date   `json:"date"`
	Names      Names  `json:"names"`
	Note       string `json:"note,omitempty"`
	Provenance string `json:"prov,omitempty"`
}

// Peak is a stretch of heavy travel.
type Peak struct {
	From Date   `json:"from"`
	To   Date   `json:"to"`
	Kind string `json:"kind"` // "arrivals" or "departures"
}

// LegalClock is the chain of legal steps of one kind of file.
type LegalClock struct {
	ID    string      `json:"id"`
	Steps []LegalStep `json:"steps"`
}

// LegalStep says by when the next step is due, in calendar days, or in working
// days when MaxWorkingDays is set.
type LegalStep struct {
	Step                    string `json:"step"`
	Next                    string `json:"next"`
	MaxDays                 *int   `json:"max_days,omitempty"`
	MaxWorkingDays          int    `json:"max_working_days,omitempty"`
	InvestmentDays          int    `json:"investment_days,omitempty"`
	UrgentDays              int    `json:"urgent_days,omitempty"`
	OneExtension            string `json:"one_extension,omitempty"`
	OneExtensionWorkingDays int    `json:"one_extension_working_days,omitempty"`
	BranchIf                string `json:"branch_if,omitempty"`
	BranchGoto              string `json:"branch_goto,omitempty"`
	Turn                    Turn   `json:"turn,omitempty"` // who acts in Next; "" is the administration, or as the step's name says
	Provenance              string `json:"prov,omitempty"`
	Verified                bool   `json:"verified,omitempty"` // the text itself was read
}

// Chain is a life situation: services in the order in which to settle them. A
// step that is not a service id is somebody outside, such as "notary".
type Chain struct {
	ID    string   `json:"id"`
	Names Names    `json:"names"`
	Steps []string `json:"steps"`
}

// PriorityGroup is a ground for being called earlier.
type PriorityGroup struct {
	ID     string `json:"id"`
	Rule   string `json:"rule"`
	Weight int    `json:"weight"`
}

// Catalogue is all that is configured about the administrations: the rules from
// which days are derived. It is immutable once built by NewCatalogue.
type Catalogue struct {
	CatalogueData
	// Version counts the changes applied in this database; 0 is never stored.
	Version int64

	administrations map[string]*Administration
	offices         map[string]*Office
	services        map[string]*Service
	documents       map[string]*Document
	outsiders       map[string]*Outsider
	chains          map[string]*Chain
	search          searchIndex
	hours           map[string]*HoursTemplate
	pools           map[string]*Pool
	poolsByOffice   map[string][]*Pool
	poolsByService  map[string][]*Pool // of who comes
	poolsByChannel  map[channelKey][]*Pool
}

// CatalogueData is the content of a catalogue as it is read and stored; the
// order of each list is the order in which people see it.
type CatalogueData struct {
	Schema           string           `json:"schema"`
	Currency         string           `json:"currency,omitempty"`
	Zone             string           `json:"zone"`
	Season           *Season          `json:"season,omitempty"`
	Administrations  []Administration `json:"administrations"`
	Offices          []Office         `json:"offices"`
	Services         []Service        `json:"services"`
	Documents        []Document       `json:"documents"`
	Outsiders        []Outsider       `json:"outsiders,omitempty"`
	Hours            []HoursTemplate  `json:"hours"`
	Closures         []Closure        `json:"closures"`
	Periods          []Period         `json:"periods"`
	LegalClocks      []LegalClock     `json:"legal_clocks"`
	Escalation       []string         `json:"escalation,omitempty"`
	EscalationDesk   string           `json:"escalation_desk,omitempty"` // service of the provincial desk for Moroccans abroad
	Chains           []Chain          `json:"chains"`
	PriorityGroups   []PriorityGroup  `json:"priority_groups,omitempty"`
	AssistedChannels []string         `json:"assisted_channels,omitempty"`
}
