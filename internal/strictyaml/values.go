package strictyaml

import (
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// Text is a string that must stand there as one: a number, a date or a boolean
// is read as it was written.
type Text struct {
	Value string
	Line  int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *Text) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return Fault(node, "a single text is due")
	}
	t.Line = node.Line
	if node.Tag != "!!null" {
		t.Value = node.Value
	}
	return nil
}

// Moment is a date (2027-01-31) or an RFC 3339 time. HasClock tells which.
type Moment struct {
	Time     time.Time
	HasClock bool
	Line     int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (m *Moment) UnmarshalYAML(node *yaml.Node) error {
	m.Line = node.Line
	if node.Tag == "!!null" {
		return nil
	}
	if t, err := time.Parse(time.DateOnly, node.Value); err == nil {
		m.Time = t
		return nil
	}
	t, err := time.Parse(time.RFC3339, node.Value)
	if err != nil {
		return Fault(node, "%.40q is neither a date such as 2027-01-31 nor an RFC 3339 time", node.Value)
	}
	m.Time, m.HasClock = t.UTC(), true
	return nil
}

// End is the last second of a date, or the time itself.
func (m Moment) End() time.Time {
	if m.HasClock || m.Time.IsZero() {
		return m.Time
	}
	return m.Time.Add(24*time.Hour - time.Second)
}

// Count is a whole number from 0 up, or not set.
type Count struct {
	Value uint64
	Set   bool
	Line  int
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (c *Count) UnmarshalYAML(node *yaml.Node) error {
	c.Line = node.Line
	if node.Tag == "!!null" {
		return nil
	}
	n, err := strconv.ParseUint(node.Value, 10, 32)
	if err != nil || node.Kind != yaml.ScalarNode {
		return Fault(node, "a whole number is due, not %.40q", node.Value)
	}
	c.Value, c.Set = n, true
	return nil
}
