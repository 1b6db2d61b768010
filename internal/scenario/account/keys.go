package account

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/web/ui"
)

type keyForm struct {
	Name   string   `form:"name" max:"60" required:"true"`
	Unit   string   `form:"unit" max:"100" required:"true"`
	Scopes []string `form:"scopes" max:"30"`
	PerDay int      `form:"per_day"`
	Until  string   `form:"until" max:"10"`
}

type keysView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Form   keyForm
	Units  []string
	Scopes []ui.CheckboxView
	Keys   []keyView
}

type keyView struct {
	Title  string
	Meta   []ui.MetaItem
	Revoke string // "" when it opens nothing any more
}

// KeyList shows the keys of other systems, and the form for another one.
func (r *Room) KeyList(w http.ResponseWriter, q *http.Request) error {
	return r.keysAgain(w, q, keyForm{Scopes: []string{apikey.Report}}, nil)
}

// AddKey makes a key and shows its secret once.
func (r *Room) AddKey(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	var in keyForm
	err = web.Decode(q, &in)
	secret := ""
	if err == nil {
		secret, err = r.addKey(v, in)
	}
	if err != nil {
		return refusedOr(err, func() error { return r.keysAgain(w, q, in, err) })
	}
	return web.Render(w, q, http.StatusOK, newKeyPage(passwordView{
		Desk: r.desk(q, v, v.p.T("account.keys.title"), "keys"), Login: in.Name, Password: secret, Back: "/admin/keys",
	}))
}

func (r *Room) addKey(v visit, in keyForm) (secret string, err error) {
	unit, err := r.unitNamed(in.Unit)
	if err != nil {
		return "", err
	}
	if len(in.Scopes) == 0 {
		return "", fault.Field("scopes", "apikey.no_scope")
	}
	n := apikey.New{Name: in.Name, Unit: unit.ID, Scopes: in.Scopes, PerDay: in.PerDay}
	if in.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, in.Until, clock.City)
		if err != nil {
			return "", fault.Field("until", "apikey.until")
		}
		n.Until = day.AddDate(0, 0, 1)
	}
	if n, err = r.Post(n); err != nil {
		return "", err
	}
	_, secret, err = r.APIKeys.Create(v.ctx, v.who.Staff, n)
	return secret, err
}

// RevokeKey ends a key.
func (r *Room) RevokeKey(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	if err := r.APIKeys.Revoke(v.ctx, v.who.Staff, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/admin/keys")
}

func (r *Room) keysAgain(w http.ResponseWriter, q *http.Request, in keyForm, wrong error) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	keys, err := r.APIKeys.List(v.ctx)
	if err != nil {
		return err
	}
	view := keysView{
		Desk: r.desk(q, v, v.p.T("account.keys.title"), "keys"), Form: in, Units: r.unitNames(v.p),
		Errors: ui.Errors(v.p, wrong, "name", v.p.T("account.keys.name"), "unit", v.p.T("account.staff.unit"), "scopes", v.p.T("account.keys.scopes"),
			"scope", v.p.T("account.keys.scopes"), "per_day", v.p.T("account.keys.per_day"), "limit", v.p.T("account.keys.per_day"), "until", v.p.T("account.keys.until")),
	}
	for _, s := range apikey.Scopes() {
		view.Scopes = append(view.Scopes, ui.CheckboxView{Name: "scopes", Value: s, Label: s, Hint: v.p.T("account.scope." + s), Checked: slices.Contains(in.Scopes, s)})
	}
	for _, k := range keys {
		one, err := r.keyView(v, k)
		if err != nil {
			return err
		}
		view.Keys = append(view.Keys, one)
	}
	return web.Show(w, q, wrong, keysPage(view))
}

func (r *Room) keyView(v visit, k apikey.Key) (keyView, error) {
	made, err := r.whenAndWho(v, k.Made, k.MadeBy)
	if err != nil {
		return keyView{}, err
	}
	now := r.Clock.Now()
	view := keyView{Title: k.Name, Revoke: "/admin/keys/" + k.ID + "/revoke"}
	state := v.p.T("account.keys.open")
	if !k.Holds(now) {
		state, view.Revoke = v.p.T("account.keys.ended"), ""
	}
	view.Meta = []ui.MetaItem{
		{Term: v.p.T("account.staff.state"), Text: state},
		{Term: v.p.T("account.staff.unit"), Text: r.City.Orgs.Name(k.Unit, v.p.Lang)},
		{Term: v.p.T("account.staff.role"), Text: roleNames(v.p, k.Roles)},
		{Term: v.p.T("account.keys.scopes"), Text: strings.Join(k.Scopes, ", ")},
		{Term: v.p.T("account.keys.made"), Text: made},
	}
	if k.Has(apikey.WordsRead) {
		text, err := r.grantOf(v, k)
		if err != nil {
			return keyView{}, err
		}
		view.Meta = append(view.Meta, ui.MetaItem{Term: v.p.T("account.keys.grant"), Text: text})
	}
	if !k.Until.IsZero() {
		view.Meta = append(view.Meta, ui.MetaItem{Term: v.p.T("account.keys.until"), Text: v.p.Lang.Stamp(k.Until, now)})
	}
	if k.Revoked.IsZero() {
		return view, nil
	}
	revoked, err := r.whenAndWho(v, k.Revoked, k.RevokedBy)
	view.Meta = append(view.Meta, ui.MetaItem{Term: v.p.T("account.keys.revoked"), Text: revoked})
	return view, err
}

// grantOf tells until when a key may read personal data; a data officer decides that (package grant).
func (r *Room) grantOf(v visit, k apikey.Key) (string, error) {
	list, err := r.Grants.List(v.ctx)
	if err != nil {
		return "", err
	}
	now := r.Clock.Now()
	for _, g := range list {
		if g.Holder == k.ActorID() && g.Holds(now) {
			return v.p.T("trust.grants.until") + " " + v.p.Lang.Stamp(g.Until.Add(-time.Second), now), nil
		}
	}
	return v.p.T("account.keys.no_grant"), nil
}

// whenAndWho tells an instant with the name of the member of staff; nobody is whoever ran the program's command.
func (r *Room) whenAndWho(v visit, at time.Time, by string) (string, error) {
	when, who := v.p.Lang.Stamp(at, r.Clock.Now()), v.p.T("account.keys.command")
	if by != "" {
		s, err := r.Staff.Staff(v.ctx, by)
		if err != nil {
			return "", err
		}
		who = s.Name
	}
	return when + " · " + who, nil
}
