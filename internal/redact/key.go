package redact

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// MinKey is how many bytes a key must have: fewer can be tried out.
const MinKey = 16

// NewKey returns a fresh key.
func NewKey() []byte {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // it never fails: the runtime ends the program instead
	return key
}

// pseudonyms makes pseudonyms from a key: HMAC-SHA-256 of what a text is and
// says, written in the form that fits. It serves one goroutine.
type pseudonyms struct {
	key    []byte
	mac    hash.Hash
	sum    [sha256.Size]byte
	tables map[string][]byte // of letters, by context
}

func newPseudonyms(key []byte) (*pseudonyms, error) {
	if len(key) < MinKey {
		return nil, fmt.Errorf("the redaction key has %d bytes; it needs at least %d", len(key), MinKey)
	}
	return &pseudonyms{key: key, mac: hmac.New(sha256.New, key), tables: map[string][]byte{}}, nil
}

// digest is valid until the next one. The kind keeps equal texts of different
// kinds apart.
func (p *pseudonyms) digest(kind, text string) []byte {
	p.mac.Reset()
	p.mac.Write([]byte(kind))
	p.mac.Write([]byte{0})
	p.mac.Write([]byte(text))
	return p.mac.Sum(p.sum[:0])
}

// wordLetters make 56 bits: a million words have a pair with one pseudonym once
// in a hundred thousand snapshots.
const wordLetters = 12

// word returns twelve lower-case letters. Letters only, and none of the words
// that a verdict turns on in it: a pseudonym must not be taken for a number, a
// permission that writes or a missing licence.
func (p *pseudonyms) word(kind, text string) string {
	d := p.digest(kind, text)
	for {
		var b [wordLetters]byte
		n := binary.BigEndian.Uint64(d)
		for i := range b {
			b[i] = 'a' + byte(n%26)
			n /= 26
		}
		w := string(b[:])
		if at, _ := stemIn(w); at < 0 && !isPublicWord(w) {
			return w
		}
		d = p.digest(kind, string(d))
	}
}

// number returns twelve digits, the first of which is no zero.
func (p *pseudonyms) number(text string) string {
	n := binary.BigEndian.Uint64(p.digest("number", text))
	return fmt.Sprintf("%012d", 100_000_000_000+n%900_000_000_000)
}

// guid returns a GUID, in upper case where the original was.
func (p *pseudonyms) guid(text string) string {
	d := p.digest("id", strings.ToLower(text))
	d[6] = d[6]&0x0F | 0x40 // a random GUID by its form, as Entra's are
	d[8] = d[8]&0x3F | 0x80
	format := "%x-%x-%x-%x-%x"
	if strings.ContainsAny(text, "ABCDEF") {
		format = "%X-%X-%X-%X-%X"
	}
	return fmt.Sprintf(format, d[0:4], d[4:6], d[6:8], d[8:10], d[10:16])
}

// address returns an IP address of the same family, from a range that is never
// anyone's: private for private, else reserved (240.0.0.0/4) or for documents
// (2001:db8::/32). The machine itself and no address at all stay.
func (p *pseudonyms) address(a netip.Addr) netip.Addr {
	plain := a.Unmap().WithZone("")
	if plain.IsLoopback() || plain.IsUnspecified() {
		return a
	}
	d := p.digest("address", plain.String())
	if plain.Is4() {
		b := [4]byte{240 | d[0]&7, d[1], d[2], d[3]}
		if plain.IsPrivate() {
			b[0] = 10
		}
		v4 := netip.AddrFrom4(b)
		if a.Is4In6() {
			return netip.AddrFrom16(v4.As16())
		}
		return v4
	}
	b := [16]byte{0x20, 0x01, 0x0d, 0xb8}
	copy(b[4:], d)
	if plain.IsPrivate() || plain.IsLinkLocalUnicast() {
		b[0], b[1], b[2], b[3] = 0xfd, d[12], d[13], d[14]
	}
	return netip.AddrFrom16(b)
}

// prefix returns an IP range of the same width.
func (p *pseudonyms) prefix(r netip.Prefix) netip.Prefix {
	if r.Bits() == 0 {
		return r
	}
	masked := netip.PrefixFrom(p.address(r.Addr()), r.Bits())
	if r == r.Masked() {
		return masked.Masked()
	}
	return masked
}

// letters exchanges letters one by one, which keeps every relation of parts: where
// a pattern matches, its redacted form matches the redacted text. It hides less
// than a pseudonym, and is for where nothing else will do. What stands in none of
// the alphabets and is ASCII stays.
func (p *pseudonyms) letters(context, text string, alphabets ...string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteRune(p.letter(context, r, alphabets))
	}
	return b.String()
}

// The alphabets of ASCII.
const (
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits    = "0123456789"
)

func (p *pseudonyms) letter(context string, r rune, alphabets []string) rune {
	for _, alphabet := range alphabets {
		if at := strings.IndexRune(alphabet, r); at >= 0 {
			return rune(p.permutation(context, alphabet)[at])
		}
	}
	if r < utf8.RuneSelf || isSeparator(r) {
		return r
	}
	const first, count = 0x4E00, 0x51FF // ideographs: letters of one width, none of them a control
	return first + rune(binary.BigEndian.Uint32(p.digest("letter", context+string(r)))%count)
}

// permutation returns an alphabet shuffled by the key.
func (p *pseudonyms) permutation(context, alphabet string) []byte {
	name := context + alphabet
	table := p.tables[name]
	if table != nil {
		return table
	}
	table = []byte(alphabet)
	for i := len(table) - 1; i > 0; i-- {
		n := binary.BigEndian.Uint64(p.digest("permutation", fmt.Sprint(name, i)))
		k := n % uint64(i+1)
		table[i], table[k] = table[k], table[i]
	}
	p.tables[name] = table
	return table
}
