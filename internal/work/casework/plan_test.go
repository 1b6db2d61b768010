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
	queue, closed := []State{Received}, []State{Closed}
	for name, f := range map[string]Filter{
		"newest":                  {Newest: true},
		"newest of a district":    {Newest: true, District: "350102"},
		"newest of a subdistrict": {Newest: true, Subdistrict: "350102001"},
		"newest of a unit":        {Newest: true, Unit: "350102.cgj"},
		"closed":                  {States: closed, Newest: true},
		"closed in a district":    {States: closed, Newest: true, District: "350102"},
		"closed in a subdistrict": {States: closed, Newest: true, Subdistrict: "350102001"},
		"closed by a unit":        {States: closed, Newest: true, Unit: "350102.cgj"},
		"the queue":               {States: queue},
		"a page of the queue":     {States: queue, After: Cursor{At: clock.FromMs(1000), ID: "x"}},
		"the queue of a district": {States: queue, District: "350102"},
		"a subdistrict":           {States: queue, Subdistrict: "350102001"},
		"a unit's cases":          {States: queue, Unit: "350102.cgj"},
		"overdue":                 {Overdue: true},
		"overdue of a district":   {Overdue: true, District: "350102"},
		"published":               {Published: true, Newest: true},
		"published of a district": {Published: true, Newest: true, District: "350102"},
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
