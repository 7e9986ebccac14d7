package main

import (
	"errors"
	"fmt"

	"github.com/ztagent/ztagent/internal/tenant"
)

// The exit codes, as the README has them.
const (
	exitOK           = 0
	exitFindings     = 1 // a failing finding at or above --fail-on
	exitUsage        = 2 // usage, configuration or input
	exitCannotRun    = 3 // no sign-in, snapshot unreadable, every dataset refused
	exitInconclusive = 4 // no such failure, but something is unknown
)

// exitError is an error with the exit code it ends in. A nil err is silent: the
// report has said it all.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func cannotRun(err error) error { return &exitError{exitCannotRun, err} }

// exitCode returns the code that err ends in, and whether it is to be printed.
// Errors nobody gave a code are cobra's, about the command line.
func exitCode(err error) (code int, printed bool) {
	var exit *exitError
	var input *tenant.InputError
	switch {
	case err == nil:
		return exitOK, false
	case errors.As(err, &exit):
		return exit.code, exit.err != nil
	case errors.As(err, &input):
		return exitUsage, true
	}
	return exitUsage, true
}
