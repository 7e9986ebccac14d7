package audit

import (
	"crypto/sha256"
	"encoding/hex"
)

// Fingerprint identifies a finding across runs: it depends on the rule, the
// resource and the finding's key alone, never on order, place or wording.
func Fingerprint(rule, resource, key string) string {
	sum := sha256.Sum256([]byte(rule + "\x00" + resource + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}
