package api_test

import (
	"net/url"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/search"
	"banyan/internal/register/apikey"
)

// A search looks at requesters' words: it needs their scope, and tells of no request that the post may not read.
func TestSearch(t *testing.T) {
	each(t, func(h *house) {
		desk := h.Program("desk")
		here, there := map[string]bool{}, 0
		said := func(more ...any) (r got) {
			desk.Call("POST", root+"/requests", lamp(more...)).Want(201).Into(&r)
			h.Write(func(tx *db.Tx) error { return search.Index(tx, "request", r.Request, lamp()["words"].(string)) }) // as a reaction does
			return r
		}
		for range 3 {
			here[said().Case] = true
			said("area", "350103", "lat", nil, "lon", nil)
			there++
		}
		path := root + "/cases?limit=1&q=" + url.QueryEscape("路灯")
		h.Program("desk", apikey.CasesRead).Call("GET", path, nil).Want(403, apikey.WordsRead)
		type page struct {
			Cases []struct{ ID string }
			Next  string
		}
		read := func(who string) (seen map[string]bool) {
			seen = map[string]bool{}
			after := ""
			for range 20 {
				var p page
				h.Program(who, apikey.CasesRead, apikey.WordsRead).Call("GET", path+after, nil).Want(200).Into(&p)
				if len(p.Cases) == 0 && p.Next != "" {
					t.Errorf("%s: a cursor of rows it may not see", who)
				}
				for _, row := range p.Cases {
					seen[row.ID] = true
				}
				if p.Next == "" {
					return seen
				}
				after = "&after=" + url.QueryEscape(p.Next)
			}
			t.Fatalf("%s: the pages do not end", who)
			return nil
		}
		if seen := read("desk"); len(seen) != len(here)+there {
			t.Errorf("the desk finds %d cases, want %d", len(seen), len(here)+there)
		}
		seen := read("gulou")
		for id := range here {
			if !seen[id] {
				t.Errorf("the district does not find its case %s", id)
			}
		}
		if len(seen) != len(here) {
			t.Errorf("the district finds %d cases, want %d", len(seen), len(here))
		}
		if seen := read("cangshan"); len(seen) != 0 {
			t.Errorf("another district finds %d cases", len(seen))
		}
	})
}
