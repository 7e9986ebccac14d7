package tenant

import (
	"fmt"
	"math"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Time is a dateTimeOffset of Graph in milliseconds since 1970 (UTC), with
// absent and null kept apart as in Opt. Eight bytes, because logs hold millions.
// The zero value is absent.
type Time struct{ stamp int64 }

const (
	timeAbsent = 0
	timeNull   = math.MinInt64
	// timeBias keeps 1970-01-01T00:00:00Z itself from reading as absent.
	timeBias = 1 << 62
)

// TimeOf returns the Time of t, to the millisecond.
func TimeOf(t time.Time) Time { return Time{t.UnixMilli() + timeBias} }

// NullTime returns a Time that was returned as null.
func NullTime() Time { return Time{timeNull} }

// Get returns the time in UTC, and whether there is one.
func (t Time) Get() (time.Time, bool) {
	if !t.IsSet() {
		return time.Time{}, false
	}
	return time.UnixMilli(t.stamp - timeBias).UTC(), true
}

// IsAbsent reports whether the property was not returned.
func (t Time) IsAbsent() bool { return t.stamp == timeAbsent }

// IsNull reports whether the property was returned as null.
func (t Time) IsNull() bool { return t.stamp == timeNull }

// IsSet reports whether there is a time.
func (t Time) IsSet() bool { return t.stamp != timeAbsent && t.stamp != timeNull }

// Before reports whether both times are set and t is before u.
func (t Time) Before(u Time) bool { return t.IsSet() && u.IsSet() && t.stamp < u.stamp }

// After reports whether both times are set and t is after u.
func (t Time) After(u Time) bool { return u.Before(t) }

// Sub returns t − u; both must be set.
func (t Time) Sub(u Time) time.Duration {
	ms := t.stamp - u.stamp
	if ms > math.MaxInt64/int64(time.Millisecond) {
		return math.MaxInt64
	}
	if ms < math.MinInt64/int64(time.Millisecond) {
		return math.MinInt64
	}
	return time.Duration(ms) * time.Millisecond
}

// Add returns t + d; t must be set.
func (t Time) Add(d time.Duration) Time { return Time{t.stamp + d.Milliseconds()} }

// String returns RFC 3339 in UTC, "null", or "not returned".
func (t Time) String() string {
	switch v, ok := t.Get(); {
	case ok:
		return v.Format(time.RFC3339)
	case t.IsNull():
		return "null"
	}
	return "not returned"
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *Time) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	tok, err := d.ReadToken()
	if err != nil {
		return err
	}
	switch tok.Kind() {
	case 'n':
		*t = NullTime()
		return nil
	case '"':
		return t.parse(tok.String())
	}
	return fmt.Errorf("a date and time is due, not %s", kindName(tok.Kind()))
}

func (t *Time) parse(s string) error {
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("%.40q is not an RFC 3339 date and time", s)
	}
	*t = TimeOf(v)
	return nil
}

// parsePlain reads the form in which Graph writes nearly every time,
// 2026-11-20T04:12:45Z with an optional fraction, and reports whether it was
// one. All other forms go through time.Parse.
func (t *Time) parsePlain(s []byte) bool {
	if len(s) < 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' ||
		s[16] != ':' || s[len(s)-1] != 'Z' {
		return false
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	dayOfMonth, ok3 := digits(s[8:10])
	hour, ok4 := digits(s[11:13])
	minute, ok5 := digits(s[14:16])
	second, ok6 := digits(s[17:19])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 ||
		month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 28 || hour > 23 || minute > 59 || second > 59 {
		return false
	}
	ms := 0
	if fraction := s[19 : len(s)-1]; len(fraction) > 0 {
		if fraction[0] != '.' || len(fraction) < 2 || len(fraction) > 10 {
			return false
		}
		if _, ok := digits(fraction[1:]); !ok {
			return false
		}
		padded := append(append([]byte(nil), fraction[1:]...), "00"...)
		ms, _ = digits(padded[:3])
	}
	*t = TimeOf(time.Date(year, time.Month(month), dayOfMonth, hour, minute, second,
		ms*int(time.Millisecond), time.UTC))
	return true
}

func digits(s []byte) (n int, ok bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
