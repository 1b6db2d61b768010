package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"banyan/internal/app"
)

// target is a store that is filled straight into its tables. Until it is closed a crash may leave it broken.
type target struct {
	app.Config
	copier  *copier
	lite    *sql.DB
	pg      *pgx.Conn
	indexes []string // to be made again at the end
}

func openTarget(ctx context.Context, c app.Config) (*target, error) {
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	t := &target{Config: c, copier: &copier{index: a.People.Index}}
	if err := a.Close(); err != nil {
		return nil, err
	}
	if c.DB != "" {
		if t.pg, err = pgx.Connect(ctx, c.DB); err != nil {
			return nil, err
		}
		return t, t.dropIndexes(ctx, `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
			AND indexname NOT IN (SELECT conname FROM pg_constraint) AND indexdef NOT LIKE 'CREATE UNIQUE%'`)
	}
	t.lite, err = sql.Open("sqlite", "file:"+filepath.Join(c.Data, "banyan.db")+
		"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)&_pragma=cache_size(-400000)&_pragma=temp_store(FILE)")
	if err != nil {
		return nil, err
	}
	t.lite.SetMaxOpenConns(1)
	return t, t.dropIndexes(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE%'`)
}

// dropIndexes takes the plain indexes away: made at the end they are sorted once.
func (t *target) dropIndexes(ctx context.Context, find string) error {
	var names []string
	note := func(rows interface{ Scan(...any) error }) error {
		var name, create string
		if err := rows.Scan(&name, &create); err != nil {
			return err
		}
		names, t.indexes = append(names, name), append(t.indexes, create)
		return nil
	}
	if t.pg != nil {
		rows, err := t.pg.Query(ctx, find)
		if err != nil {
			return err
		}
		for rows.Next() {
			if err := note(rows); err != nil {
				return err
			}
		}
		if rows.Err() != nil {
			return rows.Err()
		}
	} else {
		rows, err := t.lite.QueryContext(ctx, find)
		if err != nil {
			return err
		}
		for rows.Next() {
			if err := note(rows); err != nil {
				return err
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := t.exec(ctx, "DROP INDEX "+name); err != nil {
			return err
		}
	}
	return nil
}

func (t *target) exec(ctx context.Context, query string, args ...any) error {
	var err error
	if t.pg != nil {
		_, err = t.pg.Exec(ctx, query, args...)
	} else {
		_, err = t.lite.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return nil
}

// perChunk is how many cases are written at a time.
const perChunk = 2000

// fill spreads the copies over three years; those still open were opened in the last days.
func (t *target) fill(ctx context.Context, s *setup, lives []life, cases int) error {
	now := time.Now()
	start := now.AddDate(-3, 0, 0)
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same store each time
	chunks := make(chan []life, 2)
	molds := make([]*mold, len(lives))
	for i, l := range lives {
		molds[i] = newMold(l)
	}
	go func() {
		defer close(chunks)
		var chunk []life
		for n := range cases {
			at := start.Add(time.Duration(float64(now.Sub(start)) * float64(n) / float64(cases)))
			m := molds[r.IntN(len(molds))]
			if m.open && now.Sub(at) > 200*24*time.Hour { // an old case has ended
				m = molds[r.IntN(len(molds)/20)*20]
			}
			if chunk = append(chunk, t.copier.copy(m, at)); len(chunk) == perChunk || n == cases-1 {
				select {
				case chunks <- chunk:
				case <-ctx.Done():
					return
				}
				chunk = nil
			}
		}
	}()
	done := 0
	for chunk := range chunks {
		if err := t.write(ctx, chunk); err != nil {
			return err
		}
		if done += len(chunk); done%(20*perChunk) == 0 {
			s.say("%d cases, %d/s", done, int(float64(done)/time.Since(now).Seconds()))
		}
	}
	return ctx.Err()
}

// write stores the rows of many lives, table by table.
func (t *target) write(ctx context.Context, lives []life) error {
	sets := make([]rowset, len(lives[0].sets))
	for _, l := range lives {
		for i, set := range l.sets {
			sets[i].table, sets[i].query, sets[i].columns = set.table, set.query, set.columns
			sets[i].rows = append(sets[i].rows, set.rows...)
		}
	}
	if t.pg != nil {
		return t.copyIn(ctx, sets, lives)
	}
	tx, err := t.lite.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if len(set.rows) == 0 {
			continue
		}
		st, err := tx.PrepareContext(ctx, strings.TrimSuffix(set.query, " ON CONFLICT DO NOTHING"))
		if err != nil {
			return err
		}
		for _, row := range set.rows {
			if _, err := st.ExecContext(context.WithoutCancel(ctx), row...); err != nil {
				return fmt.Errorf("%s: %w", set.table, err)
			}
		}
		_ = st.Close() // it has done its work
	}
	if err := index(ctx, tx, lives); err != nil {
		return err
	}
	return tx.Commit()
}

// index makes lives findable. All entries come before all terms: FTS5 holds back what it will write until another kind
// of statement comes.
func index(ctx context.Context, tx *sql.Tx, lives []life) error {
	entry, err := tx.PrepareContext(ctx, `INSERT INTO search_entry (space, id) VALUES ($1, $2) RETURNING doc`)
	if err != nil {
		return err
	}
	defer entry.Close() //nolint:errcheck // it has done its work
	terms, err := tx.PrepareContext(ctx, `INSERT INTO search_terms (rowid, terms) VALUES ($1, $2)`)
	if err != nil {
		return err
	}
	defer terms.Close() //nolint:errcheck // it has done its work
	var docs []int64
	for _, l := range lives {
		for _, e := range l.terms {
			var doc int64
			if err := entry.QueryRowContext(ctx, e.space, e.id).Scan(&doc); err != nil {
				return err
			}
			docs = append(docs, doc)
		}
	}
	for _, l := range lives {
		for _, e := range l.terms {
			if _, err := terms.ExecContext(ctx, docs[0], e.text); err != nil {
				return err
			}
			docs = docs[1:]
		}
	}
	return nil
}

func (t *target) copyIn(ctx context.Context, sets []rowset, lives []life) error {
	for _, set := range sets {
		if len(set.rows) == 0 {
			continue
		}
		rows := set.rows
		if err := t.booleans(ctx, &set); err != nil {
			return err
		}
		if _, err := t.pg.CopyFrom(ctx, pgx.Identifier{set.table}, set.columns, pgx.CopyFromRows(rows)); err != nil {
			return fmt.Errorf("%s: %w", set.table, err)
		}
	}
	var batch pgx.Batch
	for _, l := range lives {
		for _, e := range l.terms {
			batch.Queue(`INSERT INTO search_entry (space, id, terms) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))`, e.space, e.id, e.text)
		}
	}
	return t.pg.SendBatch(ctx, &batch).Close()
}

// booleans makes booleans of what SQLite gave as numbers.
func (t *target) booleans(ctx context.Context, set *rowset) error {
	rows, err := t.pg.Query(ctx, `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 AND data_type = 'boolean'`, set.table)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, row := range set.rows {
		for i, column := range set.columns {
			if n, ok := row[i].(int64); ok && slices.Contains(names, column) {
				row[i] = n != 0
			}
		}
	}
	return nil
}

// close makes the indexes and roll-ups and leaves the store as the program left it.
func (t *target) close(ctx context.Context) error {
	var err error
	for _, create := range t.indexes {
		err = errors.Join(err, t.exec(ctx, create))
	}
	err = errors.Join(err,
		t.exec(ctx, `DELETE FROM oversee_total`),
		t.exec(ctx, `INSERT INTO oversee_total (unit, month, indicator, counts, good)
			SELECT unit, month, indicator, sum(counts), sum(good) FROM oversee_entry WHERE appeal = '' GROUP BY unit, month, indicator`),
		t.exec(ctx, `INSERT INTO open311_mark (name, at) VALUES ('published', $1) ON CONFLICT DO NOTHING`, time.Now().UnixMilli()))
	if t.pg != nil {
		return errors.Join(err, t.exec(ctx, `VACUUM ANALYZE`), t.pg.Close(ctx))
	}
	// one piece of search index, as the daily merging leaves it
	for _, q := range []string{`INSERT INTO search_terms (search_terms) VALUES ('optimize')`, `PRAGMA locking_mode = NORMAL`, `PRAGMA journal_mode = WAL`} {
		err = errors.Join(err, t.exec(ctx, q))
	}
	return errors.Join(err, t.lite.Close())
}
