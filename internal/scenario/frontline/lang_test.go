package frontline_test

import (
	"net/url"
	"testing"

	"banyan/internal/work/casework"
)

// Every page in every language: no message is missing, and no language's page
// is in another one.
func TestPagesInThreeLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch("350102.jsj")
	o := w.Lead(f)
	form := url.Values{"units": {"350102.sthj"}, "words": {"请到现场"}, "area": {f.Case.Area}}
	w.Post("caller", "/cases/"+f.Case.ID+"/call", form).Want(303)
	w.Post("lamps", at(f, o, "sign"), url.Values{}).Want(303)
	called, _ := w.File(f.Case.ID).Order(w.File(f.Case.ID).Calls[0].Orders[0])
	w.Post("green", at(f, called, "sign"), url.Values{}).Want(303)
	for who, paths := range map[string][]string{
		"lamps": {
			"/work", "/work?view=done", at(f, o, ""), at(f, o, "assign"), at(f, o, "respond"), at(f, o, "ask"), at(f, o, "ask") + "&kind=extension",
			at(f, o, "ask") + "&kind=return", at(f, o, "reply"), at(f, o, "assist"), at(f, o, "checkin"), "/oversight", "/oversight?view=scores", "/oversight?view=appeals",
		},
		"green":  {at(f, called, ""), at(f, called, "checkin"), at(f, called, "report")},
		"caller": {"/calls", "/calls?view=open", "/calls?view=past", "/cases/" + f.Case.ID, "/cases/" + f.Case.ID + "/call"},
		"grid":   {"/patrol", "/patrol?view=cases", "/patrol/" + f.Case.ID},
	} {
		for _, path := range paths {
			for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
				a := w.As(who).In(lang).Get(path).Want(200).Has("h1", 1)
				if got, _ := a.Doc().Find("html").Attr("lang"); got != lang {
					t.Errorf("%s is in %s, want %s", path, got, lang)
				}
			}
		}
	}
}

// A page offers what the loop allows and nothing else.
func TestActsAreThoseAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.dispatch()
	o := w.Lead(f)
	offers := func() map[string]int {
		doc := w.Get("lamps", at(f, o, "")).Want(200).Doc()
		got := map[string]int{"sign": doc.Find(`main form[action*="/sign?"]`).Length()}
		for _, act := range []string{"assign", "respond", "ask", "reply", "assist", "checkin", "report"} {
			got[act] = doc.Find(`.actions a[href*="/` + act + `?"]`).Length()
		}
		return got
	}
	check := func(state casework.State, want ...string) {
		t.Helper()
		got := offers()
		for act, n := range got {
			wanted := 0
			for _, name := range want {
				if name == act {
					wanted = 1
				}
			}
			if n != wanted {
				t.Errorf("%s order: %s is offered %d times, want %d", state, act, n, wanted)
			}
		}
	}
	check(casework.Offered, "sign", "assign", "ask", "assist")
	w.Post("lamps", at(f, o, "sign"), url.Values{}).Want(303)
	check(casework.Signed, "assign", "respond", "ask", "reply", "assist", "checkin")
	w.Post("lamps", at(f, o, "respond"), url.Values{"means": {"visit"}}).Want(303)
	w.Post("lamps", at(f, o, "checkin"), url.Values{}).Want(303)
	check(casework.Working, "assign", "ask", "reply", "assist")
	w.Post("lamps", at(f, o, "reply"), url.Values{"true": {"yes"}, "ours": {"yes"}, "contacted": {"no"}, "solved": {"yes"}, "public": {"已修好。"}}).Want(303)
	check(casework.Replied)
}
