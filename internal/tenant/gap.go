package tenant

// GapStatus says why a dataset, or a part of one, is not there in full.
type GapStatus string

// The kinds of gap (docs/snapshot.md, "The manifest"). A dataset without a gap is
// complete.
const (
	GapAbsent      GapStatus = "absent"
	GapSkipped     GapStatus = "skipped"
	GapForbidden   GapStatus = "forbidden"
	GapNotLicensed GapStatus = "notLicensed"
	GapNotEnabled  GapStatus = "notEnabled"
	GapFailed      GapStatus = "failed"
	GapTruncated   GapStatus = "truncated"
	GapMalformed   GapStatus = "malformed"
)

// Gap is a dataset that was not read in full. Reason is one sentence; what to
// do about it is the reporter's business, who knows the permissions.
type Gap struct {
	Dataset Dataset
	Status  GapStatus
	Reason  string
}

// RelationGap is a relation of one object that was not read in full, such as
// the credentials of one blueprint. It makes only that object unknown.
type RelationGap struct {
	ID       ID
	Relation string
	Status   GapStatus
	Reason   string
}
