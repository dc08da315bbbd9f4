package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"mawid/api/web"
	"mawid/configs"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// dayListEvery is how old a list of today may be before it is written anew.
const dayListEvery = time.Hour

// dayLists writes the lists with which desks go on by hand. They are readable by
// their owner only, and deleted when their day is over.
type dayLists struct {
	house  *house
	sheets *web.DaySheets
	dir    string
}

func (h *house) dayLists(dir string) (*dayLists, error) {
	book, err := locale.Load()
	if err != nil {
		return nil, err
	}
	sheets, err := web.NewDaySheets(book, h.zones)
	if err != nil {
		return nil, err
	}
	return &dayLists{h, sheets, dir}, nil
}

// keepDayLists writes the lists that are due and deletes those that are past.
func (h *house) keepDayLists(ctx context.Context) error {
	lists, err := h.dayLists(h.settings.DayListDir())
	if err != nil {
		return err
	}
	c, err := h.engine.Catalogue(ctx)
	if errors.Is(err, scheduler.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	today := map[string]scheduler.Date{}
	for i := range c.Offices {
		o := &c.Offices[i]
		if len(c.OfficePools(o.ID)) == 0 {
			continue
		}
		loc, err := h.zones.Load(o.Zone)
		if err != nil {
			return err
		}
		now := h.clock().In(loc)
		today[o.ID] = scheduler.DateOf(now)
		if h.settings.DayLists.Dir == configs.Off || scheduler.TimeOfDayOf(now) < h.settings.DayLists.From || lists.fresh(o.ID, today[o.ID]) {
			continue
		}
		if _, err := lists.write(ctx, c, o.ID); err != nil {
			return err
		}
	}
	return lists.forget(today)
}

func (l *dayLists) file(officeID string, date scheduler.Date) string {
	return filepath.Join(l.dir, "day-"+date.String()+"-"+officeID+".html")
}

// fresh reports whether the list of an office's day is not an hour old.
func (l *dayLists) fresh(officeID string, date scheduler.Date) bool {
	info, err := os.Stat(l.file(officeID, date))
	return err == nil && time.Since(info.ModTime()) < dayListEvery
}

// write writes the list of an office's today, and returns where; "" when nobody
// is expected and nobody waits.
func (l *dayLists) write(ctx context.Context, c *scheduler.Catalogue, officeID string) (string, error) {
	sheet, err := l.house.engine.MorningSheet(ctx, officeID)
	if err != nil {
		return "", err
	}
	if sheet.Empty() {
		return "", nil
	}
	if sheet.Note, err = l.house.store.RoomNote(ctx, officeID, sheet.Date); err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := l.sheets.Write(&b, c, &sheet); err != nil {
		return "", err
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return "", fmt.Errorf("day lists: %w", err)
	}
	name := l.file(officeID, sheet.Date)
	return name, putFile(name, b.Bytes())
}

// putFile writes a file that only its owner can read, whole or not at all.
func putFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".day-*") // mode 0600
	if err != nil {
		return fmt.Errorf("day lists: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("day lists: %w", err)
	}
	return nil
}

var dayListName = regexp.MustCompile(`^day-(\d{4}-\d{2}-\d{2})-(.+)\.html$`)

// forget deletes the lists of days that are over at their office, those of
// offices that are gone, and what a process left that died while it wrote.
func (l *dayLists) forget(today map[string]scheduler.Date) error {
	entries, err := os.ReadDir(l.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("day lists: %w", err)
	}
	var failed error
	for _, e := range entries {
		if l.past(e, today) {
			if err := os.Remove(filepath.Join(l.dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, fmt.Errorf("day lists: %w", err))
			}
		}
	}
	return failed
}

func (l *dayLists) past(e fs.DirEntry, today map[string]scheduler.Date) bool {
	if left, err := filepath.Match(".day-*", e.Name()); left && err == nil {
		info, err := e.Info()
		return err == nil && time.Since(info.ModTime()) > dayListEvery
	}
	parts := dayListName.FindStringSubmatch(e.Name())
	if parts == nil {
		return false // not ours
	}
	date, err := scheduler.ParseDate(parts[1])
	now, known := today[parts[2]]
	return err == nil && (!known || date.Before(now))
}

type dayListCommand struct {
	Office string `help:"Id of the office; all, when absent." placeholder:"ID"`
	To     string `help:"Directory to write to; that of the settings, when absent." type:"path" placeholder:"DIR"`
}

// Run writes the lists of today and names the files.
func (d dayListCommand) Run(ctx context.Context, cli *commands, io streams) error {
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	return errors.Join(d.write(ctx, h, io), h.close())
}

func (d dayListCommand) write(ctx context.Context, h *house, io streams) error {
	dir := d.To
	if dir == "" {
		dir = h.settings.DayListDir()
	}
	lists, err := h.dayLists(dir)
	if err != nil {
		return err
	}
	c, err := h.engine.Catalogue(ctx)
	if err != nil {
		return err
	}
	if d.Office != "" {
		if _, err := c.Office(d.Office); err != nil {
			return fmt.Errorf("office %q: %w", d.Office, err)
		}
	}
	written := 0
	for i := range c.Offices {
		id := c.Offices[i].ID
		if len(c.OfficePools(id)) == 0 || d.Office != "" && d.Office != id {
			continue
		}
		name, err := lists.write(ctx, c, id)
		if err != nil {
			return err
		}
		if name != "" {
			written++
			fmt.Fprintln(io.out, name)
		}
	}
	if written == 0 {
		fmt.Fprintln(io.out, "Nobody is expected today, and nobody waits: no list was written.")
	}
	return nil
}
