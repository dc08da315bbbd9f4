package notifier_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/internal/testnode"
	"mawid/notifier"
	"mawid/scheduler"
)

// smppCentre starts the centre of notifier/smpp's tests and returns its port.
func smppCentre(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("node", filepath.Join("smpp", "testdata", "centre.js"))
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(testnode.Dir(t), "node_modules"))
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the centre says nothing")
	}
	var first struct {
		Port int `json:"port"`
	}
	must(t, json.Unmarshal(lines.Bytes(), &first))
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines.Scan() { // so that the centre can go on writing
		}
	}()
	t.Cleanup(func() {
		_ = in.Close()
		<-read
		_ = cmd.Wait()
	})
	return first.Port
}

// TestAMessageByTheCentreAndWhatCameOfIt: the last digit of the number chooses
// what the centre does; see notifier/smpp/testdata/centre.js.
func TestAMessageByTheCentreAndWhatCameOfIt(t *testing.T) {
	port := smppCentre(t)
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for phone, want := range map[string]struct {
			sent string
			last scheduler.NoticeState
		}{
			"+212661000010": {"smpp_taken", scheduler.NoticeDelivered},
			"+212661000014": {"smpp_taken", scheduler.NoticeBounced}, // its receipt writes the id in another way
			"+212661000013": {"smpp_0b", scheduler.NoticeDead},
		} {
			reported := make(chan struct{}, 10)
			var worker *notifier.Worker
			centre, err := notifier.NewSMPP("centre", fmt.Sprintf("smpp://mawid:secret@127.0.0.1:%d", port), db,
				func(ctx context.Context, r notifier.Returned) error {
					defer func() { reported <- struct{}{} }()
					return worker.Report(ctx, db, r)
				})
			must(t, err)
			spy := watch(db)
			conf := w.config(spy)
			conf.SMS = centre
			worker = w.worker(conf)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				centre.Run(ctx, slog.New(slog.DiscardHandler))
			}()
			c := person()
			c.Name, c.Email, c.Phone = "Amina "+phone[len(phone)-2:], "", phone
			a := w.book("dgi-th-tsc", "2027-06-08 08:30", c)
			w.drain(worker)
			if got := spy.last(t, scheduler.NoticeConfirmation).Code; got != want.sent {
				t.Errorf("%s: %s, want %s", phone, got, want.sent)
			}
			if want.last != scheduler.NoticeDead {
				select {
				case <-reported:
				case <-time.After(20 * time.Second):
					t.Fatalf("%s: no receipt", phone)
				}
			}
			es, err := db.NoticesOf(t.Context(), a.ID)
			must(t, err)
			if es[0].State != want.last {
				t.Errorf("%s: %s, want %s", phone, es[0].State, want.last)
			}
			stop()
			<-done
		}
	})
}
