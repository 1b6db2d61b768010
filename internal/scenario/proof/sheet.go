package proof

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/web/ui"
)

type sheetView struct {
	frame
	made, left string
	has        bool
}

// paperView is a sheet on the way to the printer: the codes are shown on this answer and never again.
type paperView struct {
	frame
	Number string
	Codes  []string
	Day    string
	Where  string // the address to type in
	Back   string
}

// paperForm is a sheet's number and a code.
type paperForm struct {
	Number string `form:"number" max:"30" required:"true"`
	Code   string `form:"code" max:"30" required:"true"`
	To     string `form:"to" max:"200"`
}

type paperSignInView struct {
	frame
	paperForm
	errs []ui.FieldError
}

// Sheet tells whether the reader has a sheet of codes, and offers one.
func (r *Room) Sheet(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	sheet, has, err := r.Identity.SheetOf(q.Context(), who.Account)
	if err != nil {
		return err
	}
	p := web.PageOf(q)
	v := sheetView{has: has, made: p.T("proof.sheet.made", "At", p.Lang.DateTime(sheet.Made)), left: p.T("proof.sheet.left", "N", sheet.Left)}
	if v.frame, err = r.frame(q, p.T("proof.sheet.title"), "/me", ""); err != nil {
		return err
	}
	return web.Show(w, q, nil, sheetPage(v))
}

// MakeSheet makes a new sheet and shows it once, to be printed or written down.
func (r *Room) MakeSheet(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	sheet, codes, err := r.Identity.MakeSheet(q.Context(), session(who))
	if err != nil {
		return err
	}
	f, err := r.frame(q, web.PageOf(q).T("proof.paper.title"), "/me/sheet", "")
	if err != nil {
		return err
	}
	return r.print(w, q, f, sheet, codes, "/me/sheet")
}

// print shows a sheet with its codes, for the only time.
func (r *Room) print(w http.ResponseWriter, q *http.Request, f frame, sheet identity.Sheet, codes []string, back string) error {
	v := paperView{frame: f, Number: grouped(sheet.Number, 4), Day: f.page.Lang.Date(sheet.Made), Where: q.Host + "/signin/paper", Back: back}
	if site, ok := r.Site(q); ok {
		v.Where = site.Origin + "/signin/paper"
	}
	for _, code := range codes {
		v.Codes = append(v.Codes, grouped(code, 5))
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, nil, paperPage(v))
}

// grouped writes digits in groups of n, to be read out and typed.
func grouped(digits string, n int) string {
	out := ""
	for i, d := range digits {
		if i > 0 && i%n == 0 {
			out += " "
		}
		out += string(d)
	}
	return out
}

// EndSheet makes the reader's sheet good for nothing.
func (r *Room) EndSheet(w http.ResponseWriter, q *http.Request) error {
	who, ok, err := r.signedIn(w, q)
	if err != nil || !ok {
		return err
	}
	if err := r.Identity.EndSheet(q.Context(), session(who)); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/sheet")
}

// PaperForm asks for a sheet's number and one of its codes.
func (r *Room) PaperForm(w http.ResponseWriter, q *http.Request) error {
	to := web.Inside(q.URL.Query().Get("to"), "/me")
	if web.VisitorOf(q).Citizen() {
		return web.Redirect(w, q, to)
	}
	return r.paperAgain(w, q, paperForm{To: to}, nil)
}

// SignInPaper signs a citizen in with a code on paper.
func (r *Room) SignInPaper(w http.ResponseWriter, q *http.Request) error {
	var in paperForm
	err := web.Decode(q, &in)
	token := ""
	if err == nil {
		token, err = r.Identity.SignInSheet(q.Context(), in.Number, in.Code, identity.Visit{Agent: q.UserAgent(), Old: web.SessionToken(q)})
	}
	if again(err) {
		in.Code = ""
		return r.paperAgain(w, q, in, err)
	}
	if err != nil {
		return err
	}
	r.Web.StartSession(w, q, token, identity.CitizenLives)
	return web.Redirect(w, q, web.Inside(in.To, "/me"))
}

func (r *Room) paperAgain(w http.ResponseWriter, q *http.Request, in paperForm, wrong error) error {
	p := web.PageOf(q)
	v := paperSignInView{paperForm: in, errs: ui.Errors(p, wrong, "number", p.T("proof.paper.number"), "code", p.T("proof.paper.code"))}
	v.frame = frame{page: p, title: p.T("proof.paper.signin"), citizen: ui.CitizenView{Page: p, Title: p.T("citizen.signin.title"), City: r.Title.In(p.Lang), Back: "/signin"}}
	if wrong != nil && fault.KindOf(wrong) == fault.Busy {
		w.Header().Set("Retry-After", "5")
	}
	return web.Show(w, q, wrong, paperSignInPage(v))
}
