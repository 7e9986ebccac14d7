package graph_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/internal/tenant"
)

// TestOnlyReads: the server fails the test on any other request; these are the
// POSTs that there are.
func TestOnlyReads(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	collect(t, s, nil)
	for _, r := range s.Requests() {
		if r.Method != http.MethodGet {
			assert.Contains(t, []string{"/v1.0/$batch", "/beta/$batch", "/v1.0/directoryObjects/getByIds"}, r.Path)
			assert.Equal(t, http.MethodPost, r.Method)
		}
	}
}

// elsewhere is a host that must never hear from us.
func elsewhere(t *testing.T) (string, *atomic.Int64) {
	var calls atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		fmt.Fprint(w, `{"value":[]}`)
	}))
	t.Cleanup(s.Close)
	return s.URL, &calls
}

// TestNoTokenGoesElsewhere: neither next links nor redirects lead to another
// host, not even to another port of this one.
func TestNoTokenGoesElsewhere(t *testing.T) {
	other, calls := elsewhere(t)
	for name, respond := range map[string]func(w http.ResponseWriter, r *http.Request){
		"next link": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"value":[{"id":"x"}],"@odata.nextLink":"%s/v1.0/x"}`, other)
		},
		"next link without scheme": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"value":[{"id":"x"}],"@odata.nextLink":"%s/v1.0/x"}`, strings.TrimPrefix(other, "http:"))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other+r.URL.Path, http.StatusFound) },
		"redirect 308": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other+r.URL.Path, http.StatusPermanentRedirect)
		},
		"next link with user": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"value":[],"@odata.nextLink":"http://%s@%s/v1.0/x"}`, r.Host, strings.TrimPrefix(other, "http://"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			result, _ := against(t, respond, tenant.DatasetNamedLocations)
			entry := result.Manifest.Datasets[tenant.DatasetNamedLocations]
			assert.Contains(t, []string{"truncated", "failed"}, entry.Status)
			require.NotNil(t, entry.Error)
			assert.NotEmpty(t, entry.Error.Message)
		})
	}
	assert.Zero(t, calls.Load())
}

// TestNoSecretGoesElsewhere: a sign-in service that redirects a token request does
// not get the secret or the job's token to another host.
func TestNoSecretGoesElsewhere(t *testing.T) {
	other, calls := elsewhere(t)
	var asked atomic.Int64
	hostile := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		root := "https://" + r.Host + "/"
		switch {
		case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
			fmt.Fprintf(w, `{"issuer":"%[1]s%[2]s/v2.0","authorization_endpoint":"%[1]sa","token_endpoint":"%[1]sx/oauth2/v2.0/token"}`, root, tenantID)
		default:
			asked.Add(1)
			http.Redirect(w, r, other+r.URL.Path, http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(hostile.Close)
	c, err := graph.CloudOf("", graph.Endpoints{Authority: hostile.URL + "/"})
	require.NoError(t, err)
	for name, in := range map[string]graph.SignIn{
		"client-secret": {ClientSecret: graphtest.Secret},
		"github-oidc":   {GitHubRequestURL: hostile.URL + "/github", GitHubRequestToken: graphtest.RequestToken},
		"device-code":   {},
	} {
		in.Method, in.TenantID, in.ClientID, in.HTTP = name, tenantID, graphtest.ClientID, hostile.Client()
		session, err := in.Open(t.Context(), c)
		require.NoError(t, err)
		_, err = session.Claims(t.Context())
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), graphtest.Secret)
	}
	assert.GreaterOrEqual(t, asked.Load(), int64(3))
	assert.Zero(t, calls.Load())
}

// against collects one dataset from a handler that answers as it likes.
func against(t *testing.T, respond http.HandlerFunc, datasets ...tenant.Dataset) (graph.Result, string) {
	t.Helper()
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	hostile := httptest.NewServer(respond)
	t.Cleanup(hostile.Close)
	c, err := graph.CloudOf("", graph.Endpoints{Graph: hostile.URL, ARM: hostile.URL})
	require.NoError(t, err)
	token := s.Token()
	in, err := graph.SignIn{GraphToken: token, ARMToken: token}.Open(t.Context(), c)
	require.NoError(t, err)
	return collect(t, s, func(o *graph.Options) { o.Session, o.Datasets = in, datasets })
}

// TestTokensAreNowhere: a service that sends the token back, in errors and in
// data, does not get it into events, errors or files.
func TestTokensAreNowhere(t *testing.T) {
	s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
	token := s.Token()
	hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		got := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case strings.Contains(r.URL.Path, "namedLocations"):
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"error":{"code":"%s","message":"you sent %s","innerError":{"request-id":"%s"}}}`, got, got, got)
		case strings.Contains(r.URL.Path, "$batch"):
			fmt.Fprintf(w, `{"responses":[{"id":"0","status":403,"body":{"error":{"code":"x","message":"%s"}}}]}`, got)
		default:
			fmt.Fprintf(w, `{"value":[{"id":"%s"}]}`, got)
		}
	}))
	t.Cleanup(hostile.Close)
	c, err := graph.CloudOf("", graph.Endpoints{Graph: hostile.URL, ARM: hostile.URL})
	require.NoError(t, err)
	in, err := graph.SignIn{GraphToken: token, ARMToken: token}.Open(t.Context(), c)
	require.NoError(t, err)
	var told strings.Builder
	result, dir := collect(t, s, func(o *graph.Options) {
		o.Session = in
		o.Progress = func(e graph.Event) { fmt.Fprintf(&told, "%+v %+v\n", e, e.Entry.Error) }
	})
	assert.Zero(t, result.Complete)
	secret := strings.Split(token, ".")[1]
	assert.NotContains(t, told.String(), secret)
	assert.NotContains(t, fmt.Sprintf("%+v", result), secret)
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		if !e.IsDir() {
			body, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.NotContains(t, string(body), secret, path)
		}
		return nil
	}))
}

func TestSecretsAreDropped(t *testing.T) {
	fsys := files(t, map[string]string{
		"manifest": `{"schemaVersion":1,"tenantId":"` + tenantID + `"}`,
		"agentIdentityBlueprints": `{"value":[{"id":"` + blueprint + `","appId":"` + app + `","displayName":"secretText: \"s3cr3t-name\"",
			"passwordCredentials":[{"keyId":"0a44c1d0-6e1b-4a3d-9d2f-52b7c9e81111","secretText":"s3cr3t-value"},{"keyId":"1a44c1d0-6e1b-4a3d-9d2f-52b7c9e81111","secretText":null}],
			"sponsors":[],"owners":[],"federatedIdentityCredentials":[],"inheritablePermissions":[]}]}`,
	})
	s := graphtest.Start(t, graphtest.Options{Snapshot: fsys})
	_, dir := collect(t, s, func(o *graph.Options) { o.Datasets = []tenant.Dataset{tenant.DatasetAgentIdentityBlueprints} })
	body, err := os.ReadFile(filepath.Join(dir, "agentIdentityBlueprints.json"))
	require.NoError(t, err)
	assert.NotContains(t, string(body), "s3cr3t-value")
	assert.Contains(t, string(body), `s3cr3t-name`, "a name is no secret")
	assert.Equal(t, 1, open(t, os.DirFS(dir)).AgentIdentityBlueprints.Len())
}

// TestOneRefusalLeavesTheOthersWhole takes one permission away after another.
func TestOneRefusalLeavesTheOthersWhole(t *testing.T) {
	before := passes(verdicts(t, contoso(t)))
	for permission, want := range map[string][]tenant.Dataset{
		"Policy.Read.All": {
			tenant.DatasetConditionalAccessPolicies, tenant.DatasetNamedLocations, tenant.DatasetSecurityDefaults,
			tenant.DatasetDefaultAppManagementPolicy, tenant.DatasetAppManagementPolicies, tenant.DatasetContinuousAccessEvaluationPolicy,
		},
		"AuditLog.Read.All":                  {tenant.DatasetSignIns, tenant.DatasetDirectoryAudits},
		"IdentityRiskyAgent.Read.All":        {tenant.DatasetRiskyAgents},
		"EntitlementManagement.Read.All":     {tenant.DatasetAccessPackages, tenant.DatasetAccessPackageAssignmentPolicies, tenant.DatasetAccessPackageAssignments},
		graphtest.AzureReader:                {tenant.DatasetDiagnosticSettings, tenant.DatasetLogAnalyticsWorkspaces},
		"AgentIdentity.Read.All":             {tenant.DatasetAgentIdentities, tenant.DatasetAppRoleAssignments},
		"LifecyclePolicies-AgentId.Read.All": {tenant.DatasetLifecyclePolicies, tenant.DatasetLifecycleSubjects},
	} {
		t.Run(permission, func(t *testing.T) {
			s := graphtest.Start(t, graphtest.Options{Snapshot: contoso(t)})
			roles := without(without(graphtest.EveryRole(), permission), strings.ReplaceAll(permission, "Read.All", "ReadWrite.All"))
			result, dir := collect(t, s, func(o *graph.Options) { o.Session = session(t, s, s.Token(roles...)) })
			for d, entry := range result.Manifest.Datasets {
				status := "complete"
				for _, w := range want {
					if w == d {
						status = "forbidden"
					}
				}
				if d == tenant.DatasetKillSwitchDrills {
					status = "absent"
				}
				assert.Equal(t, status, entry.Status, "%s: %+v", d, entry.Error)
				if status == "forbidden" {
					assert.NoFileExists(t, filepath.Join(dir, string(d)+".json"))
					assert.NotEmpty(t, entry.Error.Code+entry.Error.Message)
				}
			}
			live := open(t, os.DirFS(dir))
			for rule := range passes(verdicts(t, os.DirFS(dir))) {
				assert.True(t, before[rule], "%s passes for want of %s", rule, permission)
			}
			_, ok := live.Gap(want[0])
			assert.True(t, ok)
		})
	}
}

// TestHostileAnswers: nothing a service sends hangs, crashes or fools the
// collector.
func TestHostileAnswers(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing":               ``,
		"null":                  `null`,
		"a list":                `[]`,
		"no value":              `{"a":1}`,
		"two values":            `{"value":[],"value":[{"id":"x"}]}`,
		"two ids":               `{"value":[{"id":"a","id":"b"}]}`,
		"invalid UTF-8":         "{\"value\":[{\"id\":\"\xff\"}]}",
		"something behind":      `{"value":[]}{"value":[]}`,
		"a number as link":      `{"value":[],"@odata.nextLink":7}`,
		"an empty link":         `{"value":[],"@odata.nextLink":""}`,
		"a strange link":        `{"value":[],"@odata.nextLink":"::::"}`,
		"deep nesting":          `{"value":[` + strings.Repeat(`{"a":`, 20_000) + `1` + strings.Repeat(`}`, 20_000) + `]}`,
		"half a surrogate":      `{"value":[{"id":"\ud800"}]}`,
		"a page without an end": `{"value":[{"id":"a"}`,
	} {
		t.Run(name, func(t *testing.T) {
			result, dir := against(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, answer)
			}, tenant.DatasetNamedLocations, tenant.DatasetSecurityDefaults)
			assert.Contains(t, []string{"failed", "truncated"}, result.Manifest.Datasets[tenant.DatasetNamedLocations].Status)
			gap, ok := open(t, os.DirFS(dir)).Gap(tenant.DatasetNamedLocations)
			assert.True(t, ok)
			assert.NotEmpty(t, gap.Reason)
		})
	}
}

// TestHostileHeaders: claims challenges that the SDK cannot parse, endless
// Retry-After, and so on.
func TestHostileHeaders(t *testing.T) {
	for name, header := range map[string]http.Header{
		"a claims challenge without quotes": {"Www-Authenticate": {"Bearer claims=x"}},
		"a wait without end":                {"Retry-After": {"99999999999"}},
		"a negative wait":                   {"Retry-After": {"-5"}},
		"a wait that is no number":          {"Retry-After": {"soon"}},
		"a date without end":                {"Retry-After": {"Fri, 31 Dec 9999 23:59:59 GMT"}},
	} {
		t.Run(name, func(t *testing.T) {
			status := http.StatusTooManyRequests
			if header.Get("Www-Authenticate") != "" {
				status = http.StatusUnauthorized
			}
			var calls atomic.Int64
			result, _ := against(t, func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				for k, v := range header {
					w.Header()[k] = v
				}
				w.WriteHeader(status)
			}, tenant.DatasetNamedLocations)
			assert.NotEqual(t, "complete", result.Manifest.Datasets[tenant.DatasetNamedLocations].Status)
			assert.Less(t, calls.Load(), int64(25))
		})
	}
}
