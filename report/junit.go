package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/ztagent/ztagent/internal/audit"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Timestamp  string          `xml:"timestamp,attr"` // when the snapshot was taken
	Time       string          `xml:"time,attr"`      // 0: a report knows no durations
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	ClassName string        `xml:"classname,attr"` // the rule
	Name      string        `xml:"name,attr"`      // the resource
	Time      string        `xml:"time,attr"`
	Failure   *junitOutcome `xml:"failure"`
	Error     *junitOutcome `xml:"error"`
	Skipped   *junitOutcome `xml:"skipped"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"` // severity, or the status
	Text    string `xml:",chardata"`
}

// JUnit writes a suite per check for test dashboards. A failing finding is a
// failure, an unknown one an error; manual and waived ones are skipped, and so
// are failing ones of severity info, which decide nothing. Resources that pass
// are one case per rule.
func JUnit(w io.Writer, r *audit.Report, o Options) error {
	v := newView(r, o, machineLimits)
	all := junitSuites{Name: "ztagent " + v.Tenant.DisplayName}
	for _, c := range v.checks {
		s := v.junitSuite(c)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("JUnit report: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func (v *view) junitSuite(c *checkView) junitSuite {
	s := junitSuite{
		Name: c.ID, Timestamp: strings.TrimSuffix(v.TakenAt, "Z"), Time: "0",
		Properties: []junitProperty{{"clause", c.Clause}, {"title", c.Title}, {"status", c.Status.String()}},
	}
	for _, r := range c.rules {
		for _, f := range r.rows() {
			if !quiet(f.Status) {
				s.add(junitFinding(r, f))
			}
		}
		if r.Counts.Pass > 0 {
			s.add(junitCase{ClassName: r.ID, Name: "resources that pass", Time: "0"})
		}
		if judged(r.Counts) == 0 && r.Status != audit.Unknown {
			reason := strings.TrimSpace("Not applicable. " + r.Reason)
			s.add(junitCase{ClassName: r.ID, Name: "no resource", Time: "0", Skipped: &junitOutcome{Message: reason}})
		}
	}
	return s
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func junitFinding(r *ruleView, f *audit.Finding) junitCase {
	c := junitCase{ClassName: r.ID, Name: junitName(f), Time: "0"}
	outcome := &junitOutcome{Message: stopped(f.Message), Type: string(f.Severity), Text: junitDetails(r, f)}
	switch {
	case f.Status == audit.Fail && f.Severity != audit.Info:
		c.Failure = outcome
	case f.Status == audit.Unknown:
		outcome.Type = f.Status.String()
		c.Error = outcome
	case f.Status == audit.Waived && f.Waiver != nil:
		c.Skipped = &junitOutcome{Message: fmt.Sprintf("Waived until %s: %s", f.Waiver.Expires, f.Waiver.Reason)}
	default:
		c.Skipped = &junitOutcome{Message: strings.TrimSpace(f.Status.String() + ": " + f.Message)}
	}
	return c
}

// junitName is the same from run to run for the same resource.
func junitName(f *audit.Finding) string {
	if f.Resource.Type == "" {
		return "could not be judged"
	}
	name := title(f.Resource)
	if !strings.Contains(name, f.Resource.ID) {
		name += " (" + f.Resource.ID + ")"
	}
	if f.Key != "" {
		name += " " + f.Key
	}
	return name
}

func junitDetails(r *ruleView, f *audit.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Title)
	for _, e := range f.Evidence {
		if e.Observed != "" || e.File != "" {
			fmt.Fprintf(&b, "%s:%d %s observed %s, expected %s\n", e.File, e.Line, e.Pointer, e.Observed, e.Expected)
		}
	}
	if r.Remediation != "" {
		fmt.Fprintf(&b, "Fix: %s\n", strings.TrimSpace(plain(r.Remediation)))
	}
	if f.PortalLink != "" {
		fmt.Fprintf(&b, "%s\n", f.PortalLink)
	}
	return b.String()
}
