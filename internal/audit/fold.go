package audit

// Status folds the counts of a rule's resources (docs/verdicts.md).
func (c Counts) Status() Status {
	switch {
	case c.Fail > 0:
		return Fail
	case c.Unknown > 0:
		return Unknown
	case c.Manual > 0:
		return Manual
	case c.Pass > 0 || c.Waived > 0:
		return Pass
	}
	return NotApplicable
}

// foldCheck folds a check's rules; those of severity info never decide.
func foldCheck(rules []RuleResult) Status {
	status := NotApplicable
	for i := range rules {
		if rules[i].Severity != Info {
			status = Fold(status, rules[i].Status)
		}
	}
	return status
}
