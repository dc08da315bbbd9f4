package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"
)

// asProgram makes the test binary be mawid: the tests here start it as a
// process of its own, as people do.
const asProgram = "MAWID_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	go func() { // the tests hold the other end of the input: it never outlives them
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	}()
	sendTimeout = patience
	main()
}

// patience is how long one thing here may take, on a machine that others use too.
// Nothing waits that long unless it is broken.
const patience = 5 * time.Minute

// patient is a context that ends with the test, or with its patience.
func patient(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(cancel)
	return ctx
}

// eventually looks again and again until it sees what it waits for.
func eventually(t testing.TB, what string, seen func() bool) {
	t.Helper()
	ctx := patient(t)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !seen() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain: %s", what)
		case <-look.C:
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// output is what a process wrote so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	grew chan struct{} // closed when there is more
}

func newOutput() *output { return &output{grew: make(chan struct{})} }

// Write is io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.grew)
	o.grew = make(chan struct{})
	return o.text.Write(b)
}

// String is everything so far.
func (o *output) String() string {
	text, _ := o.now()
	return text
}

func (o *output) now() (string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.grew
}

// wait returns what the expression finds as soon as it finds something, or nil
// when over ends first.
func (o *output) wait(over <-chan struct{}, find *regexp.Regexp) []string {
	for {
		text, grew := o.now()
		if found := find.FindStringSubmatch(text); found != nil {
			return found
		}
		select {
		case <-grew:
		case <-over:
			return find.FindStringSubmatch(o.String())
		}
	}
}
