package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ztagent/ztagent/checks"
	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/graph"
	"github.com/ztagent/ztagent/internal/tenant"
)

// lack is a dataset that a token cannot read in full, and what that would cost.
type lack struct {
	Dataset     tenant.Dataset
	Permissions []string
	Optional    bool // only a part of the dataset
	Rules       []string
}

// lacks compares what a token holds with what the datasets need.
func lacks(claims graph.Claims, datasets []tenant.Dataset) []lack {
	if !claims.Known {
		return nil
	}
	if datasets == nil {
		datasets = tenant.Datasets()
	}
	held := claims.Permissions()
	var all []lack
	for _, d := range datasets {
		row := dataset.Of(d)
		if row.Service == dataset.Azure {
			continue
		}
		missing := lack{Dataset: d, Optional: true}
		for _, p := range row.Permissions {
			if !p.SatisfiedBy(held) {
				missing.Permissions = append(missing.Permissions, p.Name)
				missing.Optional = missing.Optional && p.Optional
			}
		}
		if len(missing.Permissions) > 0 {
			missing.Rules = rulesNeeding(d)
			all = append(all, missing)
		}
	}
	return all
}

func rulesNeeding(d tenant.Dataset) []string {
	var ids []string
	all := checks.All()
	for i := range all {
		for k := range all[i].Rules {
			if slices.Contains(all[i].Rules[k].Needs, d) {
				ids = append(ids, audit.FullID(&all[i], &all[i].Rules[k]))
			}
		}
	}
	return ids
}

// printPreflight says before the first page is read what will be missing.
func printPreflight(out io.Writer, claims graph.Claims, datasets []tenant.Dataset) {
	missing := lacks(claims, datasets)
	if len(missing) == 0 {
		return
	}
	fmt.Fprintln(out, "This token cannot read everything; what it cannot read will be unknown:")
	for _, l := range missing {
		cost := fmt.Sprintf("%d rules unknown", len(l.Rules))
		if l.Optional {
			cost = "a part of it"
		}
		fmt.Fprintf(out, "  %-34s needs %s (%s)\n", l.Dataset, printable(strings.Join(l.Permissions, ", ")), cost)
	}
}

// printTokenCheck is 'permissions --check-token'.
func printTokenCheck(out io.Writer, claims graph.Claims, datasets []tenant.Dataset) (whole bool) {
	if !claims.Known {
		fmt.Fprintln(out, "The token is opaque: what it holds cannot be told.")
		return false
	}
	kind := "application"
	if claims.Delegated() {
		kind = "delegated"
	}
	fmt.Fprintf(out, "Token of %s for tenant %s (%s permissions)\n\n", printable(claims.AppID), printable(claims.TenantID), kind)
	missing := lacks(claims, datasets)
	if len(missing) == 0 {
		fmt.Fprintln(out, "It holds every permission that the selected checks need.")
		return true
	}
	unknown := map[string]bool{}
	for _, l := range missing {
		part := ""
		if l.Optional {
			part = " (a part only)"
		}
		fmt.Fprintf(out, "  %s%s\n      lacks %s\n", l.Dataset, part, strings.Join(l.Permissions, ", "))
		if !l.Optional {
			for _, id := range l.Rules {
				unknown[id] = true
			}
		}
	}
	ids := make([]string, 0, len(unknown))
	for id := range unknown {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	fmt.Fprintf(out, "\n%d rules would be unknown:\n%s\n", len(ids), wrapText(strings.Join(ids, ", "), "  "))
	return false
}

// checkToken signs in and compares; what is missing makes the exit status 4, as
// it would make an audit inconclusive.
func (o *liveOptions) checkToken(ctx context.Context, w *world, out io.Writer, datasets []tenant.Dataset) error {
	session, err := o.session(ctx, w)
	if err != nil {
		return err
	}
	claims, err := session.Claims(ctx)
	if err != nil {
		return signInFailure(w, err, false)
	}
	if !printTokenCheck(out, claims, datasets) {
		return &exitError{code: exitInconclusive}
	}
	return nil
}
