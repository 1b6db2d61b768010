package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const usage = `crash kill  [--engine sqlite|postgres] [--times N] [--seed S] [--data FOLDER] [--banyan FILE] [--keep]
crash reads [--engine sqlite|postgres] [--times N] [--seed S] [--banyan FILE] [--keep]
crash two   [--times N] [--seed S] [--banyan FILE] [--keep]
crash power [--cuts N] [--traces N] [--seed S] [--sync off|lying] [--keep]
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report, err := run(ctx, os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintf(os.Stderr, "crash: %v\n", err)
		os.Exit(2)
	}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil || report.bad() {
		os.Exit(1)
	}
}

// outcome is what a run prints.
type outcome interface{ bad() bool }

func run(ctx context.Context, args []string, log io.Writer) (outcome, error) {
	if len(args) == 0 {
		fmt.Fprint(log, usage)
		return nil, flag.ErrHelp
	}
	fs := flag.NewFlagSet("crash "+args[0], flag.ContinueOnError)
	fs.SetOutput(log)
	o := options{log: log}
	fs.StringVar(&o.engine, "engine", "sqlite", "sqlite or postgres")
	fs.IntVar(&o.times, "times", 100, "how often to kill")
	fs.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "of the moments")
	fs.StringVar(&o.data, "data", "", "a data `folder` to begin with; it is copied. Without it a small invented city is made")
	fs.StringVar(&o.binary, "banyan", "", "the program; without it it is built")
	fs.BoolVar(&o.keep, "keep", false, "leave the folder with data and logs")
	fs.IntVar(&o.cuts, "cuts", 1000, "power: how many cuts")
	fs.IntVar(&o.traces, "traces", 4, "power: how many recordings they are made from")
	fs.StringVar(&o.sync, "sync", "", "power: off builds a program that does not sync, lying has a disk that does not; both must be found out")
	if err := fs.Parse(args[1:]); err != nil {
		return nil, err
	}
	switch args[0] {
	case "kill":
		return kill(ctx, o)
	case "reads":
		return reads(ctx, o)
	case "two":
		return two(ctx, o)
	case "power":
		return power(ctx, o)
	}
	return nil, fmt.Errorf("there is no %q\n%s", args[0], usage)
}

// options are the command line.
type options struct {
	engine, data, binary, sync string
	times, cuts, traces        int
	seed                       uint64
	keep                       bool
	quick                      bool // do not wait for messages whose claim a kill left behind
	databaseKills              int  // at least so many, on PostgreSQL
	log                        io.Writer
}

func (o options) say(format string, args ...any) { fmt.Fprintf(o.log, format+"\n", args...) }
