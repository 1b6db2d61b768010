package casework

import (
	"strings"
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
)

// Every list is one query that walks an index: none may sort or read the whole
// table, or it grows slow with the years.
func TestListsWalkAnIndex(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenSQLite(t, Schema())
	queue := []State{Received}
	for name, f := range map[string]Filter{
		"everything by due time":    {},
		"newest":                    {Newest: true},
		"the queue":                 {States: queue},
		"a page of the queue":       {States: queue, After: Cursor{At: clock.FromMs(1000), ID: "x"}},
		"the queue of a district":   {States: queue, District: "350102"},
		"a district by due time":    {District: "350102"},
		"a subdistrict":             {States: queue, Subdistrict: "350102001"},
		"a subdistrict by due time": {Subdistrict: "350102001"},
		"a unit's cases":            {States: queue, Unit: "350102.cgj"},
		"overdue":                   {Overdue: true},
		"overdue of a district":     {Overdue: true, District: "350102"},
		"published":                 {Published: true, Newest: true},
		"published of a district":   {Published: true, Newest: true, District: "350102"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query, args := listQuery(f)
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				rows, err := tx.Query(`EXPLAIN QUERY PLAN `+query, args...)
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var id, parent, unused int
					var step string
					if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
						return err
					}
					if strings.Contains(step, "TEMP B-TREE") || strings.HasPrefix(step, "SCAN c") && !strings.Contains(step, "INDEX") {
						t.Errorf("%s\n%s", step, query)
					}
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
