package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/pack"
)

// runPackCheck loads packs wholly and runs their examples.
func runPackCheck(_ context.Context, args []string, out, _ io.Writer) error {
	if len(args) == 0 {
		return misuse("banyan pack check needs at least one folder")
	}
	wrong := 0
	for _, dir := range args {
		p, err := app.ReadPack(dir)
		ps := pack.AsProblems(err)
		if p != nil && err == nil {
			ps = app.CheckPack(p, time.Now())
			for _, file := range p.Unread() {
				ps = append(ps, pack.Problem{File: file, What: "nobody reads this file; is its name right?"})
			}
		}
		problems(out, dir, ps)
		wrong += len(ps)
		if len(ps) == 0 {
			fmt.Fprintf(out, "%s: %s is in order\n", dir, p.Ref())
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d problems", wrong)
	}
	return nil
}

// runPackDiff shows what a pack changes against another.
func runPackDiff(_ context.Context, args []string, out, _ io.Writer) error {
	if len(args) != 2 {
		return misuse("banyan pack diff needs two folders")
	}
	a, err := app.ReadPack(args[0])
	if err != nil {
		return err
	}
	b, err := app.ReadPack(args[1])
	if err != nil {
		return err
	}
	changes, err := pack.Diff(a, b, "duties")
	for _, c := range changes {
		fmt.Fprintln(out, c)
	}
	fmt.Fprintf(out, "%d changes from %s to %s\n", len(changes), a.Ref(), b.Ref())
	return err
}
