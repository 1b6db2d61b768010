package open311

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/geo"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

// filled puts n public records into the store, one an hour before another, and every tenth of them a key's own.
func filled(tb testing.TB, d *db.DB, n int, key string) []Record {
	tb.Helper()
	var list []Record
	services := []string{"street-lamp", "noise", "rubbish", "parking"}
	for i := range n {
		at := clock.FromMs(clock.Ms(worktest.Monday().Add(-time.Duration(i) * time.Hour)))
		r := Record{
			ID: fmt.Sprintf("R%07d", n-i), Number: fmt.Sprintf("FZ%014d", i), Case: fmt.Sprintf("C%07d", i), Realm: public, Service: services[i%len(services)],
			Open: i%3 == 0, State: casework.Working, Agency: "350102.cgj", Area: "350102004001", Point: geo.Point{Lat: 26 + float64(i%100)/1000, Lon: 119.3},
			Description: "军门社区路灯坏了三盏，晚上走路看不清", RequestedAt: at, UpdatedAt: at.Add(time.Duration(i%7) * time.Minute), ExpectedAt: at.AddDate(0, 0, 7),
		}
		if !r.Open {
			r.State, r.Answer = casework.Closed, "三盏路灯已修好，灯杆重新刷漆，感谢您的反映。"
		}
		if i%10 == 9 {
			r.Realm, r.Key, r.Description = own, key, ""
		}
		list = append(list, r)
	}
	for chunk := range slices.Chunk(list, 10_000) {
		err := d.Write(tb.Context(), func(tx *db.Tx) error {
			for _, r := range chunk {
				if err := saveRecord(tx, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return list
}

// Each filter gives what a plain loop over all records gives, in the same order.
func TestFilters(t *testing.T) {
	each(t, Settings{}, func(h *house) {
		all := filled(h, h.DB, 400, h.id)
		yes, no := true, false
		now := h.Clock.Now()
		tests := map[string]struct {
			query string
			keep  func(Record) bool
		}{
			"nothing":        {"", func(Record) bool { return true }},
			"open":           {"status=open", func(r Record) bool { return r.Open == yes }},
			"closed":         {"status=Closed", func(r Record) bool { return r.Open == no }},
			"both":           {"status=open,closed", func(Record) bool { return true }},
			"a service":      {"service_code=noise", func(r Record) bool { return r.Service == "noise" }},
			"services":       {"service_code=noise,%20rubbish,none", func(r Record) bool { return r.Service == "noise" || r.Service == "rubbish" }},
			"services, open": {"service_code=noise&service_code=parking&status=open", func(r Record) bool { return (r.Service == "noise" || r.Service == "parking") && r.Open }},
			"a span": {"start_date=2026-11-20T00:00:00%2B08:00&end_date=2026-11-21T00:00:00Z", func(r Record) bool {
				return !r.RequestedAt.Before(day(20)) && !r.RequestedAt.After(day(21).Add(8*time.Hour))
			}},
			"a long span":     {"start_date=2020-01-01&end_date=2030-01-01", func(Record) bool { return true }},
			"an end alone":    {"end_date=2026-11-15", func(r Record) bool { return !r.RequestedAt.After(day(15)) }},
			"a careless plus": {"start_date=2026-11-20T00:00:00 08:00", func(r Record) bool { return !r.RequestedAt.Before(day(20)) }},
			"updated":         {"updated_after=2026-11-20", func(r Record) bool { return !r.UpdatedAt.Before(day(20)) }},
			"updated before": {"updated_after=2026-11-15&updated_before=2026-11-20&service_code=noise,rubbish", func(r Record) bool {
				return r.Service != "street-lamp" && r.Service != "parking" && !r.UpdatedAt.Before(day(15)) && r.UpdatedAt.Before(day(20))
			}},
			"a circle": {"lat=26.05&long=119.3&radius=1000", func(r Record) bool { return r.Point.Distance(geo.Point{Lat: 26.05, Lon: 119.3}) <= 1000 }},
			"numbers":  {"service_request_id=" + all[3].Number + "," + all[9].Number + ",FZ1&status=closed", func(r Record) bool { return r.Number == all[3].Number || r.Number == all[9].Number }},
		}
		for name, tt := range tests {
			for who, key := range map[string]string{"a stranger": "", "the key": h.key} {
				want := slices.DeleteFunc(slices.Clone(all), func(r Record) bool {
					return !tt.keep(r) || r.Realm == own && key == "" || r.RequestedAt.Before(now.Add(-spanMost))
				})
				if strings.HasPrefix(tt.query, "updated") {
					slices.SortStableFunc(want, func(a, b Record) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
				}
				a := h.get(key, "/open311/v2/requests.json?"+strings.ReplaceAll(tt.query, " ", "%20"))
				if got, wanted := numbers(a.rows), numbersOf(want); a.status != http.StatusOK || !slices.Equal(got, wanted) {
					t := "…"
					h.Errorf("%s as %s: status %d, %d rows, want %d: %s%s", name, who, a.status, len(got), len(wanted), a.body[:min(len(a.body), 200)], t)
				}
			}
		}
	})
}

func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, clock.City) }

func numbers(rows []map[string]string) (list []string) {
	for _, row := range rows {
		list = append(list, row["service_request_id"])
	}
	return list
}

func numbersOf(rows []Record) (list []string) {
	for _, r := range rows {
		list = append(list, r.Number)
	}
	return list
}

// Paging by number and by the Link header goes through everything once, with one strand and with several.
func TestPaging(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	all := filled(h, h.DB, 250, h.id)
	for name, path := range map[string]string{
		"one strand": "/open311/v2/requests.xml?page_size=17", "two services": "/open311/v2/requests.xml?page_size=17&service_code=noise,parking",
		"by update": "/open311/v2/requests.json?page_size=17&updated_after=2026-01-01",
	} {
		for who, key := range map[string]string{"a stranger": "", "the key": h.key} {
			whole := numbers(h.get(key, strings.Replace(path, "page_size=17", "page_size=1000", 1)).want(http.StatusOK, -1).rows)
			var paged, linked []string
			for page := 1; ; page++ {
				rows := h.get(key, fmt.Sprintf("%s&page=%d", path, page)).want(http.StatusOK, -1).rows
				if len(rows) == 0 {
					break
				}
				paged = append(paged, numbers(rows)...)
			}
			for next := path; next != ""; {
				a := h.get(key, next).want(http.StatusOK, -1)
				linked = append(linked, numbers(a.rows)...)
				next, _, _ = strings.Cut(strings.TrimPrefix(a.header.Get("Link"), "<"), ">")
			}
			if len(whole) == 0 || len(whole) > len(all) || !slices.Equal(paged, whole) || !slices.Equal(linked, whole) {
				t.Errorf("%s as %s: %d rows, %d by pages, %d by links", name, who, len(whole), len(paged), len(linked))
			}
		}
	}
}

// Every list walks an index: none may read the whole table, and only a list by place may sort what it found.
func TestListsWalkAnIndex(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenSQLite(t, Schema())
	now := worktest.Monday()
	queries := map[string]string{}
	for name, query := range map[string]string{
		"the last days": "", "open": "status=open", "a service": "service_code=noise", "a service's open ones": "service_code=noise&status=open",
		"a page": "after=1795475895255.R1", "a page of a service": "service_code=noise&after=1795475895255.R1", "updated": "updated_after=2026-11-01",
		"a page of updated": "updated_after=2026-11-01&after=1795475895255.R1", "a place": "lat=26.05&long=119.3",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFilter(values, now)
		if err != nil {
			t.Fatal(err)
		}
		f.Realm, f.Key = public, "K"
		for i, s := range f.strands() {
			sql, args := f.query(s, 1000, 0)
			queries[fmt.Sprintf("%s, strand %d", name, i)] = bound(sql, args)
		}
		for i, s := range (Filter{Realm: public, Key: "K"}).strands() {
			sql, args := f.updates(s)
			queries[fmt.Sprintf("updates of %s, strand %d", name, i)] = bound(sql, args)
		}
	}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		for _, name := range slices.Sorted(maps.Keys(queries)) {
			plan, err := db.Collect(tx, func(row db.Scanner) (step string, err error) {
				var id, parent, unused int
				err = row.Scan(&id, &parent, &unused, &step)
				return step, err
			}, `EXPLAIN QUERY PLAN `+queries[name])
			if err != nil {
				return err
			}
			text := strings.Join(plan, "; ")
			if !strings.Contains(text, "USING INDEX") || strings.Contains(text, "TEMP B-TREE") && !strings.HasPrefix(name, "a place") {
				t.Errorf("%s: %s\n%s", name, text, queries[name])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// bound writes the arguments into a statement.
func bound(sql string, args []any) string {
	for i := len(args); i > 0; i-- {
		text := fmt.Sprint(args[i-1])
		if s, ok := args[i-1].(string); ok {
			text = "'" + s + "'"
		}
		sql = strings.ReplaceAll(sql, fmt.Sprintf("$%d", i), text)
	}
	return sql
}
