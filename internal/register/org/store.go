package org

import (
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

const (
	staffColumns = `id, name, unit, account, active`
	postColumns  = `id, staff_id, role, unit, area, from_at, to_at, given_by, ended_by`
)

func insertStaff(tx *db.Tx, p Staff) error {
	_, err := tx.Exec(`INSERT INTO org_staff (`+staffColumns+`) VALUES ($1, $2, $3, $4, $5)`,
		p.ID, p.Name, p.Unit, p.Account, p.Active)
	return err
}

func updateStaff(tx *db.Tx, p Staff) error {
	_, err := tx.Exec(`UPDATE org_staff SET account = $1, active = $2 WHERE id = $3`, p.Account, p.Active, p.ID)
	return err
}

func staffByID(tx *db.Tx, id string) (Staff, error) {
	return scanStaff(tx.QueryRow(`SELECT `+staffColumns+` FROM org_staff WHERE id = $1`, id))
}

func staffByAccount(tx *db.Tx, account string) (Staff, error) {
	return scanStaff(tx.QueryRow(`SELECT `+staffColumns+` FROM org_staff WHERE account = $1 AND account <> ''`, account))
}

func staffOf(tx *db.Tx, unit string) ([]Staff, error) {
	return db.Collect(tx, scanStaff, `SELECT `+staffColumns+` FROM org_staff WHERE unit = $1 AND active = $2 ORDER BY name, id`, unit, true)
}

func insertPost(tx *db.Tx, p Post) error {
	_, err := tx.Exec(`INSERT INTO org_post (`+postColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Staff, string(p.Role), p.Unit, p.Area, clock.Ms(p.From), clock.Ms(p.To), p.GivenBy, p.EndedBy)
	return err
}

// endPost ends a post, at its beginning when that is still to come: then it was never held.
func endPost(tx *db.Tx, p Post, at time.Time, by string) error {
	if at.Before(p.From) {
		at = p.From
	}
	_, err := tx.Exec(`UPDATE org_post SET to_at = $1, ended_by = $2 WHERE id = $3`, clock.Ms(at), by, p.ID)
	return err
}

func endPosts(tx *db.Tx, staff string, at time.Time, by string) error {
	posts, err := postsOf(tx, staff)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if !p.To.IsZero() && !p.To.After(at) {
			continue
		}
		if err := endPost(tx, p, at, by); err != nil {
			return err
		}
	}
	return nil
}

func postByID(tx *db.Tx, id string) (Post, error) {
	return scanPost(tx.QueryRow(`SELECT `+postColumns+` FROM org_post WHERE id = $1`, id))
}

func postsOf(tx *db.Tx, staff string) ([]Post, error) {
	return db.Collect(tx, scanPost, `SELECT `+postColumns+` FROM org_post WHERE staff_id = $1 ORDER BY from_at, id`, staff)
}

func postsAt(tx *db.Tx, unit string, role Role) ([]Post, error) {
	return db.Collect(tx, scanPost, `SELECT `+postColumns+` FROM org_post WHERE unit = $1 AND role = $2 ORDER BY from_at, id`, unit, string(role))
}

func scanStaff(row db.Scanner) (p Staff, err error) {
	err = row.Scan(&p.ID, &p.Name, &p.Unit, &p.Account, &p.Active)
	return p, err
}

func scanPost(row db.Scanner) (p Post, err error) {
	var from, to int64
	err = row.Scan(&p.ID, &p.Staff, &p.Role, &p.Unit, &p.Area, &from, &to, &p.GivenBy, &p.EndedBy)
	p.From, p.To = clock.FromMs(from), clock.FromMs(to)
	return p, err
}
