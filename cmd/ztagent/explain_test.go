package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// dossiers yields the dossier of every agent of a fixture.
func dossiers(t *testing.T, fixture string, yield func(*dossier.Dossier)) {
	t.Helper()
	s, err := tenant.OpenFS(os.DirFS(filepath.Join("../../fixtures", fixture)), "fixtures/"+fixture)
	require.NoError(t, err)
	r, err := audit.Run(context.Background(), s, checks.All(), audit.Options{FixFor: fixFor, Tool: audit.Tool{Name: "ztagent", Version: "test"}})
	require.NoError(t, err)
	for agent := range s.AgentIdentities.All() {
		yield(dossier.Of(s, agent, dossier.Options{
			Report: r, Checks: checks.All(), Grace: audit.DefaultConfig().DrillGrace, FixFor: fixFor,
		}))
	}
}

func dossierText(t *testing.T, d *dossier.Dossier, width int, color bool) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, writeDossier(&b, d, width, color))
	return b.String()
}

// TestDossiersGolden shows what a reader sees: a foreign blueprint, drills, roles,
// agent users, shared credentials, and what was refused.
func TestDossiersGolden(t *testing.T) {
	for fixture, names := range map[string][]string{
		"contoso": {
			"Expense audit agent", "Warehouse slotting agent", "Incident responder 🚨", "Travel concierge EMEA",
			"Leave request agent", "Code review agent",
		},
		"forbidden": {"Depot stock agent"},
		"compliant": {"Appointment desk Lisboa"},
	} {
		found := 0
		dossiers(t, fixture, func(d *dossier.Dossier) {
			for _, name := range names {
				if d.Agent.DisplayName == name {
					found++
					text := dossierText(t, d, 80, false)
					golden(t, "dossier-"+strings.ToLower(strings.Join(strings.FieldsFunc(name, notASCIILetter), "-"))+".golden", text)
				}
			}
		})
		assert.Equal(t, len(names), found, fixture)
	}
}

func notASCIILetter(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) }

func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "%s: see what changed, then -update", name)
}

func TestDossiersFitTheTerminalAndSteerNothing(t *testing.T) {
	for _, fixture := range []string{"contoso", "bare", "compliant", "forbidden"} {
		dossiers(t, fixture, func(d *dossier.Dossier) {
			for _, width := range []int{0, 60, 80, 110} {
				text, most := dossierText(t, d, width, false), width
				if width == 0 {
					most = 80
				}
				for line := range strings.Lines(text) {
					line = strings.TrimSuffix(line, "\n")
					assert.LessOrEqual(t, report.Columns(line), most, "%s at %d: %q", d.Agent.DisplayName, width, line)
					assert.Equal(t, strings.TrimRight(line, " "), line, "no trailing space")
					assert.NotContains(t, line, "\x1b")
					assert.Equal(t, report.Neutral(line, 0), line, "nothing in it is hidden")
				}
				assert.NotContains(t, text, "%!", "every format has its values")
			}
			assert.Equal(t, dossierText(t, d, 80, false), withoutColour(dossierText(t, d, 80, true)), "colour changes nothing else")
		})
	}
}

// withoutColour drops what paint has added.
func withoutColour(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "m")
	}
}

// TestHostileTextInEveryPlaceOfADossier puts what a tenant may choose into every
// text of a dossier.
func TestHostileTextInEveryPlaceOfADossier(t *testing.T) {
	const evil = "\x1b[31mred\x1b]0;owned\a\u202egpj\n::error::x ##vso[task]y\u2066\u200b"
	d := hostileDossier(evil)
	for _, color := range []bool{false, true} {
		text := withoutColour(dossierText(t, d, 80, color))
		for _, bad := range []string{"\x1b", "\a", "\u202e", "\u2066", "\u200b", "\n::error", "##vso"} {
			assert.False(t, strings.Contains(text, bad), "%q steers the terminal", bad)
		}
		assert.Contains(t, text, "⟨U+001B⟩")
	}
	var b bytes.Buffer
	require.NoError(t, report.WriteJSON(&b, d))
	for _, bad := range []string{"\x1b", "\a", "\u202e", "\u2066", "\u200b", "##"} {
		assert.False(t, strings.Contains(b.String(), bad), "%q in JSON", bad)
	}
}

func hostileDossier(evil string) *dossier.Dossier {
	ref := dossier.Ref{Type: tenant.ResourceType(evil), ID: evil, DisplayName: evil}
	days := 3
	end := dossier.End{State: "ends", DateTime: "2026-11-23T00:00:00Z", DaysLeft: &days, Text: evil}
	missing := []dossier.Missing{{What: evil, Status: evil, Reason: evil, Fix: evil}, {What: evil, Status: "unclear", Reason: evil}}
	people := dossier.People{NotRead: missing, Items: []dossier.Person{{ID: evil, Kind: evil, DisplayName: evil, UserPrincipalName: evil, State: evil, Guest: dossier.Yes}}}
	maker := dossier.Maker{AppID: evil, Kind: "api", DisplayName: evil}
	var policies []dossier.Policy
	for _, reaches := range []string{dossier.Yes, dossier.Unknown, dossier.No} {
		policies = append(policies, dossier.Policy{
			ID: evil, DisplayName: evil, State: evil, Reaches: reaches, Because: evil, Effect: evil, Pointer: evil, Enforced: dossier.Yes,
		})
	}
	return &dossier.Dossier{
		Tenant: audit.TenantInfo{ID: evil, DisplayName: evil}, TakenAt: "2026-11-20T06:00:00Z", Snapshot: evil,
		Agent: dossier.Agent{
			ID: evil, DisplayName: evil, Maker: maker, Activity: evil, DisabledByMicrosoftStatus: evil, Attributes: []string{evil},
			Users:    []dossier.AgentUser{{ID: evil, DisplayName: evil, UserPrincipalName: evil, Activity: evil, Policies: policies}},
			Registry: []dossier.Ref{ref}, NotRead: missing,
		},
		Sponsors: people, Owners: people,
		Blueprint: dossier.Blueprint{
			AppID: evil, Home: "here", ID: evil, DisplayName: evil, Description: evil, Maker: maker, DisabledByMicrosoftStatus: evil,
			Principals: []dossier.Principal{{ID: evil, DisplayName: evil + "x", OwnerTenant: evil, Publisher: evil, Verified: evil}},
			Sponsors:   people, Owners: people, NotVisible: evil, NotRead: missing,
			Credentials: []dossier.Credential{
				{Kind: "federated", Name: evil, Issuer: evil, Subject: evil, Expression: evil, Audiences: []string{evil}},
				{Kind: "secret", Name: evil, End: &end},
			},
		},
		Permissions: dossier.Permissions{NotVisible: evil, NotRead: missing, Items: []dossier.Permission{{
			Name: evil, Kind: evil, API: evil, Path: evil, Uncertain: evil, Failing: []dossier.FailingRule{{Rule: evil, Severity: evil}},
		}}},
		DirectoryAccess: dossier.DirectoryAccess{
			Roles:  []dossier.Role{{Name: evil, ID: evil, Holder: dossier.Ref{Type: "agentUser", DisplayName: evil}, Via: evil, Scope: evil, End: end}},
			Groups: []dossier.Group{{ID: evil, DisplayName: evil, Holder: ref}}, NotRead: missing,
		},
		ConditionalAccess: dossier.ConditionalAccess{Policies: policies, NotRead: missing, WhatIf: []dossier.Outcome{
			{RiskLevel: "none", Blocked: dossier.Yes, Policy: &ref, Because: evil}, {RiskLevel: "low", Blocked: dossier.No, Because: evil},
		}},
		Risk: dossier.Risk{
			Entries: []dossier.RiskEntry{{Subject: ref, RiskLevel: evil, RiskState: evil}}, NotRead: missing,
			Detections: []dossier.Detection{{Subject: ref, EventType: evil, RiskLevel: evil, RiskState: evil}},
		},
		Timeline:    dossier.Timeline{Events: []dossier.Event{{Kind: evil, Name: evil, End: end}, {Kind: evil, End: dossier.End{State: "missing", Text: evil}}}, NotRead: missing},
		Drills:      dossier.Drills{Items: []dossier.Drill{{Target: ref, Verdict: evil, Doubt: evil}}, NotRead: missing},
		SignIns:     dossier.SignIns{Attempts: 1, CredentialTypes: []string{evil}, NotRead: missing},
		BlastRadius: dossier.BlastRadius{Blueprint: dossier.Crowd{Total: 1, Agents: []dossier.Ref{ref}}, Shared: []dossier.Shared{{Kind: evil, Credential: evil, Because: evil, Owner: ref}}, NotRead: missing},
		Findings: dossier.Findings{
			Items: []dossier.Finding{{Rule: evil, Title: evil, Finding: audit.Finding{
				Status: audit.Waived, Severity: audit.High, Message: evil, Evidence: []audit.EvidenceRef{{File: evil, Line: 1}},
				Waiver: &audit.AppliedWaiver{Reason: evil, Owner: evil, Ticket: evil, Expires: evil},
			}}},
			Unjudged: []dossier.Unjudged{{Rule: evil, Reason: evil}},
		},
		Gaps: []audit.ReportGap{{Dataset: tenant.Dataset(evil), Status: tenant.GapStatus(evil), Reason: evil, Fix: evil, Rules: []string{evil}}},
	}
}

func TestSpansAreWhatPeopleSay(t *testing.T) {
	for seconds, want := range map[int64]string{
		0: "0 s", 59: "59 s", 60: "1 min", 3000: "50 min", 10800: "3 h", 11100: "3 h 5 min", 86400: "1 d", 100000: "1 d 3 h",
	} {
		assert.Equal(t, want, span(seconds))
	}
}
