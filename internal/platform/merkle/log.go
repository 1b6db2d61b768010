package merkle

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/suite"
)

// Entry is what the log holds of something: a salted hash, from which nobody finds out what it was.
type Entry [sha256.Size]byte

// Commit gives the entry of a text, which must hold a salt of its own.
func Commit(text []byte) Entry { return sha256.Sum256(text) }

// Salt gives 128 random bits that make a commitment unguessable.
func Salt() string { return rand.Text() }

// Log is the log of one store. Its entries have ids of at most 26 characters that sort as they were made.
type Log struct {
	db    *db.DB
	clock clock.Clock
	base  string // the name before any restart
	seed  []byte
	suite suite.Suite
	known sync.Map             // of labels: keys
	now   atomic.Pointer[keys] // of the name that was last seen in the store
}

// New makes the log of a store. origin is its name, such as "12345.fuzhou.example/trail", to which a Restart adds; seed (32 bytes)
// gives the keys that sign its heads.
func New(d *db.DB, c clock.Clock, origin string, seed []byte) (*Log, error) {
	l := &Log{db: d, clock: c, base: origin, seed: seed}
	return l, l.Use(suite.Standard())
}

// Use lets the suite sign each head beside Ed25519, before the log is used: State adds a line of SM2 with SM3.
func (l *Log) Use(s suite.Suite) error {
	l.suite = s
	l.known.Clear()
	k, err := l.keysAt("")
	l.now.Store(&k)
	return err
}

// Origin is the log's name, as it was last seen in the store.
func (l *Log) Origin() string { return l.now.Load().origin }

// Key is the Ed25519 key that heads of this log verify with, in the form of a signed note's verifier key, as it was last seen.
func (l *Log) Key() string { return l.now.Load().public[0] }

// Keys reads the public keys that sign each head, one a line: the first is Key, one of SM2 follows when the suite is State.
func (l *Log) Keys(ctx context.Context) (lines string, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		k, err := l.current(tx)
		lines = strings.Join(k.public, "\n")
		return err
	})
	return lines, err
}

// Add commits an entry inside the transaction of what it is about. It is in the tree after the next Sequence.
func (l *Log) Add(tx *db.Tx, entries ...Named) error {
	if err := insertWaiting(tx, entries); err != nil {
		return fmt.Errorf("commit %d entries to the log: %w", len(entries), err)
	}
	return nil
}

// Named is an entry and the id it is found by.
type Named struct {
	ID    string
	Entry Entry
}

// sequenceMost is how many entries one transaction folds in.
const sequenceMost = 500

// Sequence folds what waits into the tree and signs the new head; it gives the number of entries folded in. Whoever calls it
// at the same time waits for, or repeats, the other's transaction: each entry gets one place.
func (l *Log) Sequence(ctx context.Context) (total int, err error) {
	for {
		n := 0
		err := l.db.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = l.fold(tx)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("fold entries into the log %s: %w", l.base, err)
		}
		if total += n; n < sequenceMost {
			return total, nil
		}
	}
}

func (l *Log) fold(tx *db.Tx) (int, error) {
	key, err := l.current(tx)
	if err != nil {
		return 0, err
	}
	waiting, err := selectWaiting(tx, sequenceMost)
	if err != nil {
		return 0, err
	}
	head, err := selectHead(tx, newest)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		head = headRow{}
	case err != nil:
		return 0, err
	}
	if len(waiting) == 0 && (head.size == 0 || key.signed(head)) {
		return 0, nil // nothing to add, and no head under a name or without a key that the log has now
	}
	size := head.size
	tree := newGrowing(tx)
	for i, w := range waiting {
		hashes, err := tlog.StoredHashesForRecordHash(size+int64(i), tlog.RecordHash(w.Entry[:]), tree)
		if err != nil {
			return 0, err
		}
		tree.add(tlog.StoredHashIndex(0, size+int64(i)), hashes)
	}
	now := size + int64(len(waiting))
	root, err := tlog.TreeHash(now, tree)
	if err != nil {
		return 0, err
	}
	signed, err := key.sign(Head{Size: now, Root: root})
	if err != nil {
		return 0, err
	}
	return len(waiting), errors.Join(
		insertLeaves(tx, size, waiting), insertNodes(tx, tree.places, tree.fresh), deleteWaiting(tx, waiting),
		putHead(tx, newest, now, signed, l.clock.Now()),
	)
}

// signed tells whether a head has a line of each key. It does not say that they are right: that is for an audit.
func (k keys) signed(h headRow) bool {
	var unread *note.UnverifiedNoteError
	if _, err := note.Open([]byte(h.note), note.VerifierList()); !h.of(k.origin) || !errors.As(err, &unread) {
		return h.of(k.origin) // no note at all: an audit tells of it
	}
	for _, v := range k.verifies {
		if !signs(unread.Note.UnverifiedSigs, v) {
			return false
		}
	}
	return true
}

// sizeOf is the number of entries in the tree.
func sizeOf(tx *db.Tx) (int64, error) {
	h, err := selectHead(tx, newest)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return h.size, err
}

// growing reads the stored hashes and those added in this transaction.
type growing struct {
	tx     *db.Tx
	fresh  map[int64]tlog.Hash
	places []int64
}

func newGrowing(tx *db.Tx) *growing { return &growing{tx: tx, fresh: map[int64]tlog.Hash{}} }

// add notes hashes that come to lie from place on.
func (g *growing) add(place int64, hashes []tlog.Hash) {
	for i, h := range hashes {
		g.fresh[place+int64(i)] = h
		g.places = append(g.places, place+int64(i))
	}
}

// ReadHashes implements tlog.HashReader.
func (g *growing) ReadHashes(places []int64) ([]tlog.Hash, error) {
	var missing []int64
	for _, p := range places {
		if _, ok := g.fresh[p]; !ok {
			missing = append(missing, p)
		}
	}
	stored, err := selectNodes(g.tx, missing)
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, len(places))
	for i, p := range places {
		h, ok := g.fresh[p]
		if !ok {
			if h, ok = stored[p]; !ok {
				return nil, fmt.Errorf("%w: hash %d of the tree is missing", ErrBroken, p)
			}
		}
		hashes[i] = h
	}
	return hashes, nil
}

// Lag is how many entries wait for a place, and the id of the first.
func (l *Log) Lag(ctx context.Context) (n int64, first string, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
		n, first, err = countWaiting(tx)
		return err
	})
	return n, first, err
}

// ErrBroken says that the log does not agree with itself: somebody changed its tables.
var ErrBroken = errors.New("the log is broken")
