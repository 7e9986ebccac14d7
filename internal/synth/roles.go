package synth

import (
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Directory roles by template id.
const (
	globalAdministrator      = "62e90394-69f5-4237-9190-012177145e10"
	applicationAdministrator = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
	cloudAppAdministrator    = "158c047a-c907-4556-b7ef-446551a6b5f7"
	securityAdministrator    = "194ae4cb-b126-40b2-bd5b-6091b380977d"
	agentIDAdministrator     = "db506228-d27e-4b7d-95e5-295956d6615f"
	helpdeskAdministrator    = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
	userAdministrator        = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	directoryReaders         = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
	messageCenterReader      = "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b"
	globalReader             = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	securityReader           = "5d6b6bb7-de71-4623-b4af-96380a352509"
	reportsReader            = "4a5d8f65-41da-4de4-8968-e035b65339cf"
)

func directoryRoles() []Object {
	return []Object{
		&RoleDefinition{ID: globalAdministrator, DisplayName: "Global Administrator", Privileged: true},
		&RoleDefinition{ID: applicationAdministrator, DisplayName: "Application Administrator", Privileged: true},
		&RoleDefinition{ID: cloudAppAdministrator, DisplayName: "Cloud Application Administrator", Privileged: true},
		&RoleDefinition{ID: securityAdministrator, DisplayName: "Security Administrator", Privileged: true},
		&RoleDefinition{ID: agentIDAdministrator, DisplayName: "Agent ID Administrator"},
		&RoleDefinition{ID: helpdeskAdministrator, DisplayName: "Helpdesk Administrator", Privileged: true},
		&RoleDefinition{ID: userAdministrator, DisplayName: "User Administrator", Privileged: true},
		&RoleDefinition{ID: directoryReaders, DisplayName: "Directory Readers"},
		&RoleDefinition{ID: messageCenterReader, DisplayName: "Message Center Reader"},
		&RoleDefinition{ID: globalReader, DisplayName: "Global Reader", Privileged: true},
		&RoleDefinition{ID: securityReader, DisplayName: "Security Reader", Privileged: true},
		&RoleDefinition{ID: reportsReader, DisplayName: "Reports Reader"},
	}
}

// hold gives a principal an active directory role: its roleAssignments row and
// its schedule instance. Without end it is permanent.
func (b *builder) hold(role, principal string, start, end time.Time) {
	id := opaqueID(b.TenantID, "role", role, principal) + "-1"
	b.Add(tenant.DatasetRoleAssignments, &RoleAssignment{
		ID: id, RoleDefinitionID: role, PrincipalID: principal,
	})
	b.Add(tenant.DatasetRoleAssignmentScheduleInstances, &RoleScheduleInstance{
		ID: id, RoleDefinitionID: role, PrincipalID: principal, Start: start, End: end,
	})
}

// mayActivate makes a principal eligible for a directory role.
func (b *builder) mayActivate(role, principal string, start, end time.Time) {
	b.Add(tenant.DatasetRoleEligibilityScheduleInstances, &RoleScheduleInstance{
		ID:               opaqueID(b.TenantID, "eligible", role, principal) + "-1-e",
		RoleDefinitionID: role, PrincipalID: principal,
		Start: start, End: end, Eligible: true,
	})
}

// holder adds the row that says who it is that holds a role.
func (b *builder) holder(a *AgentIdentity) {
	b.Add(tenant.DatasetDirectoryObjects, &AgentHolder{ID: a.ID, DisplayName: a.DisplayName})
}
