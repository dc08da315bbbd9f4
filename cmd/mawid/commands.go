package main

import (
	"fmt"
	"runtime/debug"

	"mawid/configs"
	"mawid/internal/tz"
)

// commands is the command line: what `mawid help` shows.
type commands struct {
	Config string `help:"Settings file; see configs/mawid.yaml." placeholder:"FILE" type:"path"`

	Serve   serveCommand   `cmd:"" help:"Answer people and machines over HTTP, send notices, do the periodic work."`
	Import  importCommand  `cmd:"" help:"Check a catalogue file, show what it would change and whom it displaces; apply it with --apply."`
	Check   checkCommand   `cmd:"" help:"Check a catalogue file and name every fault in it."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's tables up to date."`
	Backup  backupCommand  `cmd:"" help:"Write all that is stored into a file, while Mawid may go on serving."`
	Restore restoreCommand `cmd:"" help:"Fill an empty database from a backup, of the same or the other kind."`
	Zones   zonesCommand   `cmd:"" help:"List appointments whose instant the zone data in force changes; write the new ones with --apply."`
	Webhook webhookCommand `cmd:"" help:"Programs of others that are told what happens."`
	User    userCommand    `cmd:"" help:"Add, list or disable staff."`
	File    fileCommand    `cmd:"" help:"Import a list of old files."`
	DayList dayListCommand `cmd:"" help:"Write the lists of today, with which desks go on by hand."`
	Forget  forgetCommand  `cmd:"" help:"Erase personal data of ended files that is past its time; counts only, until --apply."`
	Mail    mailCommand    `cmd:"" help:"Make the key that mail is signed with; print the DNS records to publish."`
	Notice  noticeCommand  `cmd:"" help:"Show how a notice looks."`
	Doctor  doctorCommand  `cmd:"" help:"Look for faults: settings, database, zone data, mail, clock, the stored days."`
	Bench   benchCommand   `cmd:"" help:"Measure whole bookings per second on a throw-away database."`
	Demo    demoCommand    `cmd:"" help:"Show a lively day with invented people, on a throw-away database with a fast clock."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

type versionCommand struct{}

// Run prints the program's version, its Go and its zone data.
func (versionCommand) Run(io streams) error {
	data, err := tz.Embedded()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "mawid %s (%s, zone data %s)\n", version(), goVersion(), data.Version())
	return err
}

func goVersion() string {
	if b, ok := debug.ReadBuildInfo(); ok {
		return b.GoVersion
	}
	return "go"
}

// version is the module's version, or the commit it was built from.
func version() string {
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range b.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "0.1.0+" + s.Value[:12]
		}
	}
	return "0.1.0"
}

type checkCommand struct {
	File string `arg:"" help:"Catalogue file, such as configs/safi.yaml." type:"path"`
}

// Run names every fault of the file, with line and what was expected.
func (c checkCommand) Run(io streams) error {
	data, err := readCatalogue(c.File, io)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "%s is sound: %d administrations, %d offices, %d services, %d documents.\n",
		c.File, len(data.Administrations), len(data.Offices), len(data.Services), len(data.Documents))
	return err
}

var _ = configs.Settings{}
