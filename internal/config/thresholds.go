package config

import (
	"fmt"
	"time"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/strictyaml"
)

// thresholds are the numbers in the conditions of rules (docs/checks.md), each in
// the unit that its name ends with.
type thresholds struct {
	CredentialFanOut            strictyaml.Count `yaml:"credentialFanOut"`
	CertificateMaxDays          strictyaml.Count `yaml:"certificateMaxDays"`
	CredentialExpiryWarningDays strictyaml.Count `yaml:"credentialExpiryWarningDays"`
	RiskReviewDays              strictyaml.Count `yaml:"riskReviewDays"`
	AssignmentMaxDays           strictyaml.Count `yaml:"assignmentMaxDays"`
	RetentionDays               strictyaml.Count `yaml:"retentionDays"`
	AgentSeenAfterDays          strictyaml.Count `yaml:"agentSeenAfterDays"`
	DrillGraceMinutes           strictyaml.Count `yaml:"drillGraceMinutes"`
	DrillMaxAgeDays             strictyaml.Count `yaml:"drillMaxAgeDays"`
	KillSwitchHolders           strictyaml.Count `yaml:"killSwitchHolders"`
	AttestationMaxAgeDays       strictyaml.Count `yaml:"attestationMaxAgeDays"`
	InactiveAfterDays           strictyaml.Count `yaml:"inactiveAfterDays"`
	TrustedRangeAddresses       strictyaml.Count `yaml:"trustedRangeAddresses"`
	WaiverMaxDays               strictyaml.Count `yaml:"waiverMaxDays"`
}

// maxDays bounds every duration to a century, far below where one overflows.
const maxDays = 36500

// lay puts the thresholds that are set over c.
func (t *thresholds) lay(c *audit.Config) error {
	for _, d := range []struct {
		from strictyaml.Count
		unit time.Duration
		to   *time.Duration
	}{
		{t.CertificateMaxDays, day, &c.CertificateMaxLifetime},
		{t.CredentialExpiryWarningDays, day, &c.CredentialExpiryWarning},
		{t.RiskReviewDays, day, &c.RiskReviewWithin},
		{t.AssignmentMaxDays, day, &c.AssignmentMaxLifetime},
		{t.AgentSeenAfterDays, day, &c.AgentSeenAfter},
		{t.DrillGraceMinutes, time.Minute, &c.DrillGrace},
		{t.DrillMaxAgeDays, day, &c.DrillMaxAge},
		{t.AttestationMaxAgeDays, day, &c.AttestationMaxAge},
		{t.InactiveAfterDays, day, &c.InactiveAfter},
		{t.WaiverMaxDays, day, &c.WaiverMaxLifetime},
	} {
		if !d.from.Set {
			continue
		}
		if d.from.Value > maxDays {
			return &strictyaml.Error{Line: d.from.Line, Message: fmt.Sprintf("%d is over %d", d.from.Value, maxDays)}
		}
		*d.to = time.Duration(d.from.Value) * d.unit
	}
	setInt(&c.CredentialFanOut, t.CredentialFanOut)
	setInt(&c.RetentionDays, t.RetentionDays)
	setInt(&c.KillSwitchHolders, t.KillSwitchHolders)
	if t.TrustedRangeAddresses.Set {
		c.TrustedRangeAddresses = t.TrustedRangeAddresses.Value
	}
	return nil
}

func setInt(to *int, from strictyaml.Count) {
	if from.Set {
		*to = int(from.Value)
	}
}
