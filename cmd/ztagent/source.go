package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/ztagent/ztagent/fixtures"
	"github.com/ztagent/ztagent/internal/tenant"
)

// sourceOptions say where the tenant is read from.
type sourceOptions struct {
	Snapshot string
	Demo     bool
}

func (o *sourceOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.Snapshot, "snapshot", "", "read the snapshot at `PATH`: a directory, a .zip or a .tar.gz")
	flags.StringVar(&o.Snapshot, "fixture", "", "alias of --snapshot")
	flags.BoolVar(&o.Demo, "demo", false, "read the example tenant that is built in")
	_ = flags.MarkHidden("fixture")
}

func (o *sourceOptions) open(_ context.Context, _ *world, _ []string) (*tenant.Snapshot, error) {
	switch {
	case o.Demo && o.Snapshot != "":
		return nil, usageError("--demo and --snapshot exclude each other")
	case o.Demo:
		s, err := tenant.OpenFS(fixtures.Contoso(), demoPath)
		if err != nil {
			return nil, cannotRun(err)
		}
		return s, nil
	case o.Snapshot != "":
		return openSnapshot(o.Snapshot)
	}
	return nil, usageError("nothing to audit: give --snapshot PATH, or --demo for the example tenant")
}

// demoPath names the embedded tenant in reports.
const demoPath = "fixtures/contoso"

func openSnapshot(path string) (*tenant.Snapshot, error) {
	s, err := tenant.Open(path)
	if err != nil {
		var input *tenant.InputError
		if errors.As(err, &input) {
			return nil, err
		}
		return nil, cannotRun(err)
	}
	return s, nil
}
