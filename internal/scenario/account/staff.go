package account

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/web/ui"
)

type staffListView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Unit   string
	Units  []string
	Name   string // the unit found
	Rows   []ui.Row
	New    string
}

// StaffList shows who works in a unit, by default in the administrator's own.
func (r *Room) StaffList(w http.ResponseWriter, q *http.Request) error {
	v, actor, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	asked := q.URL.Query().Get("unit")
	if asked == "" {
		asked = actor.Unit
	}
	unit, wrong := r.unitNamed(asked)
	view := staffListView{
		Desk: r.desk(q, v, v.p.T("account.staff.title"), "staff"), Unit: asked, Units: r.unitNames(v.p), Name: unit.Name.In(v.p.Lang),
		Errors: ui.Errors(v.p, wrong, "unit", v.p.T("account.staff.unit")), New: "/admin/staff/new?unit=" + escape(unit.ID),
	}
	if wrong != nil {
		return web.Show(w, q, wrong, staffListPage(view))
	}
	people, err := r.Staff.StaffOf(v.ctx, unit.ID)
	if err != nil {
		return err
	}
	for _, s := range people {
		posts, err := r.Staff.PostsOf(v.ctx, s.ID, r.Clock.Now())
		if err != nil {
			return err
		}
		var roles []string
		for _, p := range posts {
			roles = append(roles, string(p.Role))
		}
		view.Rows = append(view.Rows, ui.Row{ID: s.ID, Href: "/admin/staff/" + s.ID, Title: s.Name, Sub: s.Account + " · " + roleNames(v.p, roles)})
	}
	return web.Render(w, q, http.StatusOK, staffListPage(view))
}

// unitNamed finds a unit by id or full name in any language.
func (r *Room) unitNamed(words string) (org.Unit, error) {
	words = strings.TrimSpace(words)
	if u, ok := r.City.Orgs.Get(words); ok {
		return u, nil
	}
	for _, u := range r.City.Orgs.All() {
		if words != "" && slices.Contains([]string{u.Name.Hans, u.Name.Hant, u.Name.En}, words) {
			return u, nil
		}
	}
	return org.Unit{}, fault.Field("unit", "account.unit_unknown")
}

// unitNames proposes units while typing; communities are too many and are found
// by their full name.
func (r *Room) unitNames(p web.Page) []string {
	var names []string
	for _, u := range r.City.Orgs.All() {
		if u.Kind != org.Community {
			names = append(names, u.Name.In(p.Lang))
		}
	}
	return names
}

type newStaffForm struct {
	Name  string `form:"name" max:"60" required:"true"`
	Unit  string `form:"unit" max:"100" required:"true"`
	Role  string `form:"role" max:"30"`
	Login string `form:"login" max:"64" required:"true"`
}

type newStaffView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	FormID string
	Form   newStaffForm
	Units  []string
	Roles  []ui.Option
}

// NewStaffForm asks for a new member of staff.
func (r *Room) NewStaffForm(w http.ResponseWriter, q *http.Request) error {
	in := newStaffForm{Unit: q.URL.Query().Get("unit")}
	if u, ok := r.City.Orgs.Get(in.Unit); ok {
		in.Unit = u.Name.In(web.PageOf(q).Lang)
	}
	return r.newStaffAgain(w, q, in, nil)
}

// AddStaff takes a person in with a first post and a login, and shows the first
// password once. The form's id is the person's, so the same form again adds
// nobody.
func (r *Room) AddStaff(w http.ResponseWriter, q *http.Request) error {
	v, actor, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	var in newStaffForm
	err = web.Decode(q, &in)
	password := newPassword()
	if err == nil {
		err = r.addStaff(v, actor, web.FormID(q), password, in)
	}
	if err != nil && web.Again(err) {
		return r.newStaffAgain(w, q, in, err)
	}
	if err != nil {
		return err
	}
	return r.showPassword(w, q, v, web.FormID(q), in.Login, password)
}

// addStaff checks everything that can be checked first: the login and the person
// are kept by two registers.
func (r *Room) addStaff(v visit, actor access.Actor, id, password string, in newStaffForm) error {
	unit, err := r.unitNamed(in.Unit)
	if err != nil {
		return err
	}
	if !slices.Contains(org.Roles(), org.Role(in.Role)) {
		return fault.Field("role", "account.role.need")
	}
	made, err := r.Identity.AddStaffAccount(v.ctx, identity.NewStaff{StaffID: id, Login: in.Login, Password: password})
	if err != nil {
		return err
	}
	a, err := r.Identity.Account(v.ctx, made) // its login as it is kept
	if err != nil {
		return err
	}
	if _, err := r.Staff.AddStaff(v.ctx, org.Staff{ID: id, Name: in.Name, Unit: unit.ID, Account: a.Login, Active: true}); err != nil {
		return err
	}
	_, err = r.Staff.AddPost(v.ctx, org.Post{Staff: id, Role: org.Role(in.Role), GivenBy: actor.ID})
	return err
}

// newPassword is a first password of 26 letters and digits, 128 random bits.
func newPassword() string { return rand.Text() }

func (r *Room) newStaffAgain(w http.ResponseWriter, q *http.Request, in newStaffForm, wrong error) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	view := newStaffView{
		Desk: r.desk(q, v, v.p.T("account.staff.new"), "staff"), FormID: web.FormID(q), Form: in, Units: r.unitNames(v.p), Roles: roleOptions(v.p),
		Errors: ui.Errors(v.p, wrong, "name", v.p.T("account.staff.name"), "unit", v.p.T("account.staff.unit"), "role", v.p.T("account.staff.role"), "login", v.p.T("account.signin.login")),
	}
	return web.Show(w, q, wrong, newStaffPage(view))
}

func roleOptions(p web.Page) []ui.Option {
	var options []ui.Option
	for _, role := range org.Roles() {
		options = append(options, ui.Option{Value: string(role), Label: p.T("account.role." + string(role))})
	}
	return options
}

type passwordView struct {
	Desk            ui.DeskView
	Login, Password string
	Back            string
}

// showPassword shows a new password once; it is not to be had again.
func (r *Room) showPassword(w http.ResponseWriter, q *http.Request, v visit, staff, login, password string) error {
	return web.Render(w, q, http.StatusOK, newPasswordPage(passwordView{Desk: r.desk(q, v, v.p.T("account.staff.password.title"), "staff"), Login: login, Password: password, Back: "/admin/staff/" + staff}))
}

// areaOf reads the area of a post: a code, or nothing for the unit's own.
func (r *Room) areaOf(code string) (area.Area, error) {
	a, ok := r.City.Areas.Get(code)
	if !ok && code != "" {
		return a, fault.Field("area", "account.area_unknown")
	}
	return a, nil
}
