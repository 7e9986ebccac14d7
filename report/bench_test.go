package report

import (
	"io"
	"testing"
)

// One report of a hundred thousand failing findings, in every format.
func BenchmarkFormats(b *testing.B) {
	r := crowded(100_000)
	for name, f := range everyFormat() {
		if f.o.MaxPerRule < 0 {
			f.o.MaxPerRule = 0
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f.direct(io.Discard, r, f.o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
