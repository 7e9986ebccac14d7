package synth

import "time"

// Restriction is one credential restriction of an app management policy.
type Restriction struct {
	Type, MaxLifetime string
	Disabled          bool
	AppsCreatedAfter  time.Time
}

func (r Restriction) write(w *writer) {
	w.open()
	w.str("restrictionType", r.Type)
	if r.Disabled {
		w.str("state", "disabled")
	} else {
		w.str("state", "enabled")
	}
	w.text("maxLifetime", r.MaxLifetime)
	w.date("restrictForAppsCreatedAfterDateTime", r.AppsCreatedAfter)
	w.null("excludeActors")
	w.close()
}

// DefaultAppManagementPolicy is the tenant's default app management policy.
type DefaultAppManagementPolicy struct {
	Enabled         bool
	Passwords, Keys []Restriction
}

func (p *DefaultAppManagementPolicy) write(w *writer) {
	w.open()
	w.str("id", "00000000-0000-0000-0000-000000000000")
	w.null("deletedDateTime")
	w.str("displayName", "Default app management tenant policy")
	w.str("description", "Default tenant policy that enforces app management restrictions on applications and service principals. To apply policy to targeted resources, create a new policy under appManagementPolicies collection.")
	w.boolean("isEnabled", p.Enabled)
	w.object("applicationRestrictions")
	writeAll(w, "passwordCredentials", p.Passwords)
	writeAll(w, "keyCredentials", p.Keys)
	w.close()
	w.object("servicePrincipalRestrictions")
	w.empty("passwordCredentials", "keyCredentials")
	w.close()
	w.close()
}

// AppManagementPolicy is a policy for some applications.
type AppManagementPolicy struct {
	ID, DisplayName, Description string
	Enabled                      bool
	Passwords, Keys              []Restriction
	AppliesTo                    []Ref
}

func (p *AppManagementPolicy) write(w *writer) {
	w.open()
	w.str("id", p.ID)
	w.null("deletedDateTime")
	w.str("displayName", p.DisplayName)
	w.text("description", p.Description)
	w.boolean("isEnabled", p.Enabled)
	w.object("restrictions")
	writeAll(w, "passwordCredentials", p.Passwords)
	writeAll(w, "keyCredentials", p.Keys)
	w.close()
	writeAll(w, "appliesTo", p.AppliesTo)
	w.close()
}
