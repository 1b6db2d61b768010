package app

import (
	"os"
	"runtime/debug"
)

const (
	collectAt = 300       // percent of new memory over what is in use before it is collected
	softLimit = 350 << 20 // bytes at which the collector works harder; a process stays below 500 MB
)

// breathe lets a serving process use memory that is there before it spends
// processor time on giving it back: what a city needs always is some 40 MB.
// GOGC and GOMEMLIMIT, when set, are obeyed.
func breathe() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}
