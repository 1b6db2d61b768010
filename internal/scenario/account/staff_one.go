package account

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/web/ui"
)

type postForm struct {
	Role string `form:"role" max:"30"`
	Unit string `form:"unit" max:"100"`
	Area string `form:"area" max:"20"`
}

type staffView struct {
	Desk    ui.DeskView
	Errors  []ui.FieldError
	ID      string
	Active  bool
	About   []ui.MetaItem
	Posts   []postView
	Form    postForm
	Units   []string
	Roles   []ui.Option
	Account identity.Account
}

type postView struct {
	Title, End string // End: where to end it, "" when it has ended
	Meta       []ui.MetaItem
}

// StaffPage shows one person with every post they held, and their login.
func (r *Room) StaffPage(w http.ResponseWriter, q *http.Request) error {
	return r.staffAgain(w, q, postForm{}, nil)
}

// AddPost gives a person one more post.
func (r *Room) AddPost(w http.ResponseWriter, q *http.Request) error {
	v, actor, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	var in postForm
	if err = web.Decode(q, &in); err == nil {
		err = r.addPost(v, actor, q.PathValue("id"), in)
	}
	if err != nil && web.Again(err) {
		return r.staffAgain(w, q, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/admin/staff/"+q.PathValue("id"))
}

func (r *Room) addPost(v visit, actor access.Actor, staff string, in postForm) error {
	p := org.Post{Staff: staff, Role: org.Role(in.Role), GivenBy: actor.ID}
	if in.Role == "" {
		return fault.Field("role", "account.role.need")
	}
	if in.Unit != "" {
		unit, err := r.unitNamed(in.Unit)
		if err != nil {
			return err
		}
		p.Unit = unit.ID
	}
	place, err := r.areaOf(in.Area)
	if err != nil {
		return err
	}
	p.Area = place.Code
	_, err = r.Staff.AddPost(v.ctx, p)
	return err
}

// EndPost ends a post now. It stays in the person's history.
func (r *Room) EndPost(w http.ResponseWriter, q *http.Request) error {
	return r.change(w, q, func(v visit, actor access.Actor, staff string) error {
		return r.Staff.EndPost(v.ctx, q.PathValue("post"), actor.ID)
	})
}

// Leave ends all posts of a person and closes their login.
func (r *Room) Leave(w http.ResponseWriter, q *http.Request) error {
	return r.change(w, q, func(v visit, actor access.Actor, staff string) error {
		if staff == v.who.Staff {
			return fault.New(fault.Conflict, "account.staff.self")
		}
		a, err := r.Identity.AccountOfStaff(v.ctx, staff)
		if err == nil {
			err = r.Identity.SetDisabled(v.ctx, a.ID, true)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		return r.Staff.Leave(v.ctx, staff, actor.ID)
	})
}

// SetDisabled closes a person's login, or opens it again.
func (r *Room) SetDisabled(w http.ResponseWriter, q *http.Request) error {
	return r.change(w, q, func(v visit, _ access.Actor, staff string) error {
		if staff == v.who.Staff {
			return fault.New(fault.Conflict, "account.staff.self")
		}
		a, err := r.Identity.AccountOfStaff(v.ctx, staff)
		if err != nil {
			return err
		}
		return r.Identity.SetDisabled(v.ctx, a.ID, !a.Disabled)
	})
}

// change does one administrative act on a person and shows them again.
func (r *Room) change(w http.ResponseWriter, q *http.Request, do func(v visit, actor access.Actor, staff string) error) error {
	v, actor, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	staff := q.PathValue("id")
	if err := do(v, actor, staff); err != nil {
		if web.Again(err) {
			return r.staffAgain(w, q, postForm{}, err)
		}
		return err
	}
	return web.Redirect(w, q, "/admin/staff/"+staff)
}

// ResetPassword gives a person a new password, shown once; their sessions end.
func (r *Room) ResetPassword(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	a, err := r.Identity.AccountOfStaff(v.ctx, q.PathValue("id"))
	if err != nil {
		return err
	}
	password := newPassword()
	if err := r.Identity.SetPassword(v.ctx, a.ID, password); err != nil {
		return err
	}
	return r.showPassword(w, q, v, q.PathValue("id"), a.Login, password)
}

func (r *Room) staffAgain(w http.ResponseWriter, q *http.Request, in postForm, wrong error) error {
	v, _, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	s, err := r.Staff.Staff(v.ctx, q.PathValue("id"))
	if err != nil {
		return err
	}
	view := staffView{
		Desk: r.desk(q, v, s.Name, "staff"), ID: s.ID, Active: s.Active, Form: in, Units: r.unitNames(v.p), Roles: roleOptions(v.p),
		Errors: ui.Errors(v.p, wrong, "role", v.p.T("account.staff.role"), "unit", v.p.T("account.staff.unit"), "area", v.p.T("account.post.area")),
		About: []ui.MetaItem{
			{Term: v.p.T("account.staff.unit"), Text: r.City.Orgs.Name(s.Unit, v.p.Lang)}, {Term: v.p.T("account.signin.login"), Text: s.Account},
		},
	}
	if err := r.fillStaff(v, &view); err != nil {
		return err
	}
	return web.Show(w, q, wrong, staffPage(view))
}

// fillStaff adds posts and login.
func (r *Room) fillStaff(v visit, view *staffView) error {
	a, err := r.Identity.AccountOfStaff(v.ctx, view.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	view.Account = a
	state := v.p.T("account.state.open")
	switch {
	case !view.Active:
		state = v.p.T("account.state.left")
	case a.ID == "":
		state = v.p.T("account.state.none")
	case a.Disabled:
		state = v.p.T("account.state.closed")
	case a.Enrolled:
		state = v.p.T("account.state.factor")
	}
	view.About = append(view.About, ui.MetaItem{Term: v.p.T("account.staff.state"), Text: state})
	posts, err := r.Staff.History(v.ctx, view.ID)
	if err != nil {
		return err
	}
	for _, p := range posts {
		one := postView{Title: v.p.T("account.role." + string(p.Role)), Meta: []ui.MetaItem{
			{Term: v.p.T("account.staff.unit"), Text: r.City.Orgs.Name(p.Unit, v.p.Lang)}, {Term: v.p.T("account.post.area"), Text: r.City.Areas.FullName(p.Area, v.p.Lang)},
			{Term: v.p.T("account.post.from"), Text: v.p.Lang.DateTime(p.From), Num: true},
		}}
		if p.To.IsZero() || p.ValidAt(r.Clock.Now()) {
			one.End = "/admin/staff/" + view.ID + "/posts/" + p.ID + "/end"
		}
		if !p.To.IsZero() {
			one.Meta = append(one.Meta, ui.MetaItem{Term: v.p.T("account.post.to"), Text: v.p.Lang.DateTime(p.To), Num: true})
		}
		view.Posts = append(view.Posts, one)
	}
	return nil
}
