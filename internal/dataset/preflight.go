package dataset

import (
	"slices"
	"strings"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Need is one permission that datasets take, beside what a token holds.
type Need struct {
	Permission Permission
	Datasets   []tenant.Dataset
	// Held is true when the token has the permission, or one accepted in its
	// place for every dataset.
	Held bool
	// Lacking are the datasets that the token cannot read for want of it.
	Lacking []tenant.Dataset
}

// Preflight compares the permissions that a token holds with those that datasets
// take, sorted by name. It is advice: the service has the last word.
func Preflight(held []string, datasets []tenant.Dataset) []Need {
	byName := map[string]*Need{}
	for _, d := range datasets {
		for _, p := range Of(d).Permissions {
			n := byName[p.Name]
			if n == nil {
				n = &Need{Permission: Permission{Name: p.Name, ApplicationID: p.ApplicationID, DelegatedID: p.DelegatedID, Optional: true}, Held: true}
				byName[p.Name] = n
			}
			n.Permission.Optional = n.Permission.Optional && p.Optional
			n.Datasets = append(n.Datasets, d)
			if !p.SatisfiedBy(held) {
				n.Held = false
				n.Lacking = append(n.Lacking, d)
			}
		}
	}
	needs := make([]Need, 0, len(byName))
	for _, n := range byName {
		needs = append(needs, *n)
	}
	slices.SortFunc(needs, func(a, b Need) int { return strings.Compare(a.Permission.Name, b.Permission.Name) })
	return needs
}

// Lacks returns the names of the permissions without which a token that holds
// held cannot read d; none means that it can. Optional ones do not count.
func Lacks(held []string, d tenant.Dataset) []string {
	var names []string
	for _, p := range Of(d).Permissions {
		if !p.Optional && !p.SatisfiedBy(held) {
			names = append(names, p.Name)
		}
	}
	return names
}
