package casework_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/work/casework"
)

// first is the schema as it was before files had a table.
func first(t *testing.T) db.Schema {
	t.Helper()
	s := casework.Schema()
	old := fstest.MapFS{}
	if err := fs.WalkDir(s.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "/0001_") {
			return err
		}
		text, err := fs.ReadFile(s.Files, path)
		old[path] = &fstest.MapFile{Data: text}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return db.Schema{Module: s.Module, Files: old}
}

// The files of cases that are there already are found by the migration, so that none of them is swept.
func TestFilesOfOldCasesAreKnown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{first(t)}, func(t *testing.T, d *db.DB) {
		doc := `{"case":{"id":"c1"},"orders":[{"id":"o1"},{"id":"o2","replies":[{"public":"x"},{"files":[{"key":"a.jpg","purpose":"before"},{"key":"b.jpg","purpose":"after"}]}]}]}`
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for id, file := range map[string]string{"c1": doc, "c2": doc, "c3": `{"case":{"id":"c3"}}`} {
				if _, err := tx.Exec(`INSERT INTO casework_case (id, version, state, kind, duty, lead, area, district, subdistrict, community,
					lat, lon, urgent, flagged, published, requests, due_at, overdue, provisional, next_at, changed_at, closed_at, file,
					number, channel, opened_at) VALUES ($1,1,'closed','','','','','','','',0,0,FALSE,FALSE,FALSE,1,0,FALSE,FALSE,0,0,0,$2,$1,'',0)`,
					id, file); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(t.Context(), casework.Schema()); err != nil {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			for key, want := range map[string]bool{"a.jpg": true, "b.jpg": true, "c.jpg": false} {
				if got, err := (&casework.Service{}).HasFileTx(tx, key); err != nil || got != want {
					t.Errorf("%s: %v, want %v (%v)", key, got, want, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
