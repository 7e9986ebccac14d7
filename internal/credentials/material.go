package credentials

import (
	"crypto/sha1" // thumbprints are SHA-1 by definition
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// material returns marks of the key: two keys that have one in common are the
// same key. It is empty when Graph returned neither thumbprint nor key.
//
// customKeyIdentifier is the thumbprint unless someone chose another value; key
// is a certificate, so its thumbprint and its public key count as marks too.
func material(k *tenant.KeyCredential) []string {
	var marks []string
	if id := k.CustomKeyIdentifier.Or(""); strings.TrimSpace(id) != "" {
		marks = append(marks, "id:"+thumbprint(id))
	}
	key := strings.TrimSpace(k.Key.Or(""))
	if key == "" {
		return marks
	}
	der, ok := decodeBase64(key)
	if !ok {
		return append(marks, "key:"+key)
	}
	marks = append(marks, "key:"+string(der))
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return marks // a symmetric or bare key
	}
	digest := sha1.Sum(der)
	return append(marks, "id:"+string(digest[:]), "public:"+string(certificate.RawSubjectPublicKeyInfo))
}

// Thumbprint returns the value that a customKeyIdentifier stands for, in
// whichever form it is written. Two that stand for the same are the same.
func Thumbprint(customKeyIdentifier string) string { return thumbprint(customKeyIdentifier) }

// DecodeKey returns the bytes of a key credential's key: a certificate, or a bare
// or symmetric key. It is false for what is not base64.
func DecodeKey(key string) ([]byte, bool) { return decodeBase64(strings.TrimSpace(key)) }

// thumbprint brings the forms in which Graph and its tools write one value to
// one: hexadecimal with or without separators, base64, and base64 of the
// hexadecimal. Any other text stands for itself.
func thumbprint(text string) string {
	if value, ok := decodeHex(text); ok {
		return value
	}
	decoded, ok := decodeBase64(strings.TrimSpace(text))
	if !ok {
		return text
	}
	if value, ok := decodeHex(string(decoded)); ok && len(decoded) >= 2*sha1.Size {
		return value
	}
	return string(decoded)
}

var withoutHexMarks = strings.NewReplacer(":", "", " ", "", "-", "")

func decodeHex(text string) (string, bool) {
	text = withoutHexMarks.Replace(strings.TrimSpace(text))
	value, err := hex.DecodeString(text)
	return string(value), err == nil && len(value) > 0
}

func decodeBase64(text string) ([]byte, bool) {
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	value, err := base64.RawStdEncoding.DecodeString(text)
	return value, err == nil && len(value) > 0
}
