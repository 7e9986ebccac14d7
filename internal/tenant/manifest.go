package tenant

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ManifestName is the file that says how a snapshot was made. It is optional.
const ManifestName = "manifest.json"

// Manifest is manifest.json (docs/snapshot.md, "The manifest").
type Manifest struct {
	SchemaVersion     int                       `json:"schemaVersion"`
	TenantID          string                    `json:"tenantId,omitzero"`
	TenantDisplayName string                    `json:"tenantDisplayName,omitzero"`
	Cloud             string                    `json:"cloud,omitzero"`
	TakenAt           string                    `json:"takenAt,omitzero"` // RFC 3339, UTC
	Tool              ManifestTool              `json:"tool,omitzero"`
	Redacted          bool                      `json:"redacted"`
	Window            ManifestWindow            `json:"window,omitzero"`
	Datasets          map[Dataset]ManifestEntry `json:"datasets,omitzero"`
}

// ManifestTool names the program that made the snapshot.
type ManifestTool struct {
	Name    string `json:"name,omitzero"`
	Version string `json:"version,omitzero"`
}

// ManifestWindow is how far back logs were read, as ISO 8601 durations.
type ManifestWindow struct {
	SignIns         string `json:"signIns,omitzero"`
	DirectoryAudits string `json:"directoryAudits,omitzero"`
}

// StatusComplete is the manifest status of a dataset that was read in full; all
// others are gaps.
const StatusComplete = "complete"

// ManifestEntry is what the manifest says of one dataset.
type ManifestEntry struct {
	Status     string         `json:"status"` // complete, or a GapStatus
	Count      *int           `json:"count,omitzero"`
	Request    string         `json:"request,omitzero"`
	APIVersion string         `json:"apiVersion,omitzero"`
	Error      *ManifestError `json:"error,omitzero"`
	// Relations is "complete" when relations at Graph's cap were read in full.
	Relations string        `json:"relations,omitzero"`
	ElapsedMs int64         `json:"elapsedMs,omitzero"`
	Requests  int           `json:"requests,omitzero"`
	Bytes     int64         `json:"bytes,omitzero"`
	Throttled int           `json:"throttled,omitzero"`
	Gaps      []ManifestGap `json:"gaps,omitzero"`
}

// ManifestError is what Graph answered.
type ManifestError struct {
	Code      string `json:"code,omitzero"`
	Message   string `json:"message,omitzero"`
	RequestID string `json:"requestId,omitzero"`
}

// ManifestGap is a relation of one object that was not read.
type ManifestGap struct {
	ID       string         `json:"id"`
	Relation string         `json:"relation"`
	Status   string         `json:"status"`
	Error    *ManifestError `json:"error,omitzero"`
}

// ReadManifest reads manifest.json of a snapshot; ok is false when it has none.
func ReadManifest(fsys fs.FS) (m Manifest, ok bool, err error) {
	f, err := fsys.Open(ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, false, nil
	}
	if err != nil {
		return Manifest{}, false, err
	}
	defer f.Close()
	text := utf8Text(f)
	data, err := io.ReadAll(&bounded{r: text, left: maxObject})
	if err != nil {
		return Manifest{}, false, inputError(ManifestName, 0, 0, err.Error())
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return Manifest{}, false, placedInputError(fsys, ManifestName, jsonError(err, 0))
	}
	return m, true, m.validate()
}

func (m *Manifest) validate() error {
	if m.SchemaVersion != 1 {
		return inputError(ManifestName, 0, 0, fmt.Sprintf(
			"schemaVersion is %d; this version reads 1", m.SchemaVersion))
	}
	if m.TakenAt != "" {
		if _, err := time.Parse(time.RFC3339Nano, m.TakenAt); err != nil {
			return inputError(ManifestName, 0, 0, fmt.Sprintf(
				"takenAt %.40q is not an RFC 3339 date and time", m.TakenAt))
		}
	}
	for name, entry := range m.Datasets {
		if !validStatus(entry.Status) {
			return inputError(ManifestName, 0, 0, fmt.Sprintf(
				"dataset %.40q has the unknown status %.40q", string(name), entry.Status))
		}
	}
	return nil
}

func validStatus(s string) bool {
	switch GapStatus(s) {
	case StatusComplete, GapAbsent, GapSkipped, GapForbidden, GapNotLicensed,
		GapNotEnabled, GapFailed, GapTruncated, GapMalformed:
		return true
	}
	return false
}

// Marshal returns the manifest as it is written: indented, members in order.
func (m *Manifest) Marshal() ([]byte, error) {
	data, err := json.Marshal(m, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", ManifestName, err)
	}
	return append(data, '\n'), nil
}

// gap turns the manifest's word on a dataset into a gap, unless it is complete.
func (e ManifestEntry) gap(d Dataset) (Gap, bool) {
	if e.Status == StatusComplete {
		return Gap{}, false
	}
	return Gap{Dataset: d, Status: GapStatus(e.Status), Reason: gapReason(GapStatus(e.Status), e.Error)}, true
}

func gapReason(status GapStatus, e *ManifestError) string {
	var reason string
	switch status {
	case GapAbsent:
		reason = "it is not in the snapshot"
	case GapSkipped:
		reason = "it was not collected on request"
	case GapForbidden:
		reason = "reading it was refused"
	case GapNotLicensed:
		reason = "the tenant has no licence for it"
	case GapNotEnabled:
		reason = "the feature is not enabled in this tenant"
	case GapFailed:
		reason = "reading it failed"
	case GapTruncated:
		reason = "it was not read to its end"
	case GapMalformed:
		reason = "its content is malformed"
	}
	if e == nil || e.Code == "" && e.Message == "" {
		return reason
	}
	return fmt.Sprintf("%s (%s)", reason, strings.Trim(fmt.Sprintf("%s: %.200s", e.Code, e.Message), ": "))
}
