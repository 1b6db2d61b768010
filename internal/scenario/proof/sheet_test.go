package proof_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/register/identity"
	"banyan/internal/scenario/roomtest"
)

// codesOf are the number and the codes that a sheet shows.
func codesOf(page roomtest.Answer) (number string, codes []string) {
	page.Helper()
	number = page.Doc().Find(".slip dd.num").First().Text()
	page.Doc().Find(".codes li").Each(func(_ int, li *goquery.Selection) { codes = append(codes, li.Text()) })
	if len(codes) != identity.SheetCodes {
		page.Fatalf("the sheet has %d codes", len(codes))
	}
	return strings.TrimSpace(number), codes
}

func TestSheetOfCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.citizen()
	b.Get("/me/sheet").Want(http.StatusOK, "做一张备用码").Has("form[action='/me/sheet/end']", 0)
	number, codes := codesOf(b.Post("/me/sheet", nil).Want(http.StatusOK, "只显示这一次", "12345.example/signin/paper"))
	page := b.Get("/me/sheet").Want(http.StatusOK, "还有8个没有用")
	if strings.Contains(page.Body, strings.ReplaceAll(number, " ", "")) || strings.Contains(page.Body, codes[0]) {
		t.Error("the sheet can be read again")
	}
	to := func(code string) roomtest.Answer {
		return w.Browser().Post("/signin/paper", url.Values{"number": {number}, "code": {code}, "to": {"/me/sheet"}})
	}
	w.Browser().Get("/signin/paper?to=/me/sheet").Want(http.StatusOK).Has("input[name=to][value='/me/sheet']", 1)
	in := to(codes[0]).Want(http.StatusSeeOther)
	if in.To != "/me/sheet" {
		t.Errorf("it leads to %s", in.To)
	}
	in.Get("/me/sheet").Want(http.StatusOK, "还有7个没有用")
	refused := to(codes[0]).Want(http.StatusUnprocessableEntity, "已经用过")
	if strings.Contains(refused.Body, codes[0]) {
		t.Error("the page gives the code back")
	}
	b.Post("/me/sheet/end", nil).Want(http.StatusSeeOther)
	to(codes[1]).Want(http.StatusUnprocessableEntity)
	w.Browser().Get("/me/sheet").Want(http.StatusSeeOther)
}

func TestSheetProves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.citizen()
	_, codes := codesOf(b.Post("/me/sheet", nil).Want(http.StatusOK))
	w.Clock.Advance(identity.FreshFor)
	page := b.Post("/me/act", url.Values{"words": {"话"}}).Want(http.StatusForbidden)
	answer(b, page, "/me/act", url.Values{"proof_way": {"paper"}, "proof_code": {"1234567890"}}).Want(http.StatusUnprocessableEntity)
	answer(b, page, "/me/act", url.Values{"proof_way": {"paper"}, "proof_code": {codes[0]}}).Want(http.StatusOK)
	w.did("words=%E8%AF%9D")
}
