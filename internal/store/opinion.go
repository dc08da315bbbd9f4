package store

import (
	"context"

	"mawid/scheduler"
)

const opinionColumns = "kind, subject_id, administration_id, office_id, service_id, settled, rating, need, language, given_at, given_on"

type opinionRow struct {
	Kind             string `db:"kind"`
	SubjectID        string `db:"subject_id"`
	AdministrationID string `db:"administration_id"`
	OfficeID         string `db:"office_id"`
	ServiceID        string `db:"service_id"`
	Settled          string `db:"settled"`
	Rating           int    `db:"rating"`
	Need             string `db:"need"`
	Language         string `db:"language"`
	GivenAt          int64  `db:"given_at"`
	GivenOn          string `db:"given_on"`
}

func (r *opinionRow) opinion() (scheduler.Opinion, error) {
	on, err := readDate(r.GivenOn)
	return scheduler.Opinion{
		Kind: scheduler.OpinionKind(r.Kind), SubjectID: r.SubjectID,
		AdministrationID: r.AdministrationID, OfficeID: r.OfficeID, ServiceID: r.ServiceID,
		Settled: scheduler.Settled(r.Settled), Rating: r.Rating, Need: r.Need, Language: r.Language,
		At: instant(r.GivenAt), On: on,
	}, err
}

// AddOpinion keeps an opinion; ErrInvalidState when its subject has one.
func (db *DB) AddOpinion(ctx context.Context, o scheduler.Opinion) error {
	args := []any{
		string(o.Kind), o.SubjectID, o.AdministrationID, o.OfficeID, o.ServiceID, string(o.Settled), o.Rating,
		o.Need, o.Language, micros(o.At), dateText(o.On),
	}
	if _, err := db.write.exec(ctx, "INSERT INTO opinions ("+opinionColumns+") VALUES ("+marks(len(args))+")", args...); err != nil {
		return db.fail(ctx, "keep opinion", err)
	}
	return nil
}

// OpinionOf returns the one about a subject, or ErrNotFound.
func (db *DB) OpinionOf(ctx context.Context, kind scheduler.OpinionKind, subjectID string) (scheduler.Opinion, error) {
	o, err := readOne(ctx, db.read.selectRows, (*opinionRow).opinion,
		"SELECT "+opinionColumns+" FROM opinions WHERE kind = ? AND subject_id = ?", string(kind), subjectID)
	return wrap(ctx, db, "read opinion", o, err)
}

// ReadAccounts hands over all files and the opinions of a period, see
// scheduler.OpinionStore.
func (db *DB) ReadAccounts(
	ctx context.Context, from, to scheduler.Date, atOnce int, file func(*scheduler.File), opinion func(*scheduler.Opinion),
) error {
	err := db.snapshot(ctx, func(sel selector) error {
		for after, full := "", true; full; {
			fs, err := readFiles(ctx, sel, false, "SELECT "+fileColumns+" FROM files WHERE id > ? ORDER BY id LIMIT ?", after, atOnce)
			if err != nil {
				return err
			}
			for i := range fs {
				file(&fs[i])
				after = fs[i].ID
			}
			full = len(fs) == atOnce
		}
		os, err := readAll(ctx, sel, (*opinionRow).opinion, "SELECT "+opinionColumns+" FROM opinions WHERE given_on >= ? AND given_on <= ?",
			dateText(from), upTo(to))
		for i := range os {
			opinion(&os[i])
		}
		return err
	})
	if err != nil {
		return db.fail(ctx, "read accounts", err)
	}
	return nil
}

// Opinions returns those of days from ≤ day ≤ to, of an administration when one
// is named, in order of the day.
func (db *DB) Opinions(ctx context.Context, administrationID string, from, to scheduler.Date) ([]scheduler.Opinion, error) {
	os, err := readAll(ctx, db.read.selectRows, (*opinionRow).opinion, "SELECT "+opinionColumns+" FROM opinions"+
		" WHERE given_on >= ? AND given_on <= ? AND (? = '' OR administration_id = ?) ORDER BY given_on, kind, subject_id",
		dateText(from), upTo(to), administrationID, administrationID)
	return wrap(ctx, db, "read opinions", os, err)
}
