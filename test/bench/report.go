package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"
)

// report is the one line of a bench. Figures that a bench does not have are left out.
type report struct {
	Bench    string  `json:"bench"`
	Engine   string  `json:"engine"`
	PerS     float64 `json:"per_s"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	CPU      float64 `json:"cpu_us"`              // of the server for one operation, with its reactions
	RawPerS  float64 `json:"raw_per_s,omitempty"` // the bare engine on the same rows
	Ratio    float64 `json:"ratio,omitempty"`
	RSS      float64 `json:"rss_mb"` // the server's peak
	N        int     `json:"n"`
	Callers  int     `json:"callers"`
	Cores    int     `json:"cores"`
	Cases    int     `json:"cases"`                // in the store before
	RawCPU   float64 `json:"raw_cpu_us,omitempty"` // of the bare engine for the rows of one operation
	ReactCPU float64 `json:"react_cpu_us,omitempty"`
	RowsEach float64 `json:"rows_each,omitempty"` // rows one operation writes

	More map[string]any `json:"more,omitempty"`
}

func (r report) print(w io.Writer) error {
	if r.RawPerS > 0 {
		r.Ratio = r.PerS / r.RawPerS
	}
	r.Cores = runtime.NumCPU()
	for _, v := range []*float64{&r.PerS, &r.P50, &r.P99, &r.CPU, &r.RawPerS, &r.Ratio, &r.RSS, &r.RawCPU, &r.ReactCPU, &r.RowsEach} {
		*v = math.Round(*v*1000) / 1000
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(text))
	return err
}

// latencies are the times of single operations.
type latencies []time.Duration

// ms gives the time that the share p of the operations did not exceed, in milliseconds.
func (l latencies) ms(p float64) float64 {
	if len(l) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(l))
	at := min(int(math.Ceil(p*float64(len(sorted)))), len(sorted)) - 1
	return float64(sorted[max(at, 0)].Microseconds()) / 1000
}

// micros is a time for each of n operations, in microseconds.
func micros(d time.Duration, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(d.Microseconds()) / float64(n)
}
