package merkle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/db"
)

// Stored tells what a store holds of an id today: the text that was committed, or that it was lawfully deleted.
type Stored struct {
	Text    []byte
	Deleted bool
}

// auditBatch is how many entries are compared in one transaction.
const auditBatch = 500

// Audit compares the whole log with what is stored now, entry by entry, and its hashes with its signed head. texts gives the
// stored texts by id; an id it leaves out is gone. Each finding is told; it gives how many entries were compared.
func (l *Log) Audit(ctx context.Context, texts func(tx *db.Tx, ids []string) (map[string]Stored, error), found func(finding string)) (n int64, err error) {
	var head Head
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		if err := l.auditRestarts(tx, found); err != nil {
			return err
		}
		h, err := selectHead(tx, newest)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		head, err = l.headUnderAnyName(tx, h)
		return err
	})
	if errors.Is(err, ErrBroken) {
		found("the newest head is not signed by this store: " + err.Error())
		return 0, nil
	}
	for err == nil && n < head.Size {
		var more int64
		err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
			more, err = l.auditPart(tx, n, head.Size, texts, found)
			return err
		})
		if n += more; more == 0 {
			break
		}
	}
	if err != nil || head.Size == 0 {
		return n, err
	}
	return n, l.db.Read(ctx, func(tx *db.Tx) error {
		root, err := tlog.TreeHash(head.Size, newGrowing(tx))
		if errors.Is(err, ErrBroken) || err == nil && root != head.Root {
			found(fmt.Sprintf("the hashes of the log do not give the head that was signed for %d entries", head.Size))
			return nil
		}
		return err
	})
}

// headUnderAnyName reads the newest head: one of today's name, or, between a Restart and the next Sequence, of the name before.
func (l *Log) headUnderAnyName(tx *db.Tx, h headRow) (Head, error) {
	k, err := l.current(tx)
	if err != nil {
		return Head{}, err
	}
	if !h.of(k.origin) {
		rows, err := selectRestarts(tx)
		if err != nil {
			return Head{}, err
		}
		before := ""
		if len(rows) > 1 {
			before = rows[len(rows)-2].label
		}
		if k, err = l.keysAt(before); err != nil {
			return Head{}, err
		}
	}
	head, _, err := k.read(h.note)
	return head, err
}

// addRestarts adds the entries that are the log's own.
func (l *Log) addRestarts(tx *db.Tx, stored map[string]Stored) error {
	rows, err := selectRestarts(tx)
	for _, row := range rows {
		stored[row.entry] = Stored{Text: []byte(row.note)}
	}
	return err
}

// auditRestarts compares each restart with the keys of the names before and after it.
func (l *Log) auditRestarts(tx *db.Tx, found func(string)) error {
	rows, err := selectRestarts(tx)
	if err != nil {
		return err
	}
	before := ""
	for _, row := range rows {
		for _, label := range []string{before, row.label} {
			k, err := l.keysAt(label)
			if err != nil {
				return err
			}
			if err := signedByAll([]byte(row.note), k.verifies[:1]); err != nil { // the suite may have been another one then
				found(fmt.Sprintf("the restart %s of the log is not signed by %s: %v", row.label, k.origin, err))
			}
		}
		before = row.label
	}
	return nil
}

// auditPart compares some entries from place on.
func (l *Log) auditPart(tx *db.Tx, from, size int64, texts func(*db.Tx, []string) (map[string]Stored, error), found func(string)) (int64, error) {
	leaves, err := selectLeaves(tx, from, int(min(auditBatch, size-from)))
	if err != nil {
		return 0, err
	}
	if len(leaves) == 0 {
		found(fmt.Sprintf("entries from place %d on are missing, the log has %d", from, size))
		return 0, nil
	}
	ids := make([]string, len(leaves))
	for i, f := range leaves {
		ids[i] = f.id
	}
	stored, err := texts(tx, ids)
	if err == nil {
		err = l.addRestarts(tx, stored)
	}
	if err != nil {
		return 0, err
	}
	tree := newGrowing(tx)
	for i, f := range leaves {
		if f.place != from+int64(i) {
			found(fmt.Sprintf("place %d of the log is missing", from+int64(i)))
			return f.place - from, nil
		}
		if err := auditOne(tree, f, stored, found); err != nil {
			return 0, err
		}
	}
	return int64(len(leaves)), nil
}

// auditOne compares one entry with its text and the hashes above it with those below.
func auditOne(tree *growing, f leaf, stored map[string]Stored, found func(string)) error {
	s, ok := stored[f.id]
	if !ok {
		found(fmt.Sprintf("entry %s at place %d is in the log and no longer in the store", f.id, f.place))
	}
	at := tlog.StoredHashIndex(0, f.place)
	have, err := tree.ReadHashes([]int64{at})
	if err != nil {
		return missing(err, f, found)
	}
	if ok && !s.Deleted {
		if entry := Commit(s.Text); tlog.RecordHash(entry[:]) != have[0] {
			found(fmt.Sprintf("entry %s at place %d was changed after it was logged", f.id, f.place))
		}
	}
	want, err := tlog.StoredHashesForRecordHash(f.place, have[0], tree)
	if err != nil {
		return missing(err, f, found)
	}
	places := make([]int64, len(want))
	for i := range want {
		places[i] = at + int64(i)
	}
	above, err := tree.ReadHashes(places)
	if err != nil {
		return missing(err, f, found)
	}
	for i := range want {
		if want[i] != above[i] {
			found(fmt.Sprintf("hash %d above place %d does not agree with the hashes below it", places[i], f.place))
		}
	}
	return nil
}

// missing tells of a hash that is gone; another error stops the audit.
func missing(err error, f leaf, found func(string)) error {
	if !errors.Is(err, ErrBroken) {
		return err
	}
	found(fmt.Sprintf("place %d: %v", f.place, err))
	return nil
}

// Unlogged gives those of ids that neither lie in the log nor wait for it: somebody wrote them past it.
func (l *Log) Unlogged(tx *db.Tx, ids []string) ([]string, error) {
	known, err := selectKnown(tx, ids)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range ids {
		if !known[id] {
			out = append(out, id)
		}
	}
	return out, nil
}
