package db_test

import (
	"errors"
	"slices"
	"testing"

	"banyan/internal/platform/db"
)

func TestCollect(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error { return errors.Join(add(tx, "a", 1), add(tx, "b", 2), add(tx, "c", 3)) })
		if err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		number := func(row db.Scanner) (n int, err error) { err = row.Scan(&n); return n, err }
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			ids := []string{"a", "c"}
			list, err := db.Collect(tx, number, `SELECT n FROM note_line WHERE id IN (`+db.In(len(ids), 1)+`) ORDER BY id`, db.Args(ids)...)
			if err != nil || !slices.Equal(list, []int{1, 3}) {
				t.Errorf("collected %v, %v", list, err)
			}
			none, err := db.Collect(tx, number, `SELECT n FROM note_line WHERE n > $1`, 9)
			if err != nil || len(none) != 0 {
				t.Errorf("no rows are %v, %v", none, err)
			}
			names, err := db.Column(tx, `SELECT id FROM note_line ORDER BY id DESC`)
			if err != nil || !slices.Equal(names, []string{"c", "b", "a"}) {
				t.Errorf("a column of %v, %v", names, err)
			}
			if _, err := db.Collect(tx, func(db.Scanner) (int, error) { return 0, boom }, `SELECT n FROM note_line`); !errors.Is(err, boom) {
				t.Errorf("a row that cannot be read: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error { _, err := db.Column(tx, `SELECT nothing FROM note_line`); return err })
		if err == nil {
			t.Error("a wrong statement is no error")
		}
	})
}
