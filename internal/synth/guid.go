package synth

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// GUID returns an id derived from the parts, in the form of a random (version
// 4) GUID: the same parts always give the same id.
func GUID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return formatGUID([16]byte(sum[:16]))
}

// opaqueID is an id of the kind that Graph gives to grants and assignments: 43
// characters of unpadded base64.
func opaqueID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// thumbprint is the customKeyIdentifier of a certificate: 20 bytes in base64.
func thumbprint(parts ...string) string {
	sum := sha256.Sum256([]byte("thumbprint\x00" + strings.Join(parts, "\x00")))
	return base64.StdEncoding.EncodeToString(sum[:20])
}

func formatGUID(raw [16]byte) string {
	raw[6] = raw[6]&0x0f | 0x40 // version 4
	raw[8] = raw[8]&0x3f | 0x80 // variant of RFC 9562
	var b [36]byte
	n := 0
	for i, c := range raw {
		switch i {
		case 4, 6, 8, 10:
			b[n] = '-'
			n++
		}
		b[n], b[n+1] = hexDigits[c>>4], hexDigits[c&15]
		n += 2
	}
	return string(b[:])
}

// mixer makes ids and choices of the bulk generator, where hashing would be
// felt: splitmix64 over seed, kind and index.
type mixer uint64

func (m mixer) word(kind kind, i uint64) uint64 {
	x := uint64(m) ^ uint64(kind)*0x9e3779b97f4a7c15 ^ i*0xd1342543de82ef95
	return splitmix(splitmix(x))
}

func (m mixer) guid(k kind, i uint64) string {
	hi, lo := m.word(k, i), m.word(k^0x8000, i)
	var raw [16]byte
	for n := range 8 {
		raw[n], raw[n+8] = byte(hi>>(8*n)), byte(lo>>(8*n))
	}
	return formatGUID(raw)
}

func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
