package main

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ztagent/ztagent/internal/graph/graphtest"
)

// startAuthority is the script command "authority FIXTURE [REFUSAL]": it serves a
// fixture as Graph and Azure would, and beside it a sign-in service over TLS whose
// certificate the script's processes trust, so that azidentity's own credentials
// sign in. No ready-made token is set.
func startAuthority(ts *testscript.TestScript, _ bool, args []string) {
	server, err := graphtest.New(graphtest.Options{Snapshot: os.DirFS(ts.MkAbs(args[0]))})
	ts.Check(err)
	ts.Defer(server.Close)
	authority := graphtest.NewAuthority(server)
	ts.Defer(authority.Close)
	if len(args) > 1 {
		authority.Refuse(args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), authority.CA, 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("federated"), []byte(graphtest.Assertion), 0o600))
	for name, value := range map[string]string{
		"ZTAGENT_GRAPH_ENDPOINT": server.URL,
		"ZTAGENT_ARM_ENDPOINT":   server.URL,
		"AZURE_AUTHORITY_HOST":   authority.URL,
		"AUTHORITY":              authority.URL,
		"SSL_CERT_FILE":          ts.MkAbs("ca.pem"),
		"TENANT":                 server.Tenant(),
		"CLIENT":                 graphtest.ClientID,
		"SECRET":                 graphtest.Secret,
		"REQUEST_TOKEN":          graphtest.RequestToken,
	} {
		ts.Setenv(name, value)
	}
}
