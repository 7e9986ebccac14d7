// Package synth makes tenants that do not exist: the small fixtures of this
// repository, and snapshots of any size for measuring. Objects have the
// property lists and value shapes that Microsoft Graph documents, so that
// whatever reads them would read a real tenant.
//
// Everything is a function of its arguments: ids are derived from names, dates
// from TakenAt, choices from a seed. There is no clock and no map order in it.
package synth

import "time"

// TakenAt is the moment at which every synthetic snapshot was taken.
var TakenAt = time.Date(2026, time.November, 20, 6, 0, 0, 0, time.UTC)

// Ago returns the time so many days and hours before TakenAt; negative ones lie
// in the future.
func Ago(days int, hours ...int) time.Time {
	t := TakenAt.AddDate(0, 0, -days)
	for _, h := range hours {
		t = t.Add(-time.Duration(h) * time.Hour)
	}
	return t
}
