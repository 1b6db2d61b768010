package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/app"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/trail"
)

func runTrailKey(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("trail key", progress)
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	key, err := app.TrailKey(ctx, c.config())
	if err != nil {
		return err
	}
	fmt.Fprintln(out, key)
	return nil
}

func runTrailAudit(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("trail audit", progress)
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	got, err := app.AuditTrail(ctx, c.config())
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(got); err != nil {
		return err
	}
	if n := len(got.Findings); n > 0 {
		return fmt.Errorf("the trail does not agree with its log: %d findings", n)
	}
	return nil
}

// runTrailVerify needs no data folder: the receipt, and keys that the reader got from somewhere else than the city's server.
func runTrailVerify(_ context.Context, args []string, out, progress io.Writer) error {
	c := flags("trail verify", progress)
	key := c.String("key", "", "public `key` of the city's log, as it is printed at the counter")
	var witnesses words
	c.Var(&witnesses, "witness", "public `key` of another city's log that must have cosigned; may be given several times")
	*c.data = "-" // none is needed
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if *key == "" {
		return misuse("trail verify needs --key KEY")
	}
	var verifiers []note.Verifier
	for _, w := range witnesses {
		v, err := merkle.WitnessKey(w)
		if err != nil {
			return misuse(fmt.Sprintf("%q is not the key of a witness: %v", w, err))
		}
		verifiers = append(verifiers, v)
	}
	receipt, err := os.ReadFile(rest[0])
	if err != nil {
		return err
	}
	return verifyReceipt(receipt, *key, verifiers, out)
}

// verifyReceipt prints what a receipt proves.
func verifyReceipt(receipt []byte, key string, witnesses []note.Verifier, out io.Writer) error {
	look, p, err := trail.Verify(receipt, key, witnesses...)
	if err != nil {
		return err
	}
	signed := map[string]bool{}
	for _, s := range p.Witnesses {
		signed[s.Name] = true
	}
	for _, w := range witnesses {
		if !signed[w.Name()] {
			return fmt.Errorf("%w: %s did not cosign it", merkle.ErrNotProven, w.Name())
		}
	}
	name, _, _ := strings.Cut(key, "+")
	_, err = fmt.Fprintf(out, "%s\nplace %d of %d in %s, %d witnesses\n%s %s of %s looked at %s of person %s for %s in %s\nproven\n",
		look.At.Format("2006-01-02 15:04:05 UTC"), p.Place, p.Head.Size, name, len(signed),
		look.Kind, look.Actor, cmp.Or(look.Unit, "no unit"), strings.Join(look.Fields, ", "), look.Person, look.Purpose, cmp.Or(look.Subject, "no matter"))
	return err
}
