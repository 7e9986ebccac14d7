package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dossier"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/report"
)

// pageData is what the script of an HTML report reads, as far as it is looked at
// here.
type pageData struct {
	Rules    []struct{ ID string }
	Findings []struct {
		Rule        int    `json:"r"`
		Status      string `json:"s"`
		Type        string `json:"t"`
		ID          string `json:"i"`
		Link        string `json:"l"`
		Fingerprint string `json:"f"`
		Evidence    []struct {
			Place    string `json:"f"`
			Pointer  string `json:"p"`
			Observed string `json:"o"`
			Expected string `json:"x"`
		} `json:"e"`
	}
	Dossiers *struct {
		Agents []struct {
			ID        string `json:"i"`
			Link      string `json:"l"`
			WhatIf    string `json:"w"`
			Blueprint int    `json:"b"`
			Sponsors  []int  `json:"p"`
			Own       []int  `json:"o"`
			Sections  []int  `json:"d"`
		}
		Rows []struct {
			Tone  string `json:"k"`
			Label string `json:"l"`
			Text  string `json:"t"`
			Aside string `json:"a"`
			More  string `json:"m"`
		}
		Sections []struct {
			Title string `json:"t"`
			Rows  []int  `json:"r"`
		}
		Facets  [][]struct{ N, I string }
		Objects []struct {
			Key       string `json:"k"`
			Blueprint int    `json:"b"`
		}
		LeftOut int
	}
}

// audited is a fixture with its audit.
func audited(t *testing.T, fixture string) (*tenant.Snapshot, *audit.Report, *audit.Config) {
	t.Helper()
	s, err := tenant.OpenFS(os.DirFS(filepath.Join("../../fixtures", fixture)), "fixtures/"+fixture)
	require.NoError(t, err)
	r, err := audit.Run(context.Background(), s, checks.All(), audit.Options{FixFor: fixFor, Tool: audit.Tool{Name: "ztagent", Version: "test"}})
	require.NoError(t, err)
	config := audit.DefaultConfig()
	return s, r, &config
}

func htmlOf(t *testing.T, r *audit.Report, d *report.Dossiers) (page, data string, read pageData) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, report.HTML(&b, r, report.Options{Dossiers: d}))
	_, rest, ok := strings.Cut(b.String(), `id="data">`)
	require.True(t, ok)
	data, _, ok = strings.Cut(rest, "</script>")
	require.True(t, ok)
	require.NoError(t, json.Unmarshal([]byte(data), &read, json.MatchCaseInsensitiveNames(true)))
	return b.String(), data, read
}

// The page has of each agent what explain has, and the same findings.
func TestHTMLHasEveryDossier(t *testing.T) {
	for _, fixture := range []string{"contoso", "bare", "compliant", "forbidden"} {
		s, r, config := audited(t, fixture)
		_, _, page := htmlOf(t, r, htmlDossiers(s, r, config, mostDossiers))
		require.NotNil(t, page.Dossiers)
		assert.Zero(t, page.Dossiers.LeftOut)
		byKey := map[string]map[string]int{}
		for _, f := range page.Findings {
			key := f.Type + "/" + f.ID
			if byKey[key] == nil {
				byKey[key] = map[string]int{}
			}
			byKey[key][f.Status]++
		}
		n := 0
		dossiers(t, fixture, func(d *dossier.Dossier) {
			agent := page.Dossiers.Agents[n]
			n++
			require.Equal(t, d.Agent.ID, agent.ID)
			counts := map[string]int{}
			for _, at := range agent.Own {
				for status, k := range byKey[page.Dossiers.Objects[at].Key] {
					counts[status] += k
				}
			}
			f := &d.Findings
			assert.Equal(t, []int{f.Fail, f.Unknown, f.Manual, f.Waived},
				[]int{counts["fail"], counts["unknown"], counts["manual"], counts["waived"]}, agent.ID)
			assert.Len(t, agent.WhatIf, len(d.ConditionalAccess.WhatIf))
			assert.Len(t, agent.Sponsors, len(d.Sponsors.Items), agent.ID)
			if d.Blueprint.AppID != "" {
				assert.Equal(t, d.Blueprint.AppID, page.Dossiers.Facets[0][agent.Blueprint].I)
			}

			said := ""
			for _, at := range agent.Sections {
				section := page.Dossiers.Sections[at]
				said += "\n# " + section.Title
				for _, row := range section.Rows {
					x := page.Dossiers.Rows[row]
					said += fmt.Sprintf("\n%s|%s|%s|%s", x.Label, x.Text, x.Aside, x.More)
				}
			}
			for _, want := range factsOf(d) {
				if !strings.Contains(said, want) {
					assert.Fail(t, "not said", "%s: %s in %s", agent.ID, want, said)
				}
			}
		})
		assert.Len(t, page.Dossiers.Agents, n)
	}
}

// factsOf picks from every section what has to be said.
func factsOf(d *dossier.Dossier) []string {
	facts := []string{"\n# Identity\nMade|", "\n# Who answers for it", "\n# Conditional Access\n", "\n# What it may do\n", "\n# Blast radius\n"}
	add := func(text string) { facts = append(facts, text) }
	for _, p := range d.ConditionalAccess.Policies {
		verb := map[string]string{"yes": "reaches, because ", "no": "does not reach, because ", "unknown": "may reach, because "}[p.Reaches]
		add(quoted(p.DisplayName, p.ID) + "|" + stateWords(p.State) + "|" + verb + safe(p.Because))
	}
	for _, o := range d.ConditionalAccess.WhatIf {
		if o.Blocked == "yes" {
			add("blocked by " + refText(*o.Policy))
		}
	}
	for _, p := range d.Permissions.Items {
		add("\n|" + upperFirst(p.Path) + "||")
		add("\n|" + p.Name + "|" + levelText(&p) + "|" + p.API + " · " + p.Kind)
	}
	for label, people := range map[string]*dossier.People{"Sponsor": &d.Sponsors, "Owner": &d.Owners} {
		for _, p := range people.Items {
			add("\n" + label + "|" + quoted(p.DisplayName, p.ID))
		}
	}
	for _, c := range d.Blueprint.Credentials {
		add("\n" + credentialLabel(c.Kind) + "|" + quoted(c.Name, ""))
	}
	for _, e := range d.Timeline.Events {
		add("|" + eventName(&e) + "|")
	}
	for _, x := range d.Drills.Items {
		add("\n|" + upperFirst(drillWord(x.Verdict)) + "|" + atMinute(x.Disabled))
	}
	for _, e := range d.Risk.Entries {
		add("|" + riskState(e.RiskState) + " · level ")
	}
	for _, g := range d.Gaps {
		add("\n|" + string(g.Dataset) + "|" + gapWords(string(g.Status)) + "|")
	}
	for _, x := range d.BlastRadius.Shared {
		add(sharedText(&x))
	}
	return facts
}

// A finding leads to the object in the portal, and to the line of the snapshot
// with what was seen there and what is asked for.
func TestHTMLLeadsToThePortalAndTheLine(t *testing.T) {
	s, r, config := audited(t, "contoso")
	_, _, page := htmlOf(t, r, htmlDossiers(s, r, config, mostDossiers))
	at := map[string]int{}
	for i, f := range page.Findings {
		at[f.Fingerprint] = i
	}
	linked, placed := 0, 0
	for _, c := range r.Checks {
		for _, rule := range c.Rules {
			for _, f := range rule.Findings {
				i, ok := at[f.Fingerprint]
				require.True(t, ok, f.Message)
				shown := page.Findings[i]
				assert.Equal(t, f.PortalLink, shown.Link, f.Message)
				require.Len(t, shown.Evidence, len(f.Evidence), f.Message)
				for k, e := range f.Evidence {
					assert.Equal(t, [4]string{fmt.Sprintf("%s:%d", e.File, e.Line), e.Pointer, report.Neutral(e.Observed, 600), report.Neutral(e.Expected, 600)},
						[4]string{shown.Evidence[k].Place, shown.Evidence[k].Pointer, shown.Evidence[k].Observed, shown.Evidence[k].Expected})
					placed++
				}
				if f.PortalLink != "" {
					linked++
				}
			}
		}
	}
	assert.Len(t, page.Findings, len(at))
	assert.Greater(t, linked, 150)
	assert.Greater(t, placed, 200)
	for _, a := range page.Dossiers.Agents {
		assert.Contains(t, a.Link, a.ID)
	}
}

// Besides the data, which are findings, dossiers and what rules say of themselves,
// the page stays small.
func TestHTMLIsSmallWithEveryRule(t *testing.T) {
	s, r, config := audited(t, "contoso")
	page, data, _ := htmlOf(t, r, htmlDossiers(s, r, config, mostDossiers))
	texts := 0
	for _, c := range r.Checks {
		texts += len(c.ID) + len(c.Title) + len(c.Clause)
		for _, rule := range c.Rules {
			texts += len(rule.ID) + len(rule.Title) + len(rule.Reason) + len(rule.Condition) + len(rule.Remediation) + len(strings.Join(rule.References, ""))
		}
	}
	assert.Less(t, len(page)-len(data)-texts, 150_000)
}

func TestHTMLLeavesOutTheLeastUrgentDossiers(t *testing.T) {
	s, r, config := audited(t, "contoso")
	_, _, page := htmlOf(t, r, htmlDossiers(s, r, config, 10))
	require.Len(t, page.Dossiers.Agents, 10)
	assert.Equal(t, s.AgentIdentities.Len()-10, page.Dossiers.LeftOut)
	x := dossier.NewIndex(s, dossier.Options{Report: r, Checks: checks.All(), Grace: config.DrillGrace})
	kept, least := map[string]bool{}, 0
	for i, a := range page.Dossiers.Agents {
		kept[a.ID] = true
		agent, err := dossier.Find(s, a.ID)
		require.NoError(t, err)
		if u := x.Urgency(agent); i == 0 || u < least {
			least = u
		}
	}
	assert.Positive(t, least)
	for a := range s.AgentIdentities.All() {
		if !kept[a.ID.String()] {
			assert.LessOrEqual(t, x.Urgency(a), least, a.ID)
		}
	}
}

// Facets reach the findings on what hangs on a blueprint or an agent.
func TestHTMLPlacesFindings(t *testing.T) {
	s, r, config := audited(t, "contoso")
	_, _, page := htmlOf(t, r, htmlDossiers(s, r, config, mostDossiers))
	placed := map[string]bool{}
	for _, o := range page.Dossiers.Objects {
		placed[o.Key] = o.Blueprint >= 0
	}
	kinds := map[string]int{}
	for _, f := range page.Findings {
		if u := s.AgentUsersByID().First(tenant.ParseID(f.ID)); u != nil && s.AgentsByID().First(u.IdentityParentID.Or(tenant.ID{})) == nil {
			continue // the user of an agent that is gone
		}
		switch f.Type {
		case "agentIdentity", "agentIdentityBlueprint", "agentIdentityBlueprintPrincipal", "agentUser", "federatedIdentityCredential", "oauth2PermissionGrant":
			assert.True(t, placed[f.Type+"/"+f.ID], "%s %s", f.Type, f.ID)
			kinds[f.Type]++
		case "tenant", "conditionalAccessPolicy", "logCategory", "namedLocation", "servicePrincipal":
			assert.False(t, placed[f.Type+"/"+f.ID], "%s is nobody's", f.Type)
		}
	}
	assert.Len(t, kinds, 6)
}

// Hostile texts in every field of a dossier stay text.
func TestHTMLHostileDossiers(t *testing.T) {
	_, r, _ := audited(t, "contoso")
	d := hostileDossier(hostileText)
	out := report.NewDossiers(r)
	out.Add(report.Agent{ID: hostileText, DisplayName: hostileText, State: activityText(&d.Agent), Sections: htmlSections(d)})
	page, data, read := htmlOf(t, r, out)
	assert.Equal(t, 2, strings.Count(page, "<script"))
	assert.NotContains(t, page, "<img")
	assert.NotContains(t, data, "<")
	assert.NotContains(t, page, "\x1b")
	assert.NotContains(t, page, "\u202e")
	assert.NotContains(t, page, "##vso[")
	assert.Len(t, read.Dossiers.Agents[0].Sections, 11, "every section has something to say")
}
