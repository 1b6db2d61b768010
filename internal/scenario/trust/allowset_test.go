package trust_test

import (
	"context"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/pack"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/scenario/trust"
	"banyan/internal/work/worktest"
	"banyan/web/ui"
)

// purposesOf is packs/fuzhou with a purpose of 鼓楼 and one of 台江.
func purposesOf(t *testing.T, city worktest.City) *consent.Register {
	t.Helper()
	text := func(id, owner string) string {
		three := func(s string) string { return "{zh-Hans: " + s + ", zh-Hant: " + s + ", en: " + s + "}" }
		return "- id: " + id + "\n  name: " + three(id) + "\n  owner: " + owner + "\n  texts:\n    - {version: 1, from: '2026-01-01', basis: duty, what: " + three("a") + ", why: " + three("b") + ", keep: " + three("c") + "}\n"
	}
	p, err := pack.Load(fstest.MapFS{
		"pack.yaml":     {Data: []byte("name: more\ntitle: {zh-Hans: 多, zh-Hant: 多, en: More}\nversion: '1'\nlanguages: [zh-Hans, zh-Hant, en]\nextends: [fuzhou]\n")},
		"purposes.yaml": {Data: []byte(text("gulou_lists", "350102.zx") + text("taijiang_lists", "350103.zx"))},
	}, func(string) (fs.FS, error) { return os.DirFS("../../../packs/fuzhou"), nil })
	if err != nil {
		t.Fatal(err)
	}
	r, err := consent.Load(p, city.Areas, city.Orgs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The list of purposes, and the page of each, is what the policies let a post read, for every role in every reach.
func TestPurposesAreTheAllowSet(t *testing.T) {
	t.Parallel()
	city := worktest.Town(t)
	city.Purposes = purposesOf(t, city)
	h := roomtest.Over(worktest.In(t, city), nil)
	var viewer access.Actor
	r := &trust.Room{
		DB: h.DB, Clock: h.Clock, Tree: h.Tree, Title: city.Pack.Title, Policy: city.Policy, Consents: h.Consents, Requests: h.Requests, Areas: city.Areas, Orgs: city.Orgs,
		Keeps: func(string) time.Duration { return time.Hour }, Name: func(_ context.Context, id string) string { return id },
		Actor: func(*http.Request) (access.Actor, error) { return viewer, nil }, Also: func(web.Page, access.Actor) []ui.NavGroup { return nil },
	}
	h.Serve(map[string]web.Handler{"GET /desk/purposes": r.Purposes, "GET /desk/purposes/{purpose}": r.PurposeDesk})
	shown, hidden := 0, 0
	for _, role := range access.Roles() {
		for _, unit := range []string{"3501.12345", "350102.zx", "350103.zx", "350102004.jd"} {
			viewer = worktest.Staff("v", unit, role)
			list := h.Get("", "/desk/purposes")
			for _, p := range city.Purposes.All() {
				may := city.Policy.May(viewer, access.ConsentRead, p.Resource()).Allow
				listed := strings.Contains(list.Body, `href="/desk/purposes/`+p.ID+`"`)
				opened := h.Get("", "/desk/purposes/"+p.ID).Status == http.StatusOK
				if listed != may || opened != may {
					t.Errorf("%s of %s: purpose %s listed %v, opened %v, the policies say %v", role, unit, p.ID, listed, opened, may)
				}
				if may {
					shown++
				} else {
					hidden++
				}
			}
		}
	}
	if shown < 10 || hidden < 100 {
		t.Errorf("%d shown and %d hidden compare nothing", shown, hidden)
	}
}
