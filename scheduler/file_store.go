package scheduler

import (
	"context"
	"time"
)

// FileStore is what the engine needs of storage for files.
type FileStore interface {
	// File returns a file with its steps, promises and events, or ErrNotFound.
	File(ctx context.Context, id string) (File, error)
	// FileByToken finds by the SHA-256 of the file's token, or ErrNotFound.
	FileByToken(ctx context.Context, hash []byte) (File, error)
	// FileByReference finds by the written form of a reference, or ErrNotFound.
	FileByReference(ctx context.Context, reference string) (File, error)
	// Files returns a page of files with steps and promises, without events.
	Files(ctx context.Context, q FileQuery) ([]File, error)
	// FilesByKeys returns the files that any of the keys leads to, open ones first.
	FilesByKeys(ctx context.Context, keys []string, limit int) ([]File, error)
	// LogFileAccess notes that somebody looked at a file.
	LogFileAccess(ctx context.Context, a FileAccess) error
	// FileAccesses lists who looked at a file, the latest first.
	FileAccesses(ctx context.Context, fileID string, limit int) ([]FileAccess, error)
}

// FileList names a work list.
type FileList string

// The work lists of agents and supervisors.
const (
	FilesAll     FileList = ""
	FilesDue     FileList = "due"     // the legal date is that day
	FilesLate    FileList = "late"    // the legal date has passed and it is not the person's turn
	FilesWaiting FileList = "waiting" // for the person
	FilesAtRisk  FileList = "at_risk" // a promise is due within two days, or overdue
	FilesNews    FileList = "news"    // the person asked and nobody has answered
	FilesNew     FileList = "new"     // nobody owns it
	FilesOpen    FileList = "open"
	FilesEnded   FileList = "ended"
	// FilesWatch are the open files in which the passing of time may ask for
	// something, see Engine.WatchFiles.
	FilesWatch FileList = "watch"
	// FilesTold are those of which a supervisor or the provincial desk was told.
	FilesTold FileList = "told"
)

// FileQuery asks for a page of files, the most urgent first.
type FileQuery struct {
	List FileList
	// Offices are the ones whose files to look at: those they hold now, and those
	// they were told of. nil means all, an empty list none.
	Offices          []string
	AdministrationID string // "" for any
	OwnerID          string // "" for any
	On               Date   // the day for which lists are made
	CatalogueVersion int64  // for FilesWatch
	HouseBodies      int    // for FilesWatch: how many bodies can be told
	// AfterDue and AfterID are of the last file of the page before; an empty id
	// starts at the beginning.
	AfterDue Date
	AfterID  string
	Limit    int
}

// atRiskDays is how near the day of a promise is when it is at risk.
const atRiskDays = 2

// AtRiskBy is the last day of a promise that is at risk on a day.
func AtRiskBy(on Date) Date { return on.AddDays(atRiskDays) }

// FileAccess is one look at a file by somebody who is not its owner.
type FileAccess struct {
	FileID   string
	At       time.Time
	StaffID  string
	OfficeID string // of the file at that time
	What     string // "read" or what was done
}

// FileWrite is what one decision writes about one file.
type FileWrite struct {
	// File is written whole, without its lists. Revision 1 inserts; a higher one
	// replaces what has Revision-1, else ErrConflict.
	File    File
	Summary FileSummary
	// Steps are inserted, or replace those of the same number.
	Steps []FileStep
	// Promises are inserted; of those that exist only what became of them is
	// written, never what was promised.
	Promises []Promise
	Events   []FileEvent
	// Keys lead to the file: keyed hashes of person, document and number.
	Keys []string
}

// FileSummary is what work lists are read by.
type FileSummary struct {
	Step       string
	Turn       Turn
	Due        Date
	DueVersion int64
	PromiseBy  Date // of the promise that is owed first
}

// Summary repeats what the running step and the promises say.
func (f *File) Summary() FileSummary {
	var s FileSummary
	if f.Open() {
		if step := f.Current(); step != nil {
			s = FileSummary{Step: step.Kind, Turn: step.Turn, Due: step.Due, DueVersion: step.DueVersion}
		}
	}
	if p := f.NextPromise(); p != nil {
		s.PromiseBy = p.By
	}
	return s
}

// fileWrite finds what differs between a file as it was read and as it is now.
func fileWrite(before, after *File) FileWrite {
	w := FileWrite{File: *after, Summary: after.Summary()}
	w.File.Steps, w.File.Promises, w.File.Events = nil, nil, nil
	for i, s := range after.Steps {
		if i >= len(before.Steps) || before.Steps[i] != s {
			w.Steps = append(w.Steps, s)
		}
	}
	for i, p := range after.Promises {
		if i >= len(before.Promises) || before.Promises[i] != p {
			w.Promises = append(w.Promises, p)
		}
	}
	w.Events = after.Events[min(len(before.Events), len(after.Events)):]
	return w
}
