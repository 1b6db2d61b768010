package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/trail"
)

// secrets are what one requester told, with marks that stand nowhere else.
func secrets() map[string]string {
	return map[string]string{"name": "欧阳暗", "phone": "13900000097", "address": "无名氏巷", "words": "隐秘之事甲乙丙丁"}
}

// homes are the tables that may hold each of them in the clear: none, for all is sealed; but the staff's search index knows the
// words in pieces, and a run of digits is one piece.
func homes() map[string][]string {
	return map[string][]string{"phone": {"search_terms_data"}}
}

// TestSecretsStayAtHome plays a matter through and then looks for what was said in every table, the log, and every
// address and title on the way.
func TestSecretsStayAtHome(t *testing.T) {
	t.Parallel()
	h := open(t)
	s := secrets()
	b := h.browser()
	var answers []answer
	keep := func(a answer) answer { answers = append(answers, a); return a }
	b.post("/report", reportForm(url.Values{"go": {""}, "step": {"words"}, "words": {s["words"]}}))
	to := keep(b.post("/report", reportForm(url.Values{"phone": {s["phone"]}, "name": {s["name"]}, "address": {s["address"]}, "words": {"我叫" + s["name"] + "，电话" + s["phone"] + "，路灯不亮，请来修理，晚上看不清台阶，已经好几天了，老人孩子走路都很危险。" + s["words"]}}))).to
	number := strings.TrimPrefix(to, "/report/done/")
	head := h.head(number)
	desk := h.staff("dispatcher")
	for _, path := range []string{"/desk/cases/" + head.CaseID, "/desk/queue?case=" + head.CaseID, "/desk/cases?q=" + number} {
		keep(desk.get(path))
	}
	keep(desk.post("/desk/cases/"+head.CaseID+"/phone", url.Values{"request": {head.ID}, "purpose": {trail.ForDispatch}}))
	keep(h.staff("calltaker").post("/desk/call", url.Values{"do": {"look"}, "phone": {s["phone"]}, "name": {s["name"]}}))
	h.publish(number)
	h.settle()
	keep(b.get("/mine/" + head.ID))
	keep(b.post("/track", url.Values{"number": {number}, "phone": {s["phone"]}}))
	for _, path := range []string{"/public", "/public/" + number, "/search?q=" + url.QueryEscape("路灯"), "/"} {
		a := keep(h.browser().get(path))
		for what, secret := range s {
			if a.says(secret) {
				t.Errorf("everybody reads the %s at %s", what, path)
			}
		}
	}
	for _, secret := range s {
		if a := h.browser().get("/search?q=" + url.QueryEscape(secret)); a.says("/public/" + number) {
			t.Errorf("everybody finds the request by %q", secret)
		}
	}
	for _, a := range answers {
		title := between(a.Body.String(), "<title>", "</title>")
		for what, secret := range s {
			if strings.Contains(title, secret) || strings.Contains(fmt.Sprint(a.Header()), secret) || strings.Contains(fmt.Sprint(a.Header()), url.QueryEscape(secret)) {
				t.Errorf("the %s stands in the title %q or in %v", what, title, a.Header())
			}
		}
	}
	h.tablesKeep(s)
	for what, secret := range s {
		if strings.Contains(h.log.String(), secret) || strings.Contains(h.log.String(), url.QueryEscape(secret)) {
			t.Errorf("the log holds the %s", what)
		}
	}
}

// tablesKeep looks for the secrets in every column of every table.
func (h *house) tablesKeep(s map[string]string) {
	h.Helper()
	h.read(func(tx *db.Tx) error {
		tables, err := texts(tx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
		if err != nil {
			return err
		}
		for _, table := range tables {
			columns, err := texts(tx, `SELECT name FROM pragma_table_info('`+table+`')`)
			if err != nil {
				return err
			}
			for what, secret := range s {
				var where []string
				for _, c := range columns {
					where = append(where, `instr(CAST("`+c+`" AS TEXT), '`+secret+`') > 0`)
				}
				var n int
				if err := tx.QueryRow(`SELECT count(*) FROM "` + table + `" WHERE ` + strings.Join(where, " OR ")).Scan(&n); err != nil {
					return err
				}
				if n > 0 && !slices.Contains(homes()[what], table) {
					h.Errorf("the %s stands %d times in %s", what, n, table)
				}
			}
		}
		return nil
	})
}

func texts(tx *db.Tx, query string) (list []string, err error) {
	rows, err := tx.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is the answer
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// TestNoWayOut asks every form that leads back somewhere to lead to another site.
func TestNoWayOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	citizen, staff := h.citizen("13900000098"), h.staff("data")
	targets := []string{"https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "\t//evil.test", "/%09/evil.test", "javascript:alert(1)", "/.//evil.test", "/a\r\nSet-Cookie: x=1", "/\v/evil.test", " //evil.test", "http:evil.test"}
	for _, to := range targets {
		for name, a := range map[string]answer{
			"look": h.browser().post("/look", url.Values{"theme": {"dark"}, "back": {to}}), "citizen": citizen.get("/signin?to=" + url.QueryEscape(to)),
			"staff": staff.get("/staff/signin?to=" + url.QueryEscape(to)), "post": staff.post("/account/posts", url.Values{"seat": {"3501.sjj@"}, "to": {to}}),
			"form": h.browser().get("/staff/signin?to=" + url.QueryEscape(to)),
		} {
			u, err := url.Parse(site + "/x")
			if err != nil {
				t.Fatal(err)
			}
			seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimSpace(a.to)) // as browsers read it
			if led, err := u.Parse(seen); err != nil || led.Host != u.Host || led.Scheme != u.Scheme {
				t.Errorf("%s leads to %q for %q", name, a.to, to)
			}
			if len(a.Header()["Set-Cookie"]) > 0 && strings.Contains(fmt.Sprint(a.Header()["Set-Cookie"]), "x=1") {
				t.Errorf("%s sets a cookie for %q", name, to)
			}
		}
	}
	desk := h.staff("dispatcher")
	f := h.file(h.browser().report(nil))
	for _, list := range []string{"//evil.test", "channel=%0d%0aSet-Cookie:x=1", "a=b&case=//evil.test"} {
		a := desk.post("/desk/cases/"+f.Case.ID+"/decline", url.Values{"version": {"1"}, "board": {"queue"}, "list": {list}, "next": {"//evil.test\r\nx"}, "reason": {"emergency"}, "words": {"x"}})
		if a.to != "" && !strings.HasPrefix(a.to, "/desk/") || strings.ContainsAny(a.to, "\r\n") {
			t.Errorf("a board's filters lead to %q", a.to)
		}
	}
}

// TestSessions: a session given is not kept, and a changed password ends all.
func TestSessions(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.signIn("gulou-housing")
	second := h.signIn("gulou-housing")
	planted := h.browser()
	planted.setCookie("banyan", strings.Repeat("A", 43))
	planted.post("/staff/signin", url.Values{"login": {"gulou-market"}, "password": {"banyan-demo"}}).wants(planted, http.StatusSeeOther)
	if planted.cookie("banyan") == strings.Repeat("A", 43) {
		t.Error("a planted session is taken over")
	}
	old := first.cookie("banyan")
	first.post("/account/password", url.Values{"current": {"banyan-demo"}, "password": {"new-pass-word-1"}, "repeat": {"new-pass-word-1"}}).wants(first, http.StatusSeeOther)
	first.setCookie("banyan", old)
	for name, b := range map[string]*browser{"own": first, "other": second} {
		if a := b.get("/account"); a.Code != http.StatusSeeOther {
			t.Errorf("%s session lives on after the password changed: %d", name, a.Code)
		}
	}
	leaving := h.signIn("gulou-environment")
	token := leaving.cookie("banyan")
	leaving.post("/signout", nil)
	leaving.setCookie("banyan", token)
	if a := leaving.get("/work"); a.Code != http.StatusSeeOther {
		t.Errorf("a session that was signed out lives on: %d", a.Code)
	}
	idle := h.signIn("gulou-city")
	h.clock.Advance(61 * time.Minute)
	if a := idle.get("/work"); a.Code != http.StatusSeeOther {
		t.Errorf("an idle session lives on: %d", a.Code)
	}
	q := h.signIn("gulou-city")
	r := q.request(http.MethodPost, "/signout", "application/x-www-form-urlencoded", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := q.send(r); a.Code != http.StatusForbidden {
		t.Errorf("another site signs people out: %d", a.Code)
	}
	q.setCookie("post", "3501.12345@3501")
	if a := q.get("/desk/queue"); a.Code != http.StatusForbidden {
		t.Errorf("a post that is not held is taken: %d", a.Code)
	}
}
