package configs

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Load reads the settings: the defaults, over them the file at path ("" for
// none), over it the MAWID_* variables of environ ("NAME=value", as os.Environ
// gives them). An empty variable counts as not set; MAWID_TEST_* is for tests.
//
// The error is of type Faults and lists everything that is wrong in both, or it
// says that the file cannot be opened. It never repeats a value.
func Load(path string, environ []string) (Settings, error) {
	l := loader{settings: Defaults()}
	l.settings.DatabaseURL, l.settings.PublicURL = "", "" // derived again at the end
	l.settings.sources = map[string]string{}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return Settings{}, fmt.Errorf("read the settings: %w", err)
		}
		l.file(path, data)
	}
	l.environment(environ)
	l.settings.derive()
	l.together()
	if err := asError(l.faults, l.more); err != nil {
		return Settings{}, err
	}
	return l.settings, nil
}

type loader struct {
	settings Settings
	faults   []Fault
	more     int
}

func (l *loader) file(path string, data []byte) {
	r := newReader(path)
	r.secret = true
	defer func() {
		l.faults, l.more = append(l.faults, r.faults...), l.more+r.more
	}()
	if onlyComments(data) {
		return
	}
	root := r.parse(data)
	if root.absent() {
		return
	}
	for _, e := range root.entries() {
		if !isSection(e.name) {
			l.entry(e)
			continue
		}
		if _, empty := e.val.node.(*ast.NullNode); empty {
			continue // all its keys are commented out
		}
		for _, in := range e.val.entries() {
			l.entry(in)
		}
	}
}

// onlyComments is true for a file in which everything is left at its default.
func onlyComments(data []byte) bool {
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// isSection reports whether a key of the file holds keys of its own.
func isSection(name string) bool {
	return slices.ContainsFunc(settingKeys, func(k settingKey) bool { return strings.HasPrefix(k.name, name+".") })
}

func (l *loader) entry(e entry) {
	i := slices.IndexFunc(settingKeys, func(k settingKey) bool { return k.name == e.val.path })
	if i < 0 {
		f := e.key.fault("unknown key %s", quote(e.name))
		f.wrong, f.known = e.val.path, fileNames()
		return
	}
	text, ok := e.val.settingText(settingKeys[i].name == "trusted_proxies")
	if !ok || text == "" {
		return
	}
	if err := settingKeys[i].set(&l.settings, text); err != nil {
		e.val.fault("%v", err)
	}
	l.settings.sources[settingKeys[i].name] = e.val.r.file
}

func fileNames() []string {
	names := make([]string, len(settingKeys))
	for i, k := range settingKeys {
		names[i] = k.name
	}
	return names
}

// settingText returns a plain value as it stands in the file, and the entries
// of a list joined by commas where a list may stand.
func (v value) settingText(list bool) (string, bool) {
	switch n := v.node.(type) {
	case *ast.NullNode:
		return "", true
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	case *ast.SequenceNode:
		if list {
			return v.joined()
		}
	}
	v.fault("want one plain value")
	return "", false
}

func (v value) joined() (string, bool) {
	var parts []string
	for _, item := range v.items() {
		s, ok := item.settingText(false)
		if !ok {
			return "", false
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ","), true
}

func (l *loader) environment(environ []string) {
	seen := map[string]bool{}
	for _, pair := range environ {
		name, text, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, variablePrefix) || strings.HasPrefix(name, variablePrefix+"TEST_") || seen[name] {
			continue
		}
		seen[name] = true // as in a process, the first of two counts
		l.variable(name, text)
	}
}

func (l *loader) variable(name, text string) {
	i := slices.IndexFunc(settingKeys, func(k settingKey) bool { return k.variable() == name })
	f := Fault{File: "environment", Path: name}
	switch {
	case i < 0:
		f.Text, f.wrong, f.known = "unknown variable", name, variables()
	case text == "":
		return
	default:
		l.settings.sources[settingKeys[i].name] = name
		err := settingKeys[i].set(&l.settings, text)
		if err == nil {
			return
		}
		f.Text = err.Error()
	}
	l.faults = append(l.faults, f)
}

func variables() []string {
	names := make([]string, len(settingKeys))
	for i, k := range settingKeys {
		names[i] = k.variable()
	}
	return names
}

// together checks what only several settings show.
func (l *loader) together() {
	s := &l.settings
	l.faults = append(l.faults, s.noticesTogether()...)
	if s.Booking.ReturnMinMinutes > s.Booking.ReturnMaxMinutes {
		l.faults = append(l.faults, Fault{
			File: "settings", Path: "booking.return_min_minutes", Text: "is more than booking.return_max_minutes",
		})
	}
	if s.OIDC.Issuer != "" && (s.OIDC.ClientID == "" || s.OIDC.ClientSecret == "") {
		l.faults = append(l.faults, Fault{File: "settings", Path: "oidc.issuer", Text: "needs oidc.client_id and oidc.client_secret beside it"})
	}
	if s.Listen == s.MetricsListen && !strings.HasSuffix(s.Listen, ":0") {
		l.faults = append(l.faults, Fault{
			File: "settings", Path: "metrics_listen", Text: "is the same address as listen; want another, or off",
		})
	}
}
