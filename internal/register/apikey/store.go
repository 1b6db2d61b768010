package apikey

import (
	"embed"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the keys' tables.
func Schema() db.Schema { return db.Schema{Module: "apikey", Files: schema} }

const columns = `id, name, unit, area, roles, scopes, per_second, burst, per_day, made_at, until_at, revoked_at, made_by, revoked_by`

func insertKey(tx *db.Tx, k Key, hash string) error {
	_, err := tx.Exec(`INSERT INTO apikey_key (`+columns+`, hash) VALUES (`+db.In(15, 1)+`)`,
		k.ID, k.Name, k.Unit, k.Area, strings.Join(k.Roles, ","), strings.Join(k.Scopes, ","), k.PerSecond, k.Burst, k.PerDay,
		clock.Ms(k.Made), clock.Ms(k.Until), clock.Ms(k.Revoked), k.MadeBy, k.RevokedBy, hash)
	return err
}

func scanKey(row db.Scanner) (k Key, err error) {
	var roles, scopes string
	var made, until, revoked int64
	err = row.Scan(&k.ID, &k.Name, &k.Unit, &k.Area, &roles, &scopes, &k.PerSecond, &k.Burst, &k.PerDay, &made, &until, &revoked, &k.MadeBy, &k.RevokedBy)
	k.Roles, k.Scopes = list(roles), list(scopes)
	k.Made, k.Until, k.Revoked = clock.FromMs(made), clock.FromMs(until), clock.FromMs(revoked)
	return k, err
}

// list splits what was joined by commas; nothing gives nil.
func list(joined string) []string {
	return strings.FieldsFunc(joined, func(r rune) bool { return r == ',' })
}

// selectKey reads by hash or id; column is never input.
func selectKey(tx *db.Tx, column, value string) (Key, error) {
	return scanKey(tx.QueryRow(`SELECT `+columns+` FROM apikey_key WHERE `+column+` = $1`, value))
}

func selectKeys(tx *db.Tx) ([]Key, error) {
	return db.Collect(tx, scanKey, `SELECT `+columns+` FROM apikey_key ORDER BY id DESC`)
}

func revoke(tx *db.Tx, id, by string, at time.Time) error {
	_, err := tx.Exec(`UPDATE apikey_key SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at = 0`, id, clock.Ms(at), by)
	return err
}

// takeBlock counts n calls of a day unless they exceed the most, and tells whether it did.
func takeBlock(tx *db.Tx, id, day string, n, most int) (bool, error) {
	changed, err := tx.Exec(`INSERT INTO apikey_day (key_id, day, taken) VALUES ($1, $2, $3)
		ON CONFLICT (key_id, day) DO UPDATE SET taken = apikey_day.taken + excluded.taken
		WHERE apikey_day.taken + excluded.taken <= $4`, id, day, n, most)
	return changed == 1, err
}

func deleteDays(tx *db.Tx, before string) error {
	_, err := tx.Exec(`DELETE FROM apikey_day WHERE day < $1`, before)
	return err
}
