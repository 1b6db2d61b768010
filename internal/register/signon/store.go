package signon

import (
	"embed"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of apps, grants and tokens.
func Schema() db.Schema { return db.Schema{Module: "signon", Files: schema} }

const appColumns = `id, hash, name, unit, sector, redirects, scopes, days, made_at, made_by, ended_at, ended_by`

func insertApp(tx *db.Tx, a App) error {
	_, err := tx.Exec(`INSERT INTO signon_app (`+appColumns+`) VALUES (`+db.In(12, 1)+`)`,
		a.ID, a.hash, a.Name, a.Unit, a.Sector, strings.Join(a.Redirects, "\n"), strings.Join(a.Scopes, " "), a.Days, clock.Ms(a.Made), a.MadeBy, int64(0), "")
	return err
}

func scanApp(row db.Scanner) (a App, err error) {
	var redirects, scopes string
	var made, ended int64
	err = row.Scan(&a.ID, &a.hash, &a.Name, &a.Unit, &a.Sector, &redirects, &scopes, &a.Days, &made, &a.MadeBy, &ended, &a.EndedBy)
	a.Redirects, a.Scopes, a.Secret = strings.Split(redirects, "\n"), strings.Fields(scopes), a.hash != ""
	a.Made, a.Ended = clock.FromMs(made), clock.FromMs(ended)
	return a, err
}

func selectApp(tx *db.Tx, id string) (App, error) {
	return scanApp(tx.QueryRow(`SELECT `+appColumns+` FROM signon_app WHERE id = $1`, id))
}

func selectApps(tx *db.Tx) ([]App, error) {
	return db.Collect(tx, scanApp, `SELECT `+appColumns+` FROM signon_app ORDER BY id DESC`)
}

func endApp(tx *db.Tx, id, by string, at int64) error {
	_, err := tx.Exec(`UPDATE signon_app SET ended_at = $1, ended_by = $2 WHERE id = $3 AND ended_at = 0`, at, by, id)
	return err
}

const askColumns = `id, app_id, redirect, scopes, state, nonce, challenge, made_at, expires_at, grant_id, auth_at, code, used_at`

func insertAsk(tx *db.Tx, a Ask) error {
	_, err := tx.Exec(`INSERT INTO signon_ask (`+askColumns+`) VALUES (`+db.In(13, 1)+`)`,
		a.ID, a.App, a.Redirect, strings.Join(a.Scopes, " "), a.State, a.Nonce, a.Challenge, clock.Ms(a.Made), clock.Ms(a.Expires), "", int64(0), "", int64(0))
	return err
}

// selectAsk reads by id or code; column is never input.
func selectAsk(tx *db.Tx, column, value string) (a Ask, err error) {
	var scopes string
	var made, expires, auth, used int64
	err = tx.QueryRow(`SELECT `+askColumns+` FROM signon_ask WHERE `+column+` = $1`, value).
		Scan(&a.ID, &a.App, &a.Redirect, &scopes, &a.State, &a.Nonce, &a.Challenge, &made, &expires, &a.Grant, &auth, &a.code, &used)
	a.Scopes, a.Made, a.Expires, a.Auth, a.Used = strings.Fields(scopes), clock.FromMs(made), clock.FromMs(expires), clock.FromMs(auth), clock.FromMs(used)
	return a, err
}

func answerAsk(tx *db.Tx, id, grant string, auth time.Time) error {
	_, err := tx.Exec(`UPDATE signon_ask SET grant_id = $1, auth_at = $2 WHERE id = $3`, grant, clock.Ms(auth), id)
	return err
}

// saveCode tells whether the ask waited for its code.
func saveCode(tx *db.Tx, id, code string, expires time.Time) (bool, error) {
	n, err := tx.Exec(`UPDATE signon_ask SET code = $1, expires_at = $2 WHERE id = $3 AND code = '' AND grant_id <> ''`, code, clock.Ms(expires), id)
	return n == 1, err
}

// useAsk tells whether this is the first use of a code that still counts.
func useAsk(tx *db.Tx, id string, at int64) (bool, error) {
	n, err := tx.Exec(`UPDATE signon_ask SET used_at = $1 WHERE id = $2 AND used_at = 0 AND code <> '' AND expires_at > $1`, at, id)
	return n == 1, err
}

func deleteAsk(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM signon_ask WHERE id = $1`, id)
	return err
}
