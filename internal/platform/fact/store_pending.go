package fact

import (
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

func countPending(tx *db.Tx) (map[string]Waiting, error) {
	found := map[string]Waiting{}
	_, err := db.Collect(tx, func(row db.Scanner) (name string, err error) {
		var failed bool
		var n int
		var oldest int64
		err = row.Scan(&name, &failed, &n, &oldest)
		w := found[name]
		if failed {
			w.Failed = n
		} else {
			w.Pending, w.Oldest = n, clock.FromMs(oldest)
		}
		found[name] = w
		return name, err
	}, `SELECT reaction, failed, count(*), min(due_at) FROM fact_pending GROUP BY reaction, failed`)
	return found, err
}
