package tenant

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The bulk datasets, pulled by hand. Each function reads one object.

func pullAgentIdentity(p *puller, a *AgentIdentity) error {
	var traits AgentTraits
	defer func() { a.AgentTraits = p.agents.one(traits) }()
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.id(&a.ID)
		case "agentIdentityBlueprintId":
			return p.id(&traits.AgentIdentityBlueprintID)
		case "createdByAppId":
			return p.id(&traits.CreatedByAppID)
		case "displayName":
			return p.text(&a.DisplayName)
		case "disabledByMicrosoftStatus":
			return p.sharedText(&traits.DisabledByMicrosoftStatus)
		case "accountEnabled":
			return p.bool(&traits.AccountEnabled)
		case "createdDateTime":
			return p.time(&a.CreatedDateTime)
		case "customSecurityAttributes":
			return p.attributes(&traits.CustomSecurityAttributes)
		case "sponsors":
			return p.relation(&a.Sponsors)
		case "sponsors@odata.nextLink":
			return nextLink(p, &a.Sponsors)
		case "owners":
			return p.relation(&a.Owners)
		case "owners@odata.nextLink":
			return nextLink(p, &a.Owners)
		case "inheritedAppRoleAssignments":
			return json.UnmarshalDecode(p.Decoder, &a.inherited().AppRoleAssignments)
		case "inheritedOauth2PermissionGrants":
			return json.UnmarshalDecode(p.Decoder, &a.inherited().OAuth2PermissionGrants)
		}
		return p.SkipValue()
	})
}

func (a *AgentIdentity) inherited() *InheritedGrants {
	if a.Inherited == nil {
		a.Inherited = &InheritedGrants{}
	}
	return a.Inherited
}

func pullOAuth2PermissionGrant(p *puller, g *OAuth2PermissionGrant) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.text(&g.ID)
		case "clientId":
			return p.id(&g.ClientID)
		case "resourceId":
			return p.id(&g.ResourceID)
		case "principalId":
			return p.id(&g.PrincipalID)
		case "consentType":
			return p.sharedText(&g.ConsentType)
		case "scope":
			return p.sharedText(&g.Scope)
		}
		return p.SkipValue()
	})
}

func pullAppRoleAssignment(p *puller, a *AppRoleAssignment) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.text(&a.ID)
		case "appRoleId":
			return p.id(&a.AppRoleID)
		case "principalId":
			return p.id(&a.PrincipalID)
		case "resourceId":
			return p.id(&a.ResourceID)
		case "createdDateTime":
			return p.time(&a.CreatedDateTime)
		}
		return p.SkipValue()
	})
}

func pullGroupMembership(p *puller, m *GroupMembership) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.id(&m.ID)
		case "transitiveMemberOf":
			state, err := p.array(func() error {
				m.TransitiveMemberOf.Items = append(m.TransitiveMemberOf.Items, MemberOf{})
				return pullMemberOf(p, &m.TransitiveMemberOf.Items[len(m.TransitiveMemberOf.Items)-1])
			})
			if m.TransitiveMemberOf.State != RelationTruncated {
				m.TransitiveMemberOf.State = state
			}
			return err
		case "transitiveMemberOf@odata.nextLink":
			return nextLink(p, &m.TransitiveMemberOf)
		}
		return p.SkipValue()
	})
}

func pullMemberOf(p *puller, m *MemberOf) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.id(&m.ID)
		case "@odata.type":
			return p.sharedText(&m.ODataType)
		case "displayName":
			return p.sharedText(&m.DisplayName)
		case "roleTemplateId":
			return p.id(&m.RoleTemplateID)
		}
		return p.SkipValue()
	})
}

func pullSignIn(p *puller, s *SignIn) error {
	var traits SignInTraits
	var ids signInIDs
	defer func() {
		s.SignInTraits = p.signIns.one(traits)
		if ids != (signInIDs{appID: s.ServicePrincipalID}) {
			s.other = &ids
		}
	}()
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.noteKey()
		case "servicePrincipalId":
			return p.id(&s.ServicePrincipalID)
		case "appId":
			return p.id(&ids.appID)
		case "userId":
			return p.id(&ids.userID)
		case "createdDateTime":
			return p.time(&s.CreatedDateTime)
		case "clientCredentialType":
			return p.word(&traits.ClientCredentialType)
		case "agent":
			return optionalObject(p, func() error { return pullAgentSignIn(p, &traits, &ids) })
		case "status":
			return optionalObject(p, func() error {
				return p.object(func(name []byte) error {
					if string(name) == "errorCode" {
						return p.int(&s.ErrorCode)
					}
					return p.SkipValue()
				})
			})
		}
		return p.SkipValue()
	})
}

func pullAgentSignIn(p *puller, s *SignInTraits, ids *signInIDs) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "agentType":
			return p.word(&s.AgentType)
		case "agentSubjectType":
			return p.word(&s.AgentSubjectType)
		case "agentSubjectParentId":
			return p.id(&ids.agentSubjectParentID)
		case "parentAppId":
			return p.id(&s.ParentAppID)
		}
		return p.SkipValue()
	})
}

func pullDirectoryAudit(p *puller, a *DirectoryAudit) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.noteKey()
		case "activityDateTime":
			return p.time(&a.ActivityDateTime)
		case "result":
			return p.word(&a.Result)
		case "activityDisplayName":
			return p.word(&a.ActivityDisplayName)
		case "initiatedBy":
			return optionalObject(p, func() error { return pullInitiatedBy(p, a) })
		case "targetResources":
			state, err := p.array(func() error {
				a.Targets = append(a.Targets, AuditTarget{})
				return pullAuditTarget(p, &a.Targets[len(a.Targets)-1])
			})
			a.TargetsRead = state == RelationComplete
			return err
		}
		return p.SkipValue()
	})
}

func pullInitiatedBy(p *puller, a *DirectoryAudit) error {
	return p.object(func(party []byte) error {
		switch string(party) {
		case "app":
			return optionalObject(p, func() error { return p.idMember("servicePrincipalId", &a.InitiatedByAppID) })
		case "user":
			return optionalObject(p, func() error { return p.idMember("id", &a.InitiatedByUserID) })
		}
		return p.SkipValue()
	})
}

// idMember reads an object of which only one id matters.
func (p *puller) idMember(member string, id *ID) error {
	return p.object(func(name []byte) error {
		if string(name) == member {
			return p.id(id)
		}
		return p.SkipValue()
	})
}

func pullAuditTarget(p *puller, t *AuditTarget) error {
	t.Enabled = EnabledUnread
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.id(&t.ID)
		case "modifiedProperties":
			found := EnabledUntouched
			state, err := p.array(func() error {
				var change propertyChange
				err := pullPropertyChange(p, &change)
				if c := change.enabled(); c != EnabledUntouched {
					found = c
				}
				return err
			})
			if state == RelationComplete {
				t.Enabled = found
			}
			return err
		}
		return p.SkipValue()
	})
}

// propertyChange is an entry of modifiedProperties; the values are JSON texts
// such as [true].
type propertyChange struct {
	name, oldValue, newValue string
}

func pullPropertyChange(p *puller, c *propertyChange) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "displayName":
			return p.word(&c.name)
		case "oldValue":
			return p.word(&c.oldValue)
		case "newValue":
			return p.word(&c.newValue)
		}
		return p.SkipValue()
	})
}

func (c propertyChange) enabled() EnabledChange {
	was, is := truth(c.oldValue), truth(c.newValue)
	switch {
	case c.name == "" && was != is: // lost its name; its values are a boolean's
		return EnabledUnclear
	case c.name != "AccountEnabled":
		return EnabledUntouched
	case was == "true" && is == "false":
		return EnabledToFalse
	case was == "false" && is == "true":
		return EnabledToTrue
	case was == is && was != "", c.oldValue == "[]" && is != "":
		// Nothing was changed, or the object was made with it.
		return EnabledUntouched
	}
	return EnabledUnclear
}

func truth(text string) string {
	switch text {
	case "[true]", "true", "[True]", "True", `["true"]`, `"true"`:
		return "true"
	case "[false]", "false", "[False]", "False", `["false"]`, `"false"`:
		return "false"
	}
	return ""
}

// optionalObject calls read unless the value is null.
func optionalObject(p *puller, read func() error) error {
	if p.PeekKind() == 'n' {
		return p.SkipValue()
	}
	return read()
}

// optional reads an object that may be null.
func optional[T any](p *puller, o *Opt[T], read func(*puller, *T) error) error {
	if p.PeekKind() == 'n' {
		*o = Null[T]()
		return p.SkipValue()
	}
	o.state = present
	return read(p, &o.value)
}

// noteKey reads an id of which only equality matters.
func (p *puller) noteKey() error {
	raw, ok, err := p.scalar("an id", '"')
	if err != nil || !ok {
		return err
	}
	p.key = hashOf(raw)
	return nil
}

// hashOf is FNV-1a; a collision costs a comparison of two objects, no more.
func hashOf(raw jsontext.Value) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range raw {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}
