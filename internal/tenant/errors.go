package tenant

import (
	"errors"
	"fmt"
	"io/fs"
)

// InputError is something wrong with what the user gave, with its place.
type InputError struct {
	File         string // within the snapshot; "" is the snapshot itself
	Line, Column int    // 1-based; zero is not known
	Message      string
}

func (e *InputError) Error() string {
	switch {
	case e.File == "":
		return e.Message
	case e.Line == 0:
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

func inputError(file string, line, column int, message string) error {
	return &InputError{file, line, column, message}
}

// placedInputError gives a placed error its line and column.
func placedInputError(fsys fs.FS, file string, err error) error {
	var placed *placedError
	if !errors.As(err, &placed) {
		return inputError(file, 0, 0, err.Error())
	}
	line, column := position(fsys, file, placed.offset)
	return inputError(file, line, column, placed.msg)
}

// ErrNotSnapshot is wrapped by the error of Open for a place that is no snapshot.
var ErrNotSnapshot = errors.New("not a snapshot")
