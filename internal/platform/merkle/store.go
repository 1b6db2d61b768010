package merkle

import (
	"embed"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the log's tables.
func Schema() db.Schema { return db.Schema{Module: "merkle", Files: schema} }

// rowsMost is how many rows one statement writes or asks for.
const rowsMost = 200

// insertRows writes rows of two values each.
func insertRows[T any](tx *db.Tx, into string, rows []T, values func(T) (any, any)) error {
	for chunk := range slices.Chunk(rows, rowsMost) {
		var marks []string
		var args []any
		for _, row := range chunk {
			a, b := values(row)
			marks = append(marks, "("+db.In(2, len(args)+1)+")")
			args = append(args, a, b)
		}
		if _, err := tx.Exec(`INSERT INTO `+into+` VALUES `+strings.Join(marks, ","), args...); err != nil {
			return err
		}
	}
	return nil
}

func insertWaiting(tx *db.Tx, entries []Named) error {
	return insertRows(tx, `merkle_waiting (id, entry)`, entries, func(n Named) (any, any) {
		return n.ID, base64.StdEncoding.EncodeToString(n.Entry[:])
	})
}

func selectWaiting(tx *db.Tx, limit int) ([]Named, error) {
	return db.Collect(tx, func(row db.Scanner) (n Named, err error) {
		var entry string
		if err := row.Scan(&n.ID, &entry); err != nil {
			return n, err
		}
		return n, hashInto(n.Entry[:], entry)
	}, `SELECT id, entry FROM merkle_waiting ORDER BY id LIMIT $1`, limit)
}

// countWaiting counts what is not in the tree, and gives the first id of it.
func countWaiting(tx *db.Tx) (n int64, first string, err error) {
	err = tx.QueryRow(`SELECT count(*), coalesce(min(id), '') FROM merkle_waiting`).Scan(&n, &first)
	return n, first, err
}

func deleteWaiting(tx *db.Tx, entries []Named) error {
	for chunk := range slices.Chunk(entries, rowsMost) {
		ids := make([]any, len(chunk))
		for i, n := range chunk {
			ids[i] = n.ID
		}
		if _, err := tx.Exec(`DELETE FROM merkle_waiting WHERE id IN (`+db.In(len(ids), 1)+`)`, ids...); err != nil {
			return err
		}
	}
	return nil
}

// leaf is an entry's place in the log.
type leaf struct {
	place int64
	id    string
}

func insertLeaves(tx *db.Tx, from int64, entries []Named) error {
	leaves := make([]leaf, len(entries))
	for i, n := range entries {
		leaves[i] = leaf{from + int64(i), n.ID}
	}
	return insertRows(tx, `merkle_leaf (place, id)`, leaves, func(l leaf) (any, any) { return l.place, l.id })
}

func selectPlace(tx *db.Tx, id string) (place int64, err error) {
	err = tx.QueryRow(`SELECT place FROM merkle_leaf WHERE id = $1`, id).Scan(&place)
	return place, err
}

func selectLeaves(tx *db.Tx, from int64, limit int) ([]leaf, error) {
	return db.Collect(tx, func(row db.Scanner) (l leaf, err error) {
		return l, row.Scan(&l.place, &l.id)
	}, `SELECT place, id FROM merkle_leaf WHERE place >= $1 ORDER BY place LIMIT $2`, from, limit)
}

// selectKnown gives those of ids that lie in the tree or wait for it.
func selectKnown(tx *db.Tx, ids []string) (map[string]bool, error) {
	known := map[string]bool{}
	for chunk := range slices.Chunk(ids, rowsMost) {
		in := db.In(len(chunk), 1)
		found, err := db.Column(tx, `SELECT id FROM merkle_leaf WHERE id IN (`+in+`) UNION ALL SELECT id FROM merkle_waiting WHERE id IN (`+in+`)`, db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			known[id] = true
		}
	}
	return known, nil
}

func insertNodes(tx *db.Tx, places []int64, hashes map[int64]tlog.Hash) error {
	return insertRows(tx, `merkle_node (place, hash)`, places, func(p int64) (any, any) {
		h := hashes[p]
		return p, base64.StdEncoding.EncodeToString(h[:])
	})
}

func selectNodes(tx *db.Tx, places []int64) (map[int64]tlog.Hash, error) {
	hashes := map[int64]tlog.Hash{}
	for chunk := range slices.Chunk(places, rowsMost) {
		args := make([]any, len(chunk))
		for i, p := range chunk {
			args[i] = p
		}
		rows, err := db.Collect(tx, scanNode, `SELECT place, hash FROM merkle_node WHERE place IN (`+db.In(len(args), 1)+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, n := range rows {
			hashes[n.place] = n.hash
		}
	}
	return hashes, nil
}

type node struct {
	place int64
	hash  tlog.Hash
}

func scanNode(row db.Scanner) (n node, err error) {
	var text string
	if err := row.Scan(&n.place, &text); err != nil {
		return n, err
	}
	return n, hashInto(n.hash[:], text)
}

func hashInto(hash []byte, text string) error {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != len(hash) {
		return fmt.Errorf("%w: %q is no hash", ErrBroken, text)
	}
	copy(hash, raw)
	return nil
}

// kinds of heads that are kept.
const (
	newest    = "newest"
	witnessed = "witnessed"
)

type headRow struct {
	size int64
	note string
	at   time.Time
}

// of tells whether a head is of a log with this name.
func (h headRow) of(origin string) bool { return strings.HasPrefix(h.note, origin+"\n") }

func selectHead(tx *db.Tx, kind string) (h headRow, err error) {
	var at int64
	err = tx.QueryRow(`SELECT size, note, at FROM merkle_head WHERE kind = $1`, kind).Scan(&h.size, &h.note, &at)
	h.at = clock.FromMs(at)
	return h, err
}

func putHead(tx *db.Tx, kind string, size int64, text string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO merkle_head (kind, size, note, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind) DO UPDATE SET size = excluded.size, note = excluded.note, at = excluded.at`, kind, size, text, clock.Ms(at))
	return err
}

// seen is the newest head of another log that this store witnessed.
type seen struct {
	size int64
	root tlog.Hash
}

func selectSeen(tx *db.Tx, origin string) (s seen, err error) {
	var root string
	if err := tx.QueryRow(`SELECT size, root FROM merkle_seen WHERE origin = $1`, origin).Scan(&s.size, &root); err != nil {
		return s, err
	}
	return s, hashInto(s.root[:], root)
}

func putSeen(tx *db.Tx, origin string, h Head, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO merkle_seen (origin, size, root, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, at = excluded.at`,
		origin, h.Size, base64.StdEncoding.EncodeToString(h.Root[:]), clock.Ms(at))
	return err
}
