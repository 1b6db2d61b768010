package account

import (
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/signon"
	"banyan/web/ui"
)

type appForm struct {
	Name      string   `form:"name" max:"60" required:"true"`
	Unit      string   `form:"unit" max:"100" required:"true"`
	Redirects string   `form:"redirects" max:"5000" required:"true"`
	Kind      string   `form:"kind" max:"20"`
	Scopes    []string `form:"scopes" max:"30"`
	Days      int      `form:"days"`
}

// The kinds of app an administrator chooses between.
const (
	appWithSecret = "secret"
	appPublic     = "public"
)

type appsView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Form   appForm
	Units  []string
	Kinds  []ui.Option
	Scopes []ui.CheckboxView
	Apps   []keyView
}

type newAppView struct {
	Desk         ui.DeskView
	Name, Secret string
	Meta         []ui.MetaItem
}

// AppList shows the apps that may sign citizens in, and the form for another one.
func (r *Room) AppList(w http.ResponseWriter, q *http.Request) error {
	return r.appsAgain(w, q, appForm{Kind: appWithSecret, Days: 90}, nil)
}

// AddApp registers an app and shows its secret once.
func (r *Room) AddApp(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	var in appForm
	err = web.Decode(q, &in)
	var a signon.App
	var secret string
	if err == nil {
		a, secret, err = r.addApp(v, in)
	}
	if err != nil {
		return refusedOr(err, func() error { return r.appsAgain(w, q, in, err) })
	}
	return web.Render(w, q, http.StatusOK, newAppPage(newAppView{
		Desk: r.desk(q, v, v.p.T("account.apps.title"), "apps"), Name: a.Name, Secret: secret, Meta: []ui.MetaItem{{Term: "client_id", Text: a.ID}},
	}))
}

func (r *Room) addApp(v visit, in appForm) (a signon.App, secret string, err error) {
	unit, err := r.unitNamed(in.Unit)
	if err != nil {
		return a, "", err
	}
	if in.Kind != appWithSecret && in.Kind != appPublic {
		return a, "", fault.Field("kind", "account.apps.kind.need")
	}
	return r.Apps.Register(v.ctx, v.who.Staff, signon.NewApp{
		Name: in.Name, Unit: unit.ID, Redirects: strings.Fields(in.Redirects), Scopes: in.Scopes, Days: in.Days, Secret: in.Kind == appWithSecret,
	})
}

// EndApp closes an app.
func (r *Room) EndApp(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	if err := r.Apps.End(v.ctx, v.who.Staff, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/admin/apps")
}

func (r *Room) appsAgain(w http.ResponseWriter, q *http.Request, in appForm, wrong error) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	apps, err := r.Apps.Apps(v.ctx)
	if err != nil {
		return err
	}
	t := v.p.T
	view := appsView{
		Desk: r.desk(q, v, t("account.apps.title"), "apps"), Form: in, Units: r.unitNames(v.p),
		Errors: ui.Errors(v.p, wrong, "name", t("account.apps.name"), "unit", t("account.staff.unit"), "redirects", t("account.apps.redirects"),
			"kind", t("account.apps.kind"), "scopes", t("account.apps.scopes"), "days", t("account.apps.days")),
	}
	for _, kind := range []string{appWithSecret, appPublic} {
		view.Kinds = append(view.Kinds, ui.Option{Value: kind, Label: t("account.apps.kind." + kind), Hint: t("account.apps.kind." + kind + ".hint")})
	}
	for _, s := range signon.Scopes() {
		view.Scopes = append(view.Scopes, ui.CheckboxView{Name: "scopes", Value: s, Label: s, Hint: t("account.apps.scope." + s), Checked: slices.Contains(in.Scopes, s)})
	}
	for _, a := range apps {
		one, err := r.appView(v, a)
		if err != nil {
			return err
		}
		view.Apps = append(view.Apps, one)
	}
	return web.Show(w, q, wrong, appsPage(view))
}

func (r *Room) appView(v visit, a signon.App) (keyView, error) {
	made, err := r.whenAndWho(v, a.Made, a.MadeBy)
	if err != nil {
		return keyView{}, err
	}
	kind, state := appPublic, "account.keys.open"
	if a.Secret {
		kind = appWithSecret
	}
	view := keyView{Title: a.Name, Revoke: "/admin/apps/" + a.ID + "/end"}
	if !a.Open() {
		state, view.Revoke = "account.keys.ended", ""
	}
	view.Meta = []ui.MetaItem{
		{Term: v.p.T("account.staff.state"), Text: v.p.T(state)},
		{Term: "client_id", Text: a.ID},
		{Term: v.p.T("account.staff.unit"), Text: r.City.Orgs.Name(a.Unit, v.p.Lang)},
		{Term: v.p.T("account.apps.kind"), Text: v.p.T("account.apps.kind." + kind)},
		{Term: v.p.T("account.apps.redirects"), Text: strings.Join(a.Redirects, "\n")},
		{Term: v.p.T("account.apps.scopes"), Text: strings.Join(append([]string{signon.OpenID}, a.Scopes...), " ")},
		{Term: v.p.T("account.apps.days"), Text: v.p.Lang.Number(a.Days)},
		{Term: v.p.T("account.keys.made"), Text: made},
	}
	if a.Open() {
		return view, nil
	}
	ended, err := r.whenAndWho(v, a.Ended, a.EndedBy)
	view.Meta = append(view.Meta, ui.MetaItem{Term: v.p.T("account.apps.ended"), Text: ended})
	return view, err
}
