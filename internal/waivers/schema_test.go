package waivers

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/schematest"
)

const docs = "../../docs/"

func TestTheExamplesAreValid(t *testing.T) {
	w, err := Load(docs + "examples/waivers.yaml")
	require.NoError(t, err)
	assert.Len(t, w.List, 2)
	all, err := LoadAttestations(docs + "examples/attestations.yaml")
	require.NoError(t, err)
	assert.Len(t, all, 2)
	for _, name := range []string{"waivers", "attestations"} {
		text, err := os.ReadFile(docs + "examples/" + name + ".yaml")
		require.NoError(t, err)
		assert.NoError(t, schematest.ValidateYAML(text, docs+name+".schema.json"), name)
	}
}

// TestTheSchemasAgreeWithTheParsers lets both judge the same files.
func TestTheSchemasAgreeWithTheParsers(t *testing.T) {
	parsers := map[string]func(string) error{
		"waivers": func(text string) error { _, err := Parse("f", []byte(text)); return err },
		"attestations": func(text string) error {
			_, err := ParseAttestations("f", []byte(text), proofs)
			return err
		},
	}
	for _, tc := range []struct {
		kind, base, from, to string
		valid                bool
	}{
		{"waivers", complete, "", "", true},
		{"waivers", "waivers:\n", "", "", true},
		{"waivers", "", "", "", true},
		{"waivers", complete, "2027-01-31", "2027-01-31T10:00:00Z", true},
		{"waivers", complete, "some-id", "some-*\n  allowMany: true", true},
		{"waivers", complete, "some-id", "some-*\n  allowMany: false", false},
		{"waivers", complete, "some-id", "some-*", false},
		{"waivers", complete, "2027-01-31", "next year", false},
		{"waivers", complete, "  expires: 2027-01-31\n", "", false},
		{"waivers", complete, "  ticket: T-1\n", "", true},
		{"waivers", complete, "because", `" "`, false},
		{"waivers", complete, "check/rule", "check", false},
		{"waivers", complete, "ticket", "tickets", false},
		{"attestations", attested, "", "", true},
		{"attestations", attested, "scope: tenant", "scope: [a, b]", true},
		{"attestations", attested, "scope: tenant", "scope: []", false},
		{"attestations", attested, "https://example.com/proof", "{url: 'https://example.com/proof'}", true},
		{"attestations", attested, "https://example.com/proof", "{file: proof.txt, sha256: " + sumOfABC + "}", true},
		{"attestations", attested, "https://example.com/proof", "{file: proof.txt}", false},
		{"attestations", attested, "https://example.com/proof", "http://example.com/proof", false},
		{"attestations", attested, "  at: 2026-11-01\n", "", false},
		{"attestations", attested, "  by: sam\n", "  by: sam\n  role: boss\n", false},
	} {
		text := strings.Replace(tc.base, tc.from, tc.to, 1)
		parsed := parsers[tc.kind](text)
		schema := schematest.ValidateYAML([]byte(text), docs+tc.kind+".schema.json")
		assert.Equal(t, tc.valid, parsed == nil, "parser: %v\n%s", parsed, text)
		assert.Equal(t, tc.valid, schema == nil, "schema: %v\n%s", schema, text)
	}
}
