package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/internal/drill"
	"github.com/ztagent/ztagent/internal/drillplan"
	"github.com/ztagent/ztagent/internal/tenant"
)

// drillVerifyOptions are the flags of drill verify.
type drillVerifyOptions struct {
	drillOptions
	Output string
}

func newDrillVerify(w *world) *cobra.Command {
	var o drillVerifyOptions
	cmd := &cobra.Command{
		Use:   "verify [AGENT|BLUEPRINT]",
		Short: "Tell from the logs what the newest drill proved, and keep a record",
		Long: "Verify finds the newest drill of an agent or a blueprint, or without a name of\n" +
			"everything that was drilled: disabled, and enabled again. It says what the drill\n" +
			"proved, how long it took until the last sign-in, and until it worked again. With\n" +
			"-o it keeps a record in a file, or in a snapshot directory; audits accept it when\n" +
			"the logs are gone. Verifying twice keeps one record.\n\n" +
			"Exit status: 0 proven · 1 a drill failed, or proves nothing · 2 usage or input\n" +
			"error · 3 the tenant could not be read · 4 no drill was found, or what it proved\n" +
			"cannot be told.",
		Example: "  ztagent drill verify --demo\n" +
			"  ztagent drill verify --tenant contoso.onmicrosoft.com \"Refund agent\" -o killSwitchDrills.json\n" +
			"  ztagent drill verify --snapshot ./snapshot -o ./snapshot\n" +
			"  ztagent audit --tenant contoso.onmicrosoft.com --drills killSwitchDrills.json",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			word := ""
			if len(args) == 1 {
				word = args[0]
			}
			return runDrillVerify(cmd, w, &o, word)
		},
	}
	o.register(cmd)
	cmd.Flags().StringVarP(&o.Output, "output", "o", "", "keep a record in `FILE`, or in a snapshot directory")
	return cmd
}

func verifyDatasets() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetOrganization, tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers, tenant.DatasetSignIns,
		tenant.DatasetDirectoryAudits, tenant.DatasetKillSwitchDrills,
	}
}

func runDrillVerify(cmd *cobra.Command, w *world, o *drillVerifyOptions, word string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	grace, err := o.grace(w)
	if err != nil {
		return err
	}
	var file *ledgerFile
	if o.Output != "" {
		if file, err = openLedger(o.Output); err != nil {
			return err
		}
	}
	o.takeRecords(file)
	snapshot, err := o.source.open(cmd.Context(), w, verifyDatasets(), &o.show)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	var target *drillplan.Target
	if word != "" {
		if target, err = findTarget(snapshot, word); err != nil {
			return err
		}
	}
	v := drillplan.Verify(snapshot, target, drillplan.VerifyOptions{
		Grace: grace, Now: w.Now(), Tool: drill.Tool{Name: "ztagent", Version: versionName()},
	})
	if err := o.render(w.Out, w.Width, v, verifySheet(v)); err != nil {
		return err
	}
	if file != nil {
		if err := o.keep(w, file, v, snapshot); err != nil {
			return err
		}
	}
	return verdictStatus(v)
}

// takeRecords lets a live run know the records that it is going to add to: they
// vouch for drills that the logs no longer hold.
func (o *drillVerifyOptions) takeRecords(file *ledgerFile) {
	if file != nil && file.exists && o.source.live.Drills == "" && o.source.Snapshot == "" && !o.source.Demo {
		o.source.live.Drills = file.name
	}
}

func (o *drillVerifyOptions) keep(w *world, file *ledgerFile, v *drillplan.Verification, s *tenant.Snapshot) error {
	k, err := file.keep(v.Records())
	if err != nil {
		return err
	}
	if o.show.Quiet {
		return nil
	}
	fmt.Fprintf(w.Err, "ztagent: %s: %s\n", printable(file.name), k)
	if s.Redacted && k.added+k.updated > 0 {
		fmt.Fprintln(w.Err, "ztagent: warning: the snapshot is redacted; where its ids are pseudonyms, the records are good for it alone")
	}
	return nil
}

// verdictStatus is the exit status of a verification.
func verdictStatus(v *drillplan.Verification) error {
	switch v.Verdict {
	case drill.Proven.String():
		return nil
	case drill.Failed.String(), drill.Unproven.String():
		return &exitError{code: exitFindings}
	}
	return &exitError{code: exitInconclusive}
}
