package graphtest

import (
	"net/http"
	"net/url"

	"github.com/ztagent/ztagent/internal/tenant"
)

// AzureReader is the claim that stands for an Azure role in a test token.
const AzureReader = "Azure.Reader"

func azureRoutes() []route {
	arm := []string{"arm"}
	return []route{
		{
			pattern: "/providers/microsoft.aadiam/diagnosticSettings", versions: arm, dataset: tenant.DatasetDiagnosticSettings,
			permissions: []string{AzureReader}, denied: deniedAzure, rows: all(tenant.DatasetDiagnosticSettings),
		},
		{pattern: "/subscriptions/*", versions: arm, permissions: []string{AzureReader}, denied: deniedAzure, single: true, rows: workspace},
	}
}

// azure answers a call to Azure Resource Manager.
func (s *Server) azure(c call, r route, ids []string) *answer {
	values, err := url.ParseQuery(c.query)
	if err != nil || values.Get("api-version") == "" {
		return graphError(http.StatusBadRequest, "MissingApiVersionParameter",
			"The api-version query parameter (?api-version=) is required for all requests.")
	}
	if gap := s.data.gaps[r.dataset]; gap != nil && r.dataset != "" {
		if gap.status == http.StatusForbidden {
			return deniedAzure.answer(nil)
		}
		return gap
	}
	rows, bad := r.rows(s, c, ids)
	if bad != nil {
		return bad
	}
	if r.single {
		return jsonAnswer(rows[0])
	}
	return jsonAnswer(map[string]any{"value": rows})
}

func workspace(s *Server, _ call, ids []string) ([]object, *answer) {
	d := tenant.DatasetLogAnalyticsWorkspaces
	if gap := s.data.gaps[d]; gap != nil {
		if gap.status == http.StatusForbidden {
			gap = deniedAzure.answer(nil)
		}
		return nil, gap
	}
	if o, ok := s.data.byID(d, ids[0]); ok {
		return []object{o}, nil
	}
	return nil, deniedAzure.answer(nil) // the snapshot does not know
}
