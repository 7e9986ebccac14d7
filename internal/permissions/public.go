package permissions

import "github.com/ztagent/ztagent/internal/tenant"

// Published yields the names of Microsoft Graph's permissions with their ids,
// and what Microsoft blocks for agents, without one. They are the same in every
// tenant.
func Published() func(yield func(name string, id tenant.ID) bool) {
	return func(yield func(string, tenant.ID) bool) {
		for _, p := range graphPermissions().byName {
			for _, id := range p.id {
				if !yield(p.name, id) {
					return
				}
			}
		}
		for fields := range tsvRows(forbiddenTSV) {
			if !yield(fields[1], tenant.ID{}) {
				return
			}
		}
	}
}

// BuiltInRoles yields the built-in directory roles that the lists of Microsoft
// name, with their template ids.
func BuiltInRoles() func(yield func(name string, id tenant.ID) bool) {
	return func(yield func(string, tenant.ID) bool) {
		for fields := range tsvRows(allowedRolesTSV) {
			if !yield(fields[0], tenant.ParseID(fields[1])) {
				return
			}
		}
		for fields := range tsvRows(privilegedRolesTSV) {
			if !yield(fields[1], tenant.ParseID(fields[0])) {
				return
			}
		}
	}
}
