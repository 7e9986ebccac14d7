// Package displayname tells which display names a reader cannot tell apart.
package displayname

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold appends the folded form of name to buf and returns it: normalised (NFKC),
// case-folded and trimmed. Two names look the same when their folded forms are
// equal. Plain ASCII, as most names are, takes no allocation.
func Fold(buf []byte, name string) []byte {
	start := len(buf)
	for i := range len(name) {
		c := name[i]
		if c >= utf8.RuneSelf {
			return append(buf[:start], foldUnicode(name)...)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	folded := bytes.TrimSpace(buf[start:])
	n := copy(buf[start:], folded)
	return buf[:start+n]
}

// foldUnicode normalises again after folding, which can undo normal form.
func foldUnicode(name string) []byte {
	folded := cases.Fold().Bytes(norm.NFKC.Bytes([]byte(name)))
	return bytes.TrimFunc(norm.NFKC.Bytes(folded), unicode.IsSpace)
}
