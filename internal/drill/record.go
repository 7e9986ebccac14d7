package drill

import (
	"errors"
	"time"

	"github.com/ztagent/ztagent/internal/tenant"
)

// Record is a drill as the dataset killSwitchDrills keeps it: what
// remains when the logs are gone. Times are RFC 3339, UTC.
type Record struct {
	ID                  string `json:"id"`
	TargetID            string `json:"targetId"`
	DisabledDateTime    string `json:"disabledDateTime"`
	EnabledDateTime     string `json:"enabledDateTime"`
	DeniedAttempts      int    `json:"deniedAttempts"`
	SuccessesAfterGrace int    `json:"successesAfterGrace"`
	VerifiedDateTime    string `json:"verifiedDateTime"`
	Tool                Tool   `json:"tool"`
}

// Tool names the program that verified a drill.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// ErrUntold means that the evidence does not say what a drill proved.
var ErrUntold = errors.New("the drill cannot be verified")

// NewRecord returns the record of d, verified at the time given. A failed or
// unproven drill has a record too, which says so; one whose verdict is unknown
// has none, and the error wraps ErrUntold with the reason. The id follows from
// target and time, so that verifying twice makes the same record.
func (d *Drill) NewRecord(verified time.Time, tool Tool) (Record, error) {
	if d.Verdict() == Unknown {
		return Record{}, untoldError{d.Doubt}
	}
	disabled := stamp(d.Disabled)
	return Record{
		ID:                  d.TargetID.String() + "/" + disabled,
		TargetID:            d.TargetID.String(),
		DisabledDateTime:    disabled,
		EnabledDateTime:     stamp(d.Enabled),
		DeniedAttempts:      d.DeniedAttempts,
		SuccessesAfterGrace: d.Successes,
		VerifiedDateTime:    stamp(tenant.TimeOf(verified)),
		Tool:                tool,
	}, nil
}

// stamp keeps the milliseconds, which order events.
func stamp(t tenant.Time) string {
	v, _ := t.Get()
	return v.Format("2006-01-02T15:04:05.999Z07:00")
}

type untoldError struct{ doubt string }

func (e untoldError) Error() string { return ErrUntold.Error() + ": " + e.doubt }
func (e untoldError) Unwrap() error { return ErrUntold }
