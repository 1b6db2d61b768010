package app

import (
	"context"
	"fmt"
	"os"

	"banyan/internal/work/triage"
	"banyan/internal/work/triage/classify"
)

// readExamples reads labelled messages; bad lines are told and left out.
func (c Config) readExamples(file string) ([]classify.Example, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return classify.ReadExamples(f, func(line int, err error) { fmt.Fprintf(c.Out, "%s:%d: %v\n", file, line, err) })
}

// Train trains the text classifier of a data folder from labelled messages.
func Train(ctx context.Context, c Config, file string) (classify.Report, error) {
	c = c.withDefaults()
	if _, err := c.readSettings(); err != nil {
		return classify.Report{}, err
	}
	examples, err := c.readExamples(file)
	if err != nil {
		return classify.Report{}, err
	}
	m, report, err := classify.Train(ctx, examples, classify.Options{Progress: func(done, all int) { fmt.Fprintf(c.Out, "\r%d of %d", done, all) }})
	if err != nil {
		return report, fmt.Errorf("train on %s: %w", file, err)
	}
	fmt.Fprintln(c.Out)
	if err := os.MkdirAll(c.path("triage"), 0o700); err != nil {
		return report, err
	}
	return report, m.Save(triage.ModelPath(c.Data))
}

// Eval measures the classifier of a data folder on labelled messages.
func Eval(c Config, file string) (classify.Result, error) {
	c = c.withDefaults()
	m, err := classify.Load(triage.ModelPath(c.Data))
	if err != nil {
		return classify.Result{}, fmt.Errorf("load the classifier (train it with: banyan triage train): %w", err)
	}
	rows, err := c.readExamples(file)
	if err != nil {
		return classify.Result{}, err
	}
	return classify.Eval(m, rows), nil
}
