package tenant

import (
	"strings"
	"unique"
)

// ID is an object id or an appId. Graph's are GUIDs and compare without case,
// so the text is folded once, on reading; a GUID is held as its 16 bytes. IDs
// are comparable and may be map keys. The zero ID stands for an absent, null or
// empty one. An ID is 24 bytes: a snapshot of a large tenant holds tens of
// millions of them.
type ID struct {
	hi, lo uint64
	// text is the folded text of an id that is no GUID. It is the handle of ""
	// for the all-zero GUID, which would read as absent otherwise.
	text unique.Handle[string]
}

// zeroGUID marks the all-zero GUID.
var zeroGUID = unique.Make("")

func guidID(hi, lo uint64) ID {
	if hi == 0 && lo == 0 {
		return ID{text: zeroGUID}
	}
	return ID{hi: hi, lo: lo}
}

// ParseID reads an id. Any text is accepted: ids that are no GUID (Graph has a
// few) are kept in lower case.
func ParseID(s string) ID {
	if hi, lo, ok := parseGUID(s); ok {
		return guidID(hi, lo)
	}
	if s == "" {
		return ID{}
	}
	return ID{text: unique.Make(strings.ToLower(s))}
}

// IsZero reports whether there is no id.
func (id ID) IsZero() bool { return id == ID{} }

// IsGUID reports whether id was written as a GUID.
func (id ID) IsGUID() bool { return id.hi != 0 || id.lo != 0 || id.IsEmptyGUID() }

// IsEmptyGUID reports whether id is the all-zero GUID, Graph's "default access"
// app role.
func (id ID) IsEmptyGUID() bool { return id == ID{text: zeroGUID} }

// String returns the GUID in lower case with dashes, or the folded text.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	if !id.IsGUID() {
		return id.text.Value()
	}
	const digits = "0123456789abcdef"
	var b [36]byte
	n := 0
	for i := range 32 {
		word := id.hi
		if i >= 16 {
			word = id.lo
		}
		b[n] = digits[word>>(60-4*(i%16))&15]
		n++
		switch n {
		case 8, 13, 18, 23:
			b[n] = '-'
			n++
		}
	}
	return string(b[:])
}

// Compare orders ids as their texts order, GUIDs first.
func (id ID) Compare(other ID) int {
	switch {
	case id.IsGUID() != other.IsGUID():
		if id.IsGUID() {
			return -1
		}
		return 1
	case id.hi != other.hi:
		if id.hi < other.hi {
			return -1
		}
		return 1
	case id.lo != other.lo:
		if id.lo < other.lo {
			return -1
		}
		return 1
	}
	if id.IsGUID() {
		return 0
	}
	return strings.Compare(id.String(), other.String())
}

func parseGUID[T string | []byte](s T) (hi, lo uint64, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return 0, 0, false
	}
	bad := byte(0)
	for _, i := range [16]int{0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17} {
		d := hexDigits[s[i]]
		bad |= d
		hi = hi<<4 | uint64(d&15)
	}
	for _, i := range [16]int{19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35} {
		d := hexDigits[s[i]]
		bad |= d
		lo = lo<<4 | uint64(d&15)
	}
	return hi, lo, bad < 16
}

// hexDigits maps a character to its value, and to 255 when it is no hex digit.
var hexDigits = func() (table [256]byte) {
	for c := range table {
		switch {
		case '0' <= c && c <= '9':
			table[c] = byte(c - '0')
		case 'a' <= c && c <= 'f':
			table[c] = byte(c-'a') + 10
		case 'A' <= c && c <= 'F':
			table[c] = byte(c-'A') + 10
		default:
			table[c] = 255
		}
	}
	return table
}()
