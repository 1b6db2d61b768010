package main

import (
	"context"
	"fmt"
	"io"

	"banyan/internal/app"
)

func runTrain(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("triage train", progress)
	files, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	report, err := app.Train(ctx, c.config(), files[0])
	if err != nil {
		return err
	}
	return printJSON(out, report)
}

func runEval(_ context.Context, args []string, out, progress io.Writer) error {
	c := flags("triage eval", progress)
	asJSON := c.Bool("json", false, "print JSON")
	files, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	r, err := app.Eval(c.config(), files[0])
	if err != nil {
		return err
	}
	if *asJSON {
		return printJSON(out, r)
	}
	fmt.Fprintf(out, "%d messages: accuracy %.3f, macro F1 %.3f, right one among the best three %.3f\n", r.N, r.Accuracy, r.MacroF1, r.Top3)
	return nil
}
