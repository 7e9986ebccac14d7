package access

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]Duration{
		"P180D":        {Days: 180},
		"P1Y":          {Years: 1},
		"P6M":          {Months: 6},
		"P2W":          {Days: 14},
		"P1Y2M3W4DT5H": {Years: 1, Months: 2, Days: 25, Clock: 5 * time.Hour},
		"PT8H30M":      {Clock: 8*time.Hour + 30*time.Minute},
		"PT0.25S":      {Clock: 250 * time.Millisecond},
		"P0D":          {},
	} {
		got, err := ParseDuration(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "P", "PT", "P1", "180D", "-P1D", "P-1D", "P1D2M", "PT1D", "P1H", "P1.5D", "p1d",
		"P1DT", "P9999999D", " P1D", "P1D ", "P1D\n", "P１D", "3M",
	} {
		_, err := ParseDuration(text)
		assert.Error(t, err, "%q", text)
	}
}

func TestDurationFrom(t *testing.T) {
	from := func(day string) time.Time {
		at, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		return at
	}
	for _, c := range []struct {
		d           Duration
		start, want string
	}{
		{Duration{Months: 1}, "2026-01-31", "2026-02-28"},
		{Duration{Months: 1}, "2028-01-31", "2028-02-29"},
		{Duration{Years: 1}, "2028-02-29", "2029-02-28"},
		{Duration{Months: 6}, "2026-11-20", "2027-05-20"},
		{Duration{Days: 180}, "2026-11-20", "2027-05-19"},
		{Duration{Months: 1, Days: 1}, "2026-01-31", "2026-03-01"},
		{Duration{}, "2026-01-31", "2026-01-31"},
	} {
		assert.Equal(t, c.want, c.d.From(from(c.start)).Format(time.DateOnly), "%s + %s", c.start, c.d)
	}
}

// FuzzDuration holds that what parses never ends before it starts, and that its
// text reads back as the same duration.
func FuzzDuration(f *testing.F) {
	for _, seed := range []string{"P180D", "P1Y6M", "PT8H", "P2W", "PT0.5S", "P999999Y999999M", "P", "P1D2M", "\xff", "PT700H", "P999999W999999D", "PT999999H999999M999999.999999999S"} {
		f.Add(seed)
	}
	start := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		assert.False(t, d.From(start).Before(start), text)
		again, err := ParseDuration(d.String())
		require.NoError(t, err, "%s of %s", d, text)
		assert.Equal(t, d.From(start), again.From(start), text)
	})
}
