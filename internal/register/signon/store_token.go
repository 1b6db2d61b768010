package signon

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

const grantColumns = `id, app_id, person_id, account_id, scopes, given_at, until_at, ended_at`

func insertGrant(tx *db.Tx, g Grant) error {
	_, err := tx.Exec(`INSERT INTO signon_grant (`+grantColumns+`) VALUES (`+db.In(8, 1)+`)`,
		g.ID, g.App, g.Person, g.Account, strings.Join(g.Scopes, " "), clock.Ms(g.Given), clock.Ms(g.Until), int64(0))
	return err
}

func scanGrant(row db.Scanner) (g Grant, err error) {
	var scopes string
	var given, until, ended int64
	err = row.Scan(&g.ID, &g.App, &g.Person, &g.Account, &scopes, &given, &until, &ended)
	g.Scopes, g.Given, g.Until, g.Ended = strings.Fields(scopes), clock.FromMs(given), clock.FromMs(until), clock.FromMs(ended)
	return g, err
}

func selectGrant(tx *db.Tx, id string) (Grant, error) {
	return scanGrant(tx.QueryRow(`SELECT `+grantColumns+` FROM signon_grant WHERE id = $1`, id))
}

func selectGrants(tx *db.Tx, person, app string) ([]Grant, error) {
	return db.Collect(tx, scanGrant, `SELECT `+grantColumns+` FROM signon_grant WHERE person_id = $1 AND app_id = $2 AND ended_at = 0 ORDER BY given_at DESC`, person, app)
}

func selectGrantsOf(tx *db.Tx, person string) ([]Grant, error) {
	return db.Collect(tx, scanGrant, `SELECT `+grantColumns+` FROM signon_grant WHERE person_id = $1 ORDER BY given_at DESC, id DESC`, person)
}

func grantAndApp(tx *db.Tx, id string) (Grant, App, error) {
	g, err := selectGrant(tx, id)
	if err != nil {
		return g, App{}, err
	}
	a, err := selectApp(tx, g.App)
	return g, a, err
}

func endGrant(tx *db.Tx, id string, at int64) error {
	_, err := tx.Exec(`UPDATE signon_grant SET ended_at = $1 WHERE id = $2 AND ended_at = 0`, at, id)
	return err
}

func endGrants(tx *db.Tx, person, app string, at int64) error {
	_, err := tx.Exec(`UPDATE signon_grant SET ended_at = $1 WHERE person_id = $2 AND app_id = $3 AND ended_at = 0`, at, person, app)
	return err
}

func eraseGrants(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM signon_token WHERE grant_id IN (SELECT id FROM signon_grant WHERE person_id = $1)`, person)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM signon_ask WHERE grant_id IN (SELECT id FROM signon_grant WHERE person_id = $1)`, person)
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM signon_grant WHERE person_id = $1`, person)
	}
	return err
}

const tokenColumns = `hash, kind, grant_id, family, scopes, auth_at, made_at, expires_at, ended_at`

func insertToken(tx *db.Tx, t Token) error {
	_, err := tx.Exec(`INSERT INTO signon_token (`+tokenColumns+`) VALUES (`+db.In(9, 1)+`)`,
		t.hash, t.Kind, t.Grant.ID, t.Family, strings.Join(t.Scopes, " "), clock.Ms(t.Auth), clock.Ms(t.Made), clock.Ms(t.Expires), int64(0))
	return err
}

// selectToken reads a token with its grant and app.
func selectToken(tx *db.Tx, hash string) (t Token, err error) {
	var grant, scopes string
	var auth, made, expires, ended int64
	err = tx.QueryRow(`SELECT `+tokenColumns+` FROM signon_token WHERE hash = $1`, hash).
		Scan(&t.hash, &t.Kind, &grant, &t.Family, &scopes, &auth, &made, &expires, &ended)
	if err != nil {
		return Token{}, err
	}
	t.Scopes, t.Auth, t.Made, t.Expires, t.Ended = strings.Fields(scopes), clock.FromMs(auth), clock.FromMs(made), clock.FromMs(expires), clock.FromMs(ended)
	if t.Grant, t.App, err = grantAndApp(tx, grant); errors.Is(err, sql.ErrNoRows) {
		err = errors.New("a token hangs on a grant or an app that is not there")
	}
	return t, err
}

func endToken(tx *db.Tx, hash string, at int64) error {
	_, err := tx.Exec(`UPDATE signon_token SET ended_at = $1 WHERE hash = $2 AND ended_at = 0`, at, hash)
	return err
}

func endFamily(tx *db.Tx, family string, at int64) error {
	_, err := tx.Exec(`UPDATE signon_token SET ended_at = $1 WHERE family = $2 AND ended_at = 0`, at, family)
	return err
}

func deleteOld(tx *db.Tx, asks, tokens time.Time) error {
	_, err := tx.Exec(`DELETE FROM signon_ask WHERE expires_at < $1`, clock.Ms(asks))
	if err == nil {
		_, err = tx.Exec(`DELETE FROM signon_token WHERE expires_at < $1`, clock.Ms(tokens))
	}
	return err
}
