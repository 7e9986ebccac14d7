package report

import (
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

// hostileNames are what a tenant may call its objects.
func hostileNames() []string {
	return []string{
		"\x1b[2J\x1b[31mred\x1b]0;title\x07",
		"\u009b31mred",
		"<script>alert(1)</script><img src=x onerror=alert(1)>",
		`"><svg/onload=alert(1)> ' onfocus=alert(1) autofocus='`,
		"</script><!-- --> {{.}} ${7*7}",
		"a | b ` c ``` <details> [x](javascript:alert(1)) # h\n# heading\n\n| t |",
		"two\nlines\r\nand\ttabs",
		"\u202egpj.exe\u202c \u2066isolated\u2069 \u200bzero",
		strings.Repeat("x", 10_000),
		strings.Repeat("請", 10_000),
		`=HYPERLINK("http://evil.example","click")`,
		"+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1",
		"::error file=x::owned\n::error::owned",
		"##vso[task.setvariable variable=x]owned",
		"%0A::error::owned",
		"]]> <![CDATA[ & &amp; \x00",
		"👩‍💻 Ünïcödé agent",
		"",
	}
}

// hostile is a report in which everything that a tenant controls is hostile.
func hostile() *audit.Report {
	b := newSample()
	b.check("unique-identity", "Every agent has an identity of its own",
		clause(audit.Checklist, "L1", "Every agent has unique identity"))
	b.addRule("ambiguous-name", "Two agents have one name", audit.High, "Rename one of the agents.").pass(3)
	for i, name := range hostileNames() {
		b.fail("agentIdentity x", "The agent is called "+name+".", "agentIdentities", "/value/"+itoa(i)+"/displayName", name, "a name of its own")
		f := b.last()
		f.Resource.DisplayName, f.Resource.ID = name, sampleID(itoa(i))
		f.Fingerprint = sampleID("fingerprint" + itoa(i))
		if i%2 == 1 {
			f.PortalLink = "javascript:alert(" + itoa(i) + ")"
			f.Evidence[0].File = name
		}
		if i%3 == 1 {
			f.Key = "key" + name
		}
	}
	b.gap("signIns", "failed", "Graph said "+hostileNames()[0], "Ask "+hostileNames()[2])
	b.r.Tenant.DisplayName = hostileNames()[2] + hostileNames()[0]
	b.r.Snapshot = "../" + hostileNames()[5]
	b.r.Warnings = append(b.r.Warnings, hostileNames()...)
	return b.done()
}

// bare is the report of an empty snapshot.
func bare() *audit.Report {
	r := newSample().done()
	r.Tenant.DisplayName, r.Snapshot = "", ""
	r.Summary.Agents, r.Summary.Active = 0, 0
	return r
}
