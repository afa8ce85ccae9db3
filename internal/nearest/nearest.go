// Package nearest finds the name that a misspelt one may have meant.
package nearest

import "strings"

// Hint returns " (did you mean X?)" for the known name that is nearest to the
// given one, or "" if none is near.
func Hint(name string, known []string) string {
	if best := Name(name, known); best != "" {
		return " (did you mean " + best + "?)"
	}
	return ""
}

// Name returns the known name with the fewest edits from the given one, letters'
// case aside, or "" if all differ in more than a third of their characters. Of
// equals the first counts.
func Name(name string, known []string) string {
	best, bestDistance := "", max(len(name)/3, 1)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k), bestDistance); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance counts the insertions, deletions and replacements of bytes that make
// a into b. Where they are limit or more it may return any such number.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
