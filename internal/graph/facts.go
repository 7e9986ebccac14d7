package graph

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ztagent/ztagent/internal/tenant"
)

// facts are the ids that datasets which are read later need. They are noted row
// by row as files are written, and recalled from the files when a run goes on.
type facts struct {
	agents, principals, users idSet
	// subjects are the object and app ids of agents, blueprints, principals and
	// agent users: whose grants, assignments and changes are kept.
	subjects  idSet
	people    idSet // sponsors, owners and role holders
	resources idSet // APIs
	// classic agents' app ids with the tenant that owns the app.
	classicMu   sync.Mutex
	classic     map[string]string
	workspaces  idSet
	policies    idSet // lifecycle policies
	orgMu       sync.Mutex
	orgID, name string
}

// noted is what is read of a row. Members that are not of the right type are
// left out: judging the data is the reader's business.
type noted struct {
	ID          string
	AppID       string
	PrincipalID string
	ResourceID  string
	Name        string
	Owner       string // appOwnerOrganizationId
	Workspace   string
	Related     []string // ids of sponsors and owners
}

func readNoted(raw jsontext.Value) noted {
	members, err := splitObject(raw)
	if err != nil {
		return noted{}
	}
	var n noted
	for _, m := range members {
		switch m.name {
		case "id":
			n.ID = stringOf(m.value)
		case "appId":
			n.AppID = stringOf(m.value)
		case "principalId":
			n.PrincipalID = stringOf(m.value)
		case "resourceId":
			n.ResourceID = stringOf(m.value)
		case "displayName":
			n.Name = stringOf(m.value)
		case "appOwnerOrganizationId":
			n.Owner = stringOf(m.value)
		case "sponsors", "owners":
			n.Related = append(n.Related, idsOf(m.value)...)
		case "properties":
			n.Workspace = workspaceOf(m.value)
		}
	}
	return n
}

func idsOf(list jsontext.Value) []string {
	rows, err := splitRows(list)
	if err != nil {
		return nil
	}
	var ids []string
	for _, row := range rows {
		if members, err := splitObject(row); err == nil {
			ids = append(ids, stringOf(get(members, "id")))
		}
	}
	return ids
}

func workspaceOf(properties jsontext.Value) string {
	if properties.Kind() != '{' {
		return ""
	}
	members, err := splitObject(properties)
	if err != nil {
		return ""
	}
	return stringOf(get(members, "workspaceId"))
}

// note remembers what a row of d means for other datasets.
func (f *facts) note(d tenant.Dataset, raw jsontext.Value) {
	switch d {
	case tenant.DatasetOrganization, tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers, tenant.DatasetClassicAgents,
		tenant.DatasetAppRoleAssignments, tenant.DatasetOAuth2PermissionGrants, tenant.DatasetRoleAssignments,
		tenant.DatasetRoleAssignmentScheduleInstances, tenant.DatasetRoleEligibilityScheduleInstances,
		tenant.DatasetDiagnosticSettings, tenant.DatasetLifecyclePolicies:
		f.remember(d, readNoted(raw))
	}
}

func (f *facts) remember(d tenant.Dataset, n noted) {
	for _, id := range n.Related {
		f.people.add(id)
	}
	switch d {
	case tenant.DatasetOrganization:
		f.orgMu.Lock()
		f.orgID, f.name = n.ID, n.Name
		f.orgMu.Unlock()
	case tenant.DatasetAgentIdentities:
		f.agents.add(n.ID)
		f.subject(n)
	case tenant.DatasetAgentIdentityBlueprints:
		f.subject(n)
	case tenant.DatasetAgentIdentityBlueprintPrincipals:
		f.principals.add(n.ID)
		f.subject(n)
	case tenant.DatasetAgentUsers:
		f.users.add(n.ID)
		f.subject(n)
	case tenant.DatasetClassicAgents:
		f.classicMu.Lock()
		if f.classic == nil {
			f.classic = map[string]string{}
		}
		f.classic[fold(n.AppID)] = fold(n.Owner)
		f.classicMu.Unlock()
	case tenant.DatasetAppRoleAssignments, tenant.DatasetOAuth2PermissionGrants:
		f.resources.add(n.ResourceID)
	case tenant.DatasetRoleAssignments, tenant.DatasetRoleAssignmentScheduleInstances, tenant.DatasetRoleEligibilityScheduleInstances:
		f.people.add(n.PrincipalID)
	case tenant.DatasetDiagnosticSettings:
		f.workspaces.add(n.Workspace)
	case tenant.DatasetLifecyclePolicies:
		f.policies.add(n.ID)
	}
}

func (f *facts) subject(n noted) {
	f.subjects.add(n.ID)
	f.subjects.add(n.AppID)
}

func (f *facts) organization() (id, name string) {
	f.orgMu.Lock()
	defer f.orgMu.Unlock()
	return f.orgID, f.name
}

// recall notes the rows of a dataset that an earlier run has written.
func (r *run) recall(d tenant.Dataset) error {
	if d.Singleton() || d == tenant.DatasetKillSwitchDrills {
		_, err := os.Stat(filepath.Join(r.dir.path, string(d)+".json"))
		return err
	}
	f, err := os.Open(filepath.Join(r.dir.path, string(d)+".json"))
	if err != nil {
		return fmt.Errorf("going on with %s: %w", d, err)
	}
	defer f.Close()
	dec := jsontext.NewDecoder(bufio.NewReaderSize(f, 256<<10))
	if err := skipTo(dec, "value"); err != nil {
		return fmt.Errorf("going on with %s: %w", d, err)
	}
	for dec.PeekKind() == '{' {
		var raw jsontext.Value
		if err := json.UnmarshalDecode(dec, &raw); err != nil {
			return fmt.Errorf("going on with %s: %w", d, err)
		}
		r.facts.note(d, raw)
	}
	if dec.PeekKind() != ']' {
		return fmt.Errorf("going on with %s: the file is damaged", d)
	}
	return nil
}

// skipTo reads up to and into the array that is member name of the top object.
func skipTo(dec *jsontext.Decoder, name string) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if tok.String() == name {
			_, err := dec.ReadToken()
			return err
		}
		if err := dec.SkipValue(); err != nil {
			return err
		}
	}
	return io.ErrUnexpectedEOF
}

// homedHere returns the app ids of the classic agents whose application object
// is in this tenant; an unknown owner may be.
func (f *facts) homedHere(tenantID string) []string {
	f.classicMu.Lock()
	defer f.classicMu.Unlock()
	var s idSet
	for appID, owner := range f.classic {
		if owner == "" || tenantID == "" || strings.EqualFold(owner, tenantID) {
			s.add(appID)
		}
	}
	return s.sorted()
}
