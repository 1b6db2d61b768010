package fact

import (
	"context"
	"fmt"
	"slices"

	"banyan/internal/platform/db"
)

// Said counts the facts said of some subjects, by subject and name: what a journal is compared with.
func (l *Log) Said(ctx context.Context, subjects []string) (map[string]map[string]int, error) {
	out := make(map[string]map[string]int, len(subjects))
	err := l.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(subjects, 200) {
			if err := countSaid(tx, chunk, out); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count facts: %w", err)
	}
	return out, nil
}

func countSaid(tx *db.Tx, subjects []string, out map[string]map[string]int) error {
	_, err := db.Collect(tx, func(row db.Scanner) (struct{}, error) {
		var subject, name string
		var n int
		err := row.Scan(&subject, &name, &n)
		if out[subject] == nil {
			out[subject] = map[string]int{}
		}
		out[subject][name] = n
		return struct{}{}, err
	}, `SELECT subject, name, count(*) FROM fact_log WHERE subject IN (`+db.In(len(subjects), 1)+`) GROUP BY subject, name`, db.Args(subjects)...)
	return err
}

// Owed says what reactions still have to do, known to this program or not.
type Owed struct {
	Reaction string
	Known    bool // a reaction of this program
	N        int  // facts that wait, without those given up
	Lost     int  // of all rows, those whose fact is not there
}

// Owed counts what is owed to facts, by the name that the rows carry.
func (l *Log) Owed(ctx context.Context) ([]Owed, error) {
	var list []Owed
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = db.Collect(tx, func(row db.Scanner) (w Owed, err error) {
			err = row.Scan(&w.Reaction, &w.N, &w.Lost)
			w.Known = slices.ContainsFunc(l.reactions, func(r *runner) bool { return r.Name == w.Reaction })
			return w, err
		}, `SELECT p.reaction, count(*) FILTER (WHERE NOT p.failed), count(*) FILTER (WHERE f.id IS NULL)
			FROM fact_pending p LEFT JOIN fact_log f ON f.id = p.fact_id GROUP BY p.reaction ORDER BY p.reaction`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count what waits for reactions: %w", err)
	}
	return list, nil
}
