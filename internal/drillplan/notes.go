package drillplan

import (
	"fmt"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/activity"
	"github.com/ztagent/ztagent/internal/conditionalaccess"
	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/tenant"
)

// notes are what the snapshot says that should be known before.
func (b *builder) notes() []string {
	notes := []string{}
	add := func(text string) {
		if text != "" {
			notes = append(notes, text)
		}
	}
	if b.s.Redacted {
		add("The snapshot is redacted: where its ids are pseudonyms too, these requests reach nothing.")
	}
	add(b.stateNote())
	add(b.parentNote())
	add(b.foreignNote())
	add(b.seenNote())
	add(b.policyNote())
	add(b.historyNote())
	return notes
}

func (b *builder) stateNote() string {
	switch b.disabled().State {
	case stateDisabled:
		since := ""
		if stop := b.facts().Stop(b.id); stop != nil {
			since = " since " + when(stop.ActivityDateTime)
		}
		return "It is disabled" + since + ". Disabling it again is no drill: enable it and let it work first."
	case stateDisabledByMicrosoft:
		return "Microsoft has disabled it: it cannot work, and a drill of it proves nothing."
	case stateUnknown:
		return "Whether it is enabled was not read. A drill begins with an agent that works."
	}
	return ""
}

func (b *builder) parentNote() string {
	p := b.target.Principal
	if b.wide() || p == nil || stateOf(p, p.DisabledByMicrosoftStatus) != stateDisabled {
		return ""
	}
	return "Its blueprint principal is disabled, so the agent is stopped already: enable the principal first."
}

func (b *builder) foreignNote() string {
	p := b.target.Principal
	if p == nil || p.AppOwnerOrganizationID.IsZero() || b.s.TenantID.IsZero() || p.AppOwnerOrganizationID == b.s.TenantID {
		return ""
	}
	return fmt.Sprintf("The blueprint belongs to tenant %s. Disabling works here as for any other, but only that tenant can take the "+
		"blueprint's credentials away.", p.AppOwnerOrganizationID)
}

// seenNote tells a quiet agent from a busy one: only a busy one can prove
// anything.
func (b *builder) seenNote() string {
	if gap, ok := b.s.Gap(tenant.DatasetSignIns); ok {
		return fmt.Sprintf("When it last signed in is not known: signIns was not read in full (%s).", gap.Reason)
	}
	log := activity.Of(b.s)
	var last tenant.Time
	for _, a := range b.agents {
		if seen := log.Of(a); !last.IsSet() || seen.Last.After(last) {
			last = seen.Last
		}
	}
	if !last.IsSet() {
		return "No attempt to sign in was seen: see to it that it works during the drill, or nothing will be proven."
	}
	return fmt.Sprintf("The last attempt to sign in was seen on %s.", when(last))
}

// policyNote warns of denials that the switch did not cause.
func (b *builder) policyNote() string {
	if b.wide() {
		return ""
	}
	found := b.whatIf(b.target.Agent, "none")
	if found.Answer != conditionalaccess.Yes {
		return ""
	}
	return fmt.Sprintf("The enabled policy %q blocks it already, whatever its risk: a denial with code 53003 is the policy's doing, "+
		"not the switch's.", found.Policy.Name())
}

// riskNote says whether confirming an agent compromised would stop it.
func (b *builder) riskNote() string {
	const needs = "Acts only through Conditional Access. "
	if !b.wide() {
		found := b.whatIf(b.target.Agent, "high")
		switch found.Answer {
		case conditionalaccess.Yes:
			return needs + fmt.Sprintf("The enabled policy %q would block it.", found.Policy.Name())
		case conditionalaccess.No:
			return needs + "No enabled policy would block it: this would change nothing."
		}
		return needs + "Whether an enabled policy would block it cannot be told from what was read."
	}
	var blocked, not, unknown int
	for _, a := range b.agents {
		if a.Activity() == tenant.Inactive {
			continue
		}
		switch b.whatIf(a, "high").Answer {
		case conditionalaccess.Yes:
			blocked++
		case conditionalaccess.No:
			not++
		default:
			unknown++
		}
	}
	return needs + fmt.Sprintf("Of its agents that are not disabled, enabled policies would block %d and not block %d; of %d it cannot be told.",
		blocked, not, unknown)
}

// whatIf is what Conditional Access would make of the agent at a level of risk.
func (b *builder) whatIf(a *tenant.AgentIdentity, level string) conditionalaccess.Outcome {
	for _, o := range conditionalaccess.Of(b.s).WhatIf(a) {
		if o.Level == level {
			return o
		}
	}
	return conditionalaccess.Outcome{}
}

func (b *builder) facts() *drill.Facts { return drill.Of(b.s, b.o.Grace) }

// historyNote tells of the newest drill.
func (b *builder) historyNote() string {
	for _, d := range []tenant.Dataset{tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills} {
		if gap, ok := gapOf(b.s, d); ok {
			return fmt.Sprintf("When it was last drilled is not known: %s was not read in full (%s).", d, gap.Reason)
		}
	}
	if !b.wide() {
		if drills := b.facts().Reaching(b.target.Agent); len(drills) > 0 {
			d := drills[0]
			what := "Its last drill"
			if d.Agent == nil {
				what = "Its last drill, of the whole blueprint,"
			}
			return fmt.Sprintf("%s ended on %s: %s.", what, when(d.Enabled), d.VerdictOn(b.target.Agent.ID))
		}
		return "It was never drilled, as far as the logs that were read and the records say."
	}
	drills := b.facts().OnTarget(b.id)
	if len(drills) == 0 {
		return "It was never drilled as a whole, as far as the logs that were read and the records say."
	}
	d := drills[len(drills)-1]
	return fmt.Sprintf("Its last drill ended on %s: %s.", when(d.Enabled), d.Verdict())
}

func when(t tenant.Time) string {
	v, ok := t.Get()
	if !ok {
		return "an unknown date"
	}
	return v.Format("2006-01-02 15:04 UTC")
}

// goesOn is what a drill does not stop.
func (b *builder) goesOn() []string {
	it := "the agent"
	if b.wide() {
		it = "its agents"
	}
	all := []string{
		fmt.Sprintf("Access tokens that were issued before: they work until they expire, an hour or so by default, up to a day where "+
			"continuous access evaluation makes them long-lived. Whether it ends them early for agents is not documented. Sign-ins within "+
			"%s after the disable are not held against the drill.", span(b.o.Grace)),
	}
	if b.wide() {
		all = append(all, "Agents of other blueprints, also those that the same people or machines run.")
		if n := b.count(stateDisabled) + b.count(stateDisabledByMicrosoft); n > 0 {
			all = append(all, fmt.Sprintf("Nothing changes for %s that are disabled already; enabling the principal does not enable them.", counted(n, "agent")))
		}
	} else {
		all = append(all, b.siblings())
	}
	if p := b.target.Principal; p != nil && !p.AppOwnerOrganizationID.IsZero() && p.AppOwnerOrganizationID != b.s.TenantID && b.wide() {
		all = append(all, "Agents of the same blueprint in other tenants, its own among them.")
	}
	return append(all,
		"Whatever "+it+" can do without an Entra token: API keys, connection strings, shared access signatures, accounts of other systems.",
		"Other identities that the same workload holds: the managed identity of its host, ordinary service principals, people on whose "+
			"behalf it acts and who go on by themselves.",
		"Work that was handed on before: queued jobs, messages sent, other agents that it called.")
}

func (b *builder) count(state string) int {
	n := 0
	for _, o := range b.plan.Stops.Agents {
		if o.State == state {
			n++
		}
	}
	return n
}

func (b *builder) siblings() string {
	if b.target.AppID.IsZero() {
		return "The other agents of its blueprint, with the same credentials. Which they are is not known: agentIdentityBlueprintId was not returned."
	}
	others := 0
	for _, a := range b.s.AgentsByBlueprint().Of(b.target.AppID) {
		if a != b.target.Agent && a.Activity() != tenant.Inactive {
			others++
		}
	}
	if others == 0 {
		return "The blueprint itself: it keeps its credentials and may get tokens of its own, or make another agent where it is allowed to."
	}
	return fmt.Sprintf("The blueprint and %s of it that are not disabled: they use the same credentials.", counted(others, "other agent"))
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// span writes a duration in whole minutes, or hours where they are whole.
func span(d time.Duration) string {
	switch {
	case d >= 2*time.Hour && d%time.Hour == 0:
		return counted(int(d/time.Hour), "hour")
	case d >= time.Minute || d == 0:
		return counted(int(d/time.Minute), "minute")
	}
	return counted(int(d/time.Second), "second")
}

// connect is the sign-in that the plan's PowerShell needs.
func (b *builder) connect() string {
	var scopes []string
	for _, r := range append(b.plan.Stop, b.plan.Restore...) {
		scope := "'" + r.Permission + "'"
		if !strings.Contains(strings.Join(scopes, ","), scope) {
			scopes = append(scopes, scope)
		}
	}
	command := "Connect-MgGraph -Scopes " + strings.Join(scopes, ",")
	if b.s.TenantID.IsGUID() {
		command += " -TenantId " + b.s.TenantID.String()
	}
	switch b.s.Cloud {
	case "usgov":
		command += " -Environment USGov"
	case "usgov-dod":
		command += " -Environment USGovDoD"
	case "china":
		command += " -Environment China"
	}
	return command
}
