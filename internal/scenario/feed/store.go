package feed

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	json "github.com/go-json-experiment/json/v1"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// changeRow is a row of feed_change.
type changeRow struct {
	place              int64
	at                 int64
	caseID, path, lead string
	body               string
}

// change reads the row's body.
func (r changeRow) change() (c Change, err error) {
	if err := json.Unmarshal([]byte(r.body), &c); err != nil {
		return c, fmt.Errorf("read change %d of the feed: %w", r.place, err)
	}
	c.Cursor = strconv.FormatInt(r.place, 10)
	return c, nil
}

// appendChanges gives the rows the next places. The counter's row is locked until the commit: nobody else gets a place
// before these are seen, and an undone transaction leaves no hole.
func appendChanges(tx *db.Tx, rows []changeRow) error {
	var last int64
	err := tx.QueryRow(`INSERT INTO feed_head (id, place) VALUES ('cases', $1)
		ON CONFLICT (id) DO UPDATE SET place = feed_head.place + excluded.place RETURNING place`, len(rows)).Scan(&last)
	if err != nil {
		return fmt.Errorf("take %d places: %w", len(rows), err)
	}
	place := last - int64(len(rows))
	for part := range slices.Chunk(rows, 50) {
		var values []string
		var args []any
		for _, r := range part {
			place++
			values = append(values, "("+db.In(6, len(args)+1)+")")
			args = append(args, place, r.at, r.caseID, r.path, r.lead, r.body)
		}
		if _, err := tx.Exec(`INSERT INTO feed_change (place, at, case_id, path, lead, body) VALUES `+strings.Join(values, ","), args...); err != nil {
			return err
		}
	}
	return nil
}

// leap is how far places jump after a restore: more than a feed can grow between two backups.
const leap = 1_000_000_000

// leapHead gives the next changes places behind all that a reader of the lost days can have seen.
func leapHead(tx *db.Tx) error {
	_, err := tx.Exec(`INSERT INTO feed_head (id, place) VALUES ('cases', $1)
		ON CONFLICT (id) DO UPDATE SET place = feed_head.place + excluded.place`, leap)
	return err
}

// before gives the place right before the first change behind one, so that nobody reads through a gap; newest when
// there is none.
func before(tx *db.Tx, after, newest int64) (place int64, err error) {
	err = tx.QueryRow(`SELECT coalesce((SELECT min(place) FROM feed_change WHERE place > $1) - 1, $2)`, after, newest).Scan(&place)
	return place, err
}

// ends gives the first place that is kept, or would be the next, and the newest.
func ends(tx *db.Tx) (first, newest int64, err error) {
	err = tx.QueryRow(`SELECT coalesce((SELECT place FROM feed_head WHERE id = 'cases'), 0), coalesce((SELECT min(place) FROM feed_change), 0)`).Scan(&newest, &first)
	if first == 0 {
		first = newest + 1
	}
	return first, newest, err
}

// heads reads where changes are and whose, without their bodies.
func heads(tx *db.Tx, after, to int64) ([]changeRow, error) {
	return db.Collect(tx, func(row db.Scanner) (r changeRow, err error) {
		err = row.Scan(&r.place, &r.caseID, &r.path, &r.lead)
		return r, err
	}, `SELECT place, case_id, path, lead FROM feed_change WHERE place > $1 AND place <= $2 ORDER BY place`, after, to)
}

func scanBody(row db.Scanner) (r changeRow, err error) {
	err = row.Scan(&r.place, &r.body)
	return r, err
}

// between reads the changes from one place to another.
func between(tx *db.Tx, from, to int64) ([]changeRow, error) {
	return db.Collect(tx, scanBody, `SELECT place, body FROM feed_change WHERE place >= $1 AND place <= $2 ORDER BY place`, from, to)
}

// at reads the changes at places, which are in order.
func at(tx *db.Tx, places []int64) (out []changeRow, err error) {
	for part := range slices.Chunk(places, 500) {
		rows, err := db.Collect(tx, scanBody, `SELECT place, body FROM feed_change WHERE place IN (`+db.In(len(part), 1)+`) ORDER BY place`, db.Args(part)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// deleteBefore removes up to limit of the oldest changes that were folded before a moment, and tells whether there may
// be more.
func deleteBefore(tx *db.Tx, at int64, limit int) (bool, error) {
	n, err := tx.Exec(`DELETE FROM feed_change WHERE place IN (SELECT place FROM feed_change WHERE at < $1 ORDER BY place LIMIT $2)`, at, limit)
	return n == int64(limit), err
}

// unfinished is the number of rows of an export that has not ended.
const unfinished = -1

func insertExport(tx *db.Tx, e Export) error {
	_, err := tx.Exec(`INSERT INTO feed_export (id, at, actor_kind, actor_id, unit, what, format, filter, rows, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)`,
		e.ID, clock.Ms(e.At), string(e.Kind), e.Actor, e.Unit, e.What, e.Format, e.Filter, unfinished)
	return err
}

func endExport(tx *db.Tx, id string, rows int, at int64, digest string) error {
	_, err := tx.Exec(`UPDATE feed_export SET rows = $2, ended_at = $3, digest = $4 WHERE id = $1`, id, rows, at, digest)
	return err
}

// countRead adds to the row of a day's reading.
func countRead(tx *db.Tx, e Export, rows int) error {
	_, err := tx.Exec(`INSERT INTO feed_export (id, at, actor_kind, actor_id, unit, what, format, filter, rows, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $2)
		ON CONFLICT (id) DO UPDATE SET rows = feed_export.rows + excluded.rows, ended_at = excluded.ended_at`,
		e.ID, clock.Ms(e.At), string(e.Kind), e.Actor, e.Unit, e.What, e.Format, e.Filter, rows)
	return err
}

func selectExports(tx *db.Tx, before string, limit int) ([]Export, error) {
	query, args := `SELECT id, at, actor_kind, actor_id, unit, what, format, filter, rows, ended_at FROM feed_export`, []any{limit}
	if before != "" {
		query, args = query+` WHERE id < $2`, append(args, before)
	}
	return db.Collect(tx, scanExport, query+` ORDER BY id DESC LIMIT $1`, args...)
}

func scanExport(row db.Scanner) (e Export, err error) {
	var at, ended int64
	err = row.Scan(&e.ID, &at, &e.Kind, &e.Actor, &e.Unit, &e.What, &e.Format, &e.Filter, &e.Rows, &ended)
	e.At, e.Ended = clock.FromMs(at), clock.FromMs(ended)
	return e, err
}

func selectTaken(tx *db.Tx, digest string) ([]Export, error) {
	return db.Collect(tx, scanExport, `SELECT id, at, actor_kind, actor_id, unit, what, format, filter, rows, ended_at FROM feed_export
		WHERE digest = $1 AND digest <> '' ORDER BY id DESC LIMIT 50`, digest)
}
