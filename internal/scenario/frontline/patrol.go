package frontline

import (
	"net/http"
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// channelGrid is the way in of what is found on patrol.
const channelGrid = "grid"

type patrolIn struct {
	Kind    string `form:"kind" max:"20"`
	Words   string `form:"words" max:"5000"`
	Area    string `form:"area" max:"20"`
	Address string `form:"address" max:"200"`
	Lat     string `form:"lat" max:"20"`
	Lon     string `form:"lon" max:"20"`
	Name    string `form:"name" max:"40"`
	Phone   string `form:"phone" max:"20"`
}

type patrolView struct {
	Desk   ui.DeskView
	Who    string
	Tabs   ui.TabsView
	Form   bool
	FormID string
	In     patrolIn
	Errs   []ui.FieldError
	Kinds  []ui.Option
	Areas  []ui.Option
	Shapes string
	Most   int
	Rows   []ui.Row
}

// patroller lets those through who may take a matter in.
func (r *Room) patroller(q *http.Request) (visit, error) {
	v, err := r.visit(q)
	if err != nil {
		return v, err
	}
	return v, r.Policy.Check(v.actor, access.RequestReceive, access.Resource{Kind: "request", AreaPath: v.actor.Area})
}

// Patrol shows the form for a matter found on patrol, or the cases of the area.
func (r *Room) Patrol(w http.ResponseWriter, q *http.Request) error {
	v, err := r.patroller(q)
	if err != nil {
		return err
	}
	view := r.patrolView(v, patrolIn{Kind: "report", Area: r.home(v).Code})
	view.FormID = web.FormID(q)
	if q.URL.Query().Get("view") == "cases" {
		view.Form, view.Tabs.Tabs[0].Active, view.Tabs.Tabs[1].Active = false, false, true
		list, err := r.nearby(v, casework.Filter{Newest: true, Limit: nearbyMost})
		if err != nil {
			return err
		}
		if view.Rows, err = r.caseRows(v, list); err != nil {
			return err
		}
	}
	return web.Render(w, q, http.StatusOK, patrolPage(view))
}

func (r *Room) patrolView(v visit, in patrolIn) patrolView {
	view := patrolView{
		Desk: r.desk(v, v.p.T("frontline.patrol.title"), navPatrol), Who: r.who(v), Form: true, In: in, Areas: r.patrolAreas(v),
		Shapes: r.City.Shapes, Most: request.PhotosMost,
	}
	view.Desk.Scripts = []string{"report.js"}
	for _, code := range []string{"report", "help"} {
		view.Kinds = append(view.Kinds, ui.Option{Value: code, Label: v.p.T("frontline.patrol.kind." + code)})
	}
	view.Tabs = ui.TabsView{Label: v.p.T("frontline.patrol.title"), Pills: true, Tabs: []ui.Tab{
		{Label: v.p.T("frontline.patrol.new"), Href: "/patrol", Active: true}, {Label: v.p.T("frontline.patrol.cases"), Href: "/patrol?view=cases"},
	}}
	return view
}

// patrolAreas are the areas somebody walks: the post's own and those inside it.
func (r *Room) patrolAreas(v visit) []ui.Option {
	home := r.home(v)
	if home.Kind != area.Subdistrict && home.Kind != area.Community && home.Kind != area.Grid {
		return []ui.Option{{Value: home.Code, Label: r.City.Areas.FullName(home.Code, v.p.Lang)}}
	}
	var out []ui.Option
	var walk func(a area.Area)
	walk = func(a area.Area) {
		out = append(out, ui.Option{Value: a.Code, Label: a.Name.In(v.p.Lang)})
		for _, below := range r.City.Areas.Children(a.Code) {
			walk(below)
		}
	}
	walk(home)
	return out
}

// Found takes a matter found on patrol in. A form sent twice is one matter.
func (r *Room) Found(w http.ResponseWriter, q *http.Request) error {
	v, err := r.patroller(q)
	if err != nil {
		return err
	}
	var in patrolIn
	var receipt request.Receipt
	if err = web.Decode(q, &in); err == nil {
		receipt, err = r.receive(q, v, in)
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, "/patrol/"+receipt.CaseID)
	case !web.Again(err):
		return err
	}
	view := r.patrolView(v, in)
	var labels []string
	for _, f := range []string{"kind", "words", "area", "address", "name", "phone", "photos"} {
		labels = append(labels, f, v.p.T("frontline.patrol."+f))
	}
	view.Errs, view.FormID = ui.Errors(v.p, err, labels...), web.FormID(q)
	return web.Show(w, q, err, patrolPage(view))
}

// receive stores the photos and takes the matter in; photos of a refusal, or of
// a form that came before, are deleted again.
func (r *Room) receive(q *http.Request, v visit, in patrolIn) (request.Receipt, error) {
	at, err := point(in.Lat, in.Lon)
	if err != nil {
		return request.Receipt{}, err
	}
	known := func(list []ui.Option, value string) bool {
		return slices.ContainsFunc(list, func(o ui.Option) bool { return o.Value == value })
	}
	view := r.patrolView(v, in)
	switch {
	case !known(view.Kinds, in.Kind):
		return request.Receipt{}, fault.Field("kind", "request.kind_unknown")
	case !known(view.Areas, in.Area):
		return request.Receipt{}, fault.Field("area", "frontline.patrol.area_wrong")
	}
	files, photos, err := r.patrolPhotos(q)
	if err != nil {
		r.drop(v.ctx, files)
		return request.Receipt{}, err
	}
	receipt, err := r.Requests.Receive(v.ctx, v.actor, request.Intake{
		ClientID: web.FormID(q), Kind: in.Kind, Words: in.Words, Area: in.Area, Address: in.Address, Point: at, Channel: channelGrid,
		Language: string(v.p.Lang), Contact: person.Contact{Name: in.Name, Phone: in.Phone, Anonymous: in.Phone == ""}, Photos: photos,
	})
	if fault.Refused(err) || receipt.Repeated {
		r.drop(v.ctx, files)
	}
	return receipt, err
}

func (r *Room) patrolPhotos(q *http.Request) (files []casework.Attachment, photos []request.Photo, err error) {
	uploads, err := web.Photos(q, "photos", request.PhotosMost)
	if err != nil {
		return nil, nil, err
	}
	for _, u := range uploads {
		ref, err := r.put(q.Context(), "photos", u)
		if err != nil {
			return files, photos, err
		}
		files = append(files, casework.Attachment{Key: ref.Key})
		photos = append(photos, request.Photo{Key: ref.Key, Type: ref.Type, Size: ref.Size})
	}
	return files, photos, nil
}

// PatrolDone confirms what was taken in, with its number and what happens next.
func (r *Room) PatrolDone(w http.ResponseWriter, q *http.Request) error {
	d, err := r.dossier(q)
	if err != nil {
		return err
	}
	text := ""
	for _, c := range d.file.Clocks {
		if c.Kind == casework.ClockDispatch && c.Live() {
			text = d.p.T("frontline.patrol.next", "Due", d.p.Lang.Due(c.DueAt, d.now))
		}
	}
	return web.Render(w, q, http.StatusOK, patrolDonePage(r.desk(d.visit, d.p.T("frontline.patrol.done"), navPatrol), ui.PanelView{
		Title: d.p.T("frontline.patrol.done"), Label: d.p.T("frontline.number"), Number: d.file.Case.Number, Text: text,
	}, d.href()))
}
