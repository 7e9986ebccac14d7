package audit

import (
	"path"
	"strings"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Waiver accepts failing findings of one rule for a while (spec §8). Resource
// is an id, or with AllowMany a glob on display names.
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

func (w *Waiver) matches(rule string, r tenant.Resource) bool {
	if w.Rule != rule {
		return false
	}
	if strings.EqualFold(w.Resource, r.ObjectID()) {
		return true
	}
	if !w.AllowMany {
		return false
	}
	ok, err := path.Match(w.Resource, r.ResourceName())
	return err == nil && ok
}

// Attestation is a person's word on a manual rule (spec §8). Scope is "tenant",
// or ids of blueprints or agents.
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

type attestationIndex struct {
	all  []Attestation
	now  time.Time
	used map[int]bool
}

func (x *attestationIndex) find(rule string, r tenant.Resource) (Attestation, bool) {
	for i := range x.all {
		a := &x.all[i]
		if a.Rule != rule || !a.Expires.After(x.now) {
			continue
		}
		for _, id := range a.Scope {
			whole := id == "tenant" && r.ResourceType() == tenant.TypeTenant
			if whole || strings.EqualFold(id, r.ObjectID()) {
				return *a, true
			}
		}
	}
	return Attestation{}, false
}
