package db_test

import (
	"testing"
	"time"

	"banyan/internal/platform/db"

	"pgregory.net/rapid"
)

func TestIn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n, from int
		want    string
	}{{3, 2, "$2,$3,$4"}, {1, 1, "$1"}, {0, 1, "NULL"}}
	for _, tt := range tests {
		if got := db.In(tt.n, tt.from); got != tt.want {
			t.Errorf("In(%d, %d) = %q, want %q", tt.n, tt.from, got, tt.want)
		}
	}
}

func TestNewIDSortsByTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		early := rapid.Int64Range(1, 1<<42).Draw(t, "early")
		late := early + rapid.Int64Range(1, 1<<30).Draw(t, "later")
		if zero := db.NewID(time.Time{}); zero >= db.NewID(time.UnixMilli(early)) {
			t.Fatalf("%s, the id of no time, is not the first", zero)
		}
		a, b := db.NewID(time.UnixMilli(early)), db.NewID(time.UnixMilli(late))
		if len(a) != 26 || a >= b {
			t.Fatalf("%s at %d, %s at %d", a, early, b, late)
		}
	})
}

func TestSkipLocked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			var n int
			return tx.QueryRow("SELECT count(*) FROM (SELECT id FROM note_line" + db.SkipLocked(tx) + ") AS claimed").Scan(&n)
		})
		if err != nil {
			t.Error(err)
		}
	})
}
