package credential

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

const askColumns = `id, code, unit, name, kind, claims, nonce, made_at, expires_at, answered_at, result`

// insertAsk tells whether the code was free.
func insertAsk(tx *db.Tx, a Ask) (free bool, err error) {
	n, err := tx.Exec(`INSERT INTO credential_ask (`+askColumns+`) VALUES (`+db.In(11, 1)+`) ON CONFLICT DO NOTHING`,
		a.id, a.Code, a.Unit, a.Name, a.Kind, strings.Join(a.Claims, " "), a.Nonce, clock.Ms(a.Made), clock.Ms(a.Expires), int64(0), "")
	return n == 1, err
}

// selectAsk reads by id or code; column is never input.
func selectAsk(tx *db.Tx, column, value string) (a Ask, err error) {
	var claims, result string
	var made, expires, answered int64
	err = tx.QueryRow(`SELECT `+askColumns+` FROM credential_ask WHERE `+column+` = $1`, value).
		Scan(&a.id, &a.Code, &a.Unit, &a.Name, &a.Kind, &claims, &a.Nonce, &made, &expires, &answered, &result)
	if err != nil {
		return a, err
	}
	a.Claims, a.Made, a.Expires, a.Answered = strings.Fields(claims), clock.FromMs(made), clock.FromMs(expires), clock.FromMs(answered)
	if result != "" {
		a.Result = &Result{}
		if err := json.Unmarshal([]byte(result), a.Result); err != nil {
			return a, fmt.Errorf("read an answer: %w", err)
		}
	}
	return a, nil
}

// useAsk tells whether the question waited for its answer.
func useAsk(tx *db.Tx, id string, at time.Time) (bool, error) {
	n, err := tx.Exec(`UPDATE credential_ask SET answered_at = $1 WHERE id = $2 AND answered_at = 0 AND expires_at > $1`, clock.Ms(at), id)
	return n == 1, err
}

func saveResult(tx *db.Tx, id string, r Result) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	_, err = tx.Exec(`UPDATE credential_ask SET result = $1 WHERE id = $2`, string(text), id)
	return err
}

func count(tx *db.Tx, day, unit, kind, state string) error {
	_, err := tx.Exec(`INSERT INTO credential_count (day, unit, kind, state, n) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (day, unit, kind, state) DO UPDATE SET n = credential_count.n + 1`, day, unit, kind, state)
	return err
}

func selectCounts(tx *db.Tx, unit, since string) ([]Count, error) {
	scan := func(row db.Scanner) (c Count, err error) {
		err = row.Scan(&c.Kind, &c.State, &c.N)
		return c, err
	}
	return db.Collect(tx, scan, `SELECT kind, state, SUM(n) FROM credential_count WHERE unit = $1 AND day >= $2 GROUP BY kind, state ORDER BY kind, state`, unit, since)
}
