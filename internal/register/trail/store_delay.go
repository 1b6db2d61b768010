package trail

import (
	"database/sql"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

const delayColumns = `id, unit_id, law, reason, from_at, until_at, asked_by, decided_by, decided_at, granted, ended_by, ends_at`

func scanDelay(row db.Scanner) (d Delay, err error) {
	err = scanDelayAnd(row, &d)
	return d, err
}

func scanDelayAnd(row db.Scanner, d *Delay, also ...any) error {
	var from, until, decided, granted, ends int64
	err := row.Scan(append([]any{&d.ID, &d.Unit, &d.Law, &d.Reason, &from, &until, &d.AskedBy, &d.DecidedBy, &decided, &granted, &d.EndedBy, &ends}, also...)...)
	d.From, d.Until, d.DecidedAt, d.Granted, d.Ends = clock.FromMs(from), clock.FromMs(until), clock.FromMs(decided), granted == 1, clock.FromMs(ends)
	return err
}

func insertDelay(tx *db.Tx, d Delay) error {
	_, err := tx.Exec(`INSERT INTO trail_delay (id, unit_id, law, reason, from_at, until_at, asked_by, ends_at) VALUES (`+db.In(8, 1)+`)`,
		d.ID, d.Unit, d.Law, d.Reason, clock.Ms(d.From), clock.Ms(d.Until), d.AskedBy, clock.Ms(d.Ends))
	for _, subject := range d.Subjects {
		if err == nil {
			_, err = tx.Exec(`INSERT INTO trail_delay_subject (subject, delay_id) VALUES ($1, $2)`, subject, d.ID)
		}
	}
	return err
}

func selectDelay(tx *db.Tx, id string) (Delay, error) {
	d, err := scanDelay(tx.QueryRow(`SELECT `+delayColumns+` FROM trail_delay WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return d, fault.New(fault.NotFound, "trail.delay.none")
	}
	return d, err
}

func selectDelays(tx *db.Tx) ([]Delay, error) {
	return db.Collect(tx, scanDelay, `SELECT `+delayColumns+` FROM trail_delay ORDER BY id DESC`)
}

// delayOf is a granted delay with one of its subjects.
type delayOf struct {
	Delay

	subject string
}

func selectDelaysOf(tx *db.Tx, subjects []string) ([]delayOf, error) {
	return db.Collect(tx, func(row db.Scanner) (d delayOf, err error) {
		return d, scanDelayAnd(row, &d.Delay, &d.subject)
	}, `SELECT `+delayColumns+`, subject FROM trail_delay JOIN trail_delay_subject ON delay_id = id WHERE granted = 1 AND subject IN (`+db.In(len(subjects), 1)+`) ORDER BY id`,
		db.Args(subjects)...)
}

func decideDelay(tx *db.Tx, id, by string, grant bool, at time.Time) error {
	granted := 0
	if grant {
		granted = 1
	}
	_, err := tx.Exec(`UPDATE trail_delay SET decided_by = $2, decided_at = $3, granted = $4 WHERE id = $1 AND decided_by = ''`, id, by, clock.Ms(at), granted)
	return err
}

func endDelay(tx *db.Tx, id, by string, at time.Time) error {
	_, err := tx.Exec(`UPDATE trail_delay SET ended_by = $2, ends_at = $3 WHERE id = $1`, id, by, clock.Ms(at))
	return err
}

// shown leaves out rows that a delay holds back at an instant, which is parameter n.
const shown = ` AND NOT EXISTS (SELECT 1 FROM trail_delay_subject s JOIN trail_delay d ON d.id = s.delay_id
	WHERE s.subject = trail_look.subject AND d.unit_id = trail_look.unit_id AND d.granted = 1 AND d.from_at <= trail_look.at AND d.ends_at > `

func selectSubjects(tx *db.Tx, delay string) ([]string, error) {
	return db.Column(tx, `SELECT subject FROM trail_delay_subject WHERE delay_id = $1 ORDER BY subject`, delay)
}
