package graph_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ztagent/ztagent/internal/tenant"
)

// same asserts that two snapshots hold the same objects, wherever in the files
// they stand, and the same gaps.
func same(t *testing.T, want, got *tenant.Snapshot) {
	t.Helper()
	for _, d := range tenant.Datasets() {
		missing, extra := differ(contents(want, d), contents(got, d))
		assert.Empty(t, missing, "%s: missing", d)
		assert.Empty(t, extra, "%s: not there before", d)
		wantGap, _ := want.Gap(d)
		gotGap, _ := got.Gap(d)
		assert.Equal(t, wantGap.Status, gotGap.Status, "%s: %q and %q", d, wantGap.Reason, gotGap.Reason)
	}
}

// differ merges two sorted lists.
func differ(want, got []string) (missing, extra []string) {
	for len(want) > 0 || len(got) > 0 {
		switch {
		case len(got) == 0 || len(want) > 0 && want[0] < got[0]:
			missing, want = append(missing, want[0]), want[1:]
		case len(want) == 0 || got[0] < want[0]:
			extra, got = append(extra, got[0]), got[1:]
		default:
			want, got = want[1:], got[1:]
		}
	}
	return missing, extra
}

// contents returns the objects of a dataset as text, sorted.
func contents(s *tenant.Snapshot, d tenant.Dataset) []string {
	name := string(d)
	list := reflect.ValueOf(s).Elem().FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
	var all []string
	seq := list.Addr().MethodByName("All").Call(nil)[0]
	seq.Call([]reflect.Value{reflect.MakeFunc(seq.Type().In(0), func(args []reflect.Value) []reflect.Value {
		var b strings.Builder
		dump(&b, args[0].Elem())
		all = append(all, b.String())
		return []reflect.Value{reflect.ValueOf(true)}
	})})
	slices.Sort(all)
	return all
}

// dump writes a value in full, through pointers, but for where it was read, why
// something is missing, and the order of maps.
func dump(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		dump(b, v.Elem())
	case reflect.Struct:
		b.WriteString("{")
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Origin" && name != "Reason" && !v.Field(i).IsZero() {
				b.WriteString(name + ":")
				dump(b, v.Field(i))
				b.WriteString(" ")
			}
		}
		b.WriteString("}")
	case reflect.Slice:
		for i := range v.Len() {
			dump(b, v.Index(i))
			b.WriteString(",")
		}
	case reflect.Map:
		var entries []string
		for _, key := range v.MapKeys() {
			var e strings.Builder
			dump(&e, key)
			e.WriteString("=")
			dump(&e, v.MapIndex(key))
			entries = append(entries, e.String())
		}
		slices.Sort(entries)
		b.WriteString(strings.Join(entries, ";"))
	default:
		fmt.Fprint(b, v)
	}
}
