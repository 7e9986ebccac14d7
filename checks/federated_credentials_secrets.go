package checks

import (
	"fmt"
	"time"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

const typeNotReturned = "The type of a key was not returned, or is not one that is documented, so it may be a certificate or a symmetric key, which is a secret."

// wanted is what a rule makes of one credential: a hit, or a doubt that keeps
// its holder from passing.
type wanted struct {
	hit   bool
	doubt string
}

// credentialRule is one question about the secrets and certificates of a holder.
type credentialRule struct {
	// ofKeysOnly: passwordCredentials do not matter.
	ofKeysOnly bool
	want       func(c credentials.Credential) wanted
	message    func(h credentials.Holder, hits []credentials.Credential) string
	property   string // of the credential, that the evidence points at
	expected   string
}

func (r *credentialRule) judge(j *audit.Judge) {
	eachHolder(j, func(h credentials.Holder) {
		var hits []credentials.Credential
		doubt := r.unread(h)
		for c := range h.All() {
			if r.ofKeysOnly && c.Collection != "keyCredentials" {
				continue
			}
			switch w := r.want(c); {
			case w.hit:
				hits = append(hits, c)
			case doubt == "":
				doubt = w.doubt
			}
		}
		switch {
		case len(hits) > 0:
			r.fail(j, h, hits)
		case doubt != "":
			j.Unknown(h.Resource, doubt)
		default:
			j.Pass(h.Resource)
		}
	})
}

func (r *credentialRule) unread(h credentials.Holder) string {
	if !r.ofKeysOnly {
		if why := whyUnread("passwordCredentials", h.Passwords); why != "" {
			return why
		}
	}
	return whyUnread("keyCredentials", h.Keys)
}

func (r *credentialRule) fail(j *audit.Judge, h credentials.Holder, hits []credentials.Credential) {
	evidence := make([]audit.Evidence, 0, len(hits))
	for _, c := range hits {
		observed := c.End.String()
		if r.property == "" {
			observed = c.Noun() + " that " + ending(c)
		}
		pointer := c.Pointer(r.property)
		if !c.End.IsSet() {
			pointer = c.Pointer("")
		}
		evidence = append(evidence, audit.At(h.Object, pointer, observed, r.expected))
	}
	j.Fail(h.Resource, r.message(h, hits), evidence...)
}

// ending says when a credential ends, or that it never does.
func ending(c credentials.Credential) string {
	if !c.End.IsSet() {
		return "has no end"
	}
	return "ends on " + date(c.End)
}

// has is "has a client secret that ends on 2028-08-20", or of several "has 3
// client secrets, one of which ends on …".
func has(hits []credentials.Credential) string {
	noun := hits[0].Noun()
	if len(hits) == 1 {
		return "has a " + noun + " that " + ending(hits[0])
	}
	for _, c := range hits {
		if c.Noun() != noun {
			noun = "credential"
		}
	}
	return fmt.Sprintf("has %s, one of which %s", count(len(hits), noun), ending(hits[0]))
}

func judgeClientSecrets(j *audit.Judge) {
	now := j.Tenant.Now()
	rule := credentialRule{
		property: "", expected: "no secret",
		want: func(c credentials.Credential) wanted {
			if c.Kind == credentials.KindUnclear && !c.Expired(now) {
				return wanted{doubt: typeNotReturned}
			}
			return wanted{hit: c.Kind == credentials.Secret && !c.Expired(now)}
		},
		message: func(h credentials.Holder, hits []credentials.Credential) string {
			return fmt.Sprintf("%s %s. Anyone who has seen it can sign in as %s, from anywhere.", named(h), has(hits), whom(h))
		},
	}
	rule.judge(j)
}

// whom is who a holder's credentials speak for.
func whom(h credentials.Holder) string {
	if h.ResourceType() == tenant.TypeServicePrincipal {
		return "this agent"
	}
	return "every agent of the blueprint"
}

func judgeExpiredCredentials(j *audit.Judge) {
	now := j.Tenant.Now()
	rule := credentialRule{
		property: "endDateTime", expected: "removed once expired",
		want: func(c credentials.Credential) wanted { return wanted{hit: c.Expired(now)} },
		message: func(h credentials.Holder, hits []credentials.Credential) string {
			if len(hits) > 1 {
				return fmt.Sprintf("%s still carries %d expired credentials. They hide which ones are in use.", named(h), len(hits))
			}
			return fmt.Sprintf("%s still carries a %s that ended on %s. It hides which ones are in use.",
				named(h), hits[0].Noun(), date(hits[0].End))
		},
	}
	rule.judge(j)
}

func judgeCertificates(j *audit.Judge) {
	now := j.Tenant.Now()
	rule := credentialRule{
		ofKeysOnly: true, property: "", expected: "a federated credential instead",
		want: func(c credentials.Credential) wanted {
			if c.Kind == credentials.KindUnclear && !c.Expired(now) {
				return wanted{doubt: typeNotReturned}
			}
			return wanted{hit: c.Kind == credentials.Certificate && !c.Expired(now)}
		},
		message: func(h credentials.Holder, hits []credentials.Credential) string {
			return fmt.Sprintf("%s %s. Its private key can be copied and used from anywhere; a federated credential "+
				"leaves nothing to copy.", named(h), has(hits))
		},
	}
	rule.judge(j)
}

func judgeLongLivedCertificates(j *audit.Judge) {
	now := j.Tenant.Now()
	longest := j.Config.CertificateMaxLifetime
	rule := credentialRule{
		ofKeysOnly: true, property: "endDateTime", expected: "a life of at most " + days(longest),
		want: func(c credentials.Credential) wanted {
			tooLong := !c.End.IsSet() || c.Start.IsSet() && c.End.Sub(c.Start) > longest
			switch {
			case c.Expired(now) || c.Kind == credentials.Secret:
				return wanted{}
			case c.Kind == credentials.Certificate && tooLong:
				return wanted{hit: true}
			case tooLong:
				return wanted{doubt: typeNotReturned}
			case !c.Start.IsSet():
				return wanted{doubt: "startDateTime of a certificate was not returned, so its life is not known."}
			}
			return wanted{}
		},
		message: func(h credentials.Holder, hits []credentials.Credential) string {
			life := "a certificate that has no end"
			if first := hits[0]; first.End.IsSet() {
				life = "a certificate that lives " + lifeOf(first) + ", until " + date(first.End)
			}
			if len(hits) > 1 {
				life += fmt.Sprintf(", and %d more like it", len(hits)-1)
			}
			return fmt.Sprintf("%s has %s. A copied key stays useful for all that time.", named(h), life)
		},
	}
	rule.judge(j)
}

// lifeOf is the whole life in days, rounded up. A life to the end of the year 9999
// is longer than a time.Duration can be.
func lifeOf(c credentials.Credential) string {
	const day = 24 * 60 * 60
	start, _ := c.Start.Get()
	end, _ := c.End.Get()
	return count(int((end.Unix()-start.Unix()+day-1)/day), "day")
}

// days is a duration in whole days, rounded up: one of 366 days and a second is
// over 366 days.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	n := d / day
	if d%day > 0 {
		n++
	}
	return count(int(n), "day")
}

func judgeExpiringCredentials(j *audit.Judge) {
	now := j.Tenant.Now()
	soon := j.Config.CredentialExpiryWarning
	rule := credentialRule{
		property: "endDateTime", expected: "an end more than " + days(soon) + " ahead",
		want: func(c credentials.Credential) wanted {
			return wanted{hit: c.End.IsSet() && !c.Expired(now) && c.End.Sub(now) <= soon}
		},
		message: func(h credentials.Holder, hits []credentials.Credential) string {
			return fmt.Sprintf("%s %s. Agents that use it stop then.", named(h), has(hits))
		},
	}
	rule.judge(j)
}
