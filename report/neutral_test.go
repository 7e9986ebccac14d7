package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestNeutralShowsWhatWouldHide(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":              {"Invoice Bot", "Invoice Bot"},
		"letters":            {"Rechnungsprüfung 請求書 بوت", "Rechnungsprüfung 請求書 بوت"},
		"ansi":               {"a\x1b[31mb", "a⟨U+001B⟩[31mb"},
		"c1 csi":             {"a\u009b31mb", "a⟨U+009B⟩31mb"},
		"delete":             {"a\x7fb", "a⟨U+007F⟩b"},
		"line feed":          {"a\nb", "a⟨U+000A⟩b"},
		"carriage return":    {"a\rb", "a⟨U+000D⟩b"},
		"line separator":     {"a\u2028b", "a⟨U+2028⟩b"},
		"right-to-left":      {"exe\u202egnp", "exe⟨U+202E⟩gnp"},
		"isolate":            {"a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"},
		"zero width":         {"In\u200bvoice", "In⟨U+200B⟩voice"},
		"byte order mark":    {"\ufeffa", "⟨U+FEFF⟩a"},
		"soft hyphen":        {"in\u00advoice", "in⟨U+00AD⟩voice"},
		"tag":                {"a\U000e0041", "a⟨U+E0041⟩"},
		"joiner in latin":    {"a\u200db", "a⟨U+200D⟩b"},
		"joiner in emoji":    {"👩\u200d💻", "👩\u200d💻"},
		"selector, joiner":   {"🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"},
		"joiner in persian":  {"می\u200cخواهم", "می\u200cخواهم"},
		"selector on letter": {"a\ufe0f", "a⟨U+FE0F⟩"},
		"keycap":             {"1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		"hangul filler":      {"\u3164", "⟨U+3164⟩"},
		"noncharacter":       {"a\uffff", "a⟨U+FFFF⟩"},
		"invalid utf-8":      {"a\xffb\xc3", "a\ufffdb\ufffd"},
		"github command":     {"::error::x ::set-env a::b", "⟨U+003A⟩:error::x ⟨U+003A⟩:set-env a::b"},
		"command after nbsp": {"a\u00a0::error::x", "a\u00a0⟨U+003A⟩:error::x"},
		"colons":             {"arn:aws:iam::12 Foo::Bar ::1/128", "arn:aws:iam::12 Foo::Bar ::1/128"},
		"azure command":      {"a##vso[task.x]b ##VSO[", "a⟨U+0023⟩#vso[task.x]b ⟨U+0023⟩#VSO["},
		"old command":        {"##[error]x ###[x", "⟨U+0023⟩#[error]x #⟨U+0023⟩#[x"},
		"marks":              {"e" + strings.Repeat("\u0301", 6), "e" + strings.Repeat("\u0301", 4) + "⟨U+0301⟩⟨U+0301⟩"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, neutral(c.in)) })
	}
	assert.Equal(t, "a\nb⟨U+0009⟩", neutralLines("a\r\nb\t"))
}

func FuzzNeutral(f *testing.F) {
	f.Add("a\x1b]0;b\x07\u202e\xff\u200d👩")
	f.Fuzz(func(t *testing.T, s string) {
		out := neutral(s)
		assert.True(t, utf8.ValidString(out))
		assert.Equal(t, out, neutral(out), "neutralising twice changes nothing")
		for _, r := range out {
			assert.False(t, r < ' ' || 0x7f <= r && r < 0xa0 || 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069)
		}
	})
}
