package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/config"
	"github.com/ztagent/ztagent/internal/permissions"
	"github.com/ztagent/ztagent/internal/tenant"
	"github.com/ztagent/ztagent/internal/waivers"
)

// judgingOptions are the flags about what is judged and how.
type judgingOptions struct {
	Only, Skip   []string
	Waivers      string
	Attestations string
	Config       string
}

func (o *judgingOptions) register(flags *pflag.FlagSet) {
	flags.StringSliceVar(&o.Only, "check", nil, "run only these `IDs` of checks or rules")
	flags.StringSliceVar(&o.Skip, "skip", nil, "leave these `IDs` of checks or rules out")
	flags.StringVar(&o.Waivers, "waivers", "", "waivers `FILE` (YAML)")
	flags.StringVar(&o.Attestations, "attestations", "", "attestations `FILE` (YAML)")
	flags.StringVar(&o.Config, "config", "", "configuration `FILE` instead of the ztagent.yaml that is found")
}

// judge audits one snapshot, whose objects are dropped once they were judged,
// unless they are kept.
type judge func(ctx context.Context, s *tenant.Snapshot, showPasses, keep bool) (*audit.Report, error)

// load reads configuration, waivers and attestations before anything slow is
// begun, so that their errors come first. The configuration stands in for flags
// of cmd that were given neither on the command line nor in the environment.
func (o *judgingOptions) load(cmd *cobra.Command, w *world) (judge, *audit.Config, error) {
	j, err := o.prepare(cmd, w)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, s *tenant.Snapshot, showPasses, keep bool) (*audit.Report, error) {
		if err := j.checkWaivers(s); err != nil {
			return nil, err
		}
		r, err := j.judge(ctx, s, showPasses, !keep)
		if err != nil {
			return nil, err
		}
		for _, warning := range r.Warnings {
			warn(w, warning)
		}
		return r, nil
	}, j.opts.Config, nil
}

// judging is what the files and flags about judging say.
type judging struct {
	opts    audit.Options
	waivers waivers.Waivers
	longest time.Duration // life of a waiver
}

func (o *judgingOptions) prepare(cmd *cobra.Command, w *world) (*judging, error) {
	cfg, err := o.configuration(w)
	if err != nil {
		return nil, err
	}
	if err := layConfiguration(cmd, cfg); err != nil {
		return nil, err
	}
	j := &judging{longest: cfg.Audit.WaiverMaxLifetime}
	j.opts = audit.Options{
		Tool:              audit.Tool{Name: "ztagent", Version: versionName()},
		Config:            &cfg.Audit,
		Only:              o.Only,
		Skip:              append(append([]string(nil), o.Skip...), cfg.Off...),
		SeverityOverrides: cfg.Severities,
		Note:              checks.Note(),
		FixFor:            fixFor,
	}
	if o.Waivers != "" {
		if j.waivers, err = waivers.Load(o.Waivers); err != nil {
			return nil, inputFailure(err)
		}
		j.opts.Waivers = j.waivers.List
	}
	if o.Attestations != "" {
		if j.opts.Attestations, err = waivers.LoadAttestations(o.Attestations); err != nil {
			return nil, inputFailure(err)
		}
	}
	return j, nil
}

// checkWaivers rejects waivers that end too far ahead of the snapshot.
func (j *judging) checkWaivers(s *tenant.Snapshot) error {
	if err := j.waivers.Check(s.TakenAt, j.longest); err != nil {
		return inputFailure(err)
	}
	return nil
}

// run audits a snapshot.
func (j *judging) run(ctx context.Context, s *tenant.Snapshot, showPasses bool) (*audit.Report, error) {
	return j.judge(ctx, s, showPasses, false)
}

// judge audits a snapshot. Discard says that nobody wants its objects afterwards.
func (j *judging) judge(ctx context.Context, s *tenant.Snapshot, showPasses, discard bool) (*audit.Report, error) {
	opts := j.opts
	opts.ShowPasses, opts.Discard = showPasses, discard
	warnings, levels := permissions.Warnings(s), whatIf(s, audit.Selected(checks.All(), opts))
	r, err := audit.Run(ctx, s, checks.All(), opts)
	if ctx.Err() != nil {
		return nil, cannotRun(ctx.Err())
	}
	if err != nil {
		return nil, inputFailure(err)
	}
	r.Warnings, r.WhatIf = append(r.Warnings, warnings...), levels
	return r, nil
}

func inputFailure(err error) error { return &exitError{exitUsage, err} }

func (o *judgingOptions) configuration(w *world) (*config.Config, error) {
	name := o.Config
	if name == "" {
		var err error
		if name, err = findConfiguration(w); err != nil || name == "" {
			return config.Default(), err
		}
	}
	cfg, err := config.Load(name)
	if err != nil {
		return nil, inputFailure(err)
	}
	if err := cfg.Validate(audit.IDs(checks.All())); err != nil {
		return nil, inputFailure(err)
	}
	return cfg, nil
}

// findConfiguration looks for ztagent.yaml upward from the working directory,
// then in the user's configuration directory.
func findConfiguration(w *world) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("looking for %s: %w", config.FileName, err)
	}
	for {
		name := filepath.Join(dir, config.FileName)
		if isFile(name) {
			return name, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	base := w.env("XDG_CONFIG_HOME")
	if base == "" && w.env("HOME") != "" {
		base = filepath.Join(w.env("HOME"), ".config")
	}
	if base == "" {
		base = w.env("AppData")
	}
	if name := filepath.Join(base, "ztagent", config.FileName); base != "" && isFile(name) {
		return name, nil
	}
	return "", nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().Type()&fs.ModeDir == 0
}

// layConfiguration sets flags that were not given from the configuration file;
// its paths are relative to it.
func layConfiguration(cmd *cobra.Command, cfg *config.Config) error {
	relative := func(path string) string {
		if path == "" || filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(filepath.Dir(cfg.File), path)
	}
	for name, value := range map[string]string{
		"fail-on": cfg.FailOn, "min-severity": cfg.MinSeverity, "unknown": cfg.Unknown,
		"waivers": relative(cfg.Waivers), "attestations": relative(cfg.Attestations),
	} {
		flag := cmd.Flags().Lookup(name)
		if value == "" || flag == nil || flag.Changed {
			continue
		}
		if err := cmd.Flags().Set(name, value); err != nil {
			return usageError("%s: %w", cfg.File, err)
		}
	}
	return nil
}
