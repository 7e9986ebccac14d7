package synth

import (
	"strings"

	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// The versions of Graph.
const (
	v1   = "v1.0"
	beta = "beta"
)

// source is a dataset as the collector asks for it: its row of the table.
type source struct{ dataset.Row }

// sources is every dataset in report order.
func sources() []source {
	var all []source
	for _, row := range dataset.Table() {
		all = append(all, source{row})
	}
	return all
}

// context returns the value of @odata.context, or "" for answers without one:
// Azure's, and our own records.
func (s source) context() string {
	if s.Service != dataset.Graph {
		return ""
	}
	return "https://graph.microsoft.com/" + s.Request.Version + "/$metadata#" + s.fragment()
}

// fragment names the answer's type as Graph does: the path of the set, with the
// properties asked for.
func (s source) fragment() string {
	set := strings.TrimPrefix(s.Request.Path, "/")
	switch s.Dataset {
	case tenant.DatasetDirectoryObjects, tenant.DatasetGroupMemberships:
		return "directoryObjects"
	case tenant.DatasetAppRoleAssignments:
		return "appRoleAssignments"
	}
	if s.Dataset.Singleton() {
		return set + "/$entity"
	}
	asked := s.Request.Select
	if s.Request.Expand != "" {
		asked = append(asked[:len(asked):len(asked)], expanded(s.Request.Expand))
	}
	if len(asked) == 0 {
		return strings.ReplaceAll(set, "/{id}", "('{id}')")
	}
	return set + "(" + strings.Join(asked, ",") + ")"
}

// expanded writes an $expand in the form it takes in a context.
func expanded(option string) string {
	option = strings.NewReplacer("$expand=", "", "$select=", "").Replace(option)
	if !strings.Contains(option, "(") {
		option += "()"
	}
	return option
}
