package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

func newPermissions(w *world) *cobra.Command {
	var only, skip []string
	var format string
	var delegated, checkToken bool
	var live liveOptions
	cmd := &cobra.Command{
		Use:   "permissions",
		Short: "Print the least permissions that the selected checks need",
		Long:  "Permissions prints what to grant to the auditing app: as a table, as JSON, as a\nscript for the Azure CLI, or as Terraform. All of them only read.",
		Example: "  ztagent permissions\n" +
			"  ztagent permissions --check federated-credentials,conditional-access\n" +
			"  ztagent permissions -f az > grant.sh",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			datasets, err := datasetsOf(only, skip)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(w.Out)
			defer out.Flush()
			if checkToken {
				return live.checkToken(cmd.Context(), w, out, datasets)
			}
			switch format {
			case "table":
				permissionTable(out, datasets, delegated)
			case "json":
				return permissionJSON(out, datasets)
			case "az":
				fmt.Fprint(out, dataset.AZScript(datasets, delegated))
			case "terraform":
				fmt.Fprint(out, dataset.Terraform(datasets))
			default:
				return usageError("-f: %q is none of table, json, az, terraform", format)
			}
			return nil
		},
	}
	cmd.Flags().StringSliceVar(&only, "check", nil, "only for these `IDs` of checks or rules")
	cmd.Flags().StringSliceVar(&skip, "skip", nil, "not for these `IDs` of checks or rules")
	cmd.Flags().StringVarP(&format, "format", "f", "table", "table, json, az, terraform")
	cmd.Flags().BoolVar(&delegated, "delegated", false, "for a person who signs in, instead of an app")
	cmd.Flags().BoolVar(&checkToken, "check-token", false, "compare with what the current token really holds")
	live.register(cmd.Flags())
	completeLive(cmd)
	completeFrom(cmd, "format", []string{"table", "json", "az", "terraform"})
	completeFrom(cmd, "check", checkIDs())
	completeFrom(cmd, "skip", checkIDs())
	return cmd
}

// datasetsOf returns what the selected rules need or can use, in dataset order.
func datasetsOf(only, skip []string) ([]tenant.Dataset, error) {
	all := checks.All()
	known := audit.IDs(all)
	for _, id := range slices.Concat(only, skip) {
		if !slices.Contains(known, id) {
			return nil, usageError("no check or rule %q%s", id, audit.DidYouMean(id, known))
		}
	}
	wanted := map[tenant.Dataset]bool{tenant.DatasetOrganization: true}
	for i := range all {
		c := &all[i]
		for k := range c.Rules {
			r := &c.Rules[k]
			id := audit.FullID(c, r)
			selected := len(only) == 0 || slices.Contains(only, c.ID) || slices.Contains(only, id)
			if !selected || slices.Contains(skip, c.ID) || slices.Contains(skip, id) {
				continue
			}
			for _, d := range slices.Concat(r.Needs, r.Optional) {
				wanted[d] = true
			}
		}
	}
	var datasets []tenant.Dataset
	for _, d := range tenant.Datasets() {
		if wanted[d] {
			datasets = append(datasets, d)
		}
	}
	return datasets, nil
}

func permissionTable(out *bufio.Writer, datasets []tenant.Dataset, delegated bool) {
	kind := "application permissions"
	if delegated {
		kind = "delegated permissions"
	}
	fmt.Fprintf(out, "Microsoft Graph, %s (all of them only read)\n\n", kind)
	for _, p := range dataset.LeastPermissions(datasets) {
		mark := ""
		if p.Optional {
			mark = "  (optional)"
		}
		users := dataset.DatasetsOf(p.Name, datasets)
		fmt.Fprintf(out, "  %s%s\n%s\n", p.Name, mark, wrapText(strings.Join(checks.Words(users), ", "), "      "))
	}
	if delegated {
		fmt.Fprintf(out, "\nThe person also needs a directory role: Global Reader, and Attribute Assignment\nReader for custom security attributes.\n")
	}
	if roles := dataset.AzureRoles(datasets); len(roles) > 0 {
		fmt.Fprintf(out, "\nAzure roles\n\n")
		for _, r := range roles {
			fmt.Fprintf(out, "  %s on %s\n      %s\n", r.Role, r.Scope, r.Dataset)
		}
	}
	fmt.Fprintf(out, "\nDirectory.AccessAsUser.All must not be in the token: Graph then ignores the\npermissions about agents. 'ztagent permissions -f az' prints the commands.\n")
}

type permissionEntry struct {
	Permission    string           `json:"permission"`
	ApplicationID string           `json:"applicationId"`
	DelegatedID   string           `json:"delegatedId"`
	Optional      bool             `json:"optional"`
	Datasets      []tenant.Dataset `json:"datasets"`
}

type azureRoleEntry struct {
	Role    string         `json:"role"`
	Scope   string         `json:"scope"`
	Dataset tenant.Dataset `json:"dataset"`
}

func permissionJSON(out *bufio.Writer, datasets []tenant.Dataset) error {
	document := struct {
		ResourceAppID string            `json:"resourceAppId"`
		Permissions   []permissionEntry `json:"permissions"`
		AzureRoles    []azureRoleEntry  `json:"azureRoles"`
	}{ResourceAppID: dataset.GraphAppID}
	for _, p := range dataset.LeastPermissions(datasets) {
		document.Permissions = append(document.Permissions, permissionEntry{
			p.Name, p.ApplicationID, p.DelegatedID, p.Optional, dataset.DatasetsOf(p.Name, datasets),
		})
	}
	for _, r := range dataset.AzureRoles(datasets) {
		document.AzureRoles = append(document.AzureRoles, azureRoleEntry{r.Role, r.Scope, r.Dataset})
	}
	if err := json.MarshalWrite(out, document, jsontext.WithIndent("  ")); err != nil {
		return err
	}
	return out.WriteByte('\n')
}
