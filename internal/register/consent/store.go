package consent

import (
	"embed"
	"encoding/json"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of texts, consents and assessments.
func Schema() db.Schema { return db.Schema{Module: "consent", Files: schema} }

// keptText is what the store knows of a text without its words.
type keptText struct {
	purpose, hash string
	version       int
	from          time.Time
}

func selectTexts(tx *db.Tx) ([]keptText, error) {
	return db.Collect(tx, func(row db.Scanner) (k keptText, err error) {
		var from int64
		err = row.Scan(&k.purpose, &k.version, &k.hash, &from)
		k.from = clock.FromMs(from)
		return k, err
	}, `SELECT purpose, version, hash, from_at FROM consent_text ORDER BY purpose, version`)
}

// putText keeps a text; one that is not in force yet may still change.
func putText(tx *db.Tx, purpose string, t Text, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO consent_text (purpose, version, hash, from_at, body, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (purpose, version) DO UPDATE SET hash = excluded.hash, from_at = excluded.from_at, body = excluded.body, seen_at = excluded.seen_at
		WHERE consent_text.hash <> excluded.hash`,
		purpose, t.Version, t.Hash(purpose), clock.Ms(t.Begins()), string(t.body(purpose)), clock.Ms(now))
	return err
}

func selectText(tx *db.Tx, purpose string, version int) (t Text, err error) {
	var body string
	if err := tx.QueryRow(`SELECT body FROM consent_text WHERE purpose = $1 AND version = $2`, purpose, version).Scan(&body); err != nil {
		return t, err
	}
	return t, json.Unmarshal([]byte(body), &t)
}

const givenColumns = `id, person_id, purpose, version, hash, matter, given_at, given_way, given_lang, given_kind, given_by, given_unit, given_row,
	ended_at, ended_way, ended_lang, ended_kind, ended_by, ended_unit, ended_row`

func insertGiven(tx *db.Tx, c Consent) error {
	_, err := tx.Exec(`INSERT INTO consent_given (`+givenColumns+`) VALUES (`+db.In(20, 1)+`)`,
		append([]any{c.ID, c.Person, c.Purpose, c.Version, c.Hash, c.Matter}, append(c.Given.args(), c.Ended.args()...)...)...)
	return err
}

func (a Act) args() []any {
	return []any{clock.Ms(a.At), string(a.Way), a.Lang, string(a.Kind), a.Actor, a.Unit, a.Row}
}

func endGiven(tx *db.Tx, c Consent) error {
	_, err := tx.Exec(`UPDATE consent_given SET ended_at = $1, ended_way = $2, ended_lang = $3, ended_kind = $4, ended_by = $5, ended_unit = $6, ended_row = $7
		WHERE id = $8 AND ended_at = 0`, append(c.Ended.args(), c.ID)...)
	return err
}

func scanGiven(row db.Scanner) (c Consent, err error) {
	var given, ended int64
	var kinds, ways [2]string
	err = row.Scan(&c.ID, &c.Person, &c.Purpose, &c.Version, &c.Hash, &c.Matter,
		&given, &ways[0], &c.Given.Lang, &kinds[0], &c.Given.Actor, &c.Given.Unit, &c.Given.Row,
		&ended, &ways[1], &c.Ended.Lang, &kinds[1], &c.Ended.Actor, &c.Ended.Unit, &c.Ended.Row)
	c.Given.At, c.Given.Way, c.Given.Kind = clock.FromMs(given), Way(ways[0]), access.Kind(kinds[0])
	c.Ended.At, c.Ended.Way, c.Ended.Kind = clock.FromMs(ended), Way(ways[1]), access.Kind(kinds[1])
	return c, err
}

func selectHeld(tx *db.Tx, persons []string, purpose, matter string) ([]Consent, error) {
	in, args := db.List(persons, 3)
	return db.Collect(tx, scanGiven, `SELECT `+givenColumns+` FROM consent_given WHERE purpose = $1 AND matter = $2 AND ended_at = 0 AND person_id IN (`+in+`)
		ORDER BY id`, append([]any{purpose, matter}, args...)...)
}

func selectOf(tx *db.Tx, persons []string) ([]Consent, error) {
	in, args := db.List(persons, 1)
	return db.Collect(tx, scanGiven, `SELECT `+givenColumns+` FROM consent_given WHERE person_id IN (`+in+`) ORDER BY given_at DESC, id DESC`, args...)
}

func selectGiven(tx *db.Tx, id string) (Consent, error) {
	return scanGiven(tx.QueryRow(`SELECT `+givenColumns+` FROM consent_given WHERE id = $1`, id))
}

func deleteGiven(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM consent_given WHERE person_id = $1`, person)
	return err
}
