package leak

import (
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

func insertCopy(tx *db.Tx, c Copy, rows []CopyRow, canaries []string) error {
	_, err := tx.Exec(`INSERT INTO leak_copy (id, at, actor, unit, purpose, recipient, viewer, format, columns, rows, people, until, digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		c.ID, clock.Ms(c.At), c.Actor, c.Unit, c.Purpose, c.Recipient, c.Viewer, c.Format, c.Columns, c.Rows, c.People, clock.Ms(c.Until), c.Digest)
	for _, r := range rows {
		if err == nil {
			_, err = tx.Exec(`INSERT INTO leak_copied (copy, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, c.ID, r.Person)
		}
	}
	for _, number := range canaries {
		if err == nil {
			_, err = tx.Exec(`INSERT INTO leak_canary (number, viewer, at) VALUES ($1, $2, $3) ON CONFLICT (number, viewer) DO UPDATE SET at = excluded.at`, number, c.Viewer, clock.Ms(c.At))
		}
	}
	return err
}

func selectCopies(tx *db.Tx, which string, args ...any) ([]Copy, error) {
	return db.Collect(tx, func(row db.Scanner) (c Copy, err error) {
		var at, until int64
		err = row.Scan(&c.ID, &at, &c.Actor, &c.Unit, &c.Purpose, &c.Recipient, &c.Viewer, &c.Format, &c.Columns, &c.Rows, &c.People, &until, &c.Digest)
		c.At, c.Until = clock.FromMs(at), clock.FromMs(until)
		return c, err
	}, `SELECT id, at, actor, unit, purpose, recipient, viewer, format, columns, rows, people, until, digest FROM leak_copy `+which, args...)
}

// addCopied adds to who saw whom the recipients of lists that showed some persons.
func addCopied(tx *db.Tx, saw map[string]map[string]bool, persons []string) error {
	type pair struct{ viewer, person string }
	for i := 0; i < len(persons); i += 100 {
		chunk := persons[i:min(i+100, len(persons))]
		pairs, err := db.Collect(tx, func(row db.Scanner) (p pair, err error) { return p, row.Scan(&p.viewer, &p.person) },
			`SELECT DISTINCT c.viewer, p.person_id FROM leak_copied p JOIN leak_copy c ON c.id = p.copy WHERE p.person_id IN (`+db.In(len(chunk), 1)+`)`, db.Args(chunk)...)
		if err != nil {
			return err
		}
		for _, p := range pairs {
			if saw[p.viewer] == nil {
				saw[p.viewer] = map[string]bool{}
			}
			saw[p.viewer][p.person] = true
		}
	}
	return nil
}

// countCanaries gives how many of some numbers are canaries, and how many were ever made, by viewer.
func countCanaries(tx *db.Tx, numbers []string) (found, made map[string]int, err error) {
	type count struct {
		viewer string
		n      int
	}
	read := func(where string, args ...any) (map[string]int, error) {
		list, err := db.Collect(tx, func(row db.Scanner) (c count, err error) { return c, row.Scan(&c.viewer, &c.n) },
			`SELECT viewer, COUNT(*) FROM leak_canary `+where+` GROUP BY viewer`, args...)
		all := map[string]int{}
		for _, c := range list {
			all[c.viewer] = c.n
		}
		return all, err
	}
	found = map[string]int{}
	for i := 0; i < len(numbers); i += 100 {
		chunk := numbers[i:min(i+100, len(numbers))]
		some, err := read(`WHERE number IN (`+db.In(len(chunk), 1)+`)`, db.Args(chunk)...)
		if err != nil {
			return nil, nil, err
		}
		for viewer, n := range some {
			found[viewer] += n
		}
	}
	if len(found) > 0 {
		made, err = read(``)
	}
	return found, made, err
}

func deleteCopied(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM leak_copied WHERE person_id = $1`, person)
	return err
}

func deleteCopies(tx *db.Tx, before time.Time) error {
	for _, q := range []string{
		`DELETE FROM leak_copied WHERE copy IN (SELECT id FROM leak_copy WHERE at < $1)`, `DELETE FROM leak_copy WHERE at < $1`, `DELETE FROM leak_canary WHERE at < $1`,
	} {
		if _, err := tx.Exec(q, clock.Ms(before)); err != nil {
			return err
		}
	}
	return nil
}
