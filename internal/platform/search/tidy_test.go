package search_test

import (
	"fmt"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/search"
)

func TestTidyMergesThePieces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		for i := range 9 {
			for j := range 40 { // pieces of several pages, so that one step is not enough
				if err := d.Write(t.Context(), func(tx *db.Tx) error {
					return search.Index(tx, "case", fmt.Sprintf("id%d%02d", i, j), fmt.Sprintf("路灯坏了 %d号 %s", j, rare(i*40+j)))
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		find := func() (ids []string) {
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				ids, err = search.Find(tx, "case", "路灯", 400, "")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return ids
		}
		before := find()
		if d.Dialect() == db.SQLite && pieces(t, d) < 2 {
			t.Fatalf("%d pieces before: the test shows nothing", pieces(t, d))
		}
		for range 2 {
			if err := search.Tidy(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if d.Dialect() == db.SQLite && pieces(t, d) != 1 {
			t.Errorf("%d pieces afterwards", pieces(t, d))
		}
		if got := find(); len(got) != 360 || !slices.Equal(got, before) {
			t.Errorf("finds %d texts, before %d", len(got), len(before))
		}
	})
}

// rare gives words of one text alone.
func rare(n int) (words string) {
	for i := range 30 {
		words += fmt.Sprintf(" w%dx%d", n, i)
	}
	return words
}

// pieces counts the segments of FTS5's index.
func pieces(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(DISTINCT segid) FROM search_terms_idx`).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
