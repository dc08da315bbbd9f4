package scheduler

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"
)

// FileToken returns the token with which a person follows a file, derived like
// ManageToken.
func (e *Engine) FileToken(fileID string) string { return e.token("file", fileID) }

// owns reports whether the actor holds the file's own token.
func (a Actor) owns(f *File) bool {
	return a.ManageToken != "" && subtle.ConstantTimeCompare(TokenHash(a.ManageToken), f.ManageHash) == 1
}

// maySeeFile reports whether the actor may look: its owner, and the staff of
// every office that holds or has held it.
func (a Actor) maySeeFile(f *File) bool {
	return a.owns(f) || slices.ContainsFunc(f.Offices(), a.Staff.MaySee)
}

// mayWorkFile reports whether the actor may act for the administration: the
// staff of the office that holds it now.
func (a Actor) mayWorkFile(f *File) bool { return a.Staff.MaySee(f.OfficeID) }

func (a Actor) fileName(f *File) string {
	if a.Staff != nil && slices.ContainsFunc(f.Offices(), a.Staff.MaySee) {
		return "staff:" + a.Staff.ID
	}
	return "citizen"
}

// File returns a file to whoever may see it; to all others it is ErrNotFound.
// The look of staff is noted, for the owner to read.
func (e *Engine) File(ctx context.Context, id string, by Actor) (File, error) {
	f, err := e.file(ctx, id, by)
	if err != nil {
		return File{}, err
	}
	return f, e.logAccess(ctx, &f, by, "read")
}

func (e *Engine) file(ctx context.Context, id string, by Actor) (File, error) {
	f, err := e.store.File(ctx, id)
	if err == nil && !by.maySeeFile(&f) {
		err = ErrNotFound
	}
	if err != nil {
		return File{}, fmt.Errorf("file: %w", err)
	}
	return f, nil
}

// FileByToken returns the file that a token opens, or ErrNotFound.
func (e *Engine) FileByToken(ctx context.Context, token string) (File, error) {
	f, err := e.store.FileByToken(ctx, TokenHash(token))
	if err != nil {
		return File{}, fmt.Errorf("file: %w", err)
	}
	return f, nil
}

// FileByReference returns a file that staff may see, by what a person read over
// the phone. An InvalidError when it is no reference, ErrNotFound.
func (e *Engine) FileByReference(ctx context.Context, typed string, by Actor) (File, error) {
	ref, err := ParseReference(typed)
	if err != nil {
		return File{}, err
	}
	f, err := e.store.FileByReference(ctx, ref)
	if err == nil && !by.maySeeFile(&f) {
		err = ErrNotFound
	}
	if err != nil {
		return File{}, fmt.Errorf("file: %w", err)
	}
	return f, e.logAccess(ctx, &f, by, "read")
}

// Files returns a page of the files of the offices that a member of staff works
// in. Lists show no contact, so they are not noted as looks.
func (e *Engine) Files(ctx context.Context, q FileQuery, u *User) ([]File, error) {
	switch {
	case u == nil || u.Disabled:
		return nil, ErrNotFound
	case u.Role != RoleAdministrator && q.Offices == nil:
		q.Offices = append([]string{}, u.Offices...)
	case u.Role != RoleAdministrator:
		q.Offices = slices.DeleteFunc(slices.Clone(q.Offices), func(o string) bool { return !u.MaySee(o) })
	}
	fs, err := e.store.Files(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	return fs, nil
}

// FileAccesses lists who looked at a file, the latest first: to its owner, and
// to the staff who may see the file.
func (e *Engine) FileAccesses(ctx context.Context, id string, by Actor) ([]FileAccess, error) {
	if _, err := e.file(ctx, id, by); err != nil {
		return nil, err
	}
	as, err := e.store.FileAccesses(ctx, id, 200)
	if err != nil {
		return nil, fmt.Errorf("accesses of file: %w", err)
	}
	return as, nil
}

func (e *Engine) logAccess(ctx context.Context, f *File, by Actor, what string) error {
	if by.Staff == nil || by.owns(f) {
		return nil
	}
	a := FileAccess{FileID: f.ID, At: e.now(), StaffID: by.Staff.ID, OfficeID: f.OfficeID, What: what}
	if err := e.store.LogFileAccess(ctx, a); err != nil {
		return fmt.Errorf("note the access: %w", err)
	}
	return nil
}

// today is the date at an office.
func (e *Engine) today(c *Catalogue, officeID string) Date {
	return DateOf(e.localNow(c, officeID))
}

func (e *Engine) localNow(c *Catalogue, officeID string) time.Time {
	zone := c.Zone
	if o, err := c.Office(officeID); err == nil {
		zone = o.Zone
	}
	if loc, err := e.zones.Load(zone); err == nil {
		return e.now().In(loc)
	}
	return e.now()
}

// fileStep decides one change of a file: it alters f and may start a Change of
// what is written with it.
type fileStep func(w *fileWork) error

// fileWork is what a decision about a file has at hand.
type fileWork struct {
	ctx    context.Context
	e      *Engine
	c      *Catalogue
	f      *File
	by     Actor
	actor  string
	today  Date
	change Change // of days and appointments, written with the file
	keys   []string
}

func (w *fileWork) note(what string, pairs ...string) {
	w.f.note(w.f.UpdatedAt, w.actor, what, pairs...)
}

// who may make a change.
type fileRight int

const (
	byStaff    fileRight = iota // of the office that holds it
	byOwner                     // the person
	byEither                    //
	bySystem                    // the program itself
	byAnyHouse                  // staff of any office that holds or has held it
)

func (r fileRight) of(by Actor, f *File) bool {
	switch r {
	case byStaff:
		return by.mayWorkFile(f)
	case byOwner:
		return by.owns(f)
	case byEither:
		return by.owns(f) || by.mayWorkFile(f)
	case byAnyHouse:
		return by.maySeeFile(f) && !by.owns(f)
	}
	return true
}

// changeFile is the frame of every change of one file: read, may the actor, is
// it the revision, is it open, decide, commit. revision 0 is any. ErrNotFound,
// ErrForbiddenStep, ErrRevisionMismatch, ErrInvalidState, ErrBusy.
func (e *Engine) changeFile(ctx context.Context, id string, revision int, by Actor, right fileRight, queue string, step fileStep) (File, error) {
	if queue == "" {
		queue = "file " + id
	}
	var f File
	err := e.decide(ctx, queue, func() (Change, error) {
		var err error
		if right == bySystem {
			f, err = e.store.File(ctx, id)
		} else {
			f, err = e.file(ctx, id, by)
		}
		if err != nil {
			return Change{}, err
		}
		before := f
		before.Steps, before.Promises = slices.Clone(f.Steps), slices.Clone(f.Promises)
		change, err := e.changeFileOnce(ctx, revision, &f, &before, by, right, step)
		if errors.Is(err, errNothingToDo) {
			f = before
		}
		return change, err
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return File{}, fmt.Errorf("change file: %w", err)
	}
	return f, e.logAccess(ctx, &f, by, "changed")
}

func (e *Engine) changeFileOnce(ctx context.Context, revision int, f, before *File, by Actor, right fileRight, step fileStep) (Change, error) {
	switch {
	case !right.of(by, f):
		return Change{}, ErrForbiddenStep
	case revision != 0 && revision != f.Revision:
		return Change{}, ErrRevisionMismatch
	case !f.Open():
		return Change{}, ErrInvalidState
	}
	c, err := e.Catalogue(ctx)
	if err != nil {
		return Change{}, err
	}
	f.Revision++
	f.UpdatedAt = e.now()
	w := &fileWork{ctx: ctx, e: e, c: c, f: f, by: by, actor: by.fileName(f), today: e.today(c, f.OfficeID)}
	if right == bySystem {
		w.actor = "system"
	}
	if err := step(w); err != nil {
		return Change{}, err
	}
	write := fileWrite(before, f)
	write.Keys = w.keys
	notices, err := w.notices(write.Events)
	if err != nil {
		return Change{}, err
	}
	w.change.Notices = append(w.change.Notices, notices...)
	w.change.Files = append(w.change.Files, write)
	return w.change, nil
}
