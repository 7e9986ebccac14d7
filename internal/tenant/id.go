package tenant

import "strings"

// ID is an object id or an appId. Graph's are GUIDs and compare without case,
// so the text is folded once, on reading; a GUID is held as its 16 bytes. IDs
// are comparable and may be map keys. The zero ID stands for an absent, null or
// empty one.
type ID struct {
	hi, lo uint64
	guid   bool
	text   string
}

// ParseID reads an id. Any text is accepted: ids that are no GUID (Graph has a
// few) are kept in lower case.
func ParseID(s string) ID {
	if hi, lo, ok := parseGUID(s); ok {
		return ID{hi: hi, lo: lo, guid: true}
	}
	return ID{text: strings.ToLower(s)}
}

// IsZero reports whether there is no id.
func (id ID) IsZero() bool { return !id.guid && id.text == "" }

// IsGUID reports whether id was written as a GUID.
func (id ID) IsGUID() bool { return id.guid }

// IsEmptyGUID reports whether id is the all-zero GUID, Graph's "default access"
// app role.
func (id ID) IsEmptyGUID() bool { return id.guid && id.hi == 0 && id.lo == 0 }

// String returns the GUID in lower case with dashes, or the folded text.
func (id ID) String() string {
	if !id.guid {
		return id.text
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
	case id.guid != other.guid:
		if id.guid {
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
	return strings.Compare(id.text, other.text)
}

func parseGUID[T string | []byte](s T) (hi, lo uint64, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return 0, 0, false
	}
	n := 0
	for i := range 36 {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		c := s[i]
		var d uint64
		switch {
		case '0' <= c && c <= '9':
			d = uint64(c - '0')
		case 'a' <= c && c <= 'f':
			d = uint64(c-'a') + 10
		case 'A' <= c && c <= 'F':
			d = uint64(c-'A') + 10
		default:
			return 0, 0, false
		}
		if n < 16 {
			hi = hi<<4 | d
		} else {
			lo = lo<<4 | d
		}
		n++
	}
	return hi, lo, true
}
