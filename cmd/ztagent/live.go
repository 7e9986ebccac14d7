package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/tenant"
)

// liveOptions are the flags of a run against Microsoft Graph.
type liveOptions struct {
	Tenant        string
	ClientID      string
	Auth          string
	Certificate   string
	Cloud         string
	GraphEndpoint string
	ARMEndpoint   string
	Since         string
	Concurrency   int
	Drills        string
}

func (o *liveOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.Tenant, "tenant", "", "the tenant to read: an `ID` or a domain")
	flags.StringVar(&o.ClientID, "client-id", "", "application `ID` to sign in with; browser and device-code need one with consented scopes")
	flags.StringVar(&o.Auth, "auth", "", "how to sign in: "+strings.Join(graph.Methods(), ", "))
	flags.StringVar(&o.Certificate, "certificate", "", "`FILE` with certificate and private key, for client-certificate")
	flags.StringVar(&o.Cloud, "cloud", "public", strings.Join(graph.CloudNames(), ", "))
	flags.StringVar(&o.GraphEndpoint, "graph-endpoint", "", "another `URL` for Microsoft Graph")
	flags.StringVar(&o.ARMEndpoint, "arm-endpoint", "", "another `URL` for Azure Resource Manager")
	flags.StringVar(&o.Since, "since", "30d", "how far back sign-ins and audits are read, as 30d or 12h")
	flags.IntVar(&o.Concurrency, "concurrency", graph.DefaultConcurrency, "requests under way at most")
}

// registerDrills adds the flag for records of drills, for commands whose snapshot
// holds them.
func (o *liveOptions) registerDrills(flags *pflag.FlagSet) {
	flags.StringVar(&o.Drills, "drills", "", "take the drill records in this `FILE` into a live run, as 'ztagent drill verify -o' keeps them")
}

func completeLive(cmd *cobra.Command) {
	completeFrom(cmd, "auth", graph.Methods())
	completeFrom(cmd, "cloud", graph.CloudNames())
}

// wanted reports whether a live run was asked for.
func (o *liveOptions) wanted(w *world) bool {
	return o.Tenant != "" || o.Auth != "" || o.ClientID != "" || o.Certificate != "" || w.env("ZTAGENT_GRAPH_TOKEN") != ""
}

// session prepares the sign-in from flags and environment.
func (o *liveOptions) session(ctx context.Context, w *world) (*graph.Session, error) {
	cloud, err := graph.CloudOf(o.Cloud, graph.Endpoints{
		Graph: o.GraphEndpoint, ARM: o.ARMEndpoint, Authority: w.env("AZURE_AUTHORITY_HOST"),
	})
	if err != nil {
		return nil, usageError("%w", err)
	}
	or := func(flag, variable string) string {
		if flag != "" {
			return flag
		}
		return w.env(variable)
	}
	certificate := or(o.Certificate, "AZURE_CLIENT_CERTIFICATE_PATH")
	if certificate != "" {
		warnIfShared(w, "the certificate's key in", certificate, "; make it yours alone (chmod 600)")
	}
	session, err := graph.SignIn{
		Method:              o.Auth,
		TenantID:            or(o.Tenant, "AZURE_TENANT_ID"),
		ClientID:            or(o.ClientID, "AZURE_CLIENT_ID"),
		ClientSecret:        w.env("AZURE_CLIENT_SECRET"),
		CertificateFile:     certificate,
		CertificatePassword: w.env("AZURE_CLIENT_CERTIFICATE_PASSWORD"),
		FederatedTokenFile:  w.env("AZURE_FEDERATED_TOKEN_FILE"),
		GitHubRequestURL:    w.env("ACTIONS_ID_TOKEN_REQUEST_URL"),
		GitHubRequestToken:  w.env("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
		ServiceConnectionID: w.env("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"),
		SystemAccessToken:   w.env("SYSTEM_ACCESSTOKEN"),
		GraphToken:          w.env("ZTAGENT_GRAPH_TOKEN"),
		ARMToken:            w.env("ZTAGENT_ARM_TOKEN"),
		Prompt:              func(message string) { fmt.Fprintln(w.Err, printable(message)) },
	}.Open(ctx, cloud)
	if err != nil {
		return nil, cannotRun(err)
	}
	return session, nil
}

// collectOptions are what a collection is told beside the sign-in.
type collectOptions struct {
	Dir      string
	Resume   bool
	Datasets []tenant.Dataset // nil is all
	Quiet    bool
	Verbose  bool
	Still    bool // no moving progress
	Nameless bool // nothing that is printed may name objects of the tenant
}

// collect reads the tenant into a snapshot directory, showing preflight and
// progress on stderr.
func (o *liveOptions) collect(ctx context.Context, w *world, c collectOptions) (graph.Result, error) {
	window, err := sinceDuration(o.Since)
	if err != nil {
		return graph.Result{}, err
	}
	drills, err := drillRecords(o.Drills)
	if err != nil {
		return graph.Result{}, err
	}
	session, err := o.session(ctx, w)
	if err != nil {
		return graph.Result{}, err
	}
	claims, err := session.Claims(ctx)
	if err != nil {
		return graph.Result{}, signInFailure(w, err, c.Verbose)
	}
	if !c.Quiet {
		printPreflight(w.Err, claims, c.Datasets)
	}
	shown := newProgress(w, c)
	result, err := graph.Collect(ctx, graph.Options{
		Session: session, Dir: c.Dir, Resume: c.Resume, Datasets: c.Datasets,
		Window: window, Concurrency: o.Concurrency, Drills: drills,
		Tool:     tenant.ManifestTool{Name: "ztagent", Version: versionName()},
		Progress: shown.event, Clock: w.clock(),
	})
	shown.end()
	if err != nil {
		return result, signInFailure(w, err, c.Verbose)
	}
	if c.Verbose {
		printUsage(w.Err, result.Manifest)
	}
	return result, nil
}

// signInFailure prints what the identity library says with -v; the sentence is
// the error's own.
func signInFailure(w *world, err error, verbose bool) error {
	var failed *graph.SignInError
	if errors.As(err, &failed) && verbose && failed.Err != nil {
		fmt.Fprintln(w.Err, printable(failed.Err.Error()))
	}
	return cannotRun(err)
}

// sinceDuration reads 30d, 12h, 90m.
func sinceDuration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		if _, err := fmt.Sscanf(days, "%d", &n); err == nil && fmt.Sprint(n) == days && n > 0 && n <= 3650 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && d >= time.Minute {
		return d.Truncate(time.Second), nil
	}
	return 0, usageError("--since: %q is not a duration such as 30d or 12h", text)
}

// collectAside collects into a private temporary directory, which closing the
// snapshot removes.
func (o *liveOptions) collectAside(ctx context.Context, w *world, c collectOptions) (*tenant.Snapshot, error) {
	dir, err := os.MkdirTemp("", "ztagent-")
	if err != nil {
		return nil, cannotRun(fmt.Errorf("making a temporary directory: %w", err))
	}
	remove := func() error { return os.RemoveAll(dir) }
	c.Dir = dir
	if _, err := o.collect(ctx, w, c); err != nil {
		_ = remove()
		return nil, err
	}
	s, err := openSnapshot(dir)
	if err != nil {
		_ = remove()
		return nil, err
	}
	s.Path = "" // nobody can open it after the run
	s.OnClose(remove)
	return s, nil
}
