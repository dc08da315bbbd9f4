package configs

import (
	_ "embed"

	"mawid/scheduler"
)

// SampleName is the name under which the embedded sample is read; the file of
// that name in the repository has the same content.
const SampleName = "configs/safi.yaml"

// SampleFile is the sample that comes with the program: the province of Safi,
// summer 2027. It is not official; its head says where each fact is from.
//
//go:embed safi.yaml
var SampleFile []byte

// Sample is all that a catalogue file holds: what the engine works with, and
// what pages and tests may want besides.
type Sample struct {
	scheduler.CatalogueData

	DefaultLocale string   // BCP 47, such as "ar-MA"; may be empty
	Locales       []string // BCP 47
	// WorkingDays are counts that the author of the file worked out, kept to
	// check the calendar against.
	WorkingDays    []WorkingDays
	Countries      []Country
	Patterns       []Pattern
	Demand         *Demand // nil when the file has none
	Municipalities []Commune
	Circles        []Circle
	Regions        []Region
}

// WorkingDays counts the days from Monday to Friday without closure between two
// dates, both included.
type WorkingDays struct {
	From, To scheduler.Date
	Days     int
}

// Country is one in which people live who come home.
type Country struct {
	ISO       string   // ISO 3166-1 alpha-2
	Dial      string   // such as "+33"
	Languages []string // likely ones, likeliest first
	Note      string
}

// Pattern is a regular expression (RE2) for numbers that people give.
type Pattern struct {
	Name   string
	Regexp string
}

// Demand is an estimate of a season, for load tests only.
type Demand struct {
	NationalArrivals   int
	LocalShare         float64 // 0 to 1
	ShareWithErrand    float64 // of the local ones, who need an office; 0 to 1
	ServicesPerPerson  float64
	SeasonAppointments int
	PerWorkingDay      int
	NoShow             float64 // 0 to 1
	StuckFileShare     float64 // 0 to 1
}

// Commune is the smallest unit of the territory.
type Commune struct {
	Code  string // official statistical code; may be empty
	Names scheduler.Names
}

// Circle is a group of rural communes.
type Circle struct {
	Names    scheduler.Names
	Communes []Commune
}

// Region is one of the country's regions with its provinces and prefectures.
type Region struct {
	Code  string
	Names scheduler.Names
	Units []Unit
}

// Unit is a province, or a prefecture when so marked.
type Unit struct {
	Code       string
	Names      scheduler.Names
	Prefecture bool
}
