package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/ocr"
	"banyan/internal/work/leak"
)

// runLeakTrace reads a list, or a picture of one when Tesseract is installed, and prints whose screen it came from; a file that left the
// house unchanged is known by its digest.
func runLeakTrace(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("leak trace", progress)
	reason := c.String("reason", "", "`why` it is asked; it is kept")
	asJSON := c.Bool("json", false, "print one JSON object")
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	file, err := os.ReadFile(rest[0])
	if err != nil {
		return err
	}
	in := leak.Ask{Reason: *reason, Source: leak.File}
	var picture bool
	if in.Text, picture, err = ocr.Text(ctx, file); err != nil {
		return err
	}
	if picture {
		in.Source = leak.Picture
	}
	t, err := app.TraceLeak(ctx, c.config(), in, file)
	if err != nil {
		return plainly(err)
	}
	if *asJSON {
		return json.NewEncoder(out).Encode(t)
	}
	for _, f := range t.Taken {
		fmt.Fprintf(out, "this very file: %s, made at %s by %s (%s)\n", f.What, f.At.UTC().Format(time.RFC3339), t.Called[f.Actor], f.Unit)
	}
	if t.ID != "" {
		printTrace(out, t)
	}
	return nil
}

// printTrace tells what the rows of a list say.
func printTrace(out io.Writer, t app.LeakAnswer) {
	fmt.Fprintf(out, "%d rows with a number, %d matched with people, %d viewers compared\n", t.Rows, t.Matched, t.Viewers)
	for _, s := range t.Suspects {
		fmt.Fprintf(out, "%s (%s): probability %.6f, %d of %d rows agree\n", t.Called[s.Viewer], s.Viewer, s.Share, s.Agree, s.Seen)
	}
	for _, c := range t.Controls {
		fmt.Fprintf(out, "%s (%s): %d canaries, a list from elsewhere has them with a probability of at most %.2g\n", t.Called[c.Viewer], c.Viewer, c.Found, c.Bound)
	}
	who, most, named := t.Names()
	if !named {
		fmt.Fprintf(out, "nobody is named: an innocent one would be with a probability of up to %.2g, and one in a million is the most\n", most)
		return
	}
	fmt.Fprintf(out, "named: %s; an innocent one would be with a probability of at most %.2g\nit is evidence for a person to weigh, never a sanction by itself\n", t.Called[who], most)
}
