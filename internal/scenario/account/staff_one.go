package account

import (
	"net/http"
	"time"

	"banyan/internal/platform/clock"
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
	From string `form:"from" max:"10"` // first day; empty: now
	To   string `form:"to" max:"10"`   // last day; empty: until further notice
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
	Chip       ui.ChipView
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
	if p.From, p.To, err = period(in); err != nil {
		return err
	}
	_, err = r.Staff.AddPost(v.ctx, p)
	return err
}

// period reads the first and the last day of a post, in the city's time.
func period(in postForm) (from, to time.Time, err error) {
	if in.From != "" {
		if from, err = time.ParseInLocation(time.DateOnly, in.From, clock.City); err != nil {
			return from, to, fault.Field("from", "account.post.day")
		}
	}
	if in.To != "" {
		day, err := time.ParseInLocation(time.DateOnly, in.To, clock.City)
		if err != nil {
			return from, to, fault.Field("to", "account.post.day")
		}
		to = day.AddDate(0, 0, 1)
	}
	return from, to, nil
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

// ResetPassword takes every way into a person's account away and shows, once, the code with which they set a new password.
func (r *Room) ResetPassword(w http.ResponseWriter, q *http.Request) error {
	v, actor, err := r.admin(q, access.AdminStaff)
	if err != nil {
		return err
	}
	if q.PathValue("id") == v.who.Staff {
		return r.staffAgain(w, q, postForm{}, fault.New(fault.Conflict, "account.staff.self"))
	}
	a, err := r.Identity.AccountOfStaff(v.ctx, q.PathValue("id"))
	if err != nil {
		return err
	}
	code, err := r.Identity.ResetStaff(v.ctx, a.ID, actor.ID)
	if err != nil {
		return err
	}
	return web.Render(w, q, http.StatusOK, setupCodePage(passwordView{Desk: r.desk(q, v, v.p.T("account.setup.code"), "staff"), Login: a.Login, Password: code, Back: "/admin/staff/" + q.PathValue("id")}))
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
		Errors: ui.Errors(v.p, wrong, "role", v.p.T("account.staff.role"), "unit", v.p.T("account.staff.unit"), "area", v.p.T("account.post.area"), "from", v.p.T("account.post.from"), "to", v.p.T("account.post.to")),
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
		now := r.Clock.Now()
		switch {
		case p.ValidAt(now):
			one.Chip = ui.ChipView{Kind: "ok", Text: v.p.T("account.post.now")}
		case now.Before(p.From) && (p.To.IsZero() || p.To.After(p.From)):
			one.Chip = ui.ChipView{Kind: "info", Text: v.p.T("account.post.later")}
		default:
			one.Chip = ui.ChipView{Text: v.p.T("account.post.over")}
		}
		if p.To.IsZero() || p.To.After(now) && p.To.After(p.From) {
			one.End = "/admin/staff/" + view.ID + "/posts/" + p.ID + "/end"
		}
		if !p.To.IsZero() {
			one.Meta = append(one.Meta, ui.MetaItem{Term: v.p.T("account.post.to"), Text: v.p.Lang.DateTime(p.To), Num: true})
		}
		view.Posts = append(view.Posts, one)
	}
	return nil
}
