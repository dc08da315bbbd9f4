package configs

import (
	"slices"
	"strings"
)

const (
	minNearLength = 3 // two letters are near to everything
	minNearPrefix = 4
	maxNearLength = 64    // longer words get no suggestion
	maxNearKnown  = 5_000 // nor are more names compared
)

// nearest returns the known name that needs the fewest changed letters to
// become wrong (a third of the letters, at most 3); when none is close, one of
// which wrong is the beginning, or the other way round; else "".
func nearest(wrong string, known []string) string {
	if len(wrong) < minNearLength || len(wrong) > maxNearLength {
		return ""
	}
	known = known[:min(len(known), maxNearKnown)]
	best, name := min(3, max(1, len(wrong)/3))+1, ""
	for _, k := range known {
		if len(k) > maxNearLength {
			continue
		}
		if d := distance(wrong, k); d < best {
			best, name = d, k
		}
	}
	if i := slices.IndexFunc(known, func(k string) bool { return begins(wrong, k) }); name == "" && i >= 0 {
		return known[i]
	}
	return name
}

func begins(a, b string) bool {
	return min(len(a), len(b)) >= minNearPrefix && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b (optimal string alignment), byte by byte: ids
// and keys are ASCII.
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}

// sorted returns a sorted copy.
func sorted(words []string) []string {
	out := slices.Clone(words)
	slices.Sort(out)
	return out
}
