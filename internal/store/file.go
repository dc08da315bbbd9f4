package store

import (
	"context"

	"mawid/scheduler"
)

// fileWrites lists the writes of files; each file's own row comes first, since
// its revision guards the rest.
func fileWrites(files []scheduler.FileWrite) []write {
	var ws []write
	for _, w := range sortedBy(files, func(w scheduler.FileWrite) string { return w.File.ID }) {
		id := w.File.ID
		if w.File.Revision == 1 {
			ws = append(ws, inserts(&fileInserts, []scheduler.FileWrite{w}, fileValues)...)
		} else {
			args := append(fileValues(&w)[1:], id, w.File.Revision-1)
			ws = append(ws, write{text: fileChange, args: args, rows: 1})
		}
		ws = append(ws, inserts(&stepInserts, parts(id, w.Steps), stepValues)...)
		ws = append(ws, inserts(&promiseInserts, parts(id, w.Promises), promiseValues)...)
		ws = append(ws, inserts(&eventInserts, parts(id, w.Events), eventValues)...)
		ws = append(ws, inserts(&fileKeyInserts, parts(id, w.Keys), func(o *of[string]) []any { return []any{o.part, o.fileID} })...)
	}
	return ws
}

func parts[T any](fileID string, items []T) []of[T] {
	out := make([]of[T], len(items))
	for i, it := range items {
		out[i] = of[T]{fileID, it}
	}
	return out
}

// File returns a file with its steps, promises and events, or ErrNotFound.
func (db *DB) File(ctx context.Context, id string) (scheduler.File, error) {
	return db.file(ctx, "id = ?", id)
}

// FileByToken finds by the SHA-256 of the file's token, or ErrNotFound.
func (db *DB) FileByToken(ctx context.Context, hash []byte) (scheduler.File, error) {
	return db.file(ctx, "manage_hash = ?", bytesNotNull(hash))
}

// FileByReference finds by the written form of a reference, or ErrNotFound.
func (db *DB) FileByReference(ctx context.Context, reference string) (scheduler.File, error) {
	return db.file(ctx, "reference = ?", reference)
}

// file reads a file and its parts as of one instant.
func (db *DB) file(ctx context.Context, where string, arg any) (scheduler.File, error) {
	var f scheduler.File
	err := db.snapshot(ctx, func(sel selector) error {
		fs, err := readFiles(ctx, sel, true, "SELECT "+fileColumns+" FROM files WHERE "+where, arg)
		if err == nil && len(fs) == 0 {
			err = scheduler.ErrNotFound
		}
		if err == nil {
			f = fs[0]
		}
		return err
	})
	return wrap(ctx, db, "read file", f, err)
}

// readFiles reads files with their steps and promises, and events when asked.
func readFiles(ctx context.Context, sel selector, events bool, query string, args ...any) ([]scheduler.File, error) {
	fs, err := readAll(ctx, sel, (*fileRow).file, query, args...)
	if err != nil || len(fs) == 0 {
		return nil, err
	}
	at := make(map[string]*scheduler.File, len(fs))
	ids := make([]string, len(fs))
	for i := range fs {
		at[fs[i].ID], ids[i] = &fs[i], fs[i].ID
	}
	in := idList(ids)
	where := " WHERE file_id IN (" + marks(len(in)) + ") ORDER BY file_id, "
	steps, err := readAll(ctx, sel, (*stepRow).step, "SELECT "+stepColumns+" FROM file_steps"+where+"seq", in...)
	if err != nil {
		return nil, err
	}
	for _, s := range steps {
		at[s.fileID].Steps = append(at[s.fileID].Steps, s.part)
	}
	promises, err := readAll(ctx, sel, (*promiseRow).promise, "SELECT "+promiseColumns+" FROM file_promises"+where+"id", in...)
	if err != nil {
		return nil, err
	}
	for _, p := range promises {
		at[p.fileID].Promises = append(at[p.fileID].Promises, p.part)
	}
	if !events {
		return fs, nil
	}
	es, err := readAll(ctx, sel, (*eventRow).event, "SELECT "+eventColumns+" FROM file_events"+where+"seq", in...)
	for _, e := range es {
		at[e.fileID].Events = append(at[e.fileID].Events, e.part)
	}
	return fs, err
}

// Files returns a page of files with steps and promises, the nearest legal date
// first and those without one last.
func (db *DB) Files(ctx context.Context, q scheduler.FileQuery) ([]scheduler.File, error) {
	if q.Offices != nil && len(q.Offices) == 0 {
		return nil, nil
	}
	where, args := fileConditions(q)
	var fs []scheduler.File
	err := db.snapshot(ctx, func(sel selector) (err error) {
		fs, err = readFiles(ctx, sel, false, "SELECT "+fileColumns+" FROM files WHERE "+where+
			" ORDER BY "+dueOrder+", id LIMIT ?", append(args, max(q.Limit, 0))...)
		return err
	})
	return wrap(ctx, db, "read files", fs, err)
}

const dueOrder = "CASE due WHEN '' THEN '" + lastDate + "' ELSE due END"

func fileConditions(q scheduler.FileQuery) (string, []any) {
	where, args := "state = 'open'", []any{}
	add := func(condition string, more ...any) {
		where, args = where+" AND "+condition, append(args, more...)
	}
	on := dateText(q.On)
	switch q.List {
	case scheduler.FilesAll:
		where = "1 = 1"
	case scheduler.FilesEnded:
		where = "state <> 'open'"
	case scheduler.FilesDue:
		add("due = ?", on)
	case scheduler.FilesLate:
		add("due <> '' AND due < ? AND turn <> 'citizen'", on)
	case scheduler.FilesWaiting:
		add("turn = 'citizen'")
	case scheduler.FilesAtRisk:
		add("promise_by <> '' AND promise_by <= ?", dateText(scheduler.AtRiskBy(q.On)))
	case scheduler.FilesNews:
		add("news_asked_on <> ''")
	case scheduler.FilesNew:
		add("owner_id = ''")
	case scheduler.FilesTold:
		add("escalation > 0")
	case scheduler.FilesWatch:
		add("(due <> '' AND due_version <> ? OR promise_by <> '' AND promise_by <= ? OR news_due <> '' AND news_due < ?"+
			" OR due <> '' AND due < ? AND turn <> 'citizen' AND escalation < ?)", q.CatalogueVersion, on, on, on, q.HouseBodies)
	}
	if q.Offices != nil {
		in := idList(q.Offices)
		add("(office_id IN ("+marks(len(in))+") OR desk_office_id IN ("+marks(len(in))+"))", append(in, in...)...)
	}
	if q.AdministrationID != "" {
		add("administration_id = ?", q.AdministrationID)
	}
	if q.OwnerID != "" {
		add("owner_id = ?", q.OwnerID)
	}
	if q.AfterID != "" {
		add("("+dueOrder+", id) > (?, ?)", upTo(q.AfterDue), q.AfterID)
	}
	return where, args
}

// FilesByKeys returns the files that any of the keys leads to, open ones first.
func (db *DB) FilesByKeys(ctx context.Context, keys []string, limit int) ([]scheduler.File, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	in := idList(keys)
	var fs []scheduler.File
	err := db.snapshot(ctx, func(sel selector) (err error) {
		fs, err = readFiles(ctx, sel, false, "SELECT "+fileColumns+" FROM files"+
			" WHERE id IN (SELECT file_id FROM file_keys WHERE key IN ("+marks(len(in))+"))"+
			" ORDER BY CASE state WHEN 'open' THEN 0 ELSE 1 END, id LIMIT ?", append(in, limit)...)
		return err
	})
	return wrap(ctx, db, "find files", fs, err)
}

// LogFileAccess notes that somebody looked at a file.
func (db *DB) LogFileAccess(ctx context.Context, a scheduler.FileAccess) error {
	_, err := db.write.exec(ctx, "INSERT INTO file_accesses (file_id, happened_at, staff_id, office_id, what)"+
		" VALUES (?, ?, ?, ?, ?) ON CONFLICT (file_id, happened_at, staff_id, what) DO NOTHING",
		a.FileID, micros(a.At), a.StaffID, a.OfficeID, a.What)
	if err != nil {
		return db.fail(ctx, "note access", err)
	}
	return nil
}

type accessRow struct {
	FileID     string `db:"file_id"`
	HappenedAt int64  `db:"happened_at"`
	StaffID    string `db:"staff_id"`
	OfficeID   string `db:"office_id"`
	What       string `db:"what"`
}

func (r *accessRow) access() (scheduler.FileAccess, error) {
	return scheduler.FileAccess{FileID: r.FileID, At: instant(r.HappenedAt), StaffID: r.StaffID, OfficeID: r.OfficeID, What: r.What}, nil
}

// FileAccesses lists who looked at a file, the latest first.
func (db *DB) FileAccesses(ctx context.Context, fileID string, limit int) ([]scheduler.FileAccess, error) {
	as, err := readAll(ctx, db.read.selectRows, (*accessRow).access, "SELECT file_id, happened_at, staff_id, office_id, what"+
		" FROM file_accesses WHERE file_id = ? ORDER BY happened_at DESC, staff_id LIMIT ?", fileID, limit)
	return wrap(ctx, db, "read accesses", as, err)
}

// FeedFiles returns the open files that a feed shows, with steps and promises.
func (db *DB) FeedFiles(ctx context.Context, feedID string) ([]scheduler.File, error) {
	var fs []scheduler.File
	err := db.snapshot(ctx, func(sel selector) (err error) {
		fs, err = readFiles(ctx, sel, false, "SELECT "+fileColumns+" FROM files WHERE feed_id = ? AND feed_id <> '' AND state = 'open' ORDER BY id", feedID)
		return err
	})
	return wrap(ctx, db, "read feed's files", fs, err)
}
