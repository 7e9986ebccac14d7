package dataset

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Fix returns one sentence on what to do about a gap of d: the permission, the
// licence or the flag. Reason is the gap's own, which may narrow the advice.
func Fix(d tenant.Dataset, status tenant.GapStatus, reason string) string {
	row := Of(d)
	switch status {
	case tenant.GapForbidden:
		return fixForbidden(row, reason)
	case tenant.GapNotLicensed:
		return fixNotLicensed(row)
	case tenant.GapNotEnabled:
		return fixNotEnabled(row)
	case tenant.GapAbsent:
		return fixAbsent(row)
	case tenant.GapSkipped:
		return fmt.Sprintf("collect %s too: it was left out on request.", d)
	case tenant.GapTruncated:
		if d == tenant.DatasetConditionalAccessPolicies && strings.Contains(reason, "beta") {
			return fmt.Sprintf("read %s from beta, as %s: v1.0 leaves out every condition about agents.", d, row.Request)
		}
		return fmt.Sprintf("read %s to its last page: run ztagent collect --resume, or join all pages of %s.", d, row.Request)
	case tenant.GapMalformed:
		return fmt.Sprintf("export %s again, unchanged, as Graph returns it.", d)
	}
	return fmt.Sprintf("read %s again: run ztagent collect --resume.", d)
}

func fixForbidden(row Row, reason string) string {
	switch {
	case strings.Contains(reason, "ZTAGENT_ARM_TOKEN"):
		return "set ZTAGENT_ARM_TOKEN to a token for Azure Resource Manager too, or sign in with --auth."
	case row.Service == Azure:
		return fmt.Sprintf("assign the Azure role %s to the auditing identity.", strings.Join(row.Roles, " or "))
	case strings.Contains(reason, "Directory.AccessAsUser.All"):
		return "sign in with a client of your own: tokens with Directory.AccessAsUser.All, such as the Azure CLI's, cannot read agents."
	case len(row.Permissions) == 0:
		return fmt.Sprintf("give the auditing identity access to %s.", row.Dataset)
	}
	s := fmt.Sprintf("grant %s (application permission) to the auditing app and consent", names(row.Permissions))
	if len(row.Roles) > 0 {
		s += fmt.Sprintf("; a signed-in user also needs the role %s", strings.Join(row.Roles, " or "))
	}
	return s + "."
}

func fixNotLicensed(row Row) string {
	if row.Licence == "" {
		return fmt.Sprintf("the tenant's licences do not include %s.", row.Dataset)
	}
	return fmt.Sprintf("license %s, which %s needs.", row.Licence, row.Dataset)
}

func fixNotEnabled(row Row) string {
	if row.Clouds != nil {
		return fmt.Sprintf("nothing to grant: %s exists in these clouds only: %s, and where the feature is switched on.",
			row.Dataset, strings.Join(row.Clouds, ", "))
	}
	return fmt.Sprintf("switch the feature on in this tenant, then read %s.", row.Request)
}

func fixAbsent(row Row) string {
	switch row.Dataset {
	case tenant.DatasetKillSwitchDrills:
		return "run a drill (ztagent drill plan) and record it with ztagent drill verify."
	case tenant.DatasetConditionalAccessPolicies:
		return "add conditionalAccessPolicies.json, the answer of " + row.Request.String() + ": v1.0 leaves the agent conditions out."
	}
	return fmt.Sprintf("run ztagent collect, or add %s.json, the answer of %s.", row.Dataset, row.Request)
}

// names joins the permissions that are needed outright.
func names(permissions []Permission) string {
	var needed []string
	for _, p := range permissions {
		if !p.Optional {
			needed = append(needed, p.Name)
		}
	}
	return strings.Join(needed, " and ")
}

// String returns the request as one would type it.
func (r Request) String() string {
	method := r.Method
	if method == "" {
		method = "GET"
	}
	if r.Version != v1 && r.Version != beta { // Azure
		return fmt.Sprintf("%s %s?api-version=%s", method, r.Path, r.Version)
	}
	s := fmt.Sprintf("%s /%s%s", method, r.Version, r.Path)
	if q := r.Query(); q != "" {
		s += "?" + q
	}
	return s
}

// Query returns the OData options, readable and not yet escaped.
func (r Request) Query() string {
	var options []string
	add := func(name, value string) {
		if value != "" {
			options = append(options, name+"="+value)
		}
	}
	add("$select", strings.Join(r.Select, ","))
	add("$expand", r.Expand)
	add("$filter", r.Filter)
	if r.Eventual {
		add("$count", "true")
	}
	if r.Top > 0 {
		add("$top", fmt.Sprint(r.Top))
	}
	return strings.Join(options, "&")
}
