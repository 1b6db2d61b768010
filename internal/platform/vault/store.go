package vault

import (
	"database/sql"
	"embed"
	"errors"
	"slices"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the vault's tables.
func Schema() db.Schema { return db.Schema{Module: "vault", Files: files} }

type keyRow struct {
	subject string
	wrapped
}

func scanKey(row db.Scanner) (k keyRow, err error) {
	var gone int64
	err = row.Scan(&k.subject, &k.version, &k.salt, &k.text, &gone)
	k.gone = gone > 0
	return k, err
}

const keys = `SELECT k.subject, k.version, COALESCE(m.salt, ''), k.wrapped, k.gone_at FROM vault_key k
	LEFT JOIN vault_master m ON m.version = k.version`

func selectKeys(tx *db.Tx, subjects []string) (map[string]wrapped, error) {
	known := make(map[string]wrapped, len(subjects))
	for chunk := range slices.Chunk(subjects, 200) {
		rows, err := db.Collect(tx, scanKey, keys+` WHERE k.subject IN (`+db.In(len(chunk), 1)+`)`, db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r.subject] = r.wrapped
		}
	}
	return known, nil
}

// insertKey leaves alone a key that somebody else made at this moment.
func insertKey(tx *db.Tx, subject string, k wrapped, now int64) error {
	_, err := tx.Exec(`INSERT INTO vault_key (subject, version, wrapped, made_at, gone_at) VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING`,
		subject, k.version, k.text, now)
	return err
}

func destroy(tx *db.Tx, subject string, now int64) error {
	_, err := tx.Exec(`INSERT INTO vault_key (subject, version, wrapped, made_at, gone_at) VALUES ($1, 0, '', $2, $3)
		ON CONFLICT (subject) DO UPDATE SET version = 0, wrapped = '', gone_at = CASE WHEN vault_key.gone_at > 0 THEN vault_key.gone_at ELSE excluded.gone_at END`,
		subject, now, now)
	return err
}

func selectGone(tx *db.Tx, after string, limit int) ([]Gone, error) {
	return db.Collect(tx, func(row db.Scanner) (g Gone, err error) {
		var at int64
		err = row.Scan(&g.Subject, &at)
		g.At = clock.FromMs(at)
		return g, err
	}, `SELECT subject, gone_at FROM vault_key WHERE gone_at > 0 AND subject > $1 ORDER BY subject LIMIT $2`, after, limit)
}

// selectNewest gives the zero master while there is none.
func selectNewest(tx *db.Tx) (m master, err error) {
	err = tx.QueryRow(`SELECT version, salt FROM vault_master ORDER BY version DESC LIMIT 1`).Scan(&m.version, &m.salt)
	if errors.Is(err, sql.ErrNoRows) {
		return master{}, nil
	}
	return m, err
}

func insertMaster(tx *db.Tx, m master, now int64) error {
	_, err := tx.Exec(`INSERT INTO vault_master (version, salt, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, m.version, m.salt, now)
	return err
}

func selectWrappedBefore(tx *db.Tx, version int64, limit int) ([]keyRow, error) {
	return db.Collect(tx, scanKey, keys+` WHERE k.gone_at = 0 AND k.version < $1 ORDER BY k.version, k.subject LIMIT $2`, version, limit)
}

func updateWrapped(tx *db.Tx, k keyRow) error {
	_, err := tx.Exec(`UPDATE vault_key SET version = $1, wrapped = $2 WHERE subject = $3 AND gone_at = 0`, k.version, k.text, k.subject)
	return err
}

// deleteMasters takes away those made before an instant that wrap nothing, but never the newest, nor one that became old after it.
func deleteMasters(tx *db.Tx, before int64) error {
	_, err := tx.Exec(`DELETE FROM vault_master
		WHERE EXISTS (SELECT 1 FROM vault_master newer WHERE newer.version > vault_master.version AND newer.made_at < $1)
		AND NOT EXISTS (SELECT 1 FROM vault_key WHERE vault_key.version = vault_master.version AND vault_key.gone_at = 0)`, before)
	return err
}
