package app

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
)

// caller is a browser with a session, without redirects.
type caller struct {
	*house
	site  http.Handler
	token string
}

func (c caller) send(method, path string, form url.Values) *httptest.ResponseRecorder {
	c.Helper()
	q := httptest.NewRequest(method, "http://city.test"+path, strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Accept", "text/html")
	q.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: c.token})
	w := httptest.NewRecorder()
	c.site.ServeHTTP(w, q)
	return w
}

// rows counts what every table but that of sessions holds.
func (h *house) rows() map[string]int {
	h.Helper()
	all := map[string]int{}
	err := h.DB.Read(h.Context(), func(tx *db.Tx) error {
		names, err := db.Collect(tx, func(r db.Scanner) (name string, err error) { return name, r.Scan(&name) }, `SELECT name FROM sqlite_master WHERE type = 'table'`)
		for _, name := range names {
			n := 0
			if err := tx.QueryRow(`SELECT count(*) FROM "` + name + `"`).Scan(&n); err != nil {
				return err
			}
			all[name] = n
		}
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	delete(all, "identity_session")
	return all
}

// mayor is somebody in every post.
func (h *house) mayor() string {
	h.Helper()
	s, err := h.Staff.AddStaff(h.Context(), org.Staff{Name: "张三", Unit: "3501.12345", Account: "mayor", Active: true})
	if err != nil {
		h.Fatal(err)
	}
	for _, role := range []org.Role{org.Admin, org.Supervisor, org.Data, org.Dispatcher} {
		if _, err := h.Staff.AddPost(h.Context(), org.Post{Staff: s.ID, Role: role, GivenBy: "system"}); err != nil {
			h.Fatal(err)
		}
	}
	if _, err := h.Identity.AddStaffAccount(h.Context(), identity.NewStaff{StaffID: s.ID, Login: "mayor", Password: "榕树下的路灯又亮了呀"}); err != nil {
		h.Fatal(err)
	}
	token, err := h.Identity.SignInStaff(h.Context(), "mayor", "榕树下的路灯又亮了呀", "", identity.Visit{})
	if err != nil {
		h.Fatal(err)
	}
	return token
}

// citizenToken is the session of somebody who signs in with a code.
func (h *house) citizenToken(phone string) string {
	h.Helper()
	if err := h.Identity.StartCitizen(h.Context(), phone); err != nil {
		h.Fatal(err)
	}
	var args string
	err := h.DB.Read(h.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT args FROM notify_outbox WHERE template = 'app.code' ORDER BY id DESC LIMIT 1`).Scan(&args)
	})
	var list []struct{ Text string }
	if err != nil || json.Unmarshal([]byte(args), &list) != nil || len(list) == 0 {
		h.Fatalf("no code in %s: %v", args, err)
	}
	token, err := h.Identity.FinishCitizen(h.Context(), phone, list[0].Text, identity.Visit{})
	if err != nil {
		h.Fatal(err)
	}
	return token
}

// TestGraveActsAskForAFreshProof sends every grave act from a session whose proof is old and from one whose proof is young.
func TestGraveActsAskForAFreshProof(t *testing.T) {
	t.Parallel()
	h := open(t)
	site, err := h.Handler()
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]url.Values{ // what is enough for the act to be done, which then leads on or gives a file
		"POST /account/glass": {"reason": {"台风夜里要逐户联系被困的老人，今天的上限不够用。"}},
		"POST /admin/staff":   {"name": {"李四"}, "unit": {"3501.12345"}, "role": {"dispatcher"}, "login": {"lisi"}},
		"POST /admin/keys":    {"name": {"接口"}, "unit": {"350102.cgj"}, "scopes": {"cases.read"}, "per_day": {"1000"}, "until": {"2027-01-31"}},
		"POST /me/erase":      {"sure": {"yes"}},
		"POST /me/family":     {"relation": {"child"}, "scope": {"report"}, "days": {"30"}, "how": {"code"}, "form_id": {"01ARZ3NDEKTSV4RRFFQ6900100"}},
	}
	who := map[identity.Kind]caller{identity.Staff: {h, site, h.mayor()}, identity.Citizen: {h, site, h.citizenToken("13900000001")}}
	h.clock.Advance(identity.FreshFor)
	before := h.rows()
	asked := func(pattern string) (*httptest.ResponseRecorder, bool) {
		method, path, _ := strings.Cut(pattern, " ")
		w := who[whose(pattern)].send(method, strings.NewReplacer("{id}", "x", "{post}", "y", "{purpose}", "publish").Replace(path), forms[pattern])
		return w, strings.Contains(w.Body.String(), `name="proof_way"`)
	}
	patterns := slices.Sorted(maps.Keys(grave()))
	for _, pattern := range patterns {
		if w, ok := asked(pattern); !ok || w.Code != http.StatusForbidden {
			t.Errorf("%s with an old proof: %d, asked %v", pattern, w.Code, ok)
		}
		h.clock.Advance(time.Second)
	}
	if after := h.rows(); !maps.Equal(before, after) {
		t.Errorf("with an old proof something was written: %v, then %v", before, after)
	}
	for kind, c := range who {
		at, ok := h.Identity.Lookup(t.Context(), c.token)
		if !ok {
			t.Fatal(kind)
		}
		err := h.DB.Write(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(h.Identity.Forget)
			_, err := tx.Exec(`UPDATE identity_session SET proved_at = $1 WHERE id = $2`, h.clock.Now().UnixMilli(), at.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, pattern := range patterns {
		w, ok := asked(pattern)
		if ok {
			t.Errorf("%s with a young proof: asked again", pattern)
		}
		if forms[pattern] != nil && w.Code != http.StatusSeeOther && w.Code != http.StatusOK || grave()[pattern] && w.Code != http.StatusOK {
			t.Errorf("%s with a young proof: %d", pattern, w.Code)
		}
	}
}

// TestGraveActsExistAndAreNamed holds the list against the site map and the manual.
func TestGraveActsExistAndAreNamed(t *testing.T) {
	t.Parallel()
	h := open(t)
	routes, err := h.Routes()
	if err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../../docs/trust.md")
	if err != nil {
		t.Fatal(err)
	}
	for pattern := range grave() {
		if !slices.Contains(routes, pattern) {
			t.Errorf("%s is no route", pattern)
		}
		_, path, _ := strings.Cut(pattern, " ")
		if !strings.Contains(string(manual), "`"+path+"`") {
			t.Errorf("docs/trust.md does not name %s", path)
		}
	}
}
