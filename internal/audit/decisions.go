package audit

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Waiver accepts failing findings of one rule for a while (docs/configuration.md).
// Resource is an id, or with AllowMany a glob on display names.
type Waiver struct {
	Rule      string
	Resource  string
	AllowMany bool
	Reason    string
	Owner     string
	Ticket    string
	Expires   time.Time
	Line      int // in the waivers file
}

// matches reports whether the waiver speaks of the resource of a finding of its
// rule.
func (w *Waiver) matches(r tenant.Resource) bool {
	if strings.EqualFold(w.Resource, r.ObjectID()) {
		return w.Resource != ""
	}
	return w.AllowMany && matchName(w.Resource, r.ResourceName())
}

// matchName matches a display name. A slash is an ordinary character in one, so
// that "HR*" covers "HR/Payroll".
func matchName(glob, name string) bool {
	slashes := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(slashes.Replace(glob), slashes.Replace(name))
	return err == nil && ok
}

// validity says why a waiver does not count now, or "".
func (w *Waiver) validity(now time.Time, longest time.Duration) string {
	switch {
	case !w.Expires.After(now):
		return "expired on " + w.Expires.UTC().Format(time.DateOnly) + ", so its findings count again"
	case w.TooLong(now, longest):
		return fmt.Sprintf("expires more than %d days ahead, so it does not count", longest/day)
	}
	return ""
}

// TooLong reports whether the waiver ends on a later day than longest after now.
func (w *Waiver) TooLong(now time.Time, longest time.Duration) bool {
	return w.Expires.UTC().Truncate(day).After(now.Add(longest))
}

// applyWaivers turns waived fails into waived findings, in report order, and
// returns what is wrong with the waivers.
func (r *runner) applyWaivers() []string {
	if len(r.opts.Waivers) == 0 {
		return nil
	}
	byRule := map[string][]*Waiver{}
	used := map[*Waiver]bool{}
	var warnings []string
	for i := range r.opts.Waivers {
		w := &r.opts.Waivers[i]
		if why := w.validity(r.snapshot.TakenAt, r.opts.Config.WaiverMaxLifetime); why != "" {
			warnings = append(warnings, w.warning(why))
			continue
		}
		byRule[w.Rule] = append(byRule[w.Rule], w)
	}
	for i := range r.selected {
		if waivers := byRule[r.selected[i].fullID]; len(waivers) > 0 {
			r.outcomes[i].waive(waivers, used)
		}
	}
	return append(warnings, r.unusedWaivers(used)...)
}

// waive marks the failing verdicts that a waiver accepts and folds anew.
func (o *outcome) waive(waivers []*Waiver, used map[*Waiver]bool) {
	o.waivers = make([]*Waiver, len(o.verdicts))
	for i := range o.verdicts {
		v := &o.verdicts[i]
		if v.Status != Fail {
			continue
		}
		for _, w := range waivers {
			if !w.matches(v.Resource) {
				continue
			}
			v.Status, o.waivers[i], used[w] = Waived, w, true
			o.counts.Fail--
			o.counts.Waived++
			break
		}
	}
	if o.counts.Waived > 0 {
		o.status = o.counts.Status()
	}
}

// unusedWaivers warns of waivers that accept nothing. One of a rule that was not
// judged, by choice or for want of data, may still be right.
func (r *runner) unusedWaivers(used map[*Waiver]bool) []string {
	var warnings []string
	for i := range r.opts.Waivers {
		w := &r.opts.Waivers[i]
		switch {
		case used[w] || w.validity(r.snapshot.TakenAt, r.opts.Config.WaiverMaxLifetime) != "":
		case !slices.Contains(r.rules, w.Rule):
			warnings = append(warnings, w.warning("names no rule"+DidYouMean(w.Rule, r.rules)))
		case r.judged(w.Rule):
			warnings = append(warnings, w.warning("matches no failing finding"))
		}
	}
	return warnings
}

// judged reports whether the rule was selected and could be decided.
func (r *runner) judged(rule string) bool {
	for i := range r.selected {
		if r.selected[i].fullID == rule {
			return r.outcomes[i].decided
		}
	}
	return false
}

func (w *Waiver) warning(what string) string {
	return sentence(fmt.Sprintf("The waiver of %s for %s%s %s", w.Rule, w.Resource, onLine(w.Line), what))
}

// sentence ends text with a full stop, unless it ends in a question.
func sentence(text string) string {
	if strings.HasSuffix(text, "?") {
		return text
	}
	return strings.TrimSuffix(text, ".") + "."
}

func onLine(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf(" (line %d)", line)
}

// Attestation is a person's word on a manual rule (docs/configuration.md). Scope is
// "tenant", or ids of blueprints or agents.
type Attestation struct {
	Rule      string
	Scope     []string
	Statement string
	Evidence  string
	By        string
	At        time.Time
	Expires   time.Time
	Line      int // in the attestations file
}

// Summary is the attestation in one sentence.
func (a *Attestation) Summary() string {
	s := "Attested by " + a.By + " on " + a.At.UTC().Format(time.DateOnly) + ": " + a.Statement
	if a.Evidence != "" {
		s += " (" + a.Evidence + ")"
	}
	return s
}

// attestations holds those that are valid, by rule.
type attestations struct {
	all     []Attestation
	byRule  map[string]map[string]int // rule → folded scope id → index in all
	expired map[int]bool
}

const scopeTenant = "tenant"

func newAttestations(all []Attestation, now time.Time) *attestations {
	x := &attestations{all: all, byRule: map[string]map[string]int{}, expired: map[int]bool{}}
	for i := range all {
		a := &all[i]
		if !a.Expires.After(now) {
			x.expired[i] = true
			continue
		}
		scopes := x.byRule[a.Rule]
		if scopes == nil {
			scopes = map[string]int{}
			x.byRule[a.Rule] = scopes
		}
		for _, id := range a.Scope { // the newest word counts
			if other, taken := scopes[strings.ToLower(id)]; !taken || a.At.After(all[other].At) {
				scopes[strings.ToLower(id)] = i
			}
		}
	}
	return x
}

// of returns the attestations of one rule, for one Judge.
func (x *attestations) of(rule string) ruleAttestations {
	return ruleAttestations{all: x.all, byScope: x.byRule[rule], used: map[int]bool{}}
}

// ruleAttestations are the valid attestations of one rule.
type ruleAttestations struct {
	all     []Attestation
	byScope map[string]int
	used    map[int]bool
}

func (x *ruleAttestations) find(r tenant.Resource) (Attestation, bool) {
	if len(x.byScope) == 0 {
		return Attestation{}, false
	}
	i, ok := x.byScope[strings.ToLower(r.ObjectID())]
	if !ok && r.ResourceType() == tenant.TypeTenant {
		i, ok = x.byScope[scopeTenant]
	}
	if !ok {
		return Attestation{}, false
	}
	x.used[i] = true
	return x.all[i], true
}

// attestationWarnings says which attestations have expired and which answer no
// question that was asked.
func (r *runner) attestationWarnings() []string {
	used := map[int]bool{}
	for i := range r.outcomes {
		for a := range r.outcomes[i].attested {
			used[a] = true
		}
	}
	var warnings []string
	for i := range r.opts.Attestations {
		if what := r.attestationFault(i, used[i]); what != "" {
			a := &r.opts.Attestations[i]
			warnings = append(warnings, sentence(fmt.Sprintf("The attestation of %s for %s%s %s",
				a.Rule, strings.Join(a.Scope, ", "), onLine(a.Line), what)))
		}
	}
	return warnings
}

func (r *runner) attestationFault(i int, used bool) string {
	a := &r.opts.Attestations[i]
	switch {
	case used:
		return ""
	case r.attestations.expired[i]:
		return "expired on " + a.Expires.UTC().Format(time.DateOnly) + " and no longer counts"
	case !slices.Contains(r.rules, a.Rule):
		return "names no rule" + DidYouMean(a.Rule, r.rules)
	case r.judged(a.Rule):
		return "answers no question"
	}
	return ""
}
