package audit

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ztagent/ztagent/internal/tenant"
)

// decideByGaps answers for a rule that cannot run, or need not: what it needs
// was not read, or the gap itself proves that the control cannot exist.
func (r *runner) decideByGaps(rule *selectedRule) (outcome, bool) {
	for _, control := range rule.ControlGaps {
		gap, ok := r.snapshot.Gap(control.Dataset)
		if ok && slices.Contains(control.Statuses, gap.Status) {
			return r.controlMissing(rule, control, gap), true
		}
	}
	var missing []tenant.Dataset
	for _, d := range rule.Needs {
		if gap, ok := r.snapshot.Gap(d); ok && !d.EmptyWhen(gap.Status) {
			missing = append(missing, d)
		}
	}
	if len(missing) == 0 {
		return outcome{}, false
	}
	return r.unread(missing), true
}

// unread is the outcome of a rule that needs datasets which were not read.
func (r *runner) unread(missing []tenant.Dataset) outcome {
	var reasons []string
	for _, d := range missing {
		gap, _ := r.snapshot.Gap(d)
		reasons = append(reasons, r.gapSentence(gap))
	}
	return outcome{status: Unknown, reason: strings.Join(reasons, " "), missing: missing}
}

// controlMissing fails the tenant because the control cannot exist.
// Such a fail needs no other dataset than the one that says that agents exist.
func (r *runner) controlMissing(rule *selectedRule, control ControlGap, gap tenant.Gap) outcome {
	if slices.Contains(rule.Needs, tenant.DatasetAgentIdentities) {
		if _, unread := r.snapshot.Gap(tenant.DatasetAgentIdentities); unread {
			return r.unread([]tenant.Dataset{tenant.DatasetAgentIdentities})
		}
		switch anyActive(r.snapshot) {
		case tenant.Inactive:
			return outcome{status: NotApplicable, reason: "There is no active agent identity."}
		case tenant.ActivityUnknown:
			return outcome{status: Unknown, reason: "Whether any agent identity is active cannot be told: " +
				"accountEnabled or disabledByMicrosoftStatus was not returned."}
		}
	}
	message := control.Message
	if message == "" {
		message = fmt.Sprintf("The control cannot exist: %s", r.gapSentence(gap))
	}
	v := Verdict{
		Resource: wholeTenant{r.snapshot}, Status: Fail, Severity: rule.Severity, Message: message,
		Evidence: []Evidence{{Dataset: gap.Dataset, Observed: string(gap.Status), Expected: "readable"}},
	}
	return outcome{status: Fail, counts: Counts{Evaluated: 1, Fail: 1}, verdicts: []Verdict{v}, decided: true}
}

// anyActive is Active when some agent is, Inactive when none can be.
func anyActive(s *tenant.Snapshot) tenant.Activity {
	activity := tenant.Inactive
	for a := range s.AgentIdentities.All() {
		switch a.Activity() {
		case tenant.Active:
			return tenant.Active
		case tenant.ActivityUnknown:
			activity = tenant.ActivityUnknown
		}
	}
	return activity
}

// gapSentence names the dataset, why it is not there, and the fix.
func (r *runner) gapSentence(gap tenant.Gap) string {
	text := fmt.Sprintf("%s was not read in full (%s)", gap.Dataset, gapWord(gap.Status))
	if gap.Reason != "" {
		text += ": " + gap.Reason
	}
	text = sentence(text)
	if fix := r.fixFor(gap); fix != "" {
		first, size := utf8.DecodeRuneInString(fix)
		text += " " + sentence(string(unicode.ToUpper(first))+fix[size:])
	}
	return text
}

// gapWord is the status in plain words.
func gapWord(status tenant.GapStatus) string {
	switch status {
	case tenant.GapNotLicensed:
		return "not licensed"
	case tenant.GapNotEnabled:
		return "not enabled"
	}
	return string(status)
}

func (r *runner) fixFor(gap tenant.Gap) string {
	if r.opts.FixFor == nil {
		return ""
	}
	return r.opts.FixFor(gap)
}

// runReason says, of a rule that ran, why it judged nothing and what it had to
// do without.
func (r *runner) runReason(rule *selectedRule, counts Counts) string {
	var without []string
	for _, d := range slices.Concat(rule.Needs, rule.Optional) {
		if gap, ok := r.snapshot.Gap(d); ok {
			without = append(without, fmt.Sprintf("%s (%s)", d, gapWord(gap.Status)))
		}
	}
	reason := ""
	if counts.Evaluated == 0 {
		reason = "There is nothing to judge."
	}
	if len(without) > 0 {
		reason = strings.TrimSpace(reason + " Judged without " + strings.Join(without, ", and without ") + ".")
	}
	return reason
}

// reportGaps lists the gaps in dataset order with the rules they left unknown.
func (r *runner) reportGaps() []ReportGap {
	gaps := []ReportGap{}
	for _, gap := range r.snapshot.Gaps() {
		entry := ReportGap{
			Dataset: gap.Dataset, Status: gap.Status, Reason: gap.Reason,
			Fix: r.fixFor(gap), Rules: []string{},
		}
		for i := range r.outcomes {
			if slices.Contains(r.outcomes[i].missing, gap.Dataset) {
				entry.Rules = append(entry.Rules, r.selected[i].fullID)
			}
		}
		gaps = append(gaps, entry)
	}
	return gaps
}
