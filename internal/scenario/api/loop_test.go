package api_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/register/apikey"
	"banyan/internal/register/org"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/roomtest"
)

// after is an outcome as a program reads it.
type after struct {
	Case, Number, State, Lead string
	Version                   int
	Orders                    []struct{ ID, Unit, Role, State, Call string }
	Calls                     []struct {
		ID   string
		Open bool
	}
	Changes []struct{ ID, Kind, State string }
}

// order is the newest order of a unit.
func (a after) order(t *testing.T, unit string) string {
	t.Helper()
	id := ""
	for _, o := range a.Orders {
		if o.Unit == unit {
			id = o.ID
		}
	}
	if id == "" {
		t.Fatalf("no order of %s in %+v", unit, a)
	}
	return id
}

// do makes a change that must succeed.
func do(p *roomtest.Program, path string, body any) (a after) {
	p.Helper()
	p.Call(http.MethodPost, root+path, body).Want(http.StatusOK).Into(&a)
	return a
}

func replyForm(more ...any) object {
	o := object{
		"true": "yes", "ours": "yes", "contacted": true, "contacted_at": "2026-11-23T01:00:00Z", "means": "phone", "visited": true, "solved": "yes",
		"internal": "已派人", "public": "三盏路灯已修好。",
	}
	for i := 0; i < len(more); i += 2 {
		o[more[i].(string)] = more[i+1]
	}
	return o
}

// The loop as three systems live it: the hotline's, a unit's and a subdistrict's.
func TestTheLoop(t *testing.T) {
	each(t, func(h *house) {
		desk, lamps, build, caller, asker := h.Program("desk"), h.Program("lamps"), h.Program("build"), h.Program("caller"), h.Program("asker")
		duty := h.City.LedBy(t, "350102.cgj")

		body, kind := h.Multipart(url.Values{}, "file", h.Picture())
		var sent struct{ Key, Type string }
		lamps.Send(http.MethodPost, root+"/files", all(t, body), "Content-Type", kind).Want(http.StatusCreated).Into(&sent)
		var photo struct{ Key string }
		body, kind = h.Multipart(url.Values{}, "file", h.Picture())
		desk.Send(http.MethodPost, root+"/files", all(t, body), "Content-Type", kind).Want(http.StatusCreated).Into(&photo)

		var r got
		desk.Call(http.MethodPost, root+"/requests", lamp("photos", []string{photo.Key})).Want(http.StatusCreated).Into(&r)
		desk.Call(http.MethodPost, root+"/requests", lamp("photos", []string{photo.Key})).Want(422, "api.file_unknown") // it belongs to the first
		c := "/cases/" + r.Case
		a := do(desk, c+"/dispatch", object{"duty": duty, "lead": "350102.cgj", "assisting": []string{"350102.jsj"}, "instruction": "请先设警示"})
		if a.State != "dispatched" || a.Lead != "350102.cgj" {
			t.Fatalf("dispatched: %+v", a)
		}
		lead, helper := a.order(t, "350102.cgj"), a.order(t, "350102.jsj")
		do(lamps, "/orders/"+lead+"/sign", nil)
		do(lamps, "/orders/"+lead+"/respond", object{"means": "phone"})
		do(build, "/orders/"+helper+"/sign", nil)
		do(build, "/orders/"+helper+"/report", object{"result": "已配合"})

		a = do(caller, c+"/call", object{"units": []string{"350102.sthj"}, "words": "请到现场"})
		called := a.order(t, "350102.sthj")
		green := h.Program("green")
		do(green, "/orders/"+called+"/sign", nil)
		do(green, "/orders/"+called+"/check-in", object{"lat": 26.0853, "lon": 119.2965})
		do(green, "/orders/"+called+"/report", object{"result": "已到场"})
		do(caller, "/orders/"+called+"/score", object{"score": 5})
		do(caller, "/calls/"+a.Calls[0].ID+"/end", object{"result": "三方到场"})

		a = do(lamps, "/orders/"+lead+"/ask", object{"kind": "extension", "reason": h.City.Duties.Reasons("extension")[0].Code, "words": "等材料", "extra": object{"amount": 2, "unit": "workdays"}})
		a = do(h.Program("second"), "/changes/"+a.Changes[0].ID+"/decide", object{"grant": true, "words": "同意"})
		if a.Changes[0].State != "granted" {
			t.Fatalf("decided: %+v", a)
		}
		lamps.Call(http.MethodPost, root+"/orders/"+lead+"/reply", replyForm("files", []object{{"key": photo.Key, "purpose": "after"}})).Want(422, "api.file_unknown")
		a = do(lamps, "/orders/"+lead+"/reply", replyForm("files", []object{{"key": sent.Key, "purpose": "after"}}))
		if a.State != "replied" {
			t.Fatalf("replied: %+v", a)
		}
		desk.Call(http.MethodGet, root+c+"/files/"+sent.Key, nil).Want(200)
		h.Clock.Advance(time.Hour)
		do(asker, c+"/attempt", object{"channel": "phone", "reached": false})
		h.Clock.Advance(time.Hour)
		a = do(asker, c+"/follow-up", object{"channel": "phone", "solved": "yes", "satisfied": "yes", "words": "很快"})
		if a.State != "closed" {
			t.Fatalf("followed up: %+v", a)
		}
		do(asker, c+"/rate", object{"request": r.Request, "level": 5, "words": "谢谢"})
		do(desk, c+"/publish", nil)

		var stands struct{ State, Answer string }
		desk.Call(http.MethodGet, root+"/requests/"+r.Number, nil).Want(200).Into(&stands)
		if stands.State != "closed" || stands.Answer != "三盏路灯已修好。" {
			t.Errorf("stands %+v", stands)
		}
		lamps.Call(http.MethodGet, root+"/requests/"+r.Number, nil).Want(404) // it was not handed in with this key
		var one struct {
			Case    struct{ State string }
			Orders  []object
			Allowed []object
		}
		desk.Call(http.MethodGet, root+c+"?allowed=true", nil).Want(200).Into(&one)
		if one.Case.State != "closed" || len(one.Orders) != 3 || len(one.Allowed) == 0 {
			t.Errorf("the case: %+v", one)
		}
		desk.Call(http.MethodGet, root+c+"/timeline", nil).Want(200, `"dispatch"`, `"follow_up"`, `"partner"`)
	})
}

func all(t *testing.T, r interface{ Read([]byte) (int, error) }) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What a requester is not content with goes back, up, and to those who oversee.
func TestWhatIsContested(t *testing.T) {
	t.Parallel()
	h := open(t)
	desk, lamps, asker, chief := h.Program("desk"), h.Program("lamps"), h.Program("asker"), h.Program("chief")
	var r got
	desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&r)
	c := "/cases/" + r.Case
	lead := do(desk, c+"/dispatch", object{"duty": h.City.LedBy(t, "350102.cgj"), "lead": "350102.cgj"}).order(t, "350102.cgj")
	do(lamps, "/orders/"+lead+"/sign", nil)
	do(chief, c+"/oversee", object{"level": "oversight", "words": "请尽快"})
	var orders struct{ Orders []struct{ ID, State string } }
	chief.Call("GET", root+"/oversight", nil).Want(200).Into(&orders)
	lamps.Call("POST", root+"/oversight/"+orders.Orders[0].ID+"/answer", object{"words": "已安排"}).Want(200)
	lamps.Call("POST", root+"/appeals", object{"order": orders.Orders[0].ID, "words": "不属实"}).Want(201)
	var appeals struct{ Appeals []struct{ ID, State string } }
	chief.Call("GET", root+"/appeals", nil).Want(200).Into(&appeals)
	chief.Call("POST", root+"/appeals/"+appeals.Appeals[0].ID+"/decide", object{"grant": false, "words": "维持"}).Want(200)

	do(lamps, "/orders/"+lead+"/reply", replyForm())
	if a := do(asker, c+"/contest", object{"request": r.Request, "words": "还是不亮"}); a.State != "contested" {
		t.Fatalf("contested: %+v", a)
	}
	do(desk, c+"/rework", object{"words": "请再修"})
	do(lamps, "/orders/"+lead+"/reply", replyForm())
	if a := do(asker, c+"/confirm", object{"request": r.Request, "satisfied": "yes"}); a.State != "closed" {
		t.Fatalf("confirmed: %+v", a)
	}
	do(asker, c+"/rate", object{"request": r.Request, "level": 1})
	var bad struct{ Rectifications []struct{ ID, State string } }
	lamps.Call("GET", root+"/rectifications", nil).Want(200).Into(&bad)
	lamps.Call("POST", root+"/rectifications/"+bad.Rectifications[0].ID+"/fix", object{"words": "已上门"}).Want(200)
	asker.Call("POST", root+"/rectifications/"+bad.Rectifications[0].ID+"/judge", object{"accept": true, "words": "认可"}).Want(200)
	chief.Call("GET", root+"/rates?from=2026-01&to=2026-12", nil).Want(200, "units")
}

// The desk's other ways, and those of units that cannot lead.
func TestOtherWays(t *testing.T) {
	t.Parallel()
	h := open(t)
	desk, lamps, second, arbiter := h.Program("desk"), h.Program("lamps"), h.Program("second"), h.Program("arbiter")
	receive := func() (r got) {
		desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&r)
		return r
	}
	duty := h.City.LedBy(t, "350102.cgj")
	if a := do(desk, "/cases/"+receive().Case+"/answer", object{"public": "工作日9点到17点。"}); a.State != "answered" {
		t.Errorf("answered: %+v", a)
	}
	reason := h.City.Duties.Reasons("decline")[0].Code
	if a := do(desk, "/cases/"+receive().Case+"/decline", object{"reason": reason, "words": "请走信访"}); a.State != "declined" {
		t.Errorf("declined: %+v", a)
	}
	from, into := receive(), receive()
	do(desk, "/cases/"+from.Case+"/merge", object{"into": into.Case})
	if a := do(desk, "/cases/"+into.Case+"/unmerge", object{"request": from.Request, "words": "不是一件事"}); a.Case == "" {
		t.Errorf("unmerged: %+v", a)
	}
	r := receive()
	c := "/cases/" + r.Case
	lead := do(desk, c+"/dispatch", object{"duty": duty, "lead": "350102.cgj"}).order(t, "350102.cgj")
	helper := do(lamps, "/orders/"+lead+"/assist", object{"unit": "350102.jsj"}).order(t, "350102.jsj")
	do(second, c+"/assist", object{"unit": "350102.sthj"})
	do(second, "/orders/"+helper+"/overrule", object{"words": "不用了"})
	colleague, err := h.Staff.AddStaff(t.Context(), org.Staff{Name: "李四", Unit: "350102.cgj"})
	h.Must(err)
	stranger, err := h.Staff.AddStaff(t.Context(), org.Staff{Name: "王五", Unit: "350102.jsj"})
	h.Must(err)
	for _, id := range []string{"s1", stranger.ID} {
		lamps.Call("POST", root+"/orders/"+lead+"/assign", object{"staff": id}).Want(422, "org.staff_elsewhere")
	}
	do(lamps, "/orders/"+lead+"/assign", object{"staff": colleague.ID})
	h.Must(h.Staff.Leave(t.Context(), colleague.ID, "system"))
	lamps.Call("POST", root+"/orders/"+lead+"/assign", object{"staff": colleague.ID}).Want(422, "org.staff_elsewhere")
	a := do(lamps, "/orders/"+lead+"/ask", object{"kind": "dispute", "reason": h.City.Duties.Reasons("dispute")[0].Code, "words": "不归我们", "proposed": "350102.jsj"})
	lead = do(arbiter, "/changes/"+a.Changes[0].ID+"/rule", object{"unit": "350103.cgj", "why": "按清单"}).order(t, "350103.cgj")
	if lead == "" {
		t.Error("no new lead")
	}
	if a := do(second, c+"/reassign", object{"lead": "350102.cgj", "words": "还是你们"}); a.Lead != "350102.cgj" {
		t.Errorf("reassigned: %+v", a)
	}
	desk.Call("POST", root+c+"/direct", object{"close": true, "words": "结"}).Want(403)
	h.Program("chief").Call("POST", root+c+"/direct", object{"close": true, "words": "结"}).Want(409)
	do(second, c+"/unpublish", object{"words": "先不公开"})
}

// A change that was decided on another version is taken back.
func TestIfMatch(t *testing.T) {
	each(t, func(h *house) {
		desk := h.Program("desk")
		var r got
		desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&r)
		tag := desk.Call("GET", root+"/cases/"+r.Case, nil).Want(200).Header.Get("ETag")
		answer := object{"public": "好的，已记下。"}
		if d := desk.Call("POST", root+"/cases/"+r.Case+"/answer", answer, "If-Match", `"7"`).Want(412).Problem(); d.Code != "casework.refuse.changed" {
			t.Errorf("code %s", d.Code)
		}
		desk.Call("POST", root+"/cases/"+r.Case+"/answer", answer, "If-Match", "x").Want(422)
		desk.Call("POST", root+"/cases/"+r.Case+"/answer", answer, "If-Match", "").Want(422, "web.field.header_empty")
		desk.Call("GET", root+"/cases/"+r.Case, nil).Want(200, `"state":"received"`)
		if got := desk.Call("POST", root+"/cases/"+r.Case+"/answer", answer, "If-Match", tag).Want(200).Header.Get("ETag"); got == tag || got == "" {
			t.Errorf("tag after %s, before %s", got, tag)
		}
	})
}

// Merging compares the version of the case in the address, not of the case that comes out.
func TestIfMatchOfMerging(t *testing.T) {
	each(t, func(h *house) {
		desk := h.Program("desk")
		receive := func() (r got) {
			desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&r)
			return r
		}
		tag := func(id string) string { return desk.Call("GET", root+"/cases/"+id, nil).Want(200).Header.Get("ETag") }
		from, into, other := receive(), receive(), receive()
		desk.Call("POST", root+"/cases/"+other.Case+"/merge", object{"into": into.Case}).Want(200)
		if tag(from.Case) == tag(into.Case) {
			h.Fatal("the two cases have one version; nothing is tried")
		}
		merge := func(match string, want int) {
			h.Helper()
			desk.Call("POST", root+"/cases/"+from.Case+"/merge", object{"into": into.Case}, "If-Match", match).Want(want)
		}
		merge(tag(into.Case), 412)
		merge(tag(from.Case), 200)
		unmerge := func(match string, want int) {
			h.Helper()
			desk.Call("POST", root+"/cases/"+into.Case+"/unmerge", object{"request": from.Request, "words": "不是一件事"}, "If-Match", match).Want(want)
		}
		unmerge(tag(from.Case), 412)
		unmerge(tag(into.Case), 200)
	})
}

// Words go out to whom the policy lets, and leave a row.
func TestWordsLeaveARow(t *testing.T) {
	t.Parallel()
	h := open(t)
	var r got
	h.Program("desk").Call("POST", root+"/requests", lamp()).Want(201).Into(&r)
	words := root + "/cases/" + r.Case + "/words?purpose=dispatch"
	h.Program("desk", apikey.CasesRead).Call("GET", words, nil).Want(403, "web.error.scope")
	h.Program("lamps").Call("GET", words, nil).Want(403)
	h.Program("desk").Call("GET", root+"/cases/"+r.Case+"/words", nil).Want(422, "purpose")
	h.Program("desk").Call("GET", words, nil).Want(200, "路灯坏了三盏")
	h.Program("desk").Call("GET", root+"/cases/"+r.Case+"/contacts?purpose=followup", nil).Want(200, "13900000001")
	rows, err := h.Trail.OfActor(t.Context(), "key:desk", "", 10)
	h.Must(err)
	var purposes []string
	rows = slices.DeleteFunc(rows, func(l trail.Look) bool { return l.Purpose == trail.ForConsent }) // it came with the request
	for _, row := range rows {
		purposes = append(purposes, row.Purpose)
		if row.Subject != r.Case {
			t.Errorf("a row about %s", row.Subject)
		}
	}
	slices.Sort(purposes)
	if !slices.Equal(purposes, []string{"trail.purpose.dispatch", "trail.purpose.followup"}) {
		t.Errorf("the trail has %v", purposes)
	}
}

// A list is read to its end in pages, also where many rows stand at one instant.
func TestPaging(t *testing.T) {
	each(t, func(h *house) {
		desk := h.Program("desk")
		want := map[string]bool{}
		for range 7 {
			var r got
			desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&r)
			want[r.Case] = true
		}
		for _, path := range []string{"/cases?limit=3", "/cases?limit=3&sort=newest&titles=true", "/cases?limit=2&state=received,answered", "/requests?limit=3"} {
			seen, pages := map[string]bool{}, 0
			for at := root + path; at != ""; pages++ {
				var page struct {
					Cases, Requests []struct{ ID, Case string }
					Next            string
				}
				r := desk.Call("GET", at, nil).Want(200).Into(&page)
				for _, row := range append(page.Cases, page.Requests...) {
					seen[row.ID+row.Case] = true
				}
				at, _, _ = strings.Cut(strings.TrimPrefix(r.Header.Get("Link"), "<"), ">")
				if (at == "") != (page.Next == "") {
					t.Fatalf("%s: Link %q, next %q", path, at, page.Next)
				}
			}
			if len(seen) != len(want) || pages < 3 {
				t.Errorf("%s: %d rows in %d pages, want %d", path, len(seen), pages, len(want))
			}
		}
		desk.Call("GET", root+"/cases?after=abc", nil).Want(422, "api.cursor")
		desk.Call("GET", root+"/cases?limit=0", nil).Want(422, "limit")
	})
}

// A post sees its own reach, whatever the key may.
func TestReach(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := h.Dispatched("350102.cgj")
	for who, n := range map[string]int{"desk": 1, "gulou": 1, "cangshan": 0, "lamps": 1, "far": 0} {
		var page struct{ Cases []object }
		h.Program(who).Call("GET", root+"/cases", nil).Want(200).Into(&page)
		if len(page.Cases) != n {
			t.Errorf("%s sees %d cases, want %d", who, len(page.Cases), n)
		}
	}
	h.Program("cangshan").Call("GET", root+"/cases?district=350102", nil).Want(403)
	h.Program("far").Call("GET", root+"/cases/"+f.Case.ID, nil).Want(403)
	h.Program("lamps").Call("GET", root+"/orders", nil).Want(200, f.Orders[0].ID)
	h.Program("desk").Call("GET", root+"/cases?number="+f.Case.Number, nil).Want(200, f.Case.ID)
	h.Program("far").Call("GET", root+"/cases?number="+f.Case.Number, nil).Want(200, `"cases":[]`)
}

// The terms name every code.
func TestTerms(t *testing.T) {
	t.Parallel()
	h := open(t)
	desk := h.Program("desk", apikey.Report)
	desk.Call("GET", root+"/terms", nil).Want(200, "complaint", "12345电话", `"decline"`)
	desk.Call("GET", root+"/areas?parent=3501&kind=district", nil).Want(200, "350102")
	desk.Call("GET", root+"/units?kind=centre", nil).Want(200, "3501.12345")
	desk.Call("GET", root+"/duties?q=%E8%B7%AF%E7%81%AF&limit=1", nil).Want(200)
	desk.Call("POST", root+"/suggestions", object{"words": "路灯坏了", "area": "350102004001"}).Want(200, "candidates", "reasons")
	h.Program("desk", apikey.RatesRead).Call("GET", root+"/terms", nil).Want(403)
}
