package redact

import (
	"io/fs"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// manifest returns the redacted manifest. A snapshot without one gets one that
// says when it was taken; what it says of nothing else was not said before.
func (r *rewriter) manifest(in tenant.Manifest, malformed map[tenant.Dataset]bool) tenant.Manifest {
	out := in
	out.Redacted = true
	out.TenantID = r.text(objectID, in.TenantID)
	out.TenantDisplayName = r.text(displayName, in.TenantDisplayName)
	out.Cloud = r.text(enumeration, in.Cloud)
	out.Tool = tenant.ManifestTool{Name: r.text(enumeration, in.Tool.Name), Version: r.text(enumeration, in.Tool.Version)}
	out.Window = tenant.ManifestWindow{
		SignIns:         r.text(enumeration, in.Window.SignIns),
		DirectoryAudits: r.text(enumeration, in.Window.DirectoryAudits),
	}
	out.Datasets = map[tenant.Dataset]tenant.ManifestEntry{}
	for d, entry := range in.Datasets {
		if tenant.IsDataset(string(d)) {
			out.Datasets[d] = r.entry(entry)
		}
	}
	for d := range malformed {
		entry := out.Datasets[d]
		entry.Status = string(tenant.GapMalformed)
		entry.Error = nil
		out.Datasets[d] = entry
	}
	return out
}

func (r *rewriter) entry(in tenant.ManifestEntry) tenant.ManifestEntry {
	out := in
	out.Request = r.text(urlText, in.Request)
	out.APIVersion = r.text(enumeration, in.APIVersion)
	out.Relations = r.text(enumeration, in.Relations)
	out.Error = r.manifestError(in.Error)
	out.Gaps = nil
	for _, gap := range in.Gaps {
		out.Gaps = append(out.Gaps, tenant.ManifestGap{
			ID: r.text(objectID, gap.ID), Relation: r.text(enumeration, gap.Relation),
			Status: r.text(enumeration, gap.Status), Error: r.manifestError(gap.Error),
		})
	}
	return out
}

func (r *rewriter) manifestError(in *tenant.ManifestError) *tenant.ManifestError {
	if in == nil {
		return nil
	}
	made := r.failure(failure{in.Code, in.Message})
	return &tenant.ManifestError{Code: made.code, Message: made.message, RequestID: r.text(objectID, in.RequestID)}
}

// noteManifest notes what of the manifest must not survive.
func (s *scanner) noteManifest(m tenant.Manifest) {
	s.note(displayName, m.TenantDisplayName)
	s.guids(m.TenantID)
	for _, entry := range m.Datasets {
		s.guids(entry.Request)
		for _, gap := range entry.Gaps {
			s.guids(gap.ID)
		}
	}
}

// newestFile is when a snapshot without a manifest was taken.
func newestFile(in fs.FS, files []file) (string, error) {
	var newest time.Time
	for _, f := range files {
		info, err := fs.Stat(in, f.name)
		if err != nil {
			return "", err
		}
		if t := info.ModTime().UTC(); t.After(newest) {
			newest = t
		}
	}
	if newest.IsZero() {
		return "", nil
	}
	return newest.Format(time.RFC3339Nano), nil
}
