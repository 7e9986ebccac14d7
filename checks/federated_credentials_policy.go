package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/tenant"
)

func judgeSecretsNotBlocked(j *audit.Judge) {
	for policy := range j.Tenant.DefaultAppManagementPolicy.All() {
		judgePasswordAddition(j, policy)
		return
	}
	j.Unknown(j.Whole(), "The default app management policy was not returned; every tenant has one.")
}

func judgePasswordAddition(j *audit.Judge, policy *tenant.AppManagementPolicy) {
	if on, ok := policy.IsEnabled.Get(); ok && !on {
		failNotBlocked(j, obstacle{"The app management policy is off.", audit.At(policy, "/isEnabled", "false", "true")})
		return
	}
	b := passwordAddition(policy, j.Tenant.Now())
	switch {
	case b.blocked && !policy.IsEnabled.IsSet():
		j.Unknown(j.Whole(), "isEnabled of the default app management policy was not returned.")
	case b.blocked:
		j.Pass(j.Whole())
	case b.doubt != "":
		j.Unknown(j.Whole(), b.doubt)
	default:
		failNotBlocked(j, b.missing)
	}
}

func failNotBlocked(j *audit.Judge, o obstacle) {
	j.Fail(j.Whole(), "Client secrets can be added to any application of the tenant. "+o.why, o.evidence)
}

// obstacle is what keeps a policy from blocking secrets.
type obstacle struct {
	why      string
	evidence audit.Evidence
}

// blocking is whether a policy, when on, blocks adding passwords.
type blocking struct {
	blocked bool
	doubt   string
	missing obstacle
}

func passwordAddition(policy *tenant.AppManagementPolicy, now tenant.Time) blocking {
	const list = "/applicationRestrictions/passwordCredentials"
	b := blocking{missing: obstacle{
		"No restriction forbids it.",
		audit.At(policy, list, "no passwordAddition restriction", "passwordAddition, enabled, for every application"),
	}}
	restrictions, ok := policy.ApplicationRestrictions.Get()
	if !ok {
		b.missing.evidence.Pointer = "/applicationRestrictions"
		if policy.ApplicationRestrictions.IsAbsent() {
			b.doubt = "applicationRestrictions of the default app management policy was not returned."
		}
		return b
	}
	passwords := &restrictions.PasswordCredentials
	b.doubt = whyUnread("applicationRestrictions/passwordCredentials", passwords)
	for i := range passwords.Items {
		b.read(policy, &passwords.Items[i], fmt.Sprintf("%s/%d", list, i), now)
	}
	return b
}

// read takes one restriction into account.
func (b *blocking) read(policy *tenant.AppManagementPolicy, r *tenant.CredentialRestriction, pointer string, now tenant.Time) {
	kind, known := r.RestrictionType.Get()
	state, hasState := r.State.Get()
	from := r.RestrictForAppsCreatedAfterDateTime
	switch {
	case !known, kind == "unknownFutureValue":
		b.doubt = "restrictionType of a restriction was not returned, or is not one that is documented."
	case kind != "passwordAddition":
	case !hasState, state != "enabled" && state != "disabled":
		b.doubt = "state of the passwordAddition restriction was not returned, or is not one that is documented."
	case state == "disabled":
		b.missing = obstacle{"The restriction on it is switched off.", audit.At(policy, pointer+"/state", state, "enabled")}
	case from.IsAbsent():
		b.doubt = "restrictForAppsCreatedAfterDateTime of the passwordAddition restriction was not returned."
	case from.After(now):
		b.missing = obstacle{
			"The restriction on it only starts with applications created after " + date(from) + ".",
			audit.At(policy, pointer+"/restrictForAppsCreatedAfterDateTime", from.String(), "null, or a date that has passed"),
		}
	default:
		b.blocked = true
	}
}
