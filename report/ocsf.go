package report

import (
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ztagent/ztagent/internal/audit"
)

// ocsfVersion is the schema version of the events: class 2003, Compliance
// Finding, with the cloud profile.
const ocsfVersion = "1.5.0"

// ocsfEvent is the part of a Compliance Finding that we fill. Of the paired
// members, the number is OCSF's and the word its caption.
type ocsfEvent struct {
	ActivityID   int              `json:"activity_id"` // 1, Create
	ActivityName string           `json:"activity_name"`
	CategoryUID  int              `json:"category_uid"` // 2, Findings
	CategoryName string           `json:"category_name"`
	ClassUID     int              `json:"class_uid"` // 2003
	ClassName    string           `json:"class_name"`
	TypeUID      int              `json:"type_uid"` // class and activity
	TypeName     string           `json:"type_name"`
	Time         int64            `json:"time"` // when the snapshot was taken, in milliseconds
	SeverityID   int              `json:"severity_id"`
	Severity     string           `json:"severity"`
	StatusID     int              `json:"status_id"` // 1 New, 3 Suppressed by a waiver
	Status       string           `json:"status"`
	Message      string           `json:"message"`
	Metadata     ocsfMetadata     `json:"metadata"`
	Cloud        ocsfCloud        `json:"cloud"`
	FindingInfo  ocsfFindingInfo  `json:"finding_info"`
	Compliance   ocsfCompliance   `json:"compliance"`
	Resources    []ocsfResource   `json:"resources,omitempty"`
	Evidences    []ocsfEvidence   `json:"evidences,omitempty"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
}

type ocsfMetadata struct {
	Version   string      `json:"version"`
	Product   ocsfProduct `json:"product"`
	Profiles  []string    `json:"profiles"`
	TenantUID string      `json:"tenant_uid,omitempty"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version,omitempty"`
}

type ocsfCloud struct {
	Provider  string      `json:"provider"`
	Partition string      `json:"cloud_partition,omitempty"`
	Account   ocsfAccount `json:"account"`
}

// ocsfAccount is the tenant.
type ocsfAccount struct {
	UID    string `json:"uid"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"` // 6
}

type ocsfFindingInfo struct {
	UID         string   `json:"uid"` // the fingerprint: the same from run to run
	Title       string   `json:"title"`
	Desc        string   `json:"desc,omitempty"`
	SrcURL      string   `json:"src_url,omitempty"` // the object in the portal
	Types       []string `json:"types"`
	CreatedTime int64    `json:"created_time"`
}

type ocsfCompliance struct {
	Control       string   `json:"control"` // check/rule
	Standards     []string `json:"standards"`
	Requirements  []string `json:"requirements"` // the lines of the note
	StatusID      int      `json:"status_id"`    // 1 Pass, 2 Warning (not known), 3 Fail, 99 Other
	Status        string   `json:"status"`
	StatusCode    string   `json:"status_code"` // our own word for it
	StatusDetails []string `json:"status_details,omitempty"`
}

type ocsfResource struct {
	UID  string         `json:"uid"`
	Name string         `json:"name,omitempty"`
	Type string         `json:"type"`
	Data map[string]any `json:"data,omitempty"`
}

type ocsfEvidence struct {
	Data ocsfEvidenceData `json:"data"`
}

type ocsfEvidenceData struct {
	Dataset  string `json:"dataset"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitzero"`
	Pointer  string `json:"pointer,omitempty"`
	Observed string `json:"observed,omitempty"`
	Expected string `json:"expected,omitempty"`
}

type ocsfRemediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}

// OCSF writes one Compliance Finding per line for a SIEM: one per finding, and
// one per rule that could not be judged at all.
func OCSF(w io.Writer, r *audit.Report, o Options) error {
	v := newView(r, o, machineLimits)
	taken, err := time.Parse(time.RFC3339, r.TakenAt)
	if err != nil {
		return fmt.Errorf("OCSF: the time of the snapshot: %w", err)
	}
	for _, rule := range v.rules {
		for _, f := range rule.rows() {
			e := &escapingWriter{w: w}
			if err := json.MarshalWrite(e, v.ocsfEvent(rule, f, taken.UnixMilli()), json.Deterministic(true)); err != nil {
				return fmt.Errorf("OCSF: %w", err)
			}
			if err := e.finish(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *view) ocsfEvent(r *ruleView, f *audit.Finding, taken int64) ocsfEvent {
	e := ocsfEvent{
		ActivityID: 1, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings",
		ClassUID: 2003, ClassName: "Compliance Finding", TypeUID: 200301, TypeName: "Compliance Finding: Create",
		Time: taken, StatusID: 1, Status: "New", Message: f.Message,
		Metadata: ocsfMetadata{
			Version: ocsfVersion, Profiles: []string{"cloud"}, TenantUID: v.Tenant.ID,
			Product: ocsfProduct{Name: v.Tool.Name, VendorName: "ztagent", Version: v.Tool.Version},
		},
		Cloud: ocsfCloud{Provider: "Microsoft Entra", Partition: v.Tenant.Cloud, Account: ocsfAccount{
			UID: v.Tenant.ID, Name: v.Tenant.DisplayName, Type: "Azure AD Account", TypeID: 6,
		}},
		FindingInfo: ocsfFindingInfo{
			UID: f.Fingerprint, Title: r.Title, Desc: f.Message, SrcURL: f.PortalLink,
			Types: []string{r.check.ID}, CreatedTime: taken,
		},
		Compliance: ocsfComplianceOf(r, f),
	}
	e.SeverityID, e.Severity = ocsfSeverity(f.Severity)
	if f.Status == audit.Waived {
		e.StatusID, e.Status = 3, "Suppressed"
	}
	if f.Resource.Type != "" {
		e.Resources = []ocsfResource{{UID: f.Resource.ID, Name: f.Resource.DisplayName, Type: string(f.Resource.Type)}}
	}
	for _, ev := range f.Evidence {
		e.Evidences = append(e.Evidences, ocsfEvidence{ocsfEvidenceData{
			Dataset: string(ev.Dataset), File: ev.File, Line: ev.Line, Pointer: ev.Pointer,
			Observed: ev.Observed, Expected: ev.Expected,
		}})
	}
	if r.Remediation != "" {
		e.Remediation = &ocsfRemediation{Desc: plain(r.Remediation), References: r.References}
	}
	return e
}

func ocsfComplianceOf(r *ruleView, f *audit.Finding) ocsfCompliance {
	c := ocsfCompliance{
		Control: r.ID, Standards: []string{"Zero Trust for Agents"}, Requirements: []string{},
		StatusCode: f.Status.String(),
	}
	for _, clause := range r.check.Clauses {
		c.Requirements = append(c.Requirements, clause.Text)
	}
	switch f.Status {
	case audit.Pass:
		c.StatusID, c.Status = 1, "Pass"
	case audit.Unknown:
		c.StatusID, c.Status = 2, "Warning"
	case audit.Fail, audit.Waived:
		c.StatusID, c.Status = 3, "Fail"
	default:
		c.StatusID, c.Status = 99, f.Status.String()
	}
	if w := f.Waiver; w != nil {
		c.StatusDetails = []string{fmt.Sprintf("Waived until %s by %s: %s", w.Expires, w.Owner, w.Reason)}
	}
	return c
}

func ocsfSeverity(s audit.Severity) (int, string) {
	switch s {
	case audit.Critical:
		return 5, "Critical"
	case audit.High:
		return 4, "High"
	case audit.Medium:
		return 3, "Medium"
	case audit.Low:
		return 2, "Low"
	}
	return 1, "Informational"
}
