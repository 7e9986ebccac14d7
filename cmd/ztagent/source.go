package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/fixtures"
	"github.com/ztagent/ztagent/internal/tenant"
)

// sourceOptions say where the tenant is read from.
type sourceOptions struct {
	Snapshot string
	Demo     bool
	Save     string
	Resume   bool
	Verify   bool
	live     liveOptions
}

func (o *sourceOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.Snapshot, "snapshot", "", "read the snapshot at `PATH`: a directory, a .zip or a .tar.gz")
	flags.StringVar(&o.Snapshot, "fixture", "", "alias of --snapshot")
	flags.BoolVar(&o.Demo, "demo", false, "read the example tenant that is built in")
	flags.StringVar(&o.Save, "save-snapshot", "", "keep what a live run reads in this `DIR`")
	flags.BoolVar(&o.Resume, "resume", false, "go on with the snapshot in --save-snapshot")
	flags.BoolVar(&o.Verify, "verify-with-graph", false, "compare our Conditional Access answers with Graph's own, for a sample of agents")
	_ = flags.MarkHidden("fixture")
	o.live.register(flags)
	o.live.registerDrills(flags)
	completeLive(cmd)
}

// open reads the tenant; datasets are those that the rules look at, nil for all.
func (o *sourceOptions) open(ctx context.Context, w *world, datasets []tenant.Dataset, show *showOptions) (*tenant.Snapshot, error) {
	switch {
	case o.Demo && o.Snapshot != "":
		return nil, usageError("--demo and --snapshot exclude each other")
	case o.live.Drills != "" && (o.Demo || o.Snapshot != ""):
		return nil, usageError("--drills is for live runs; a snapshot holds its records itself, where 'ztagent drill verify -o DIR' keeps them")
	case o.Demo:
		s, err := tenant.OpenFS(fixtures.Contoso(), demoPath)
		if err != nil {
			return nil, cannotRun(err)
		}
		return s, nil
	case o.Snapshot != "":
		if datasets != nil {
			datasets = append(reportDatasets(), datasets...)
		}
		return openSnapshotOnly(o.Snapshot, datasets)
	case o.live.wanted(w):
		return o.openLive(ctx, w, datasets, show)
	}
	return nil, usageError("nothing to audit: give --snapshot PATH, or --tenant and --auth for a live run, or --demo for the example tenant")
}

// reportDatasets are what a report speaks of whatever is judged: it counts the
// agents, and those that would be blocked at each level of risk.
func reportDatasets() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers,
		tenant.DatasetConditionalAccessPolicies, tenant.DatasetSecurityDefaults,
	}
}

func (o *sourceOptions) openLive(ctx context.Context, w *world, datasets []tenant.Dataset, show *showOptions) (*tenant.Snapshot, error) {
	c := collectOptions{
		Dir: o.Save, Resume: o.Resume, Datasets: datasets,
		Quiet: show.Quiet, Verbose: show.Verbose, Still: show.NoProgress,
	}
	if o.Save == "" {
		return o.live.collectAside(ctx, w, c)
	}
	if _, err := o.live.collect(ctx, w, c); err != nil {
		return nil, err
	}
	return openSnapshot(o.Save)
}

// repositoryURI is where the snapshot directory stands in the repository around
// it, with slashes: code scanning shows findings there. It is "" where there is
// no directory or no repository.
func repositoryURI(snapshot string) string {
	dir, err := filepath.Abs(snapshot)
	if info, statErr := os.Stat(dir); err != nil || statErr != nil || !info.IsDir() || snapshot == "" {
		return ""
	}
	for root := filepath.Dir(dir); ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
			relative, err := filepath.Rel(root, dir)
			if err != nil {
				return ""
			}
			return filepath.ToSlash(relative)
		}
		if root == filepath.Dir(root) {
			return ""
		}
	}
}

// demoPath names the embedded tenant in reports.
const demoPath = "fixtures/contoso"

func openSnapshot(path string) (*tenant.Snapshot, error) { return openSnapshotOnly(path, nil) }

func openSnapshotOnly(path string, datasets []tenant.Dataset) (*tenant.Snapshot, error) {
	s, err := tenant.OpenOnly(path, datasets)
	if err != nil {
		var input *tenant.InputError
		if errors.As(err, &input) {
			return nil, err
		}
		return nil, cannotRun(err)
	}
	return s, nil
}
