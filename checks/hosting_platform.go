package checks

import (
	"fmt"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

var hostingPlatform = audit.Check{
	ID:      "hosting-platform",
	Title:   "Agents run on platforms that the organisation trusts",
	Clauses: []audit.Clause{pillarDevice},
	Rationale: "Whoever runs the issuer of a federated credential decides which workloads sign in as the agents. An agent " +
		"has no device to be compliant; its platform takes that place.",
	Rules: []audit.Rule{
		{
			ID: "foreign-issuer", Title: "Another Entra tenant vouches for the agents", Severity: audit.High,
			Resources: []tenant.ResourceType{tenant.TypeFederatedIdentityCredential},
			Needs:     credentialDatasets, Optional: homeDatasets,
			Presence:  []string{"classicAgents"}, // whose application it is
			Condition: "the issuer of the federated credential is another Entra tenant",
			Remediation: "Use a managed identity of this tenant as subject, with the issuer " +
				"`https://login.microsoftonline.com/{this tenant's id}/v2.0`, and remove the foreign one: `DELETE " +
				"https://graph.microsoft.com/v1.0/applications/{id}/federatedIdentityCredentials/{credentialId}`. If the other " +
				"tenant is yours, waive the finding and say so.",
			References: []string{
				"https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredential?view=graph-rest-beta",
				"https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation",
			},
			Run: judgeForeignIssuers,
		},
		{
			ID: "unapproved-issuer", Title: "An issuer that nobody approved vouches for the agents", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeFederatedIdentityCredential},
			Needs:     credentialDatasets, Optional: homeDatasets,
			Presence: []string{"classicAgents"}, // whose application it is
			Condition: "the issuer of the federated credential is on no approved list (`approvedIssuers`; by default this " +
				"tenant's Entra issuer, AKS, GitHub Actions with its enterprise form, Azure DevOps, GitLab.com, Google, AWS EKS " +
				"and Cognito, Terraform Cloud)",
			Remediation: "Find out who runs the issuer. If it may vouch for agents, add its URL to `approvedIssuers` in " +
				"`ztagent.yaml`; if not, remove the credential: `DELETE " +
				"https://graph.microsoft.com/v1.0/applications/{id}/federatedIdentityCredentials/{credentialId}`.",
			References: []string{"https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation"},
			Run:        judgeUnapprovedIssuers,
		},
		{
			ID: "insecure-issuer", Title: "The issuer of a federated credential can be impersonated", Severity: audit.Critical,
			Resources: []tenant.ResourceType{tenant.TypeFederatedIdentityCredential},
			Needs:     credentialDatasets, Optional: homeDatasets,
			Presence:  []string{"classicAgents"}, // whose application it is
			Condition: "the issuer of the federated credential is not https, or has credentials or an IP address in it",
			Remediation: "Give the issuer a host name and TLS, and write it as the tokens' `iss` claim has it: `PATCH " +
				"https://graph.microsoft.com/beta/applications/{id}/federatedIdentityCredentials/{credentialId}` with `issuer`.",
			References: []string{"https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredential?view=graph-rest-beta"},
			Run:        judgeInsecureIssuers,
		},
		{
			ID: "platform-compliance", Title: "Nobody attested that the hosting platforms are compliant", Severity: audit.Medium,
			Resources: []tenant.ResourceType{tenant.TypeTenant},
			Needs:     []tenant.Dataset{tenant.DatasetAgentIdentities},
			Condition: "is the platform that runs the agents (image, patches, isolation, who may deploy) held to the " +
				"organisation's standard?",
			Remediation: "Let the owner of the platform attest it in `attestations.yaml` for `hosting-platform/platform-compliance`, " +
				"scope `tenant`, with the evidence (a Defender for Cloud or Azure Policy compliance report, an audit).",
			References: []string{
				"https://learn.microsoft.com/en-us/azure/governance/policy/how-to/get-compliance-data",
				"https://learn.microsoft.com/en-us/azure/defender-for-cloud/regulatory-compliance-dashboard",
			},
			Manual: true,
			Run: func(j *audit.Judge) {
				j.Ask(j.Whole(), "Is the platform that runs the agents held to the organisation's standard? Entra does not know; "+
					"its owner must attest it.")
			},
		},
	},
}

// eachIssuer calls judge for every federated credential whose issuer was read.
func eachIssuer(j *audit.Judge, judge func(f *federatedOf, text string, issuer credentials.Issuer)) {
	eachFederated(j, func(f *federatedOf) {
		text, ok := f.credential.Issuer.Get()
		if !ok {
			j.Unknown(f.Sub, "issuer was not returned.")
			return
		}
		judge(f, text, credentials.ParseIssuer(text))
	})
}

func judgeForeignIssuers(j *audit.Judge) {
	eachIssuer(j, func(f *federatedOf, text string, issuer credentials.Issuer) {
		switch issuer.Entra(j.Tenant.TenantID) {
		case credentials.EntraForeign:
			j.Fail(f.Sub, fmt.Sprintf("%s trusts another Entra tenant. Its administrators can sign in as the agents with a "+
				"workload of theirs.", f.ofHolder()), f.at("issuer", text, "an issuer of this tenant, or outside Entra"))
		case credentials.EntraUnclear:
			j.Unknown(f.Sub, "Whether the issuer is this tenant cannot be told: it does not name the tenant by id, or this "+
				"tenant's id is not known.")
		default:
			j.Pass(f.Sub)
		}
	})
}

func judgeUnapprovedIssuers(j *audit.Judge) {
	approved := credentials.ApproveIssuers(j.Config.ApprovedIssuers)
	eachIssuer(j, func(f *federatedOf, text string, issuer credentials.Issuer) {
		switch {
		case approved.Approves(issuer), issuer.IsTenantIssuer(j.Tenant.TenantID, j.Tenant.Cloud):
			j.Pass(f.Sub)
		case issuer.Entra(j.Tenant.TenantID) == credentials.EntraUnclear && j.Tenant.TenantID.IsZero():
			j.Unknown(f.Sub, "Whether the issuer is this tenant cannot be told: this tenant's id is not known.")
		default:
			j.Fail(f.Sub, fmt.Sprintf("%s trusts an issuer that is on no approved list. Whoever runs it decides which workloads "+
				"sign in as the agents.", f.ofHolder()), f.at("issuer", text, "an approved issuer"))
		}
	})
}

func judgeInsecureIssuers(j *audit.Judge) {
	eachIssuer(j, func(f *federatedOf, text string, issuer credentials.Issuer) {
		if why := issuer.Insecure(); why != "" {
			j.Fail(f.Sub, fmt.Sprintf("%s trusts an issuer that %s. Whoever answers at that address can vouch for workloads of "+
				"their own and sign in as the agents.", f.ofHolder(), why), f.at("issuer", text, "an https URL with a host name"))
			return
		}
		j.Pass(f.Sub)
	})
}
