package synth

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// Object is one object of a dataset, able to write itself as Graph would.
type Object interface{ write(w *writer) }

// JSON is an object given as its text, for what no other type here can say.
type JSON string

func (j JSON) write(w *writer) { w.comma(); w.b = append(w.b, j...) }

// writer appends compact JSON to b. It is not checked: members and values must
// be written in turn, and names must need no escaping.
type writer struct{ b []byte }

// comma separates what follows from a value before it. No value ends in a
// newline: rows puts one where an object begins.
func (w *writer) comma() {
	if n := len(w.b); n > 0 {
		switch w.b[n-1] {
		case '{', '[', ':', '\n':
		default:
			w.b = append(w.b, ',')
		}
	}
}

func (w *writer) key(name string) {
	w.comma()
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

func (w *writer) open()             { w.comma(); w.b = append(w.b, '{') }
func (w *writer) close()            { w.b = append(w.b, '}') }
func (w *writer) closeList()        { w.b = append(w.b, ']') }
func (w *writer) object(key string) { w.key(key); w.b = append(w.b, '{') }
func (w *writer) list(key string)   { w.key(key); w.b = append(w.b, '[') }

func (w *writer) null(keys ...string) {
	for _, key := range keys {
		w.key(key)
		w.b = append(w.b, "null"...)
	}
}

func (w *writer) empty(keys ...string) {
	for _, key := range keys {
		w.key(key)
		w.b = append(w.b, '[', ']')
	}
}

func (w *writer) str(key, value string) {
	w.key(key)
	w.b = appendString(w.b, value)
}

// text writes value, or null for the empty string.
func (w *writer) text(key, value string) {
	if value == "" {
		w.null(key)
		return
	}
	w.str(key, value)
}

func (w *writer) boolean(key string, value bool) {
	w.key(key)
	w.b = strconv.AppendBool(w.b, value)
}

func (w *writer) number(key string, value int) {
	w.key(key)
	w.b = strconv.AppendInt(w.b, int64(value), 10)
}

// date writes t to the second, or null for the zero time.
func (w *writer) date(key string, t time.Time) {
	if t.IsZero() {
		w.null(key)
		return
	}
	w.key(key)
	w.b = append(w.b, '"')
	w.b = t.UTC().AppendFormat(w.b, time.RFC3339)
	w.b = append(w.b, '"')
}

func (w *writer) strs(key string, values []string) {
	w.list(key)
	for _, v := range values {
		w.comma()
		w.b = appendString(w.b, v)
	}
	w.closeList()
}

func writeAll[T Object](w *writer, key string, items []T) {
	w.list(key)
	for _, item := range items {
		item.write(w)
	}
	w.closeList()
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string; invalid UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[start:i]...)
			b = appendEscape(b, c)
			start = i + 1
		}
		i++
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
