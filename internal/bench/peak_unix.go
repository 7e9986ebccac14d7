//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

// peakOf is the most memory that the process held, in MB. It is never less than
// this program itself holds, from which it was started.
func peakOf(state *os.ProcessState) float64 {
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(used.Maxrss) / 1e6 // bytes
	}
	return float64(used.Maxrss) * 1024 / 1e6 // KiB
}

// ownTime is the processor time that this process has used.
func ownTime() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, os.NewSyscallError("getrusage", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}
