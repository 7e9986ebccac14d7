package main

import "github.com/spf13/cobra"

// commands returns every subcommand in the order of the help.
func commands(w *world) []*cobra.Command {
	return []*cobra.Command{
		newAudit(w),
		newCollect(w),
		newReport(w),
		newDiff(w),
		newExplain(w),
		newChecks(w),
		newPermissions(w),
		newDrill(w),
		newRedact(w),
		newWaivers(w),
		newVersion(w),
		newMan(w),
	}
}
