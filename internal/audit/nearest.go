package audit

import (
	"fmt"
	"strings"
)

// Nearest returns the candidate that a user who typed word most likely meant,
// or "" when none is near: at most a third of it would have to change. Of two
// equally near ones the first wins.
func Nearest(word string, candidates []string) string {
	best, nearest := "", len(word)/3+1
	for _, candidate := range candidates {
		d := distance(strings.ToLower(word), strings.ToLower(candidate))
		if d < nearest || d == nearest && best == "" {
			best, nearest = candidate, d
		}
	}
	return best
}

// DidYouMean returns `; did you mean "x"?` for the nearest candidate, or "".
func DidYouMean(word string, candidates []string) string {
	if near := Nearest(word, candidates); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// distance is the number of single-byte edits (insert, delete, replace) that
// turn a into b; ids and keys are ASCII.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for k := range len(b) {
			cost := diagonal
			if a[i] != b[k] {
				cost++
			}
			diagonal = row[k+1]
			row[k+1] = min(cost, row[k+1]+1, row[k]+1)
		}
	}
	return row[len(b)]
}
