package synth

import (
	"github.com/ztagent/ztagent/internal/dataset"
	"github.com/ztagent/ztagent/internal/tenant"
)

// manifest returns the snapshot's manifest.json, compact.
func (s *Snapshot) manifest() []byte {
	m := manifestWriter{
		tenantID: s.TenantID, displayName: s.DisplayName, cloud: s.Cloud,
		signIns: s.SignInWindow, audits: s.AuditWindow,
	}
	m.begin()
	for _, src := range s.sources() {
		if _, ok := s.raw[src.Dataset]; ok {
			continue
		}
		gap, refused := s.gaps[src.Dataset]
		if refused && gap.Status == tenant.GapAbsent {
			continue
		}
		m.entry(src, len(s.objects[src.Dataset]), gap, s.relation[src.Dataset])
	}
	return m.end()
}

// manifestWriter writes manifest.json as docs/snapshot.md has it.
type manifestWriter struct {
	writer
	tenantID, displayName, cloud string
	signIns, audits              string
}

func (m *manifestWriter) begin() {
	m.open()
	m.number("schemaVersion", 1)
	m.str("tenantId", m.tenantID)
	m.str("tenantDisplayName", m.displayName)
	m.str("cloud", m.cloud)
	m.date("takenAt", TakenAt)
	m.object("tool")
	m.str("name", "ztagent-synth")
	m.str("version", "1")
	m.close()
	m.boolean("redacted", false)
	m.object("window")
	m.str("signIns", m.signIns)
	m.str("directoryAudits", m.audits)
	m.close()
	m.object("datasets")
}

func (m *manifestWriter) entry(src source, count int, gap Gap, relations []RelationGap) {
	status := "complete"
	if gap.Status != "" {
		status = string(gap.Status)
	}
	hasData := status == "complete" || status == string(tenant.GapTruncated)
	m.object(string(src.Dataset))
	m.str("status", status)
	if hasData && !src.Dataset.Singleton() {
		m.number("count", count)
	}
	if src.Service != dataset.Local {
		m.str("request", src.Request.String())
		m.str("apiVersion", src.Request.Version)
	}
	if len(src.Relations) > 0 && hasData {
		m.str("relations", "complete")
	}
	if gap.Code != "" {
		writeError(&m.writer, gap.Code, gap.Message)
	}
	if len(relations) > 0 {
		writeAll(&m.writer, "gaps", relations)
	}
	// One request per hundred objects, at a plausible pace.
	m.number("elapsedMs", 90+(count/100+1)*140+len(src.Request.Path)%50)
	m.close()
}

func (g RelationGap) write(w *writer) {
	w.open()
	w.str("id", g.ID)
	w.str("relation", g.Relation)
	w.str("status", string(g.Status))
	if g.Code != "" {
		writeError(w, g.Code, g.Message)
	}
	w.close()
}

func writeError(w *writer, code, message string) {
	w.object("error")
	w.str("code", code)
	w.str("message", message)
	w.str("requestId", GUID("request", code, message))
	w.close()
}

func (m *manifestWriter) end() []byte {
	m.close()
	m.close()
	return m.b
}
