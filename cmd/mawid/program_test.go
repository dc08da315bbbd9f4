package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// installation is one Mawid: a database, a data folder, settings. Its programs
// share them, as the commands and nodes of one house do.
type installation struct {
	t        testing.TB
	database string
	data     string // folder
	settings []string
	begun    time.Time // what days are counted from: a test may run over midnight

	people atomic.Int64
	mu     sync.Mutex
	tokens []string // that no log may hold
}

// install names a database and settings ("NAME=value"). Nothing is started.
func install(t testing.TB, database string, settings ...string) *installation {
	t.Helper()
	return &installation{t: t, database: database, data: filepath.Join(t.TempDir(), "data"), settings: settings, begun: time.Now()}
}

// environment holds nothing of the machine but where programs are, so that its
// settings do not reach the tests. Later values win.
func (i *installation) environment(more []string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), asProgram + "=yes",
		"MAWID_DATABASE_URL=" + i.database, "MAWID_DATA_DIR=" + i.data, "MAWID_LISTEN=127.0.0.1:0",
		"MAWID_METRICS_LISTEN=off", "MAWID_LIMITS_REQUESTS_PER_MINUTE=0",
		"MAWID_LIMITS_HOLDS_PER_CLIENT=0", "MAWID_LIMITS_HOLDS_PER_MINUTE=0",
	}
	byName := map[string]string{}
	var names []string
	for _, pair := range slices.Concat(env, i.settings, more) {
		name, _, _ := strings.Cut(pair, "=")
		if _, known := byName[name]; !known {
			names = append(names, name)
		}
		byName[name] = pair
	}
	for n, name := range names {
		names[n] = byName[name]
	}
	return names
}

// program is a process of mawid.
type program struct {
	t        testing.TB
	house    *installation
	cmd      *exec.Cmd
	out, err *output
	input    io.Closer
	ended    chan struct{}

	// What serve printed.
	URL, Password string
	client        *http.Client
}

// start starts a command.
func (i *installation) start(more []string, args ...string) *program {
	i.t.Helper()
	self, err := os.Executable()
	must(i.t, err)
	p := &program{t: i.t, house: i, cmd: exec.Command(self, args...), out: newOutput(), err: newOutput(), ended: make(chan struct{})}
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = i.environment(more), p.out, p.err
	p.cmd.Dir = filepath.Dir(i.data)
	p.client = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	p.input, err = p.cmd.StdinPipe()
	must(i.t, err)
	must(i.t, p.cmd.Start())
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the state says how it ended
	}()
	i.t.Cleanup(p.cleanUp)
	return p
}

// serve starts the server and waits until it says that it is ready.
func (i *installation) serve(more ...string) *program {
	i.t.Helper()
	p := i.start(more, "serve")
	p.ready()
	return p
}

var welcome = regexp.MustCompile(`(?s)Mawid is ready.*citizens\s+(http://\S+)/\n(?:.*with the password (\S+))?.*Stop with Ctrl-C`)

// ready waits for the welcome, and remembers the address and the password.
func (p *program) ready() {
	p.t.Helper()
	ctx, cancel := context.WithCancel(patient(p.t))
	defer cancel()
	go func() {
		<-p.ended
		cancel()
	}()
	found := p.out.wait(ctx.Done(), welcome)
	if found == nil {
		p.t.Fatalf("serve is not ready; it wrote\n%s%s", p.out, p.err)
	}
	p.URL, p.Password = found[1], found[2]
	p.house.secret(p.Password)
}

// run runs a command to its end.
func (i *installation) run(args ...string) result {
	i.t.Helper()
	return i.runWith(nil, args...)
}

// result is what a command left behind.
type result struct {
	code     int
	out, err string
}

func (i *installation) runWith(more []string, args ...string) result {
	i.t.Helper()
	p := i.start(more, args...)
	p.end()
	return result{p.cmd.ProcessState.ExitCode(), p.out.String(), p.err.String()}
}

// end waits until the process is over.
func (p *program) end() {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-patient(p.t).Done():
		p.t.Fatalf("%v does not end", p.cmd.Args[1:])
	}
}

func (p *program) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
}

// kill ends the process as a power cut would: it can do nothing about it.
func (p *program) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
	p.end()
}

// stop asks the process to end, and wants it to end well.
func (p *program) stop() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	p.end()
	if code := p.cmd.ProcessState.ExitCode(); code != exitDone {
		p.t.Errorf("stopped with exit code %d, want %d", code, exitDone)
	}
}

func (p *program) cleanUp() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
	p.client.CloseIdleConnections()
	log := p.err.String()
	for _, word := range []string{"DATA RACE", "panic"} {
		if strings.Contains(log, word) {
			p.t.Errorf("%v wrote %q", p.cmd.Args[1:], word)
		}
	}
	for _, secret := range p.house.secrets() {
		if strings.Contains(log, secret) {
			p.t.Errorf("the log of %v holds personal data or a token: %q", p.cmd.Args[1:], secret)
		}
	}
	if p.t.Failed() {
		p.t.Logf("%v wrote to standard error:\n%s", p.cmd.Args[1:], shorten(log))
	}
}

var served = regexp.MustCompile(`(?m)^.* msg=request .* status=[234].*\n`)

// shorten drops what went well from a log, and keeps the end of the rest.
func shorten(log string) string {
	const most = 4000
	rest := served.ReplaceAllString(log, "")
	return fmt.Sprintf("(%d bytes, of which %d are no ordinary requests)\n%s", len(log), len(rest), rest[max(0, len(rest)-most):])
}

// secret remembers what no log may hold.
func (i *installation) secret(words ...string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, w := range words {
		if w != "" {
			i.tokens = append(i.tokens, w)
		}
	}
}

// secrets are the tokens given out, and what all people here have in common.
func (i *installation) secrets() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]string{familyName, mailBox, phoneStart}, i.tokens...)
}
