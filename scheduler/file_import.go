package scheduler

import (
	"context"
	"errors"
	"fmt"
)

// CheckFile says what is wrong with a request to open a file, without opening
// it: an InvalidError, or nil.
func (e *Engine) CheckFile(ctx context.Context, r FileRequest, by Actor) error {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return err
	}
	_, _, err = e.checkFile(ctx, c, &r, by)
	return err
}

// KnownFile returns the file that has the administration's own number, or that of
// the same person about the same subject; ErrNotFound when there is none. What is
// imported twice is so found again.
func (e *Engine) KnownFile(ctx context.Context, r FileRequest) (File, error) {
	c, err := e.Catalogue(ctx)
	if err != nil {
		return File{}, err
	}
	s, err := c.Service(r.ServiceID)
	if err != nil {
		return File{}, fmt.Errorf("known file: %w", ErrNotFound)
	}
	probe := File{AdministrationID: s.AdministrationID, ServiceID: r.ServiceID, Citizen: r.Citizen}
	probe.Number, probe.Identity = e.keepNumbers(&r)
	keys := e.fileKeys(&probe)
	if probe.Number != "" { // the number decides alone: a person may have several files
		keys = []string{e.numberKey(s.AdministrationID, probe.Number)}
	}
	found, err := e.store.FilesByKeys(ctx, keys, 10)
	if err != nil {
		return File{}, fmt.Errorf("known file: %w", err)
	}
	for _, f := range found {
		if f.ServiceID == r.ServiceID {
			return f, nil
		}
	}
	return File{}, fmt.Errorf("known file: %w", ErrNotFound)
}

// ImportFile opens an old file unless it is known: then the known one is returned
// with false.
func (e *Engine) ImportFile(ctx context.Context, r FileRequest, by Actor) (File, bool, error) {
	known, err := e.KnownFile(ctx, r)
	if err == nil {
		return known, false, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return File{}, false, err
	}
	o, err := e.OpenFile(ctx, r, by)
	return o.File, err == nil, err
}
