package grant

import (
	"database/sql"
	"embed"
	"errors"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the grants' table.
func Schema() db.Schema { return db.Schema{Module: "grant", Files: schema} }

const columns = `id, holder, uses, fields, area, cases, purpose, law, reason, daily, from_at, until_at, given_by, ended_at, ended_by`

func insertGrant(tx *db.Tx, g Grant) error {
	_, err := tx.Exec(`INSERT INTO grant_given (`+columns+`) VALUES (`+db.In(15, 1)+`)`,
		g.ID, g.Holder, strings.Join(g.Uses, ","), strings.Join(g.Fields, ","), g.Area, strings.Join(g.Cases, ","), g.Purpose, g.Law, g.Reason, g.Daily,
		clock.Ms(g.From), clock.Ms(g.Until), g.By, clock.Ms(g.Ended), g.EndedBy)
	return err
}

func scanGrant(row db.Scanner) (g Grant, err error) {
	var uses, fields, cases string
	var from, until, ended int64
	err = row.Scan(&g.ID, &g.Holder, &uses, &fields, &g.Area, &cases, &g.Purpose, &g.Law, &g.Reason, &g.Daily, &from, &until, &g.By, &ended, &g.EndedBy)
	g.Uses, g.Fields, g.Cases = list(uses), list(fields), list(cases)
	g.From, g.Until, g.Ended = clock.FromMs(from), clock.FromMs(until), clock.FromMs(ended)
	return g, err
}

// list splits what was joined by commas; nothing gives nil.
func list(joined string) []string {
	return strings.FieldsFunc(joined, func(r rune) bool { return r == ',' })
}

func selectGrant(tx *db.Tx, id string) (Grant, error) {
	g, err := scanGrant(tx.QueryRow(`SELECT `+columns+` FROM grant_given WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return g, fault.New(fault.NotFound, "grant.no_grant")
	}
	return g, err
}

// selectHolding gives the grants of some holders that hold at an instant, oldest first.
func selectHolding(tx *db.Tx, holders []string, at time.Time) ([]Grant, error) {
	return db.Collect(tx, scanGrant, `SELECT `+columns+` FROM grant_given WHERE ended_at = 0 AND from_at <= $1 AND until_at > $1 AND holder IN (`+db.In(len(holders), 2)+`) ORDER BY id`,
		append([]any{clock.Ms(at)}, db.Args(holders)...)...)
}

func selectGrants(tx *db.Tx) ([]Grant, error) {
	return db.Collect(tx, scanGrant, `SELECT `+columns+` FROM grant_given ORDER BY id DESC`)
}

func endGrant(tx *db.Tx, id, by string, at time.Time) error {
	_, err := tx.Exec(`UPDATE grant_given SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at = 0`, id, clock.Ms(at), by)
	return err
}

// adopted tells whether older keys have what they need.
func adopted(tx *db.Tx) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM grant_mark WHERE name = 'adopted'`).Scan(&n)
	return n > 0, err
}

// markAdopted notes that, and tells whether nobody did before.
func markAdopted(tx *db.Tx) (bool, error) {
	n, err := tx.Exec(`INSERT INTO grant_mark (name) VALUES ('adopted') ON CONFLICT (name) DO NOTHING`)
	return n == 1, err
}
