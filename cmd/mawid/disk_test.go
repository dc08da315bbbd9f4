package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// disk is a place for a database that can be made full and empty again.
type disk struct {
	folder string
	fill   func(server *program)
	clear  func(server *program)
}

// disks are the ways in which writing can stop to work. The first needs no
// rights; the second is a real file system and needs the right to mount one.
func disks(t *testing.T) map[string]func(t *testing.T) disk {
	t.Helper()
	ways := map[string]func(t *testing.T) disk{"no file may grow": limited}
	probe := t.TempDir()
	if err := syscall.Mount("tmpfs", probe, "tmpfs", 0, "size=1m"); err == nil {
		must(t, syscall.Unmount(probe, 0))
		ways["no space is left"] = small
	} else {
		t.Logf("a full file system is not tried, only a limit: mount: %v", err)
	}
	return ways
}

// limited lets the process write no file beyond its first byte.
func limited(t *testing.T) disk {
	t.Helper()
	set := func(server *program, size uint64) {
		var now unix.Rlimit
		must(t, unix.Prlimit(server.cmd.Process.Pid, unix.RLIMIT_FSIZE, nil, &now))
		now.Cur = min(size, now.Max)
		must(t, unix.Prlimit(server.cmd.Process.Pid, unix.RLIMIT_FSIZE, &now, nil))
	}
	return disk{
		folder: t.TempDir(),
		fill:   func(server *program) { set(server, 1) },
		clear:  func(server *program) { set(server, unix.RLIM_INFINITY) },
	}
}

// small is a file system of a few megabytes.
func small(t *testing.T) disk {
	t.Helper()
	folder := t.TempDir()
	must(t, syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=16m"))
	t.Cleanup(func() { must(t, syscall.Unmount(folder, 0)) })
	ballast := filepath.Join(folder, "ballast")
	return disk{
		folder: folder,
		fill: func(*program) {
			f, err := os.Create(ballast)
			must(t, err)
			for err == nil {
				_, err = f.Write(make([]byte, 4096))
			}
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			must(t, f.Close())
		},
		clear: func(*program) { must(t, os.Remove(ballast)) },
	}
}

// TestFullDisk: bookings fail with a problem document while nothing can be
// written, what was confirmed stays, and it goes on by itself afterwards.
// (PostgreSQL's disk is its own: it answers with an error, see
// TestDatabaseGoesAway.)
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for name, make := range disks(t) {
		t.Run(name, func(t *testing.T) {
			d := make(t)
			house := install(t, "sqlite:"+filepath.Join(d.folder, "mawid.db"))
			server := house.serve()
			free := &queue{slots: server.slots(t, "com-safi-ec", "com-livret", 20)}
			promised := server.bookUntil(t, free, http.StatusCreated)
			d.fill(server)
			promised = append(promised, server.bookUntil(t, free, http.StatusInternalServerError)...)
			server.get(t, "/v1/services", "", nil)
			for _, b := range promised {
				server.look(t, b)
			}
			d.clear(server)
			promised = append(promised, server.bookUntil(t, free, http.StatusCreated)...)
			server.get(t, "/readyz", "", nil)
			server.stop()
			house.healthy()
			server = house.serve()
			for _, b := range promised {
				if got := server.look(t, b); got.Status != "booked" {
					t.Errorf("promised, and now %+v", got)
				}
			}
			if n := house.count("SELECT count(*) FROM appointments"); n != len(promised) {
				t.Errorf("%d appointments, %d were promised", n, len(promised))
			}
		})
	}
}

// bookUntil books one after the other until an answer has the status; it returns
// what was promised on the way. Faults are told as our problem, without inside
// views.
func (p *program) bookUntil(t *testing.T, free *queue, status int) []booking {
	t.Helper()
	var promised []booking
	eventually(t, http.StatusText(status), func() bool {
		s, more := free.take()
		if !more {
			t.Fatal("no time is left to book")
		}
		b, a, err := p.book(patient(t), s, p.house.somebody())
		must(t, err)
		switch {
		case a.status == http.StatusCreated:
			promised = append(promised, b)
		case a.code != "internal" && a.code != "unavailable":
			t.Fatalf("book: %s", a)
		}
		return a.status == status
	})
	return promised
}
