package merkle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	formats "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Head is how large the log is and what it then hashes to.
type Head struct {
	Size int64
	Root tlog.Hash
}

// sign writes a head as a C2SP checkpoint.
func (k keys) sign(h Head) (string, error) {
	signed, err := note.Sign(&note.Note{Text: textOf(k.origin, h)}, k.signs...)
	return string(signed), err
}

func textOf(origin string, h Head) string {
	return string(formats.Checkpoint{Origin: origin, Size: uint64(h.Size), Hash: h.Root[:]}.Marshal()) //nolint:gosec // a size is not negative
}

// Checkpoint gives the newest signed head. NotFound when nothing was logged yet.
func (l *Log) Checkpoint(ctx context.Context) (text string, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		h, err := selectHead(tx, newest)
		text = h.note
		return notYet(err)
	})
	return text, err
}

// notYet says that the log, or an entry, has no head so far.
func notYet(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "merkle.not_yet")
	}
	return err
}

// ReadHead reads a checkpoint of the log with the name origin that key signed, and gives the cosignatures of witnesses; another key
// of the log may stand among them: its signature is checked when it is there.
// ErrBroken wraps what is wrong with it.
func ReadHead(text []byte, origin string, key note.Verifier, others ...note.Verifier) (Head, []note.Signature, error) {
	c, _, n, err := formats.ParseCheckpoint(text, origin, key, others...)
	if err != nil {
		return Head{}, nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	h := Head{Size: int64(c.Size)} //nolint:gosec // checked below
	if h.Size < 0 || len(c.Hash) != len(h.Root) {
		return Head{}, nil, fmt.Errorf("%w: no head of a tree", ErrBroken)
	}
	copy(h.Root[:], c.Hash)
	var cosigned []note.Signature
	for _, s := range n.Sigs {
		if s.Name != key.Name() {
			cosigned = append(cosigned, s)
		}
	}
	return h, cosigned, nil
}

// read reads a head of the log under its name of today.
func (k keys) read(text string) (Head, []note.Signature, error) {
	return ReadHead([]byte(text), k.origin, k.verifies[0], k.verifies[1:]...)
}

// SignedByAll tells whether each of the log's keys signed the newest head; true while there is none.
func (l *Log) SignedByAll(ctx context.Context) (all bool, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		k, err := l.current(tx)
		if err != nil {
			return err
		}
		h, err := selectHead(tx, newest)
		if errors.Is(err, sql.ErrNoRows) {
			all = true
			return nil
		}
		all = k.signed(h)
		return err
	})
	return all, err
}

// WitnessedAt is the size of the newest head under today's name that a witness cosigned, and when; zero when none did.
func (l *Log) WitnessedAt(ctx context.Context) (size int64, at time.Time, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		k, err := l.current(tx)
		if err != nil {
			return err
		}
		h, err := selectHead(tx, witnessed)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !h.of(k.origin) {
			return nil
		}
		size, at = h.size, h.at
		return err
	})
	return size, at, err
}
