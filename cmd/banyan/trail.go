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
	keys, err := app.TrailKeys(ctx, c.config())
	if err != nil {
		return err
	}
	fmt.Fprintln(out, keys)
	return nil
}

func runTrailAudit(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("trail audit", progress)
	var keys words
	c.Var(&keys, "key", "public `key` of the log as it was printed, which must have signed the newest head; may be given several times")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	got, err := app.AuditTrail(ctx, c.config(), strings.Join(keys, "\n"))
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
	var keys, witnesses words
	c.Var(&keys, "key", "public `key` of the city's log, as it is printed at the counter; may be given several times, and each must have signed")
	c.Var(&witnesses, "witness", "public `key` of another city's log that must have cosigned; may be given several times")
	*c.data = "-" // none is needed
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
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
	if merkle.IsRestart(receipt) {
		return verifyRestart(receipt, strings.Join(keys, "\n"), out)
	}
	return verifyReceipt(receipt, strings.Join(keys, "\n"), verifiers, out)
}

// verifyReceipt prints what a receipt proves.
func verifyReceipt(receipt []byte, keys string, witnesses []note.Verifier, out io.Writer) error {
	look, p, err := trail.Verify(receipt, keys, witnesses...)
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
	name, _, _ := strings.Cut(strings.TrimSpace(keys), "+")
	_, err = fmt.Fprintf(out, "%s\nplace %d of %d in %s, %d witnesses\n%s %s of %s looked at %s of person %s for %s in %s\nproven\n",
		look.At.Format("2006-01-02 15:04:05 UTC"), p.Place, p.Head.Size, name, len(signed),
		look.Kind, look.Actor, cmp.Or(look.Unit, "no unit"), strings.Join(look.Fields, ", "), look.Person, look.Purpose, cmp.Or(look.Subject, "no matter"))
	return err
}

// verifyRestart prints how a log goes on after a restore. Who trusted the old keys may trust the new ones.
func verifyRestart(signed []byte, oldKeys string, out io.Writer) error {
	r, err := merkle.CheckRestart(signed, oldKeys)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\nthe log ended with %d entries: %s\nit goes on with these keys:\n%s\nproven\n",
		r.At.Format("2006-01-02 15:04:05 UTC"), r.Head.Size, r.Reason, strings.Join(r.New, "\n"))
	return err
}

func runTrailRestart(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("trail restart", progress)
	reason := c.String("reason", "", "why, for everybody to `read`: 10 to 300 characters")
	anyway := c.Bool("anyway", false, "also when no witness refuses the log")
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	r, err := app.RestartTrail(ctx, c.config(), *reason, *anyway)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, restarted, r.Head.Size, r.Note, strings.Join(r.New, "\n"), r.New[0], r.New[0])
	return err
}

// restarted is what the one who restarts a log has to do next.
const restarted = `The old log ended with %d entries. This text joins it to the new one; it is served at /trail/restart, too:

%s
What is to be done now:

1. Print the new keys where the old ones stand, at the counter and in the gazette, and keep the old ones: receipts from before verify
   with them for ever.
%s
2. Send the text to the cities that witness this log. Each checks it with "banyan trail verify --key OLD FILE", puts the new key into its
   banyan.yaml beside the old one, and starts anew:
     trail: {witness_for: ['%s']}
3. Tell the cities whose logs this one witnesses: its cosignatures come with a new key, too.
     trail: {witnesses: [{url: …, key: '%s'}]}
`

func runTrailRestarts(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("trail restarts", progress)
	if _, err := c.parse(args, 0); err != nil {
		return err
	}
	all, err := app.TrailRestarts(ctx, c.config())
	if err != nil {
		return err
	}
	for _, r := range all {
		fmt.Fprintln(out, r.Note)
	}
	return nil
}
