package locale

import (
	"maps"
	"slices"
)

// OwnKeys returns the keys of what a language says itself, sorted.
func OwnKeys(l *Language) []string { return slices.Sorted(maps.Keys(l.sentences)) }
