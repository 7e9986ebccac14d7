package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/internal/drillplan"
	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/tenant"
)

// drillPlanOptions are the flags of drill plan.
type drillPlanOptions struct {
	drillOptions
	Output string
}

func newDrillPlan(w *world) *cobra.Command {
	var o drillPlanOptions
	cmd := &cobra.Command{
		Use:   "plan AGENT|BLUEPRINT",
		Short: "Print the requests that stop an agent, and how to prove and undo it",
		Long: "Plan prints how to drill the kill switch of one agent identity, or of a blueprint\n" +
			"with all of its agents, by object id, appId or display name: what to know and whom\n" +
			"to tell before, who can send the requests, the requests themselves (Graph, Azure\n" +
			"CLI, PowerShell), what stops and what goes on, how to prove it, how to restore,\n" +
			"and what to do when an agent is really out of hand.\n\n" +
			"It only prints. No request that changes anything is ever sent.",
		Example: "  ztagent drill plan --demo \"Refund agent\"\n" +
			"  ztagent drill plan --snapshot ./snapshot 71c4e9a0-2b8d-4f63-a5e7-0d1c2b3a4444 -f markdown -o drill.md\n" +
			"  ztagent drill plan --tenant contoso.onmicrosoft.com \"Supply chain agents\"",
		Args: oneArg("the object id or display name of an agent or a blueprint"),
		RunE: func(cmd *cobra.Command, args []string) error { return runDrillPlan(cmd, w, &o, args[0]) },
	}
	o.register(cmd)
	cmd.Flags().StringVarP(&o.Output, "output", "o", "", "write to `FILE` instead of stdout")
	return cmd
}

// planDatasets are those that a live run asks for: few and small, for a plan may
// be wanted in a hurry. The logs are not among them.
func planDatasets() []tenant.Dataset {
	return []tenant.Dataset{
		tenant.DatasetOrganization, tenant.DatasetAgentIdentities, tenant.DatasetAgentIdentityBlueprints,
		tenant.DatasetAgentIdentityBlueprintPrincipals, tenant.DatasetAgentUsers, tenant.DatasetClassicAgents,
		tenant.DatasetDirectoryObjects, tenant.DatasetRoleDefinitions, tenant.DatasetRoleAssignments,
		tenant.DatasetRoleEligibilityScheduleInstances, tenant.DatasetConditionalAccessPolicies,
		tenant.DatasetSecurityDefaults, tenant.DatasetKillSwitchDrills,
	}
}

func runDrillPlan(cmd *cobra.Command, w *world, o *drillPlanOptions, word string) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	grace, err := o.grace(w)
	if err != nil {
		return err
	}
	snapshot, err := o.source.open(cmd.Context(), w, planDatasets(), &o.show)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	target, err := findTarget(snapshot, word)
	if err != nil {
		return err
	}
	cloud, err := graph.CloudOf(snapshot.Cloud, graph.Endpoints{})
	if err != nil {
		return usageError("the snapshot: %w", err)
	}
	plan, err := drillplan.New(snapshot, target, drillplan.Options{Grace: grace, Graph: cloud.Graph})
	switch {
	case errors.Is(err, drillplan.ErrNoPrincipal):
		return usageError("%s cannot be drilled as a whole: %w. Drill its agents one by one", titled(target.Object()), err)
	case err != nil:
		return usageError("%s cannot be planned for: %w", titled(target.Object()), err)
	}
	page := planSheet(plan)
	if o.Output != "" && o.Output != "-" {
		return writeFile(o.Output, func(out io.Writer) error { return o.render(out, 0, plan, page) })
	}
	return o.render(w.Out, w.Width, plan, page)
}
