package checks

import (
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
)

// judgeUndeclared implements "effective, and not in the requiredResourceAccess of
// a blueprint that declares any (declares none, or foreign: notApplicable)".
func judgeUndeclared(j *audit.Judge) {
	declared := map[*permissions.Inheritance]*declarations{}
	of := func(x *permissions.Inheritance) *declarations {
		d := declared[x]
		if d == nil {
			d = declarationsOf(x)
			declared[x] = d
		}
		return d
	}
	pairRule{
		kinds: bothKinds,
		scope: func(x *permissions.Inheritance) ruling { return of(x).whole },
		of: func(p *permissions.Permission, x *permissions.Inheritance) ruling {
			if d := of(x); d.whole.status == audit.Pass {
				return d.rule(p)
			}
			return allowed // its agents are out of scope or unknown as a whole
		},
	}.judge(j)
}

// declarations are the permissions that a blueprint says it needs.
type declarations struct {
	// whole is the ruling on all of its agents, where it is not pass.
	whole ruling
	on    map[accessKey]bool
	lost  string // an entry that may be any permission, and what it lacks
}

type accessKey struct {
	api, id tenant.ID
	kind    permissions.Kind
}

func declarationsOf(x *permissions.Inheritance) *declarations {
	d := &declarations{whole: allowed, on: map[accessKey]bool{}}
	switch {
	case x.Foreign:
		d.whole = ruling{status: audit.NotApplicable, why: "what its blueprint declares is not visible here: it is homed in another tenant"}
	case x.Blueprint == nil:
		d.whole = unclearBecause("its blueprint is not in agentIdentityBlueprints, or its agentIdentityBlueprintId was not returned")
	case !x.Blueprint.RequiredResourceAccess.Read():
		d.whole = unclearBecause("requiredResourceAccess of its blueprint was not returned")
	case len(x.Blueprint.RequiredResourceAccess.Items) == 0:
		d.whole = ruling{status: audit.NotApplicable, why: "its blueprint declares no permissions"}
	default:
		for i := range x.Blueprint.RequiredResourceAccess.Items {
			d.add(&x.Blueprint.RequiredResourceAccess.Items[i])
		}
	}
	return d
}

func (d *declarations) add(entry *tenant.RequiredResourceAccess) {
	if entry.ResourceAppID.IsZero() {
		d.lost = "an entry of requiredResourceAccess has no resourceAppId"
		return
	}
	if !entry.ResourceAccess.Complete() {
		d.lost = "an entry of requiredResourceAccess has no resourceAccess"
	}
	for _, access := range entry.ResourceAccess.Items {
		var kind permissions.Kind
		switch of := access.Type.Or(""); {
		case access.ID.IsZero():
			d.lost = "a resourceAccess of its blueprint has no id"
			continue
		case strings.EqualFold(of, "Scope"):
			kind = permissions.Delegated
		case strings.EqualFold(of, "Role"):
			kind = permissions.Application
		default:
			d.lost = "a resourceAccess of its blueprint has no type, or one that is not known"
			continue
		}
		d.on[accessKey{entry.ResourceAppID, access.ID, kind}] = true
	}
}

func (d *declarations) rule(p *permissions.Permission) ruling {
	api := p.APIAppID()
	switch {
	case api.IsZero():
		return unclearBecause(unknownAPI(p))
	case p.ID.IsZero() && p.Unnamed != "":
		return unclearBecause(p.Unnamed)
	case p.ID.IsZero():
		return unclearBecause("the id of the scope is not in the oauth2PermissionScopes of its API")
	case d.on[accessKey{api, p.ID, p.Kind}]:
		return allowed
	case d.lost != "":
		return unclearBecause(d.lost)
	}
	return ruling{
		status: audit.Fail, expected: "declared in requiredResourceAccess of the blueprint",
		says: holds(p) + ", which its blueprint does not declare",
		why:  "Whoever approved the blueprint was not told of it.",
	}
}

// judgeInheritAll implements "inherit-all high, blueprint: inheritablePermissions
// inherit all scopes or all roles of an API".
func judgeInheritAll(j *audit.Judge) {
	for b := range j.Tenant.AgentIdentityBlueprints.All() {
		if !b.InheritablePermissions.Read() {
			j.Unknown(b, "What the agents of "+lowered(b)+" inherit cannot be told: inheritablePermissions were not returned.",
				audit.At(b, "/inheritablePermissions", "not returned", "a list"))
			continue
		}
		judgeInheritable(j, b)
	}
}

func judgeInheritable(j *audit.Judge, b *tenant.AgentIdentityBlueprint) {
	var evidence []audit.Evidence
	var all, unread []string
	for i := range b.InheritablePermissions.Items {
		entry := &b.InheritablePermissions.Items[i]
		for _, k := range bothKinds {
			property := [2]string{"inheritableRoles", "inheritableScopes"}[k]
			what := property + " of " + permissions.APIName(entry.ResourceAppID)
			switch permissions.InheritsAll(entry, k) {
			case tenant.Yes:
				all = append(all, what)
				evidence = append(evidence, audit.At(b, pointerTo("inheritablePermissions", i, property), "allAllowed", "enumerated or none"))
			case tenant.Unknown:
				unread = append(unread, what)
			}
		}
	}
	switch {
	case len(all) > 0:
		j.Fail(b, named(b)+" passes on every permission of an API to its agents: "+strings.Join(all, ", ")+". "+
			"What is granted to its principal tomorrow, every agent has at once, and no list of the agent shows it.", evidence...)
	case len(unread) > 0:
		j.Unknown(b, "Whether "+lowered(b)+" passes on all permissions cannot be told: "+strings.Join(unread, ", ")+
			" were not returned, or are of an unknown kind.", audit.At(b, "/inheritablePermissions", "not known", "enumerated or none"))
	case !b.InheritablePermissions.Complete():
		j.Unknown(b, "Whether "+lowered(b)+" passes on all permissions cannot be told: inheritablePermissions were not "+
			"returned in full.", audit.At(b, "/inheritablePermissions", "cut short", "all entries"))
	default:
		j.Pass(b)
	}
}
