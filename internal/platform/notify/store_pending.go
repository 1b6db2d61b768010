package notify

import "banyan/internal/platform/db"

func countPending(tx *db.Tx, found map[Channel]Waiting) error {
	_, err := db.Collect(tx, func(row db.Scanner) (state string, err error) {
		var c Channel
		var n int
		err = row.Scan(&c, &state, &n)
		w := found[c]
		if state == "failed" {
			w.Failed = n
		} else {
			w.Waiting = n
		}
		found[c] = w
		return state, err
	}, `SELECT channel, state, count(*) FROM notify_outbox WHERE state = 'waiting' GROUP BY channel, state
		UNION ALL SELECT channel, state, count(*) FROM notify_outbox WHERE state = 'failed' GROUP BY channel, state`)
	return err
}
