// Command bench measures Banyan and prints one JSON object as its last line.
//
//	go run ./test/bench intake [--engine sqlite|postgres] [--db postgres://…] [--sqlite DIR] [--seconds 20]
//
// Every bench says what it measured on which engine. per_s is Banyan; raw_per_s is the bare engine writing or reading
// the very same rows in the same run, in turns with Banyan, so that a noisy machine disturbs both; ratio is one by the
// other. cpu_us is the server's processor time for one operation with all that follows from it. See docs/bench.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

// bench measures one thing over a store that setup has made.
type bench func(ctx context.Context, s *setup) (report, error)

func benches() map[string]bench {
	return map[string]bench{"intake": intake, "form": form, "lifecycle": lifecycle, "open311": open311, "list": list, "search": find, "burst": burst, "reads": reads, "leak": leaks}
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	names := make([]string, 0, len(benches()))
	for name := range benches() {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(args) == 0 {
		return fmt.Errorf("name a bench: %s", strings.Join(names, ", "))
	}
	do, ok := benches()[args[0]]
	if !ok && args[0] != "seed" {
		return fmt.Errorf("no bench %q; there are %s", args[0], strings.Join(names, ", "))
	}
	o, err := parse(args[0], args[1:], progress)
	if err != nil {
		return err
	}
	s, err := prepare(ctx, o, progress)
	if err != nil {
		return err
	}
	defer s.stopProfile()
	if args[0] == "seed" {
		return errors.Join(seedCommand(ctx, s), s.close())
	}
	r, err := do(ctx, s)
	if err = errors.Join(err, s.close()); err != nil {
		return err
	}
	return r.print(out)
}

// options are the flags of every bench.
type options struct {
	bench, engine, db, data, sqlite, profile, program string
	cases, callers, seconds                           int
}

func parse(bench string, args []string, progress io.Writer) (options, error) {
	o := options{bench: bench}
	f := flag.NewFlagSet("bench "+bench, flag.ContinueOnError)
	f.SetOutput(progress)
	f.StringVar(&o.engine, "engine", "", "sqlite or `postgres`; without --db a private PostgreSQL with fsync is started")
	f.StringVar(&o.db, "db", "", "postgres://… `address` of an empty database")
	f.StringVar(&o.data, "data", "", "data `folder` that has been set up, as the bench seed leaves it")
	f.StringVar(&o.sqlite, "sqlite", "", "`folder` to work in and to keep; without it a temporary one")
	f.IntVar(&o.cases, "cases", 0, "cases to have in the store before measuring")
	f.IntVar(&o.callers, "callers", 64, "callers at once")
	f.IntVar(&o.seconds, "seconds", 20, "how long to measure")
	f.StringVar(&o.profile, "profile", "", "write a CPU profile of the bench to this `file`")
	f.StringVar(&o.program, "program", "", "measure this `file` instead of building the program: another version, or one built otherwise")
	f.Bool("json", true, "the report is always one JSON object")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("bench %s takes no argument %q", bench, f.Arg(0))
	case o.engine == "" && o.db != "":
		o.engine = "postgres"
	case o.engine == "":
		o.engine = "sqlite"
	case o.engine != "sqlite" && o.engine != "postgres":
		return o, fmt.Errorf("no engine %q", o.engine)
	}
	return o, nil
}
