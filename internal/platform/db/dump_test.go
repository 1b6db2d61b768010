package db_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

// leaves is a module with every kind of column, an index, a reference and a trigger against change.
func leaves() db.Schema {
	keep := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)} }
	return db.Schema{Module: "leaf", Files: fstest.MapFS{
		"schema/001_leaf.sql": keep(`CREATE TABLE leaf_leaf (id TEXT PRIMARY KEY, n BIGINT, done BOOLEAN, size DOUBLE PRECISION, body {{.Bytes}}, words TEXT UNIQUE);
CREATE TABLE leaf_after (id TEXT PRIMARY KEY, leaf TEXT NOT NULL REFERENCES leaf_leaf (id));
CREATE INDEX leaf_leaf_n ON leaf_leaf (n) WHERE done;`),
		"schema/002_keep.sqlite.sql": keep(`-- +goose StatementBegin
CREATE TRIGGER leaf_keep BEFORE INSERT ON leaf_after BEGIN SELECT RAISE(ABORT, 'never'); END;
-- +goose StatementEnd`),
		"schema/002_keep.postgres.sql": keep(`-- +goose StatementBegin
CREATE FUNCTION leaf_never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never'; END $$;
-- +goose StatementEnd
CREATE TRIGGER leaf_keep BEFORE INSERT ON leaf_after FOR EACH ROW EXECUTE FUNCTION leaf_never();`),
	}}
}

func leafScope() db.Scope { return db.Scope{Schemas: []db.Schema{leaves()}} }

// dump gives every table of the scope as text.
func dump(t *testing.T, d *db.DB) (tables []db.Table, texts map[string]string) {
	t.Helper()
	texts = map[string]string{}
	err := d.Snapshot(t.Context(), leafScope(), func(s *db.Snapshot) error {
		tables = s.Tables
		for _, table := range s.Tables {
			var b bytes.Buffer
			n, err := s.Copy(table, &b)
			if err != nil {
				return err
			}
			if n != int64(strings.Count(b.String(), "\n")) {
				return fmt.Errorf("%s: %d rows told, %d given", table.Name, n, strings.Count(b.String(), "\n"))
			}
			texts[table.Name] = b.String()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tables, texts
}

func fillLeaves(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Load(t.Context(), leafScope(), func(l *db.Loader) error {
		leaf := "a\t1\tt\t1.5\t\\\\x00ff\t叶\\t\\n\\\\\nb\t\\N\tf\t-0.25\t\\\\x\t\nc\t-7\t\\N\t\\N\t\\N\t\\N\n"
		for _, table := range l.Tables {
			text := leaf
			if table.Name == "leaf_after" {
				text = "x\ta\ny\tb\n"
			}
			if n, err := l.Copy(table, strings.NewReader(text)); err != nil || n != int64(strings.Count(text, "\n")) {
				return fmt.Errorf("%d rows, %w", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What one engine dumps the other loads and dumps again to the letter.
func TestDumpGoesBetweenEngines(t *testing.T) {
	t.Parallel()
	var stores []*db.DB
	stores = append(stores, dbtest.OpenSQLite(t, leaves()), dbtest.OpenSQLite(t, leaves()))
	if server := os.Getenv("BANYAN_TEST_POSTGRES"); server != "" {
		stores = append(stores, dbtest.OpenPostgres(t, server, leaves()), dbtest.OpenPostgres(t, server, leaves()))
	}
	fillLeaves(t, stores[0])
	tables, first := dump(t, stores[0])
	if len(tables) != 2 || len(first["leaf_leaf"]) == 0 {
		t.Fatalf("%v", tables)
	}
	chain := append(append([]*db.DB(nil), stores[1:]...), dbtest.OpenSQLite(t, leaves()))
	for i, d := range chain {
		err := d.Load(t.Context(), leafScope(), func(l *db.Loader) error {
			for _, table := range tables {
				if _, err := l.Copy(table, strings.NewReader(first[table.Name])); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("store %d: %v", i, err)
		}
		_, texts := dump(t, d)
		for name, text := range first {
			if texts[name] != text {
				t.Errorf("store %d (%s), table %s: %q, want %q", i, d.Dialect(), name, texts[name], text)
			}
		}
	}
}

// Index, reference, unique and trigger are there again after a load.
func TestLoadPutsTheSchemaBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{leaves()}, func(t *testing.T, d *db.DB) {
		fillLeaves(t, d)
		for _, refused := range []string{
			`INSERT INTO leaf_after (id, leaf) VALUES ('z', 'a')`,
			`INSERT INTO leaf_leaf (id, words) VALUES ('z', '')`,
			`DELETE FROM leaf_leaf WHERE id = 'a'`,
		} {
			err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(refused); return err })
			if err == nil {
				t.Errorf("%s was taken", refused)
			}
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`DROP INDEX leaf_leaf_n`); return err })
		if err != nil {
			t.Errorf("the index is gone: %v", err)
		}
	})
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	table := db.Table{Name: "leaf_after", Columns: []db.Field{{Name: "id", Kind: db.Text}, {Name: "leaf", Kind: db.Text}}}
	other := table
	other.Columns = []db.Field{{Name: "id", Kind: db.Int}}
	for name, tc := range map[string]struct {
		table db.Table
		rows  string
	}{
		"a reference to nothing": {table, "x\tnowhere\n"},
		"a broken row":           {table, "x\n"},
		"half a row":             {table, "x\ta"},
		"the same twice":         {table, "x\ta\nx\ta\n"},
		"an unknown table":       {db.Table{Name: "leaf_none"}, ""},
		"another column":         {other, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, []db.Schema{leaves()}, func(t *testing.T, d *db.DB) {
				err := d.Load(t.Context(), leafScope(), func(l *db.Loader) error {
					_, err := l.Copy(tc.table, strings.NewReader(tc.rows))
					return err
				})
				if err == nil {
					t.Error("taken")
				}
			})
		})
	}
}

// A snapshot does not see what is written while it is read, and does not stop the writer.
func TestSnapshotIsOneMoment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{notes()}, func(t *testing.T, d *db.DB) {
		write := func(id string) {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { return add(tx, id, 1) }); err != nil {
				t.Fatal(err)
			}
		}
		write("before")
		err := d.Snapshot(t.Context(), db.Scope{Schemas: []db.Schema{notes()}}, func(s *db.Snapshot) error {
			write("meanwhile")
			for _, table := range s.Tables {
				n, err := s.Copy(table, io.Discard)
				if err != nil {
					return err
				}
				if table.Name == "note_line" && n != 1 {
					t.Errorf("%d rows, want the one from before", n)
				}
			}
			if s.Versions["note"] != 1 {
				t.Errorf("versions %v", s.Versions)
			}
			return nil
		})
		if err != nil || count(t, d) != 2 {
			t.Errorf("%v, %d rows", err, count(t, d))
		}
	})
}

// A store is filled once: one that holds something is left alone, an unfinished one is begun again.
func TestRestoreMark(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{leaves()}, func(t *testing.T, d *db.DB) {
		if err := d.BeginRestore(t.Context()); !errors.Is(err, db.ErrNotEmpty) {
			t.Errorf("a store with tables: %v", err)
		}
		if err := d.Unfinished(t.Context()); err != nil {
			t.Errorf("it was marked: %v", err)
		}
	})
	begin := func(t *testing.T, d *db.DB) {
		for range 2 { // the second time there are tables, a trigger and its function
			if err := d.BeginRestore(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := d.Unfinished(t.Context()); !errors.Is(err, db.ErrUnfinished) {
				t.Errorf("begun: %v", err)
			}
			if err := d.MigrateTo(t.Context(), map[string]int64{"leaf": 2}, leaves()); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.EndRestore(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.Unfinished(t.Context()); err != nil {
			t.Errorf("ended: %v", err)
		}
	}
	dbtest.Each(t, nil, begin)
}

func TestMigrateToAVersion(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		if err := d.MigrateTo(t.Context(), map[string]int64{"leaf": 1}, leaves(), notes()); err != nil {
			t.Fatal(err)
		}
		states, err := d.CheckSchema(t.Context(), leaves(), notes())
		if err != nil || states[0].Stored != 1 || states[1].Stored != 0 {
			t.Errorf("%v, %v", states, err)
		}
	})
	if err := db.Newer(map[string]int64{"leaf": 2}, []db.Schema{leaves()}); err != nil {
		t.Error(err)
	}
	for _, newer := range []map[string]int64{{"leaf": 3}, {"other": 1}} {
		if err := db.Newer(newer, []db.Schema{leaves()}); !errors.Is(err, db.ErrNewer) {
			t.Errorf("%v: %v", newer, err)
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{leaves()}, func(t *testing.T, d *db.DB) {
		h, err := d.Health(t.Context())
		if err != nil || h.Version == "" || h.Number < 150_000 || !strings.HasPrefix(h.Encoding, "UTF") {
			t.Errorf("%+v, %v", h, err)
		}
		fillLeaves(t, d)
		if err := d.ReadAll(t.Context(), leafScope()); err != nil {
			t.Error(err)
		}
	})
}

func TestUnknownTypeIsTold(t *testing.T) {
	t.Parallel()
	odd := db.Schema{Module: "odd", Files: fstest.MapFS{"schema/001_odd.sql": {Data: []byte("-- +goose Up\nCREATE TABLE odd_one (id TEXT PRIMARY KEY, at TIMESTAMP);")}}}
	dbtest.Each(t, []db.Schema{odd}, func(t *testing.T, d *db.DB) {
		err := d.Snapshot(t.Context(), db.Scope{Schemas: []db.Schema{odd}}, func(*db.Snapshot) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "odd_one") {
			t.Errorf("%v does not name the table", err)
		}
	})
}

// Many processes that start at once on a new store migrate it once.
func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	server := dbtest.Server(t)
	d := dbtest.OpenPostgres(t, server, notes())
	var address string
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT current_database()").Scan(&address)
	})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + address
	inParallel(t, 6, func(int) error {
		return open(t, u.String()).Migrate(t.Context(), leaves())
	})
	var rows, versions int
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT count(*), count(DISTINCT version_id) FROM leaf_schema").Scan(&rows, &versions)
	})
	if err != nil || rows != versions || versions != 3 { // goose's own first row, and two files
		t.Errorf("%d rows of %d versions, %v", rows, versions, err)
	}
}
