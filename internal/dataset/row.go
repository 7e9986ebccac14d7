// Package dataset is the table of what a snapshot holds: one row per dataset,
// with the request that reads it, the permission and licence it takes, and how
// it is paged. Collection, preflight, `ztagent permissions` and
// docs/permissions.md are read off this one table. It is data and pure
// functions; nothing here knows the network.
package dataset

import (
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Service is where a dataset comes from.
type Service string

// The services. Local datasets are our own records and need no request.
const (
	Graph Service = "graph"
	Azure Service = "azure"
	Local Service = "local"
)

// Family is a throttling bucket of the service (Microsoft Learn, "Microsoft Graph
// service-specific throttling limits").
type Family string

// The families. ConditionalAccess covers Conditional Access and ID Protection:
// one request per second for all apps of the tenant, without Retry-After.
// Reports: five requests per ten seconds. Keys: requests that select
// keyCredentials, 150 per minute.
const (
	Identity          Family = "identity"
	ConditionalAccess Family = "conditionalAccess"
	Reports           Family = "reports"
	Governance        Family = "governance"
	Keys              Family = "keyCredentials"
	AzureManager      Family = "azureResourceManager"
)

// Source is how a list is obtained.
type Source string

// The sources. A List is paged to its end; a Singleton is one object; PerID is
// one request per id found in another dataset, sent in batches; ByIDs asks for
// many ids at once.
const (
	List      Source = "list"
	Singleton Source = "singleton"
	PerID     Source = "perId"
	ByIDs     Source = "byIds"
	Record    Source = "record"
)

// Request is one request of the table, relative to the service's version root.
// {id} stands for an id found in another dataset, {since} for the start of the
// window.
type Request struct {
	Method  string // "" is GET
	Version string // v1.0, beta, or an Azure api-version
	Path    string
	Select  []string
	Expand  string
	Filter  string
	Top     int // 0: not sent
	// Eventual asks for ConsistencyLevel: eventual and $count=true, which
	// advanced queries on directory objects need.
	Eventual bool
	Family   Family
}

// OneObject reports a request that one object answers: its path ends with an id.
func (r Request) OneObject() bool { return strings.HasSuffix(r.Path, "{id}") }

// Read is how a relation of a dataset's objects is read.
type Read string

// A relation that comes Inline is part of the base request. Expanded ones take
// a pass of their own over the list, because Graph expands one relationship per
// request and cuts it silently at about 20 entries; at the cap it is read in
// full per object. PerObject ones are read in batches.
const (
	Inline    Read = "inline"
	Expanded  Read = "expand"
	PerObject Read = "perObject"
)

// Relation is one relation of a dataset's objects.
type Relation struct {
	Name string
	Read Read
	// Full is the request that reads the relation of one object in full; {id}
	// is that object's id.
	Full Request
	// Into names the dataset that the entries go to, if not inline.
	Into tenant.Dataset
}

// Permission is one permission a dataset takes.
type Permission struct {
	Name string
	// ApplicationID and DelegatedID are the ids of the app role and of the
	// scope on Microsoft Graph; "" where none is published.
	ApplicationID string
	DelegatedID   string
	// Accepted are other permissions that do as well.
	Accepted []string
	// For says which part needs it, where it is not the whole dataset.
	For string
	// Optional permissions open a part without which the rest is still read.
	Optional bool
}

// Row is one dataset of the table.
type Row struct {
	Dataset tenant.Dataset
	Holds   string // what it is, for documentation
	Service Service
	Source  Source
	Request Request
	// PageMax is the largest page the service is known to return.
	PageMax   int
	Relations []Relation
	// After are the datasets whose ids are needed first; Beside those whose
	// objects it must match, which are read at the same time.
	After, Beside []tenant.Dataset
	// Permissions are all needed, each or one of its Accepted.
	Permissions []Permission
	// Roles are the least directory roles (Azure roles, for Azure) a user needs
	// beside a delegated permission; one of them is enough.
	Roles []string
	// Licence is what the tenant needs for the data to exist; "" for none.
	Licence string
	// Clouds where the data exists; nil is all.
	Clouds []string
	// Optional datasets may be absent without making a rule unknown.
	Optional bool
	// Section and URL name the source of these facts.
	Section string
	URL     string
}

// Table returns every row, in dataset order. The caller owns the slice and must
// not change what its rows point to.
func Table() []Row {
	return slices.Concat(inventoryRows(), accessRows(), policyRows(), governanceRows(), logRows(), lateRows())
}

// Of returns the row of d. It panics for a name that is no dataset, which is a
// mistake in the program.
func Of(d tenant.Dataset) Row {
	for _, row := range Table() {
		if row.Dataset == d {
			return row
		}
	}
	panic("no dataset is called " + string(d))
}

// InCloud reports whether the data exists in cloud ("" is public).
func (r Row) InCloud(cloud string) bool {
	if cloud == "" {
		cloud = "public"
	}
	return r.Clouds == nil || slices.Contains(r.Clouds, cloud)
}

// ReadBy returns the datasets that are read by ids in d, directly or through
// another one.
func ReadBy(d tenant.Dataset) []tenant.Dataset {
	found := []tenant.Dataset{d}
	for i := 0; i < len(found); i++ {
		for _, row := range Table() {
			by := slices.Contains(row.After, found[i]) || slices.Contains(row.Beside, found[i])
			if by && !slices.Contains(found, row.Dataset) {
				found = append(found, row.Dataset)
			}
		}
	}
	return found[1:]
}
