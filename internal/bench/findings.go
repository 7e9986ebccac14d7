package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// comparedRules are the rules that peers are asked for, and the name that they
// print for each.
var comparedRules = map[string]string{
	"federated-credentials/client-secret":  "client-secret",
	"conditional-access/agent-not-covered": "agent-not-covered",
	"unique-identity/shared-certificate":   "shared-certificate",
}

// reportShape is what of a JSON report says who fails which rule.
type reportShape struct {
	Checks []struct {
		Rules []struct {
			ID       string `json:"id"`
			Findings []struct {
				Status   string `json:"status"`
				Resource struct {
					ID string `json:"id"`
				} `json:"resource"`
			} `json:"findings"`
		} `json:"rules"`
	} `json:"checks"`
}

// printFindings prints the failures of the compared rules in a JSON report as
// peers do: rule, tab, id.
func printFindings(name string, out io.Writer) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	var r reportShape
	if err := json.UnmarshalDecode(jsontext.NewDecoder(file), &r); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	w := bufio.NewWriter(out)
	for _, c := range r.Checks {
		for _, rule := range c.Rules {
			short, compared := comparedRules[rule.ID]
			for _, f := range rule.Findings {
				if compared && f.Status == "fail" {
					fmt.Fprintf(w, "%s\t%s\n", short, strings.ToLower(f.Resource.ID))
				}
			}
		}
	}
	return w.Flush()
}
