package tenant

// The bulk datasets of governance, pulled by hand as those in decode.go.

func pullAccessPackageAssignment(p *puller, a *AccessPackageAssignment) error {
	var traits AssignmentTraits
	defer func() { a.AssignmentTraits = p.assignments.one(traits) }()
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.id(&a.ID)
		case "state":
			return p.sharedText(&traits.State)
		case "status":
			return p.sharedText(&traits.Status)
		case "expiredDateTime":
			return p.time(&a.ExpiredDateTime)
		case "schedule":
			return optional(p, &a.Schedule, pullSchedule)
		case "target":
			return optional(p, &a.Target, func(p *puller, s *AccessPackageSubject) error {
				return p.idMember("objectId", &s.ObjectID)
			})
		case "accessPackage":
			return optional(p, &traits.AccessPackage, pullPackageRef)
		case "assignmentPolicy":
			return optional(p, &traits.AssignmentPolicy, pullPackageRef)
		}
		return p.SkipValue()
	})
}

func pullSchedule(p *puller, s *EntitlementSchedule) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "startDateTime":
			return p.time(&s.StartDateTime)
		case "expiration":
			return optional(p, &s.Expiration, pullExpiration)
		}
		return p.SkipValue()
	})
}

func pullExpiration(p *puller, e *ExpirationPattern) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "type":
			return p.sharedText(&e.Type)
		case "duration":
			return p.sharedText(&e.Duration)
		case "endDateTime":
			return p.time(&e.EndDateTime)
		}
		return p.SkipValue()
	})
}

func pullPackageRef(p *puller, r *AccessPackageRef) error {
	return p.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return p.id(&r.ID)
		case "displayName":
			return p.sharedText(&r.DisplayName)
		}
		return p.SkipValue()
	})
}

func pullLifecycleSubject(p *puller, l *LifecycleSubject) error {
	var traits SubjectTraits
	defer func() { l.SubjectTraits = p.subjects.one(traits) }()
	return p.object(func(name []byte) error {
		switch string(name) {
		case "policyId":
			return p.id(&traits.PolicyID)
		case "subject":
			return optional(p, &l.Subject, func(p *puller, ref *ObjectRef) error { return p.idMember("id", &ref.ID) })
		case "relationship":
			return p.sharedText(&traits.Relationship)
		case "compliance":
			return pullCompliance(p, &traits.Compliance)
		}
		return p.SkipValue()
	})
}

// pullCompliance reads a word, or an object with the word in its "state" or
// "status".
func pullCompliance(p *puller, c *ComplianceState) error {
	if p.PeekKind() != '{' {
		return p.sharedText(&c.Word)
	}
	var status Opt[string]
	err := p.object(func(name []byte) error {
		switch string(name) {
		case "state":
			return p.sharedText(&c.Word)
		case "status":
			return p.sharedText(&status)
		}
		return p.SkipValue()
	})
	if c.Word.IsAbsent() {
		c.Word = status
	}
	return err
}
