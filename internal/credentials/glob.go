package credentials

import (
	"strings"
	"unicode/utf8"
)

// wildcards of the operator "matches": any run of characters, and any one.
const wildcards = "*?"

// matchGlob reports whether all of s matches pattern. It goes back only to the
// last star, so its time is at most the product of the lengths.
func matchGlob(pattern, s string) bool {
	starPattern, starText := -1, 0
	p, i := 0, 0
	for i < len(s) {
		if p < len(pattern) && pattern[p] == '*' {
			starPattern, starText = p, i
			p++
			continue
		}
		if dp, di, ok := matchOne(pattern[p:], s[i:]); ok {
			p, i = p+dp, i+di
			continue
		}
		if starPattern < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(s[starText:])
		starText += size
		p, i = starPattern+1, starText
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchOne matches the first character of s with the first of pattern, and
// returns how many bytes each takes.
func matchOne(pattern, s string) (inPattern, inText int, ok bool) {
	if pattern == "" {
		return 0, 0, false
	}
	_, inText = utf8.DecodeRuneInString(s)
	if pattern[0] == '?' {
		return 1, inText, true
	}
	_, inPattern = utf8.DecodeRuneInString(pattern)
	return inPattern, inText, pattern[:inPattern] == s[:inText]
}

// literalPrefix is what every text that matches pattern begins with.
func literalPrefix(pattern string) string {
	if i := strings.IndexAny(pattern, wildcards); i >= 0 {
		return pattern[:i]
	}
	return pattern
}
