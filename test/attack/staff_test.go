package attack

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
)

// lampCase is a case that the city's lighting centre leads, signed and worked on.
func (h *house) lampCase(phone string) *casework.File {
	h.Helper()
	sent := h.browser().postFiles("/report", url.Values{"step": {"place"}, "district": {"350102"}, "form_id": {formID()}}, upload{"photos", "a.jpg", "image/jpeg", picture(h.T)})
	kept := strings.ReplaceAll(between(sent.Body.String(), `name="kept" value="`, `"`), "&amp;", "&")
	id := between(sent.Body.String(), `name="form_id" value="`, `"`)
	number := h.browser().report(url.Values{"form_id": {id}, "kept": {kept}, "phone": {phone}, "words": {"秘密的话：路灯不亮。"}, "address": {"密道三巷"}})
	f := h.file(number)
	actor := access.Actor{Kind: access.Staff, ID: "desk", Unit: "3501.12345", Area: "/3501/", Roles: []string{access.Dispatcher}}
	f, err := h.Cases.Dispatch(h.Context(), actor, casework.Dispatch{Case: f.Case.ID, Version: f.Case.Version, Duty: h.lampDuty(), Lead: "350102.cgj", Assisting: []string{"350102.jsj"}})
	if err != nil {
		h.Fatal(err)
	}
	h.settle()
	return f
}

func (h *house) lampDuty() string {
	for _, d := range h.City.Duties.At(morning) {
		if d.Topic == "lighting" {
			return d.Code
		}
	}
	h.Fatal("no duty for lamps")
	return ""
}

func orderOf(f *casework.File, unit string) casework.Order {
	i := slices.IndexFunc(f.Orders, func(o casework.Order) bool { return o.Unit == unit })
	return f.Orders[i]
}

// photoOf is the key of the case's first photo.
func (h *house) photoOf(f *casework.File) (key string) {
	h.Helper()
	h.read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT blob_key FROM request_photo WHERE request_id = $1`, f.Requests()[0]).Scan(&key)
	})
	return key
}

// TestAnotherUnit tries every address of a case and of its orders with staff of other units, areas and roles.
func TestAnotherUnit(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := h.lampCase("13900000087")
	own, case1, photo := orderOf(f, "350102.cgj").ID, f.Case.ID, h.photoOf(f)
	helper := orderOf(f, "350102.jsj").ID
	other := h.lampCase("13900000088")
	who := map[string]*browser{}
	for _, login := range []string{"gulou-market", "gulou-housing", "lianjiang", "data", "admin", "brain", "junmen"} {
		who[login] = h.staff(login)
	}
	who["stranger"], who["citizen"] = h.browser(), h.citizen("13900000099")
	tests := []struct {
		login string
		paths []string
	}{
		{"gulou-market", []string{"/work/orders/" + own, "/work/orders/" + own + "?case=" + case1, "/cases/" + case1, "/work/files/" + case1 + "/" + photo, "/desk/cases/" + case1, "/desk/photos/" + photo, "/photos/" + photo, "/patrol/" + case1, "/brain/cases", "/supervise/issue?case=" + case1}},
		{"gulou-housing", []string{"/work/orders/" + own, "/work/orders/" + own + "?case=" + case1, "/work/orders/" + helper + "?case=" + other.Case.ID, "/work/orders/" + own + "/reply?case=" + case1}},
		{"lianjiang", []string{"/desk/cases/" + case1, "/desk/queue?case=" + case1, "/desk/photos/" + photo, "/cases/" + case1, "/work/files/" + case1 + "/" + photo, "/supervise/issue?case=" + case1, "/photos/" + photo}},
		{"data", []string{"/desk/cases/" + case1, "/cases/" + case1, "/work/files/" + case1 + "/" + photo, "/desk/photos/" + photo}},
		{"admin", []string{"/desk/cases/" + case1, "/cases/" + case1, "/work/files/" + case1 + "/" + photo}},
		{"brain", []string{"/desk/cases/" + case1, "/work/files/" + case1 + "/" + photo, "/desk/photos/" + photo, "/photos/" + photo, "/admin/staff"}},
		{"junmen", []string{"/desk/call", "/admin/staff", "/work/orders/" + own + "?case=" + case1}},
		{"stranger", []string{"/desk/cases/" + case1, "/cases/" + case1, "/work/files/" + case1 + "/" + photo, "/photos/" + photo, "/live?topics=queue:received", "/admin/staff", "/dev/nothing"}},
		{"citizen", []string{"/desk/cases/" + case1, "/cases/" + case1, "/photos/" + photo + "/thumb", "/live?topics=queue:received", "/account"}},
	}
	for _, test := range tests {
		for _, path := range test.paths {
			a := who[test.login].get(path)
			if a.Code == http.StatusOK && !(test.login == "brain" && path == "/cases/"+case1) || a.Code >= 500 {
				t.Errorf("%s GET %s: %d", test.login, path, a.Code)
			}
			if a.says("秘密") || a.says("密道三巷") || a.says("13900000087") {
				t.Errorf("%s GET %s shows what was said", test.login, path)
			}
		}
	}
	if n := h.looks(h.head(f.Case.Number).PersonID, trail.Words); n != 0 {
		t.Errorf("%d refused looks left rows as if they had happened", n)
	}
}

// TestAnotherUnitActs posts every act on a case and its orders, with staff who may not and with ids of other cases.
func TestAnotherUnitActs(t *testing.T) {
	t.Parallel()
	h := open(t)
	f, other := h.lampCase("13900000089"), h.lampCase("13900000090")
	own, foreign := orderOf(f, "350102.cgj").ID, orderOf(other, "350102.cgj").ID
	market, gulou, lianjiang, desk := h.staff("gulou-market"), h.staff("gulou-city"), h.staff("lianjiang"), h.staff("dispatcher")
	frontline := []string{"sign", "assign", "respond", "ask", "reply", "report", "checkin", "assist", "contact"}
	form := url.Values{
		"words": {"路灯"}, "means": {"phone"}, "result": {"好了"}, "purpose": {trail.ForHandling}, "kind": {"extension"}, "unit": {"350102.scjg"}, "true": {"yes"},
		"version": {strconv.Itoa(f.Case.Version)}, "request": {other.Requests()[0]}, "order": {foreign}, "change": {"01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "grant": {"yes"},
		"number": {other.Case.Number}, "close": {"yes"}, "reached": {"yes"}, "solved": {"yes"}, "channel": {"phone"}, "call": {"01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "score": {"5"},
	}
	refused := func(name string, b *browser, path string) {
		a := b.post(path, form)
		if a.Code < 400 || a.Code >= 500 || a.says("13900000089") || a.says("13900000090") {
			t.Errorf("%s POST %s: %d to %s", name, path, a.Code, a.to)
		}
	}
	for _, act := range frontline {
		refused("another unit", market, "/work/orders/"+own+"/"+act+"?case="+f.Case.ID)
		refused("another unit, no case", market, "/work/orders/"+own+"/"+act)
		refused("own unit, order of another case", gulou, "/work/orders/"+foreign+"/"+act+"?case="+f.Case.ID)
	}
	for _, act := range []string{"answer", "decline", "dispatch", "other", "merge", "unmerge", "reassign", "assist", "overrule", "publish", "unpublish", "decide", "rule", "followup", "contest", "rework", "direct", "phone"} {
		refused("another area", lianjiang, "/desk/cases/"+f.Case.ID+"/"+act)
		refused("a unit", gulou, "/desk/cases/"+f.Case.ID+"/"+act)
	}
	for _, act := range []string{"unmerge", "overrule", "decide", "rule", "contest", "phone", "followup"} {
		refused("ids of another case", desk, "/desk/cases/"+f.Case.ID+"/"+act)
	}
	for _, act := range []string{"call", "score", "end"} {
		refused("another unit", market, "/cases/"+f.Case.ID+"/"+act)
		refused("caller, ids of another case", h.staff("dongjie"), "/cases/"+other.Case.ID+"/"+strings.Replace(act, "call", "score", 1))
	}
	refused("another area", lianjiang, "/supervise/issue?case="+f.Case.ID)
	for _, want := range []*casework.File{f, other} {
		if got := h.file(want.Case.Number); got.Case.Version != want.Case.Version {
			t.Errorf("case %s changed by an act that was refused: version %d, was %d", want.Case.Number, got.Case.Version, want.Case.Version)
		}
	}
}

// TestEveryLookLeavesARow opens what shows words, address, photos or a phone and counts the rows.
func TestEveryLookLeavesARow(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := h.lampCase("13900000091")
	person, photo, order := h.head(f.Case.Number).PersonID, h.photoOf(f), orderOf(f, "350102.cgj").ID
	tests := []struct {
		name, login, path string
		form              url.Values // nil: GET
		field, shows      string
	}{
		{"desk photo alone", "dispatcher", "/desk/photos/" + photo, nil, trail.Photos, "\xff\xd8"},
		{"unit's photo alone", "gulou-city", "/work/files/" + f.Case.ID + "/" + photo, nil, trail.Photos, "\xff\xd8"},
		{"small photo alone", "gulou-housing", "/work/files/" + f.Case.ID + "/" + photo + "?size=320", nil, trail.Photos, "\xff\xd8"},
		{"desk case", "dispatcher", "/desk/cases/" + f.Case.ID, nil, trail.Words, "秘密"},
		{"desk case masks", "followup", "/desk/cases/" + f.Case.ID, nil, trail.Masked, h.masked("followup", person, "13900000091")},
		{"unit's order", "gulou-city", "/work/orders/" + order + "?case=" + f.Case.ID, nil, trail.Address, "密道三巷"},
		{"caller's case", "dongjie", "/cases/" + f.Case.ID, nil, trail.Words, "秘密"},
		{"supervisor's case", "supervisor", "/desk/cases/" + f.Case.ID, nil, trail.Words, "秘密"},
		{"desk shows phone", "dispatcher", "/desk/cases/" + f.Case.ID + "/phone", url.Values{"request": {f.Requests()[0]}, "purpose": {trail.ForDispatch}}, trail.Phone, "13900000091"},
		{"unit sees phone", "gulou-city", "/work/orders/" + order + "/contact?case=" + f.Case.ID, url.Values{"purpose": {trail.ForHandling}}, trail.Phone, "13900000091"},
		{"call-taker finds caller", "calltaker", "/desk/call", url.Values{"do": {"look"}, "phone": {"13900000091"}}, trail.Phone, "张三"},
		{"form shown again", "gulou-city", "/work/orders/" + order + "/contact?case=" + f.Case.ID, url.Values{"purpose": {"?"}}, trail.Words, "秘密"},
	}
	for _, test := range tests {
		b := h.staff(test.login)
		before := h.looks(person, test.field)
		send := func() answer { return b.get(test.path) }
		if test.form != nil {
			send = func() answer { return b.post(test.path, test.form) }
		}
		got := send()
		if !got.says(test.shows) {
			t.Errorf("%s: %d shows no %q", test.name, got.Code, test.shows)
		}
		if after := h.looks(person, test.field); after <= before {
			t.Errorf("%s: no row for %s", test.name, test.field)
		}
	}
	b := h.signIn("dispatcher")
	b.get("/desk/cases/" + f.Case.ID)
	before := h.looks(person, trail.Photos)
	b.get("/desk/photos/" + photo)
	if after := h.looks(person, trail.Photos); after != before {
		t.Errorf("a picture of a page that was just shown left %d rows more", after-before)
	}
}

// TestCallerOfAnotherArea: a district's desk learns of a caller's matters elsewhere that they exist, not what they are.
func TestCallerOfAnotherArea(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := h.lampCase("13900000092")
	title := h.head(f.Case.Number).Text
	city := h.staff("dispatcher").post("/desk/call", url.Values{"do": {"look"}, "phone": {"13900000092"}})
	if !city.says(title) {
		t.Errorf("the city's desk does not see %q", title)
	}
	if a := h.staff("lianjiang").post("/desk/call", url.Values{"do": {"look"}, "phone": {"13900000092"}}); a.says(title) || a.says(f.Case.Number) {
		t.Errorf("another county's desk sees %q", title)
	}
}
