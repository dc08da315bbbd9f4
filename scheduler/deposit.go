package scheduler

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A form of a deposit carries a random text, so that sending it twice opens one
// file. Its length in characters.
const (
	minDepositForm = 16
	maxDepositForm = 64
)

// Deposit opens a file for a person online. form is the random text of the form
// that was sent: the same form again returns the file that it opened. What the
// person gets is the same whether or not they have an open file about the same
// subject; that one is told to its own address, and nobody else learns of it. It
// returns an InvalidError or ErrBusy.
func (e *Engine) Deposit(ctx context.Context, r FileRequest, form string) (OpenedFile, error) {
	if n := len(form); n < minDepositForm || n > maxDepositForm {
		return OpenedFile{}, Invalid("form", "invalid", "want the text of the form")
	}
	id := "fil_" + idEncoding.EncodeToString(e.keyed("deposit", form)[:20])
	opened, err := e.deposited(ctx, id)
	if !errors.Is(err, ErrNotFound) {
		return opened, err
	}
	r.Origin, r.id = "online", id
	twins, err := e.openTwins(ctx, &r)
	if err != nil {
		return OpenedFile{}, err
	}
	opened, err = e.OpenFile(ctx, r, Actor{})
	if err != nil {
		if first, found := e.deposited(ctx, id); found == nil { // the same form, at the same time
			return first, nil
		}
		return OpenedFile{}, err
	}
	for _, twin := range twins {
		_, err := e.changeFile(ctx, twin, 0, Actor{}, bySystem, "", func(w *fileWork) error {
			w.note(EventDepositedAgain)
			return nil
		})
		if err != nil && !errors.Is(err, ErrInvalidState) { // it ended meanwhile
			return OpenedFile{}, err
		}
	}
	return opened, nil
}

// deposited is the file that a form has opened, or ErrNotFound.
func (e *Engine) deposited(ctx context.Context, id string) (OpenedFile, error) {
	f, err := e.store.File(ctx, id)
	if err != nil {
		return OpenedFile{}, fmt.Errorf("deposit: %w", err)
	}
	token, err := e.CalendarToken(ctx, f.FeedID)
	return OpenedFile{f, e.FileToken(f.ID), token}, err
}

// maxTwins bounds how many open files of one person are told of a deposit.
const maxTwins = 3

// openTwins are the ids of the open files of the same person about the same
// subject.
func (e *Engine) openTwins(ctx context.Context, r *FileRequest) ([]string, error) {
	var keys []string
	for _, k := range e.personKeys(r.Citizen) {
		keys = append(keys, "p:"+k)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	files, err := e.store.FilesByKeys(ctx, keys, 20)
	if err != nil {
		return nil, fmt.Errorf("files of the same person: %w", err)
	}
	var out []string
	for i := range files {
		f := &files[i]
		if f.Open() && f.ServiceID == r.ServiceID && foldName(f.ForWhom) == foldName(r.ForWhom) && len(out) < maxTwins {
			out = append(out, f.ID)
		}
	}
	return out, nil
}

// checkAtHand checks the papers that a person says they have.
func (r *FileRequest) checkAtHand(c *Catalogue, bad *InvalidError) {
	if len(r.AtHand) > MaxFilePapers {
		bad.Add("at_hand", "too_many", "at most %d", MaxFilePapers)
	}
	for _, id := range r.AtHand {
		if _, err := c.Document(id); err != nil {
			bad.Add("at_hand", "unknown", "want ids of documents")
			return
		}
	}
}

// atHand is the list for the history.
func (r *FileRequest) atHand() string { return strings.Join(r.AtHand, ",") }
