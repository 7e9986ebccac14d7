package waivers

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

const complete = `waivers:
- rule: check/rule
  resource: some-id
  reason: because
  owner: sam
  ticket: T-1
  expires: 2027-01-31
`

func TestParse(t *testing.T) {
	w, err := Parse("w.yaml", []byte(complete+`
- rule: check/rule
  resource: HR*
  allowMany: true
  reason: because
  owner: sam
  expires: 2027-01-31T10:00:00+01:00
`))
	require.NoError(t, err)
	assert.Equal(t, []audit.Waiver{
		{
			Rule: "check/rule", Resource: "some-id", Reason: "because", Owner: "sam", Ticket: "T-1",
			Expires: time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC), Line: 2,
		},
		{
			Rule: "check/rule", Resource: "HR*", AllowMany: true, Reason: "because", Owner: "sam",
			Expires: time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC), Line: 9,
		},
	}, w.List)
}

func TestParseRefuses(t *testing.T) {
	for change, want := range map[string]string{
		"rule: check/rule => rule:":                   `w.yaml:2: rule is missing`,
		"rule: check/rule => rule: rule":              `w.yaml:2: rule "rule" must be check/rule`,
		"  resource: some-id\n => ":                   `w.yaml:2: resource is missing`,
		"reason: because => reason: \"  \"":           `w.yaml:2: reason is missing`,
		"  owner: sam\n => ":                          `w.yaml:2: owner is missing`,
		"  expires: 2027-01-31\n => ":                 `w.yaml:2: expires is missing: a waiver without an end is a decision nobody revisits`,
		"2027-01-31 => 31/01/2027":                    `w.yaml:7: "31/01/2027" is neither a date`,
		"some-id => some*":                            `w.yaml:2: resource "some*" is a pattern, which needs allowMany: true`,
		"some-id => 'some[*'\n  allowMany: true":      `w.yaml:2: resource "some[*" is not a valid pattern`,
		"ticket: T-1 => tikcet: T-1":                  `w.yaml:6: waivers has no key "tikcet"; did you mean "ticket"?`,
		"ticket: T-1 => allowMany: sure":              `w.yaml:6: true or false is due, not "sure"`,
		"waivers:\n => waivers:\n- just a sentence\n": `w.yaml:2: each waiver must be a mapping of keys to values`,
		"waivers: => waiver:":                         `w.yaml:1: the file has no key "waiver"; did you mean "waivers"?`,
	} {
		from, to, _ := strings.Cut(change, " => ")
		text := strings.Replace(complete, from, to, 1)
		require.NotEqual(t, complete, text, change)
		_, err := Parse("w.yaml", []byte(text))
		if assert.Error(t, err, change) {
			assert.Contains(t, err.Error(), want, change)
		}
	}
	_, err := Load("testdata/missing.yaml")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestCheckRefusesEndlessWaivers(t *testing.T) {
	w, err := Parse("w.yaml", []byte(complete))
	require.NoError(t, err)
	year := 365 * 24 * time.Hour
	assert.NoError(t, w.Check(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), year))
	assert.EqualError(t, w.Check(time.Date(2026, 1, 30, 23, 0, 0, 0, time.UTC), year),
		"w.yaml:2: expires on 2027-01-31, more than 365 days after the tenant was read (2026-01-30)")
}

const attested = `attestations:
- rule: check/rule
  scope: tenant
  statement: It is so.
  evidence: https://example.com/proof
  by: sam
  at: 2026-11-01
  expires: 2027-01-31
`

// proofs opens the one evidence file that there is, "proof.txt".
func proofs(path string) (io.ReadCloser, error) {
	switch path {
	case "proof.txt":
		return io.NopCloser(strings.NewReader("abc")), nil
	case "locked.txt":
		return nil, errors.New("permission denied")
	}
	return nil, fs.ErrNotExist
}

// The SHA-256 of "abc" (FIPS 180-2, appendix B.1).
const sumOfABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func TestParseAttestations(t *testing.T) {
	text := attested + strings.Replace(strings.TrimPrefix(attested, "attestations:\n"), "https://example.com/proof",
		"{file: proof.txt, sha256: "+strings.ToUpper(sumOfABC)+"}", 1)
	text = strings.Replace(text, "scope: tenant", "scope: [id-1, id-2]", 1)
	all, err := ParseAttestations("a.yaml", []byte(text), proofs)
	require.NoError(t, err)
	at, end := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC)
	assert.Equal(t, []audit.Attestation{
		{
			Rule: "check/rule", Scope: []string{"id-1", "id-2"}, Statement: "It is so.",
			Evidence: "https://example.com/proof", By: "sam", At: at, Expires: end, Line: 2,
		},
		{
			Rule: "check/rule", Scope: []string{"tenant"}, Statement: "It is so.",
			Evidence: "proof.txt, SHA-256 " + sumOfABC, By: "sam", At: at, Expires: end, Line: 9,
		},
	}, all)
}

func TestParseAttestationsRefuses(t *testing.T) {
	const proof = "evidence: https://example.com/proof"
	for change, want := range map[string]string{
		"scope: tenant => scope: []":                            `a.yaml:2: scope is missing`,
		"statement: It is so. => statement:":                    `a.yaml:2: statement is missing`,
		"by: sam => by:":                                        `a.yaml:2: by is missing`,
		"  at: 2026-11-01\n => ":                                `a.yaml:2: at is missing`,
		"  expires: 2027-01-31\n => ":                           `a.yaml:2: expires is missing`,
		"at: 2026-11-01 => at: 2027-02-01":                      `a.yaml:2: expires is not after at`,
		"  " + proof + "\n => ":                                 `a.yaml:2: evidence is missing`,
		proof + " => evidence: http://example.com":              `a.yaml:2: evidence "http://example.com" is not an https URL`,
		proof + " => evidence: our wiki":                        `a.yaml:2: evidence "our wiki" is not an https URL`,
		proof + " => evidence: {file: proof.txt}":               `a.yaml:2: evidence proof.txt needs its sha256, 64 hexadecimal digits`,
		proof + " => evidence: {file: proof.txt, sha265: x}":    `a.yaml:5: evidence has no key "sha265"; did you mean "sha256"?`,
		proof + " => evidence: {file: gone.txt, sha256: SUM}":   `a.yaml:2: evidence gone.txt is not there`,
		proof + " => evidence: {file: locked.txt, sha256: SUM}": `a.yaml:2: reading evidence locked.txt: permission denied`,
		proof + " => evidence: {file: proof.txt, sha256: " + strings.Repeat("0", 64) + "}": `a.yaml:2: evidence proof.txt has the SHA-256 ` +
			sumOfABC + `, not the one attested: it was changed`,
		proof + " => evidence: {url: 'https://example.com', file: proof.txt}": `a.yaml:2: evidence is either a url or a file with its sha256`,
	} {
		from, to, _ := strings.Cut(change, " => ")
		text := strings.Replace(attested, from, strings.ReplaceAll(to, "SUM", sumOfABC), 1)
		require.NotEqual(t, attested, text, change)
		_, err := ParseAttestations("a.yaml", []byte(text), proofs)
		if assert.Error(t, err, change) {
			assert.Contains(t, err.Error(), want, change)
		}
	}
}

func TestLoadAttestationsLooksForEvidenceBesideTheFile(t *testing.T) {
	dir := t.TempDir()
	text := strings.Replace(attested, "https://example.com/proof", "{file: proof.txt, sha256: "+sumOfABC+"}", 1)
	require.NoError(t, os.WriteFile(dir+"/a.yaml", []byte(text), 0o600))
	_, err := LoadAttestations(dir + "/a.yaml")
	assert.ErrorContains(t, err, "evidence proof.txt is not there")
	require.NoError(t, os.WriteFile(dir+"/proof.txt", []byte("abc"), 0o600))
	all, err := LoadAttestations(dir + "/a.yaml")
	require.NoError(t, err)
	assert.Len(t, all, 1)
}

func TestDraftIsCompletedByAPerson(t *testing.T) {
	hostile := "Bot\n  - rule: x/y\u2028\u202e # \x1b[31m"
	draft := Draft("check/rule", audit.Finding{
		Message:  "Agent \"" + hostile + "\" is bad.",
		Resource: audit.ResourceRef{Type: tenant.TypeAgentIdentity, ID: "id: 'x' #\n\"y\"", DisplayName: hostile},
	}, time.Date(2027, 2, 18, 0, 0, 0, 0, time.UTC))
	_, err := Parse("draft.yaml", draft)
	assert.ErrorContains(t, err, "is missing")

	text := strings.NewReplacer(`reason: ""`, "reason: because", `owner: ""`, "owner: sam").Replace(string(draft))
	assert.NotContains(t, text, "\x1b")
	assert.NotContains(t, text, "\u202e")
	w, err := Parse("draft.yaml", []byte(text))
	require.NoError(t, err, text)
	require.Len(t, w.List, 1, text)
	assert.Equal(t, "check/rule", w.List[0].Rule)
	assert.Equal(t, "id: 'x' #\n\"y\"", w.List[0].Resource)
	assert.Equal(t, "2027-02-18", w.List[0].Expires.Format(time.DateOnly))
}
