package police

import (
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// insertTransfer tells whether the row went in; false when the request was handed over before.
func insertTransfer(tx *db.Tx, t Transferred) (bool, error) {
	n, err := tx.Exec(`INSERT INTO channel_transfer (id, case_id, request_id, staff_id, unit_id, at, receipt, received)
		VALUES ($1, $2, $3, $4, $5, $6, '', 0) ON CONFLICT (request_id) DO NOTHING`, t.ID, t.Case, t.Request, t.Staff, t.Unit, clock.Ms(t.At))
	return n == 1, err
}

func updateReceipt(tx *db.Tx, id, receipt string, at time.Time) error {
	_, err := tx.Exec(`UPDATE channel_transfer SET receipt = $1, received = $2 WHERE id = $3 AND receipt = ''`, receipt, clock.Ms(at), id)
	return err
}

// selectTransfers reads by case_id or request_id; column is never input.
func selectTransfers(tx *db.Tx, column, value string) ([]Transferred, error) {
	return db.Collect(tx, func(row db.Scanner) (t Transferred, err error) {
		var at, received int64
		err = row.Scan(&t.ID, &t.Case, &t.Request, &t.Staff, &t.Unit, &at, &t.Receipt, &received)
		t.At = clock.FromMs(at)
		if received != 0 {
			t.ReceivedAt = clock.FromMs(received)
		}
		return t, err
	}, `SELECT id, case_id, request_id, staff_id, unit_id, at, receipt, received FROM channel_transfer WHERE `+column+` = $1 ORDER BY id`, value)
}
