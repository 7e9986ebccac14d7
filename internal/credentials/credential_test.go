package credentials

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/tenant"
)

func TestHolderAll(t *testing.T) {
	b := &tenant.AgentIdentityBlueprint{}
	b.PasswordCredentials.Items = []tenant.PasswordCredential{{}}
	b.KeyCredentials.Items = []tenant.KeyCredential{
		{Type: tenant.Some("AsymmetricX509Cert")},
		{Type: tenant.Some("Symmetric")},
		{Type: tenant.Some("X509CertAndPassword")},
		{},
		{Type: tenant.Null[string]()},
	}
	var nouns, pointers []string
	for c := range Blueprint(b).All() {
		nouns = append(nouns, c.Noun())
		pointers = append(pointers, c.Pointer(""))
	}
	assert.Equal(t, []string{"client secret", "certificate", "symmetric key", "certificate", "key", "key"}, nouns)
	assert.Equal(t, "/passwordCredentials/0", pointers[0])
	assert.Equal(t, "/keyCredentials/4", pointers[5])
	assert.Equal(t, "/keyCredentials/0/endDateTime", Credential{Collection: "keyCredentials"}.Pointer("endDateTime"))
}

func TestExpired(t *testing.T) {
	at := func(day int) tenant.Time { return tenant.TimeOf(time.Date(2026, 11, day, 6, 0, 0, 0, time.UTC)) }
	assert.False(t, Credential{End: at(21)}.Expired(at(20)))
	assert.True(t, Credential{End: at(20)}.Expired(at(20)), "at its very end it is over")
	assert.True(t, Credential{End: at(19)}.Expired(at(20)))
	assert.False(t, Credential{End: tenant.NullTime()}.Expired(at(20)))
	assert.False(t, Credential{}.Expired(at(20)))
}

func TestClassic(t *testing.T) {
	here, elsewhere := tenant.ParseID("here"), tenant.ParseID("elsewhere")
	s := &tenant.Snapshot{TenantID: here}
	s.ClassicAgentApplications.Append([]tenant.ClassicAgentApplication{
		{AppID: tenant.ParseID("app")}, {AppID: tenant.ParseID("blueprint")}, {}, // one lost its appId
	})
	s.AgentIdentityBlueprints.Append([]tenant.AgentIdentityBlueprint{{AppID: tenant.ParseID("blueprint")}})
	for name, c := range map[string]struct {
		agent tenant.ClassicAgent
		want  Sight
	}{
		"homed here":           {tenant.ClassicAgent{AppID: tenant.ParseID("APP"), AppOwnerOrganizationID: here}, Visible},
		"owner not returned":   {tenant.ClassicAgent{AppID: tenant.ParseID("app")}, Visible},
		"foreign":              {tenant.ClassicAgent{AppID: tenant.ParseID("app"), AppOwnerOrganizationID: elsewhere}, Elsewhere},
		"application not read": {tenant.ClassicAgent{AppID: tenant.ParseID("other"), AppOwnerOrganizationID: here}, Unread},
		"no appId":             {tenant.ClassicAgent{AppOwnerOrganizationID: here}, Unread},
		"managed identity": {tenant.ClassicAgent{
			AppID:                tenant.ParseID("mi"),
			ServicePrincipalType: tenant.Some("ManagedIdentity"),
		}, None},
		"agent identity": {tenant.ClassicAgent{
			AppID:                tenant.ParseID("agent"),
			ServicePrincipalType: tenant.Some("ServiceIdentity"),
		}, None},
		"blueprint principal": {tenant.ClassicAgent{AppID: tenant.ParseID("blueprint")}, None},
	} {
		_, sight := Classic(s, &c.agent)
		assert.Equal(t, c.want, sight, name)
	}
	stranger := tenant.ClassicAgent{AppID: tenant.ParseID("x"), AppOwnerOrganizationID: elsewhere}
	_, sight := Classic(&tenant.Snapshot{}, &stranger)
	assert.Equal(t, Unread, sight, "without the tenant's id nobody is foreign")
}
