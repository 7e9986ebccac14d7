package audit

import "time"

// Config holds the thresholds and lists that a user may set: the numbers in
// the conditions of rules (docs/checks.md, docs/configuration.md).
type Config struct {
	// CredentialFanOut: more active agents than this on one blueprint.
	CredentialFanOut int
	// CertificateMaxLifetime: the whole life of a certificate.
	CertificateMaxLifetime time.Duration
	// CredentialExpiryWarning: a credential that ends within this.
	CredentialExpiryWarning time.Duration
	// RiskReviewWithin: how long a risk may wait for a person.
	RiskReviewWithin time.Duration
	// AssignmentMaxLifetime: how long an access package may be held.
	AssignmentMaxLifetime time.Duration
	// RetentionDays a Log Analytics workspace must keep.
	RetentionDays int
	// AgentSeenAfter: an agent older than this should have signed in.
	AgentSeenAfter time.Duration
	// RequiredLogCategories in every cloud; the lists of the public cloud and of
	// classic agents are added to it.
	RequiredLogCategories     []string
	PublicCloudLogCategories  []string
	ClassicAgentLogCategories []string
	// DrillGrace is the life of tokens issued before a disable.
	DrillGrace time.Duration
	// DrillMaxAge: how old the newest proven drill may be.
	DrillMaxAge time.Duration
	// KillSwitchHolders: how many people must be able to disable agents.
	KillSwitchHolders int
	// AttestationMaxAge of an agent by its sponsor.
	AttestationMaxAge time.Duration
	// InactiveAfter: an agent without sign-in for this long.
	InactiveAfter time.Duration
	// TrustedRangeAddresses: IPv4 addresses in one trusted range.
	TrustedRangeAddresses uint64
	// ApprovedIssuers of federated credentials, besides this tenant's own
	// issuer. Each is an https URL prefix; "*" stands for one host label or path
	// segment, and "$" at the end lets nothing follow.
	ApprovedIssuers []string
	// WaiverMaxLifetime: how far ahead a waiver may expire.
	WaiverMaxLifetime time.Duration
}

const day = 24 * time.Hour

// DefaultConfig returns what holds where the user sets nothing.
func DefaultConfig() Config {
	return Config{
		CredentialFanOut:        50,
		CertificateMaxLifetime:  366 * day,
		CredentialExpiryWarning: 30 * day,
		RiskReviewWithin:        7 * day,
		AssignmentMaxLifetime:   180 * day,
		RetentionDays:           90,
		AgentSeenAfter:          30 * day,
		RequiredLogCategories: []string{
			"AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs",
			"ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs", "MicrosoftGraphActivityLogs",
		},
		PublicCloudLogCategories:  []string{"RiskyAgents", "AgentRiskEvents"},
		ClassicAgentLogCategories: []string{"RiskyServicePrincipals", "ServicePrincipalRiskEvents"},
		DrillGrace:                15 * time.Minute,
		DrillMaxAge:               90 * day,
		KillSwitchHolders:         2,
		AttestationMaxAge:         180 * day,
		InactiveAfter:             90 * day,
		TrustedRangeAddresses:     65536,
		WaiverMaxLifetime:         365 * day,
		ApprovedIssuers: []string{
			// Azure Kubernetes Service in every cloud, and its first form.
			"https://*.oic.prod-aks.azure.com/*", "https://*.oic.prod-aks.azure.us/*",
			"https://*.oic.prod-aks.azure.cn/*", "https://oidc.prod-aks.azure.com/*",
			// GitHub Actions; an enterprise may put its slug behind the host.
			"https://token.actions.githubusercontent.com",
			"https://vstoken.dev.azure.com/*",
			// Anybody can publish files below gitlab.com.
			"https://gitlab.com$", "https://accounts.google.com$",
			"https://container.googleapis.com/v1/projects/*/locations/*/clusters/*",
			"https://oidc.eks.*.amazonaws.com/id/*",
			"https://cognito-identity.amazonaws.com$", "https://cognito-idp.*.amazonaws.com/*",
			"https://app.terraform.io$", "https://app.eu.terraform.io$",
		},
	}
}
