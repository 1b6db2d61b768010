package merkle

import (
	"context"
	"errors"
	"fmt"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/db"
)

// Prove gives what proves to anybody, offline, that text was logged under id: a C2SP tlog-proof that holds the text itself. It
// is proven against the newest head that a witness cosigned when that covers it. NotFound when no head covers it yet;
// ErrBroken when the log holds another entry than that of the text.
func (l *Log) Prove(ctx context.Context, id string, text []byte) (receipt []byte, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		place, err := selectPlace(tx, id)
		if err != nil {
			return notYet(err)
		}
		head, signed, err := l.headFor(tx, place)
		if err != nil {
			return err
		}
		tree := newGrowing(tx)
		path, err := tlog.ProveRecord(head.Size, place, tree)
		if err != nil {
			return err
		}
		p := proof.TLogProof{Index: uint64(place), Checkpoint: []byte(signed), ExtraData: text} //nolint:gosec // a place is not negative
		for _, h := range path {
			p.Hashes = append(p.Hashes, h)
		}
		receipt = p.Marshal()
		entry := Commit(text)
		if err := tlog.CheckRecord(path, head.Size, head.Root, place, tlog.RecordHash(entry[:])); err != nil {
			return fmt.Errorf("%w: entry %s at place %d: %w", ErrBroken, id, place, err)
		}
		return nil
	})
	return receipt, err
}

// headFor is the head to prove a place against.
func (l *Log) headFor(tx *db.Tx, place int64) (Head, string, error) {
	k, err := l.current(tx)
	if err != nil {
		return Head{}, "", err
	}
	h, err := selectHead(tx, witnessed)
	if err != nil || h.size <= place || !k.signed(h) {
		if h, err = selectHead(tx, newest); err != nil {
			return Head{}, "", notYet(err)
		}
	}
	head, _, err := k.read(h.note)
	return head, h.note, err
}

// Proven is what a receipt proves.
type Proven struct {
	Text      []byte // what was logged, word for word
	Place     int64  // in the log, from 0 on
	Head      Head
	Witnesses []note.Signature // cosignatures by witnesses that were asked for
}

// ErrNotProven says that a receipt does not prove what it says.
var ErrNotProven = errors.New("the receipt proves nothing")

// Check reads a receipt and checks it against the public keys of the log, one a line, and those of witnesses: each key of the log must
// have signed. Nothing else is needed: no store, no network. ErrNotProven wraps what does not fit.
func Check(receipt []byte, keys string, witnesses ...note.Verifier) (Proven, error) {
	fail := func(err error) (Proven, error) { return Proven{}, fmt.Errorf("%w: %w", ErrNotProven, err) }
	own, err := verifiersOf(keys)
	if err != nil {
		return fail(err)
	}
	var p proof.TLogProof
	if err := p.Unmarshal(receipt); err != nil {
		return fail(err)
	}
	head, cosigned, err := ReadHead(p.Checkpoint, own[0].Name(), own[0], witnesses...)
	if err == nil {
		err = signedByAll(p.Checkpoint, own)
	}
	if err != nil {
		return fail(err)
	}
	place, path := int64(p.Index), make(tlog.RecordProof, len(p.Hashes)) //nolint:gosec // CheckRecord refuses what is outside the tree
	for i, h := range p.Hashes {
		path[i] = h
	}
	entry := Commit(p.ExtraData)
	if place < 0 || place >= head.Size {
		return fail(errors.New("its place is outside the log"))
	}
	if err := tlog.CheckRecord(path, head.Size, head.Root, place, tlog.RecordHash(entry[:])); err != nil {
		return fail(err)
	}
	return Proven{Text: p.ExtraData, Place: place, Head: head, Witnesses: cosigned}, nil
}
