package open311

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

// BenchmarkList answers a list of 1,000 rows from a store of 100,000, as a handler does, in both formats.
func BenchmarkList(b *testing.B) {
	town := worktest.Town(b)
	d := dbtest.OpenSQLite(b, Schema())
	filled(b, d, 100_000, "K")
	catalogue, err := Load(town.Pack, town.Duties)
	if err != nil {
		b.Fatal(err)
	}
	r := &Room{Deps: Deps{Catalogue: catalogue, Cases: &casework.Service{Deps: casework.Deps{City: town.City}}}}
	for _, format := range formats() {
		q := httptest.NewRequest(http.MethodGet, "/open311/v2/requests."+format, nil)
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				var list []Record
				f, err := ParseFilter(q.URL.Query(), worktest.Monday())
				if err != nil {
					b.Fatal(err)
				}
				f.Realm, f.Key = public, "K"
				err = d.Read(b.Context(), func(tx *db.Tx) (err error) {
					list, err = listRecords(tx, f)
					return err
				})
				if err != nil || len(list) != rowsMost {
					b.Fatal(len(list), err)
				}
				rec := httptest.NewRecorder()
				if err := r.show(rec, q, visit{ctx: b.Context(), format: format}, list); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(rec.Body.Len()))
			}
		})
	}
}
