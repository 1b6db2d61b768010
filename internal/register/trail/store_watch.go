package trail

import (
	"database/sql"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// aLook leaves out the rows that only note somebody's word (Note).
const aLook = `purpose NOT IN ('` + ForConsent + `', '` + ForWithdrawal + `')`

// countLooks counts the rows about people that somebody caused since an instant. ULIDs begin with their time.
func countLooks(tx *db.Tx, actor string, since time.Time) (n int64, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM trail_look WHERE actor_id = $1 AND id >= $2 AND person_id <> '' AND `+aLook, actor, db.NewID(since)[:10]).Scan(&n)
	return n, err
}

// countGranted counts the rows about people that somebody caused by a grant that was given. Ids of those have 26 signs, as the index says.
func countGranted(tx *db.Tx, actor, grant string, since time.Time) (n int64, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM trail_look WHERE length(grant_id) = 26 AND grant_id = $1 AND id >= $2 AND actor_id = $3 AND person_id <> ''`,
		grant, db.NewID(since)[:10], actor).Scan(&n)
	return n, err
}

// habit is the mean of the hours in which somebody looked at anybody; 0 when there are too few to tell.
func habit(tx *db.Tx, actor string, from, to time.Time) (mean float64, err error) {
	var n, hours int64
	err = tx.QueryRow(`SELECT count(*), count(DISTINCT at / 3600000) FROM trail_look WHERE actor_id = $1 AND id >= $2 AND id < $3 AND person_id <> '' AND `+aLook,
		actor, db.NewID(from)[:10], db.NewID(to)[:10]).Scan(&n, &hours)
	if err != nil || hours < 10 {
		return 0, err
	}
	return float64(n) / float64(hours), nil
}

// hasAlarm tells whether somebody was told of since an instant.
func hasAlarm(tx *db.Tx, kind AlarmKind, actor string, since time.Time) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM trail_alarm WHERE actor_id = $1 AND at >= $2 AND kind = $3`, actor, clock.Ms(since), string(kind)).Scan(&n)
	return n > 0, err
}

func hasGlass(tx *db.Tx, actor string, now time.Time) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM trail_alarm WHERE kind = 'glass' AND actor_id = $1 AND until_at > $2`, actor, clock.Ms(now)).Scan(&n)
	return n > 0, err
}

func insertAlarm(tx *db.Tx, a Alarm) error {
	_, err := tx.Exec(`INSERT INTO trail_alarm (id, at, kind, actor_kind, actor_id, unit_id, persons, reason, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, clock.Ms(a.At), string(a.Kind), string(a.Who), a.Actor, a.Unit, a.Persons, a.Reason, clock.Ms(a.Until))
	return err
}

const alarmColumns = `id, at, kind, actor_kind, actor_id, unit_id, persons, reason, until_at, reviewed_by, reviewed_at, verdict`

func scanAlarm(row db.Scanner) (a Alarm, err error) {
	var at, until, reviewed int64
	err = row.Scan(&a.ID, &at, &a.Kind, &a.Who, &a.Actor, &a.Unit, &a.Persons, &a.Reason, &until, &a.ReviewedBy, &reviewed, &a.Verdict)
	a.At, a.Until, a.ReviewedAt = clock.FromMs(at), clock.FromMs(until), clock.FromMs(reviewed)
	return a, err
}

func selectAlarm(tx *db.Tx, id string) (Alarm, error) {
	a, err := scanAlarm(tx.QueryRow(`SELECT `+alarmColumns+` FROM trail_alarm WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.New(fault.NotFound, "trail.no_alarm")
	}
	return a, err
}

// selectAlarms reads those behind an id in the order of the list: open ones oldest first, reviewed ones newest first.
func selectAlarms(tx *db.Tx, open bool, last string, limit int) ([]Alarm, error) {
	if open {
		return db.Collect(tx, scanAlarm, `SELECT `+alarmColumns+` FROM trail_alarm WHERE reviewed_at = 0 AND id > $1 ORDER BY id LIMIT $2`, last, limit)
	}
	return db.Collect(tx, scanAlarm, `SELECT `+alarmColumns+` FROM trail_alarm WHERE reviewed_at > 0 AND ($1 = '' OR id < $1) ORDER BY id DESC LIMIT $2`, last, limit)
}

func reviewAlarm(tx *db.Tx, id, by, verdict string, at time.Time) error {
	_, err := tx.Exec(`UPDATE trail_alarm SET reviewed_by = $2, verdict = $3, reviewed_at = $4 WHERE id = $1`, id, by, verdict, clock.Ms(at))
	return err
}
