package report

// The subset of SARIF 2.1.0 that we write, with what we put into each field.
// Zero values are left out; lists that SARIF wants are never null.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"` // 2.1.0
	Runs    []sarifRun `json:"runs"`    // one: the audit
}

type sarifRun struct {
	Tool              sarifTool            `json:"tool"`
	AutomationDetails sarifAutomation      `json:"automationDetails"`
	Invocations       []sarifInvocation    `json:"invocations"` // one
	BaseURIs          map[string]sarifBase `json:"originalUriBaseIds"`
	ColumnKind        string               `json:"columnKind"` // utf16CodeUnits
	Taxonomies        []sarifComponent     `json:"taxonomies,omitempty"`
	Results           []sarifResult        `json:"results"`
	Properties        map[string]any       `json:"properties,omitempty"` // tenant, takenAt, snapshot, verdict
}

type sarifTool struct {
	Driver sarifComponent `json:"driver"`
}

// sarifComponent is the tool itself, or the note as a taxonomy.
type sarifComponent struct {
	Name             string              `json:"name"`
	FullName         string              `json:"fullName,omitempty"`
	Organization     string              `json:"organization,omitempty"`
	SemanticVersion  string              `json:"semanticVersion,omitempty"`
	InformationURI   string              `json:"informationUri,omitempty"`
	ShortDescription *sarifText          `json:"shortDescription,omitempty"`
	Rules            []sarifRule         `json:"rules,omitempty"`         // every judged rule, by id
	Notifications    []sarifNotifyType   `json:"notifications,omitempty"` // the kinds of notification
	Taxa             []sarifTaxon        `json:"taxa,omitempty"`          // the lines of the note
	Comprehensive    bool                `json:"isComprehensive,omitzero"`
	SupportedTaxa    []sarifComponentRef `json:"supportedTaxonomies,omitempty"`
}

// sarifComponentRef names a component of the run: index is its place there.
type sarifComponentRef struct {
	Name  string `json:"name"`
	Index int    `json:"index"`
}

type sarifRule struct {
	ID               string              `json:"id"`   // check/rule
	Name             string              `json:"name"` // in Pascal case
	ShortDescription sarifText           `json:"shortDescription"`
	FullDescription  sarifText           `json:"fullDescription"` // at most 1,024 characters
	Help             sarifText           `json:"help"`            // remediation and references
	HelpURI          string              `json:"helpUri,omitempty"`
	Configuration    sarifConfiguration  `json:"defaultConfiguration"`
	Properties       sarifRuleProperties `json:"properties"`
	Relationships    []sarifRelationship `json:"relationships,omitempty"` // to the lines of the note
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

// sarifRuleProperties are what GitHub code scanning reads.
type sarifRuleProperties struct {
	Tags             []string `json:"tags"` // at most 10; "security" makes the severity count
	Precision        string   `json:"precision"`
	ProblemSeverity  string   `json:"problem.severity"`
	SecuritySeverity string   `json:"security-severity"`
}

type sarifRelationship struct {
	Target sarifTaxonRef `json:"target"`
	Kinds  []string      `json:"kinds"` // relevant
}

type sarifTaxonRef struct {
	ID        string            `json:"id"`
	Index     int               `json:"index"`
	Component sarifComponentRef `json:"toolComponent"`
}

type sarifTaxon struct {
	ID               string    `json:"id"`
	Name             string    `json:"name,omitempty"`
	ShortDescription sarifText `json:"shortDescription"`
}

type sarifNotifyType struct {
	ID               string    `json:"id"`
	Name             string    `json:"name"`
	ShortDescription sarifText `json:"shortDescription"`
	FullDescription  sarifText `json:"fullDescription"`
	Help             sarifText `json:"help"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

// sarifAutomation names the series of runs that this one belongs to: a trailing
// slash makes the whole id the category, without a run's own part.
type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"` // a report exists: the audit ran
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

// sarifNotification is a gap, a rule that could not be judged, or a warning.
type sarifNotification struct {
	Descriptor     sarifDescriptorRef  `json:"descriptor"`
	AssociatedRule *sarifDescriptorRef `json:"associatedRule,omitempty"`
	Level          string              `json:"level"`
	Message        sarifText           `json:"message"`
	Properties     map[string]any      `json:"properties,omitempty"`
}

type sarifDescriptorRef struct {
	ID    string `json:"id"`
	Index int    `json:"index"`
}

// sarifBase describes what uriBaseId stands for; where it is, is the reader's
// business.
type sarifBase struct {
	Description sarifText `json:"description"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    *int               `json:"ruleIndex,omitempty"` // nil for rules of the baseline only
	Kind         string             `json:"kind,omitempty"`      // open, review, pass; left out it is fail
	Level        string             `json:"level"`               // none unless kind is fail
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"` // one: all that GitHub looks at
	Related      []sarifLocation    `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string  `json:"partialFingerprints"` // primaryLocationLineHash
	Suppressions *[]sarifSuppressed `json:"suppressions,omitzero"`
	Baseline     string             `json:"baselineState,omitempty"`
	ViewerURI    string             `json:"hostedViewerUri,omitempty"` // the object in the portal
	Properties   map[string]any     `json:"properties,omitempty"`
}

type sarifLocation struct {
	ID       *int           `json:"id,omitempty"` // of related locations
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	Message  *sarifText     `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`                  // the narrowest property
	Context  *sarifRegion  `json:"contextRegion,omitempty"` // the whole object
}

type sarifArtifact struct {
	URI       string `json:"uri"` // relative, percent-encoded
	URIBaseID string `json:"uriBaseId"`
}

// sarifRegion has all four ends: GitHub rejects a file in which one is missing.
type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type sarifLogical struct {
	Name               string `json:"name,omitempty"`
	FullyQualifiedName string `json:"fullyQualifiedName"` // type/id
	Kind               string `json:"kind"`               // resource
}

type sarifSuppressed struct {
	Kind          string         `json:"kind"`   // external: a waivers file
	Status        string         `json:"status"` // accepted
	Justification string         `json:"justification,omitempty"`
	Properties    map[string]any `json:"properties,omitempty"` // owner, ticket, expires
}
