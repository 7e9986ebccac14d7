package synth

import "io"

// rows writes the objects of one dataset as they come, as one list response
// with an object per line, or as .jsonl.
type rows struct {
	file  io.WriteCloser
	w     writer
	count int
	lines bool
	err   error
}

const flushAt = 256 << 10

func (r *rows) begin(context string) {
	if r.lines {
		return
	}
	r.w.open()
	if context != "" {
		r.w.str("@odata.context", context)
	}
	r.w.list("value")
	r.w.b = append(r.w.b, '\n')
}

func (r *rows) add(object Object) {
	if r.count > 0 {
		if !r.lines {
			r.w.b = append(r.w.b, ',')
		}
		r.w.b = append(r.w.b, '\n')
	}
	r.count++
	object.write(&r.w)
	if len(r.w.b) > flushAt {
		r.flush()
	}
}

func (r *rows) end() {
	if r.count > 0 {
		r.w.b = append(r.w.b, '\n')
	}
	if !r.lines {
		r.w.b = append(r.w.b, "]}\n"...)
	}
}

func (r *rows) flush() {
	if r.err == nil {
		_, r.err = r.file.Write(r.w.b)
	}
	r.w.b = r.w.b[:0]
}

// close writes what is left; the error is the first of all writes.
func (r *rows) close() error {
	r.flush()
	if err := r.file.Close(); r.err == nil {
		r.err = err
	}
	return r.err
}
