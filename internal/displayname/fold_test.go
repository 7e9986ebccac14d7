package displayname

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"Invoice triage", "invoice TRIAGE", "  Invoice triage\t", "Ｉｎｖｏｉｃｅ triage", "Invoice\u00a0triage\u3000"},
		{"Café", "CAFÉ", "Cafe\u0301"},
		{"Straße", "STRASSE", "strasse"},
		{"ﬁnance", "Finance"},
		{"ΣΑΣ", "σας"},
		{"K", "\u212a"}, // the Kelvin sign
		{"", " ", "\u00a0"},
	} {
		want := Fold(nil, same[0])
		for _, name := range same[1:] {
			assert.Equal(t, string(want), string(Fold(nil, name)), "%q and %q", same[0], name)
		}
	}
	for _, pair := range [][2]string{
		{"Invoice triage", "Invoice  triage"}, {"a", "b"}, {"İ", "i"}, {"agent", "аgent"}, // a Cyrillic а
	} {
		assert.NotEqual(t, string(Fold(nil, pair[0])), string(Fold(nil, pair[1])), "%q and %q", pair[0], pair[1])
	}
}

func TestFoldAppends(t *testing.T) {
	assert.Equal(t, "x:ab", string(Fold([]byte("x:"), " AB ")))
	assert.Equal(t, "x:é", string(Fold([]byte("x:"), "AÉ"[1:])))
	buf := make([]byte, 0, 64)
	assert.Zero(t, testing.AllocsPerRun(100, func() { Fold(buf, "Invoice triage agent 42") }))
}
