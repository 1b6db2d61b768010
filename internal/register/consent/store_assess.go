package consent

import (
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

const assessColumns = `id, purpose, version, state, rev, necessity, risks, measures, until_at, written_by, written_unit, written_at,
	approved_by, approved_unit, approved_at, replaced_at`

func scanAssessment(row db.Scanner) (a Assessment, err error) {
	var state string
	var until, written, approved, replaced int64
	err = row.Scan(&a.ID, &a.Purpose, &a.Version, &state, &a.Rev, &a.Necessity, &a.Risks, &a.Measures, &until, &a.Written.By, &a.Written.Unit, &written,
		&a.Approved.By, &a.Approved.Unit, &approved, &replaced)
	a.State, a.Until, a.Replaced = State(state), clock.FromMs(until), clock.FromMs(replaced)
	a.Written.At, a.Approved.At = clock.FromMs(written), clock.FromMs(approved)
	return a, err
}

// upsertDraft writes the one draft of a text; a change of it counts up.
func upsertDraft(tx *db.Tx, a Assessment) error {
	_, err := tx.Exec(`INSERT INTO consent_assessment (`+assessColumns+`) VALUES (`+db.In(16, 1)+`)
		ON CONFLICT (purpose, version) WHERE state = 'draft' DO UPDATE SET rev = consent_assessment.rev + 1, necessity = excluded.necessity, risks = excluded.risks,
		measures = excluded.measures, until_at = excluded.until_at, written_by = excluded.written_by, written_unit = excluded.written_unit, written_at = excluded.written_at`,
		a.ID, a.Purpose, a.Version, string(a.State), a.Rev, a.Necessity, a.Risks, a.Measures, clock.Ms(a.Until), a.Written.By, a.Written.Unit, clock.Ms(a.Written.At),
		"", "", int64(0), int64(0))
	return err
}

func selectDraft(tx *db.Tx, purpose string, version int) (Assessment, error) {
	return scanAssessment(tx.QueryRow(`SELECT `+assessColumns+` FROM consent_assessment WHERE purpose = $1 AND version = $2 AND state = 'draft'`, purpose, version))
}

func selectAssessment(tx *db.Tx, id string) (Assessment, error) {
	return scanAssessment(tx.QueryRow(`SELECT `+assessColumns+` FROM consent_assessment WHERE id = $1`, id))
}

func selectAssessments(tx *db.Tx, purpose string) ([]Assessment, error) {
	return db.Collect(tx, scanAssessment, `SELECT `+assessColumns+` FROM consent_assessment WHERE purpose = $1 ORDER BY written_at DESC, id DESC`, purpose)
}

func hasApproved(tx *db.Tx, purpose string, version int, now time.Time) (is bool, err error) {
	var n int
	err = tx.QueryRow(`SELECT count(*) FROM consent_assessment WHERE purpose = $1 AND version = $2 AND state = 'approved' AND until_at > $3`,
		purpose, version, clock.Ms(now)).Scan(&n)
	return n > 0, err
}

func replaceApproved(tx *db.Tx, purpose string, version int, at time.Time) error {
	_, err := tx.Exec(`UPDATE consent_assessment SET state = 'replaced', replaced_at = $1 WHERE purpose = $2 AND version = $3 AND state = 'approved'`,
		clock.Ms(at), purpose, version)
	return err
}

func approveDraft(tx *db.Tx, id string, by Signed) error {
	_, err := tx.Exec(`UPDATE consent_assessment SET state = 'approved', approved_by = $1, approved_unit = $2, approved_at = $3 WHERE id = $4 AND state = 'draft'`,
		by.By, by.Unit, clock.Ms(by.At), id)
	return err
}

// deleteAssessments deletes what was approved once and ended before an instant. Drafts stay.
func deleteAssessments(tx *db.Tx, before int64) error {
	_, err := tx.Exec(`DELETE FROM consent_assessment WHERE state = 'replaced' AND replaced_at < $1 OR state = 'approved' AND until_at < $1`, before)
	return err
}

// selectAssessed gives the id of the assessment of a text that was approved last before an instant, or "".
func selectAssessed(tx *db.Tx, purpose string, version int, at time.Time) (string, error) {
	ids, err := db.Column(tx, `SELECT id FROM consent_assessment WHERE purpose = $1 AND version = $2 AND approved_at > 0 AND approved_at <= $3
		ORDER BY approved_at DESC LIMIT 1`, purpose, version, clock.Ms(at))
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}
