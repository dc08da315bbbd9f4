package smpp

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"mawid/internal/testnode"
)

// event is a line that the centre prints.
type event struct {
	Kind    string   `json:"kind"`
	Port    int      `json:"port"`
	Good    bool     `json:"good"`
	Version int      `json:"version"`
	To      string   `json:"to"`
	Source  string   `json:"source"`
	TON     int      `json:"ton"`
	Coding  int      `json:"coding"`
	ESM     int      `json:"esm"`
	Text    string   `json:"text"`
	UDH     []string `json:"udh"`
	Receipt int      `json:"receipt"`
	Valid   string   `json:"valid"`
	Payload bool     `json:"payload"`
	SAR     []int    `json:"sar"`
	Waiting int      `json:"waiting"`
	Status  int      `json:"status"`
}

// centre is a running centre of another's making.
type centre struct {
	t      *testing.T
	port   int
	events chan event
}

func startCentre(t *testing.T) *centre {
	t.Helper()
	script, err := filepath.Abs("testdata/centre.js")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script)
	cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(testnode.Dir(t), "node_modules"))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &centre{t: t, events: make(chan event, 1000)}
	go func() {
		defer close(c.events)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var e event
			if json.Unmarshal(lines.Bytes(), &e) == nil {
				c.events <- e
			}
		}
	}()
	t.Cleanup(func() {
		_ = in.Close() // the centre ends with it
		_ = cmd.Wait()
	})
	c.port = c.want("listening").Port
	return c
}

// want waits for the next event of a kind.
func (c *centre) want(kind string) event {
	c.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case e, ok := <-c.events:
			if !ok {
				c.t.Fatalf("the centre ended before %q", kind)
			}
			if e.Kind == kind {
				return e
			}
		case <-limit:
			c.t.Fatalf("no %q from the centre", kind)
		}
	}
}

// client connects to the centre until the test ends, and stop says goodbye.
func (c *centre) client(change func(*Config)) (client *Client, receipts chan Receipt, stop func()) {
	c.t.Helper()
	cfg := c.config()
	receipts = make(chan Receipt, 100)
	cfg.Receipt = func(_ context.Context, r Receipt) error {
		receipts <- r
		return nil
	}
	if change != nil {
		change(&cfg)
	}
	client = New(cfg)
	ctx, cancel := context.WithCancel(c.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		client.Run(ctx, func(error) {})
	}()
	stop = func() { cancel(); <-done }
	c.t.Cleanup(stop)
	return client, receipts, stop
}
