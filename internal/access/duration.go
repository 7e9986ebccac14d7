// Package access joins what agents hold with the access packages that account
// for it, and says when each grant of access ends.
package access

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Duration is an ISO 8601 duration. Years and months follow the calendar, so
// how long they are depends on when they begin.
type Duration struct {
	Years, Months, Days int
	Clock               time.Duration
}

// Six digits for each number bound the sums: a million years do not overflow.
var isoDuration = regexp.MustCompile(`^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?` +
	`(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,](\d{1,9})\d*)?S)?)?$`)

// ParseDuration reads a duration such as P180D, P1Y6M, P2W or PT8H. Signs,
// fractions of anything but seconds, and durations without any part are errors.
func ParseDuration(s string) (Duration, error) {
	m := isoDuration.FindStringSubmatch(s)
	if m == nil || m[5] == "T" || m[1]+m[2]+m[3]+m[4]+m[5] == "" {
		return Duration{}, fmt.Errorf("%.40q is not an ISO 8601 duration", s)
	}
	n := func(i int) int {
		v, _ := strconv.Atoi(m[i]) // digits only, or nothing
		return v
	}
	return Duration{
		Years: n(1), Months: n(2), Days: 7*n(3) + n(4),
		Clock: time.Duration(n(6))*time.Hour + time.Duration(n(7))*time.Minute +
			time.Duration(n(8))*time.Second + fraction(m[9]),
	}, nil
}

func fraction(digits string) time.Duration {
	d := time.Duration(0)
	for unit, i := time.Second/10, 0; i < len(digits); unit, i = unit/10, i+1 {
		d += time.Duration(digits[i]-'0') * unit
	}
	return d
}

// From returns when a duration ends that begins at start. A month later is the
// same day of the month, or its last one where there is no such day.
func (d Duration) From(start time.Time) time.Time {
	months := d.Years*12 + d.Months
	end := start.AddDate(0, months, 0)
	if end.Day() != start.Day() {
		end = end.AddDate(0, 0, -end.Day()) // spilled over: back to the last day
	}
	return end.AddDate(0, 0, d.Days).Add(d.Clock)
}

// String returns the duration in ISO 8601, in parts that ParseDuration reads.
func (d Duration) String() string {
	const most = 999999
	weeks, days := 0, d.Days
	if days > most {
		weeks = min(days/7, most)
		days -= 7 * weeks
	}
	hours := min(d.Clock/time.Hour, most)
	minutes := min((d.Clock-hours*time.Hour)/time.Minute, most)
	seconds := d.Clock - hours*time.Hour - minutes*time.Minute
	text := "P" + part(d.Years, "Y") + part(d.Months, "M") + part(weeks, "W") + part(days, "D")
	clock := part(int(hours), "H") + part(int(minutes), "M")
	if seconds != 0 {
		clock += strconv.FormatFloat(seconds.Seconds(), 'f', -1, 64) + "S"
	}
	switch {
	case clock != "":
		return text + "T" + clock
	case text == "P":
		return "PT0S"
	}
	return text
}

func part(n int, unit string) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + unit
}
