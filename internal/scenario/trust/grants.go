package trust

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/grant"
	"banyan/internal/register/org"
	"banyan/web/ui"
)

// grantForm is a grant as it is typed.
type grantForm struct {
	To      string   `form:"to" max:"10"` // key or unit
	Key     string   `form:"key" max:"40"`
	Unit    string   `form:"unit" max:"100"`
	Purpose string   `form:"purpose" max:"40"`
	Uses    []string `form:"uses" max:"20"`
	Fields  []string `form:"fields" max:"20"`
	Law     string   `form:"law" max:"200"`
	Reason  string   `form:"reason" max:"300"`
	Cases   string   `form:"cases" max:"2000"`
	Daily   int      `form:"daily"`
	Until   string   `form:"until" max:"10"`
}

// What a grant may be given to on the page.
const (
	toKey  = "key"
	toUnit = "unit"
)

type grantsView struct {
	Desk     ui.DeskView
	Errors   []ui.FieldError
	Form     grantForm
	Gives    bool
	To       []ui.Option
	Keys     []ui.Option
	Units    []string
	Purposes []ui.Option
	Uses     []ui.CheckboxView
	Fields   []ui.CheckboxView
	Given    []grantCard
}

// grantCard is one grant as it is read.
type grantCard struct {
	title string
	chip  ui.ChipView
	meta  []ui.MetaItem
	end   string // address that ends it; "" when it cannot be
}

// holder is what a grant is given to.
type holder struct{ id, area, unit, name string }

// GrantList shows who was given leave to read what, and the form to give some.
func (r *Room) GrantList(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	return r.showGrants(w, q, v, grantForm{To: toKey, Daily: 500}, nil)
}

// Give gives a grant.
func (r *Room) Give(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	var in grantForm
	if err = web.Decode(q, &in); err == nil {
		err = r.give(v, in)
	}
	if err != nil && web.Again(err) {
		return r.showGrants(w, q, v, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/grants")
}

func (r *Room) give(v deskVisit, in grantForm) error {
	to, err := r.holderOf(v, in)
	if err != nil {
		return err
	}
	if err := r.Policy.Check(v.actor, access.GrantGive, grantAt(to.area)); err != nil {
		return err
	}
	n := grant.Giving{
		Holder: to.id, Uses: in.Uses, Fields: in.Fields, Area: to.area, Purpose: in.Purpose, Law: in.Law, Reason: in.Reason, Daily: in.Daily,
	}
	if _, ok := r.Consents.Purposes.Get(in.Purpose); !ok {
		n.Purpose = ""
	}
	if day, err := time.ParseInLocation(time.DateOnly, in.Until, clock.City); err == nil {
		n.Until = day.AddDate(0, 0, 1)
	}
	return r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		if n.Cases, err = r.numbered(tx, in.Cases); err != nil {
			return err
		}
		_, err = r.Grants.GiveTx(tx, v.actor, n)
		return err
	})
}

// holderOf is whom the form names.
func (r *Room) holderOf(v deskVisit, in grantForm) (holder, error) {
	if in.To == toUnit {
		i := slices.IndexFunc(r.Orgs.All(), func(u org.Unit) bool { return u.Name.In(v.p.Lang) == in.Unit })
		if i < 0 {
			return holder{}, fault.Field("unit", "grant.need.unit")
		}
		u := r.Orgs.All()[i]
		return r.held(grant.UnitHolder(u.ID), u.Area, u.ID, u.Name.In(v.p.Lang)), nil
	}
	k, err := r.Keys.Get(v.ctx, in.Key)
	if e, ok := fault.As(err); ok && e.Kind == fault.NotFound || err == nil && !(k.Holds(v.now) && k.Has(apikey.WordsRead)) {
		return holder{}, fault.Field("key", "grant.need.key")
	}
	if err != nil {
		return holder{}, err
	}
	return r.held(k.ActorID(), k.Area, k.Unit, k.Name), nil
}

func (r *Room) held(id, code, unit, name string) holder {
	at, _ := r.Areas.Get(code) // an area no longer in the pack reaches nothing
	return holder{id: id, area: at.Path, unit: unit, name: name}
}

// numbered gives the ids of the requests that the form names by number, and of their cases.
func (r *Room) numbered(tx *db.Tx, text string) (ids []string, err error) {
	for _, typed := range strings.Fields(text) {
		number, err := r.Requests.ParseNumber(typed)
		if err != nil {
			return nil, fault.Field("cases", "grant.need.number", "Number", typed)
		}
		h, err := r.Requests.ByNumber(tx, number)
		if e, ok := fault.As(err); ok && e.Kind == fault.NotFound {
			return nil, fault.Field("cases", "grant.need.number", "Number", typed)
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, h.ID, h.CaseID)
	}
	return ids, nil
}

// EndGrant ends a grant at once.
func (r *Room) EndGrant(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	id := q.PathValue("grant")
	_, g, err := r.Grants.Of(v.ctx, id)
	if err != nil {
		return err
	}
	if err := r.Policy.Check(v.actor, access.GrantEnd, grantAt(g.Area)); err != nil {
		return err
	}
	if err := r.Grants.End(v.ctx, v.actor, id); err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/grants")
}

// grantAt is a grant for an area, as the policies see it.
func grantAt(path string) access.Resource { return access.Resource{Kind: "grant", AreaPath: path} }

func (r *Room) showGrants(w http.ResponseWriter, q *http.Request, v deskVisit, in grantForm, wrong error) error {
	if err := r.Policy.Check(v.actor, access.GrantRead, grantAt(v.actor.Area)); err != nil {
		return err
	}
	t := v.p.T
	view := grantsView{Desk: r.frame(v, t("trust.nav.grants"), "grants"), Form: in, Gives: r.Policy.May(v.actor, access.GrantGive, grantAt(v.actor.Area)).Allow}
	view.Errors = ui.Errors(v.p, wrong, "key", t("trust.grants.key"), "unit", t("trust.grants.unit"), "purpose", t("trust.grants.purpose"), "uses", t("trust.grants.uses"),
		"fields", t("trust.grants.fields"), "law", t("trust.grants.law"), "reason", t("trust.grants.reason"), "cases", t("trust.grants.cases"), "daily", t("trust.grants.daily"), "until", t("trust.grants.until"))
	keys, err := r.Keys.List(v.ctx)
	if err != nil {
		return err
	}
	list, err := r.Grants.List(v.ctx)
	if err != nil {
		return err
	}
	for _, g := range list {
		if r.Policy.May(v.actor, access.GrantRead, grantAt(g.Area)).Allow {
			view.Given = append(view.Given, r.grantCard(v, g, keys))
		}
	}
	if view.Gives {
		r.grantChoices(v, &view, keys)
	}
	return web.Show(w, q, wrong, grantsPage(view))
}

// grantChoices fills the form's lists.
func (r *Room) grantChoices(v deskVisit, view *grantsView, keys []apikey.Key) {
	t := v.p.T
	view.To = []ui.Option{{Value: toKey, Label: t("trust.grants.to.key")}, {Value: toUnit, Label: t("trust.grants.to.unit")}}
	for _, k := range keys {
		if at, _ := r.Areas.Get(k.Area); k.Holds(v.now) && k.Has(apikey.WordsRead) && r.Policy.May(v.actor, access.GrantGive, grantAt(at.Path)).Allow {
			view.Keys = append(view.Keys, ui.Option{Value: k.ID, Label: k.Name + " · " + r.Orgs.Short(k.Unit, v.p.Lang)})
		}
	}
	for _, u := range r.Orgs.All() {
		if u.Kind != org.Community { // too many to propose; they are found by their full name
			view.Units = append(view.Units, u.Name.In(v.p.Lang))
		}
	}
	for _, one := range r.Consents.Purposes.All() {
		view.Purposes = append(view.Purposes, ui.Option{Value: one.ID, Label: one.Name.In(v.p.Lang)})
	}
	for _, use := range grant.GivenUses() {
		view.Uses = append(view.Uses, ui.CheckboxView{Name: "uses", Value: use, Label: t("trail.purpose." + use), Checked: slices.Contains(view.Form.Uses, use)})
	}
	for _, field := range grant.GivenFields() {
		view.Fields = append(view.Fields, ui.CheckboxView{Name: "fields", Value: field, Label: t("trail.field." + field), Checked: slices.Contains(view.Form.Fields, field)})
	}
}

func (r *Room) grantCard(v deskVisit, g grant.Grant, keys []apikey.Key) grantCard {
	t := v.p.T
	c := grantCard{title: r.holderName(v, g, keys), chip: ui.ChipView{Kind: "ok", Text: t("trust.grants.holds")}}
	if g.Holds(v.now) && r.Policy.May(v.actor, access.GrantEnd, grantAt(g.Area)).Allow {
		c.end = "/desk/grants/" + g.ID + "/end"
	}
	if !g.Holds(v.now) {
		c.chip = ui.ChipView{Text: t("trust.grants.ended")}
	}
	purpose, _ := r.Consents.Purposes.Get(g.Purpose)
	by := t("account.keys.command")
	if g.By != "" {
		by = r.Name(v.ctx, g.By)
	}
	words := func(prefix string, keys []string) string {
		said := make([]string, len(keys))
		for i, k := range keys {
			said[i] = t(prefix + k)
		}
		return strings.Join(said, t("citizen.and"))
	}
	c.meta = []ui.MetaItem{
		{Term: t("trust.grants.purpose"), Text: purpose.Name.In(v.p.Lang)}, {Term: t("trust.grants.law"), Text: g.Law}, {Term: t("trust.grants.reason"), Text: g.Reason},
		{Term: t("trust.grants.uses"), Text: words("trail.purpose.", g.Uses)}, {Term: t("trust.grants.fields"), Text: words("trail.field.", g.Fields)},
		{Term: t("trust.grants.daily"), Text: strconv.Itoa(g.Daily), Num: true}, {Term: t("trust.grants.until"), Text: v.p.Lang.Stamp(g.Until.Add(-time.Second), v.now), Num: true},
		{Term: t("trust.grants.by"), Text: by + " · " + v.p.Lang.Stamp(g.From, v.now)},
	}
	if len(g.Cases) > 0 {
		c.meta = append(c.meta, ui.MetaItem{Term: t("trust.grants.cases"), Text: t("trust.grants.cases.some", "N", (len(g.Cases)+1)/2)})
	}
	if !g.Ended.IsZero() {
		c.meta = append(c.meta, ui.MetaItem{Term: t("trust.grants.ended"), Text: v.p.Lang.Stamp(g.Ended, v.now), Num: true})
	}
	return c
}

func (r *Room) holderName(v deskVisit, g grant.Grant, keys []apikey.Key) string {
	if unit, ok := strings.CutPrefix(g.Holder, grant.UnitHolder("")); ok {
		return r.Orgs.Name(unit, v.p.Lang)
	}
	id, isKey := apikey.KeyOf(g.Holder)
	if i := slices.IndexFunc(keys, func(k apikey.Key) bool { return k.ID == id }); isKey && i >= 0 {
		return keys[i].Name
	}
	return r.Name(v.ctx, g.Holder)
}
