package redact

import (
	"crypto/ed25519"
	"crypto/sha1" // thumbprints are SHA-1 by definition
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/credentials"
)

func hexText(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// thumbprint: two key credentials of one certificate stay recognisable as such,
// whether they show its thumbprint or the certificate itself.
func (r *rewriter) thumbprint(s string) string {
	value := credentials.Thumbprint(s)
	if pseudonym, ok := r.known.thumbprints[value]; ok {
		return pseudonym
	}
	return hexText(r.digest("thumbprint", value)[:sha1.Size])
}

// key returns another key for a key, a certificate for a certificate: subject
// and issuer stand in it.
func (r *rewriter) key(s string) string {
	der, ok := credentials.DecodeKey(s)
	if !ok {
		return "key-" + r.word("key", strings.TrimSpace(s))
	}
	if made := r.certificate(der); made != nil {
		der = made
	} else {
		der = r.digest("key", string(der))
	}
	return base64.StdEncoding.EncodeToString(der)
}

// certificate returns a certificate of nobody for one of somebody, or nil for
// what is none. One key pair gives one key pair, renewed or not.
func (p *pseudonyms) certificate(der []byte) []byte {
	original, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	pair := ed25519.NewKeyFromSeed(append([]byte(nil), p.digest("key pair", string(original.RawSubjectPublicKeyInfo))...))
	digest := append([]byte(nil), p.digest("certificate", string(der))...)
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(digest[:16]),
		Subject:      pkix.Name{CommonName: "name-" + p.word("name", string(der))},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Unix(0, 0),
	}
	made, err := x509.CreateCertificate(nil, template, template, pair.Public(), pair)
	if err != nil {
		return nil // a serial number of zero: once in 2^128
	}
	return made
}

// thumbprintOf returns the thumbprint of a certificate and its pseudonym: that
// of the certificate which takes its place.
func (p *pseudonyms) thumbprintOf(key string) (original, pseudonym string, ok bool) {
	der, ok := credentials.DecodeKey(key)
	if !ok {
		return "", "", false
	}
	made := p.certificate(der)
	if made == nil {
		return "", "", false
	}
	was, is := sha1.Sum(der), sha1.Sum(made)
	return string(was[:]), hexText(is[:]), true
}
