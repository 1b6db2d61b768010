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
func (l *Log) sign(h Head) (string, error) {
	signed, err := note.Sign(&note.Note{Text: textOf(l.origin, h)}, l.key.signs)
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

// ReadHead reads a checkpoint of the log with the name origin that one of keys signed, and gives the cosignatures of others.
// ErrBroken wraps what is wrong with it.
func ReadHead(text []byte, origin string, key note.Verifier, witnesses ...note.Verifier) (Head, []note.Signature, error) {
	c, _, n, err := formats.ParseCheckpoint(text, origin, key, witnesses...)
	if err != nil {
		return Head{}, nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	h := Head{Size: int64(c.Size)} //nolint:gosec // checked below
	if h.Size < 0 || len(c.Hash) != len(h.Root) {
		return Head{}, nil, fmt.Errorf("%w: no head of a tree", ErrBroken)
	}
	copy(h.Root[:], c.Hash)
	var others []note.Signature
	for _, s := range n.Sigs {
		if s.Name != key.Name() || s.Hash != key.KeyHash() {
			others = append(others, s)
		}
	}
	return h, others, nil
}

// WitnessedAt is the size of the newest head that a witness cosigned, and when; zero when none did.
func (l *Log) WitnessedAt(ctx context.Context) (size int64, at time.Time, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		h, err := selectHead(tx, witnessed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		size, at = h.size, h.at
		return err
	})
	return size, at, err
}
