package oversee

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// addEntry appends a score line and folds it into the month's total. A line
// that is there already adds nothing.
func addEntry(tx *db.Tx, e Entry) error {
	n, err := tx.Exec(`INSERT INTO oversee_entry (case_id, seq, unit, indicator, appeal, at, month, version, counts, good)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT DO NOTHING`,
		e.Case, e.Seq, e.Unit, e.Indicator, e.Appeal, clock.Ms(e.At), e.Month(), e.Version, e.Counts, e.Good)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO oversee_total (unit, month, indicator, counts, good) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (unit, month, indicator) DO UPDATE SET counts = oversee_total.counts + excluded.counts, good = oversee_total.good + excluded.good`,
		e.Unit, e.Month(), e.Indicator, e.Counts, e.Good)
	return err
}

const entryColumns = `case_id, seq, unit, indicator, appeal, at, version, counts, good`

func scanEntry(row db.Scanner) (Entry, error) {
	var e Entry
	var at int64
	err := row.Scan(&e.Case, &e.Seq, &e.Unit, &e.Indicator, &e.Appeal, &at, &e.Version, &e.Counts, &e.Good)
	e.At = clock.FromMs(at)
	return e, err
}

func getEntry(tx *db.Tx, id string, seq int, unit, indicator string) (Entry, error) {
	e, err := scanEntry(tx.QueryRow(`SELECT `+entryColumns+` FROM oversee_entry
		WHERE case_id=$1 AND seq=$2 AND unit=$3 AND indicator=$4 AND appeal=''`, id, seq, unit, indicator))
	if errors.Is(err, sql.ErrNoRows) {
		return e, fault.New(fault.NotFound, "oversee.entry.missing")
	}
	return e, err
}

func listEntries(tx *db.Tx, unit string, p Period, limit int) ([]Entry, error) {
	return db.Collect(tx, scanEntry, `SELECT `+entryColumns+` FROM oversee_entry WHERE unit=$1 AND ($2='' OR month >= $2) AND ($3='' OR month <= $3)
		ORDER BY at DESC, case_id DESC LIMIT $4`, unit, p.From, p.To, limit)
}

func sumTotals(tx *db.Tx, p Period) (map[key]tally, error) {
	rows, err := tx.Query(`SELECT unit, indicator, sum(counts), sum(good) FROM oversee_total
		WHERE ($1='' OR month >= $1) AND ($2='' OR month <= $2) GROUP BY unit, indicator`, p.From, p.To)
	return scanTotals(rows, err)
}

// sumEntries adds up the lines themselves, without those of granted appeals.
func sumEntries(tx *db.Tx) (map[key]tally, error) {
	rows, err := tx.Query(`SELECT unit, indicator, sum(counts), sum(good) FROM oversee_entry WHERE appeal='' GROUP BY unit, indicator`)
	return scanTotals(rows, err)
}

func scanTotals(rows *sql.Rows, err error) (map[key]tally, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[key]tally{}
	for rows.Next() {
		var k key
		var t tally
		if err := rows.Scan(&k.unit, &k.indicator, &t.counts, &t.good); err != nil {
			return nil, err
		}
		out[k] = t
	}
	return out, rows.Err()
}

// watch is an overdue case.
type watch struct {
	caseID, number, unit, path string
	dueAt, nextAt              time.Time
	level                      Level
}

func addWatch(tx *db.Tx, o Overdue, next time.Time) error {
	_, err := tx.Exec(`INSERT INTO oversee_watch (case_id, number, unit, path, due_at, next_at, level, seq) VALUES ($1,$2,$3,$4,$5,$6,'',$7)
		ON CONFLICT (case_id) DO UPDATE SET number=excluded.number, unit=excluded.unit, path=excluded.path, due_at=excluded.due_at, seq=excluded.seq,
			next_at = CASE WHEN oversee_watch.next_at > 0 OR oversee_watch.level <> '' THEN oversee_watch.next_at ELSE excluded.next_at END
		WHERE oversee_watch.seq < excluded.seq`,
		o.Case, o.Number, o.Unit, o.Path, clock.Ms(o.DueAt), clock.Ms(next), o.Seq)
	return err
}

const watchColumns = `case_id, number, unit, path, due_at, next_at, level`

func scanWatch(row db.Scanner) (watch, error) {
	var w watch
	var due, next int64
	err := row.Scan(&w.caseID, &w.number, &w.unit, &w.path, &due, &next, &w.level)
	w.dueAt, w.nextAt = clock.FromMs(due), clock.FromMs(next)
	return w, err
}

func getWatch(tx *db.Tx, id string) (watch, error) {
	return scanWatch(tx.QueryRow(`SELECT `+watchColumns+` FROM oversee_watch WHERE case_id=$1`, id))
}

func dueWatches(tx *db.Tx, now time.Time, limit int) ([]watch, error) {
	return db.Collect(tx, scanWatch, `SELECT `+watchColumns+` FROM oversee_watch WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at, case_id LIMIT $2`, clock.Ms(now), limit)
}

func setWatch(tx *db.Tx, id string, level Level, next time.Time) error {
	_, err := tx.Exec(`UPDATE oversee_watch SET level=$2, next_at=$3 WHERE case_id=$1`, id, string(level), clock.Ms(next))
	return err
}

// addMark keeps a return or a lost dispute; told twice it counts once.
func addMark(tx *db.Tx, ev Event) error {
	_, err := tx.Exec(`INSERT INTO oversee_mark (case_id, seq, kind, unit) VALUES ($1,$2,$3,$4) ON CONFLICT DO NOTHING`, ev.Case, ev.Seq, ev.Kind, ev.Unit)
	return err
}

// countMarks counts what a unit asked to return and lost in a case.
func countMarks(tx *db.Tx, id, unit string) (returns, lost int, err error) {
	err = tx.QueryRow(`SELECT coalesce(sum(CASE WHEN kind=$3 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN kind=$4 THEN 1 ELSE 0 END), 0)
		FROM oversee_mark WHERE case_id=$1 AND unit=$2`, id, unit, Returned, DisputeLost).Scan(&returns, &lost)
	return returns, lost, err
}

// endWatch keeps the row: it remembers which entry ended the watch.
func endWatch(tx *db.Tx, id string, seq int) error {
	_, err := tx.Exec(`INSERT INTO oversee_watch (case_id, number, unit, path, due_at, next_at, level, seq) VALUES ($1,'','','',0,0,'',$2)
		ON CONFLICT (case_id) DO UPDATE SET next_at=0, level='', seq=excluded.seq WHERE oversee_watch.seq < excluded.seq`, id, seq)
	return err
}

func addOrder(tx *db.Tx, o Order) error {
	_, err := tx.Exec(`INSERT INTO oversee_order (id, case_id, number, unit, path, level, rule, why, state, issued_by, at, answer, answered_by, answered_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,'','',0)`,
		o.ID, o.Case, o.Number, o.Unit, o.Path, string(o.Level), o.Rule, o.Why, o.State, o.By, clock.Ms(o.At))
	return err
}

func saveOrder(tx *db.Tx, o Order) error {
	_, err := tx.Exec(`UPDATE oversee_order SET state=$2, answer=$3, answered_by=$4, answered_at=$5 WHERE id=$1`,
		o.ID, o.State, o.Answer, o.AnsweredBy, clock.Ms(o.AnsweredAt))
	return err
}

const orderColumns = `id, case_id, number, unit, path, level, rule, why, state, issued_by, at, answer, answered_by, answered_at`

func scanOrder(row db.Scanner) (Order, error) {
	var o Order
	var at, answered int64
	err := row.Scan(&o.ID, &o.Case, &o.Number, &o.Unit, &o.Path, &o.Level, &o.Rule, &o.Why, &o.State, &o.By, &at, &o.Answer, &o.AnsweredBy, &answered)
	o.At, o.AnsweredAt = clock.FromMs(at), clock.FromMs(answered)
	return o, err
}

func getOrder(tx *db.Tx, id string) (Order, error) {
	o, err := scanOrder(tx.QueryRow(`SELECT `+orderColumns+` FROM oversee_order WHERE id=$1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return o, fault.New(fault.NotFound, "oversee.order.missing")
	}
	return o, err
}

func listOrders(tx *db.Tx, where string, args ...any) ([]Order, error) {
	list, err := db.Collect(tx, scanOrder, `SELECT `+orderColumns+` FROM oversee_order `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list orders from above: %w", err)
	}
	return list, nil
}

func countOrders(tx *db.Tx, id string, level Level) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM oversee_order WHERE case_id=$1 AND level=$2 AND state <> 'withdrawn'`, id, string(level)).Scan(&n)
	return n, err
}

const appealColumns = `id, unit, order_id, case_id, seq, indicator, words, state, asked_by, asked_at, decision, decided_by, decided_at`

func addAppeal(tx *db.Tx, a Appeal) error {
	_, err := tx.Exec(`INSERT INTO oversee_appeal (`+appealColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,'','',0)`,
		a.ID, a.Unit, a.Order, a.Case, a.Seq, a.Indicator, a.Words, a.State, a.AskedBy, clock.Ms(a.AskedAt))
	return err
}

func saveAppeal(tx *db.Tx, a Appeal) error {
	_, err := tx.Exec(`UPDATE oversee_appeal SET state=$2, decision=$3, decided_by=$4, decided_at=$5 WHERE id=$1 AND state='asked'`,
		a.ID, a.State, a.Decision, a.DecidedBy, clock.Ms(a.DecidedAt))
	return err
}

func scanAppeal(row db.Scanner) (Appeal, error) {
	var a Appeal
	var asked, decided int64
	err := row.Scan(&a.ID, &a.Unit, &a.Order, &a.Case, &a.Seq, &a.Indicator, &a.Words, &a.State, &a.AskedBy, &asked, &a.Decision, &a.DecidedBy, &decided)
	a.AskedAt, a.DecidedAt = clock.FromMs(asked), clock.FromMs(decided)
	return a, err
}

func getAppeal(tx *db.Tx, id string) (Appeal, error) {
	a, err := scanAppeal(tx.QueryRow(`SELECT `+appealColumns+` FROM oversee_appeal WHERE id=$1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.New(fault.NotFound, "oversee.appeal.missing")
	}
	return a, err
}

// appealsOf reads a unit's appeals, newest first.
func appealsOf(tx *db.Tx, unit string, limit int) ([]Appeal, error) {
	return db.Collect(tx, scanAppeal, `SELECT `+appealColumns+` FROM oversee_appeal WHERE unit = $1 ORDER BY asked_at DESC, id DESC LIMIT $2`, unit, limit)
}

// undecided reads the appeals behind last that wait for a decision, oldest first.
func undecided(tx *db.Tx, last Appeal, limit int) ([]Appeal, error) {
	return db.Collect(tx, scanAppeal, `SELECT `+appealColumns+` FROM oversee_appeal WHERE state = 'asked' AND (asked_at, id) > ($1, $2)
		ORDER BY asked_at, id LIMIT $3`, clock.Ms(last.AskedAt), last.ID, limit)
}

// appealed says whether the same thing was objected to before.
func appealed(tx *db.Tx, a Appeal, unit string) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM oversee_appeal WHERE unit=$1 AND order_id=$2 AND case_id=$3 AND seq=$4 AND indicator=$5`,
		unit, a.Order, a.Case, a.Seq, a.Indicator).Scan(&n)
	return n > 0, err
}
