package synth

// Fixture is a small tenant that the repository keeps under fixtures/NAME.
type Fixture struct {
	Name string
	Make func() *Snapshot
}

// Fixtures returns every fixture of the repository.
func Fixtures() []Fixture {
	return []Fixture{
		{"bare", Bare},
		{"compliant", Compliant},
		{"contoso", Contoso},
		{"empty", Empty},
		{"forbidden", Forbidden},
	}
}
