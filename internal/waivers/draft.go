package waivers

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/ztagent/ztagent/internal/audit"
)

// Draft returns a waivers file for one finding of a rule (check/rule), to be
// completed by the person who decides: it is not valid before reason and owner
// are filled in.
func Draft(rule string, f audit.Finding, expires time.Time) []byte {
	var b bytes.Buffer
	b.WriteString("waivers:\n")
	fmt.Fprintf(&b, "  # %s\n", comment(f.Message))
	if f.Resource.DisplayName != "" {
		fmt.Fprintf(&b, "  # %s: %s\n", f.Resource.Type, comment(f.Resource.DisplayName))
	}
	fmt.Fprintf(&b, "  - rule: %s\n", scalar(rule))
	fmt.Fprintf(&b, "    resource: %s\n", scalar(f.Resource.ID))
	b.WriteString("    reason: \"\" # why this is acceptable, and what limits the risk\n")
	b.WriteString("    owner: \"\" # who answers for it\n")
	b.WriteString("    ticket: \"\" # where it is tracked\n")
	fmt.Fprintf(&b, "    expires: %s\n", expires.UTC().Format(time.DateOnly))
	return b.Bytes()
}

// comment keeps a text of the tenant inside one comment line.
func comment(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, text))
}

// scalar writes a text as one YAML value on one line.
func scalar(text string) string {
	node := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	if strings.ContainsFunc(text, unicode.IsControl) {
		node.Style = yaml.DoubleQuotedStyle
	}
	out, err := yaml.Marshal(&node)
	if err != nil || bytes.Count(out, []byte("\n")) != 1 {
		return fmt.Sprintf("%q", text)
	}
	return strings.TrimSpace(string(out))
}
