package main

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/ztagent/ztagent/internal/graph"
)

// world is all that the command touches of the process: whoever calls run
// decides on it, so that the whole command is tested in-process.
type world struct {
	In       io.Reader
	Out, Err io.Writer
	// Getenv looks up an environment variable; ok is false when it is not set.
	Getenv func(name string) (value string, ok bool)
	Now    func() time.Time
	// Clock paces a live run; its zero value is the machine's.
	Clock graph.Clock
	// Begin, unless nil, is called before a command does its work; --help does none.
	Begin func()
	// Terminal says whether Out and Err are terminals, and Width how many
	// columns Out has; 0 is not known.
	OutIsTerminal, ErrIsTerminal bool
	Width                        int
}

func processWorld() *world {
	w := &world{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv:        os.LookupEnv,
		Now:           time.Now,
		OutIsTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrIsTerminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	if w.OutIsTerminal {
		w.Width, _, _ = term.GetSize(int(os.Stdout.Fd()))
	}
	return w
}

func (w *world) clock() graph.Clock { return w.Clock }

func (w *world) env(name string) string {
	value, _ := w.Getenv(name)
	return value
}

// inCI reports whether a pipeline runs the command: no moving progress then.
func (w *world) inCI() bool { return w.env("CI") != "" }

// colour decides on colour by the flag, NO_COLOR and whether Out is a terminal.
func (w *world) colour(flag string) bool {
	switch flag {
	case "always":
		return true
	case "never":
		return false
	}
	if noColor, ok := w.Getenv("NO_COLOR"); ok && noColor != "" {
		return false
	}
	return w.OutIsTerminal && w.env("TERM") != "dumb"
}
