package brain

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/sheet"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
	"banyan/internal/work/leak"
	"banyan/web/ui"
)

// copyForm is a list of people that somebody is to get.
type copyForm struct {
	List      string `form:"list" max:"10"`
	Area      string `form:"area" max:"20"`
	Purpose   string `form:"purpose" max:"300"`
	Recipient string `form:"recipient" max:"80"`
	Until     string `form:"until" max:"10"`
	Format    string `form:"format" max:"4"`
}

type copiesView struct {
	Desk    ui.DeskView
	Errors  []ui.FieldError
	Form    copyForm
	FormID  string
	Lists   []ui.Option
	Areas   []ui.Option
	Formats []ui.Option
	Made    []ui.TimelineItem
}

// copyLists are the lists that can be handed on.
func copyLists() []string { return []string{"open", "overdue"} }

// copier refuses whoever may make no lists with Forbidden.
func (r *Room) copier(q *http.Request) (visit, error) {
	v, err := r.visit(q)
	if err != nil {
		return v, err
	}
	if !v.actor.Is(access.Supervisor) {
		return v, fault.New(fault.Forbidden, "brain.copy.supervisors")
	}
	return v, r.Policy.Check(v.actor, access.CaseList, access.Resource{Kind: "list", AreaPath: v.actor.Area})
}

// Copies is the register of lists, and the form of the next one.
func (r *Room) Copies(w http.ResponseWriter, q *http.Request) error {
	v, err := r.copier(q)
	if err != nil {
		return err
	}
	var in copyForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	return r.showCopies(w, q, v, in, nil)
}

// MakeCopy makes a list for one recipient and sends it.
func (r *Room) MakeCopy(w http.ResponseWriter, q *http.Request) error {
	v, err := r.copier(q)
	if err != nil {
		return err
	}
	var in copyForm
	var file []byte
	if err = web.Decode(q, &in); err == nil {
		file, err = r.makeCopy(v, &in)
	}
	if err != nil {
		if !web.Again(err) {
			return err
		}
		return r.showCopies(w, q, v, in, err)
	}
	f := sheet.Format(in.Format)
	w.Header().Set("Content-Type", f.ContentType())
	w.Header().Set("Content-Disposition", `attachment; filename="list-`+v.now.In(clock.City).Format("20060102-150405")+"."+in.Format+`"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(file)
	return err
}

func (r *Room) makeCopy(v visit, in *copyForm) ([]byte, error) {
	if in.Format != string(sheet.XLSX) {
		in.Format = string(sheet.CSV)
	}
	rows, err := r.copyRows(v, in)
	if err != nil {
		return nil, err
	}
	_, file, err := r.Leak.MakeCopy(v.ctx, v.actor, leak.CopyAsk{
		Purpose: in.Purpose, Recipient: in.Recipient, Until: in.Until, Format: in.Format, Columns: "number,kind,place,opened,name,phone",
	}, rows, func(c leak.Copy, all []leak.CopyRow) ([]byte, error) { return r.copyFile(v, c, all) })
	return file, err
}

// copyRows are the people of a list, at most one more than a list may have.
func (r *Room) copyRows(v visit, in *copyForm) (rows []leak.CopyRow, err error) {
	if in.Area == "" || r.City.Areas.Within(v.home(), in.Area) {
		in.Area = v.home()
	}
	f := casework.Filter{Limit: leak.CopyMost, States: openStates(), Overdue: in.List == "overdue"}
	a, ok := r.City.Areas.Get(in.Area)
	switch {
	case !ok:
		return nil, fault.New(fault.NotFound, "brain.no_area")
	case a.Kind == area.District || a.Kind == area.Zone:
		f.District = a.Code
	case a.Kind != area.City:
		f.Subdistrict = r.City.Areas.Subdistrict(a.Code)
	}
	found, err := r.Cases.List(v.ctx, v.actor, f)
	if err != nil {
		return nil, err
	}
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		for _, c := range found {
			h, err := r.Requests.ByNumber(tx, c.Number)
			if err != nil {
				return err
			}
			if h.PersonID == "" || h.Erased {
				continue
			}
			rows = append(rows, leak.CopyRow{
				Number: c.Number, Kind: r.City.Duties.KindName(c.Kind, v.p.Lang), District: r.City.Areas.FullName(c.Area, v.p.Lang), Opened: c.OpenedAt, Person: h.PersonID,
			})
		}
		return nil
	})
	return rows, err
}

// copyFile writes a list: each row says whose it is, and the last what the recipient has to know.
func (r *Room) copyFile(v visit, c leak.Copy, rows []leak.CopyRow) ([]byte, error) {
	var out bytes.Buffer
	columns := []sheet.Column{{Title: v.p.T("feed.column.number"), Width: 18}}
	for _, name := range []string{"kind", "place", "opened", "name", "phone", "for"} {
		columns = append(columns, sheet.Column{Title: v.p.T("brain.copy.column." + name), Width: 20})
	}
	f, err := sheet.New(sheet.Format(c.Format), &out, v.p.T("brain.copy.title"), columns)
	if err != nil {
		return nil, err
	}
	whose := v.p.T("brain.copy.for", "Who", r.holder(v, c))
	for _, row := range rows {
		if err := f.Write([]sheet.Cell{
			sheet.Text(row.Number), sheet.Text(row.Kind), sheet.Text(row.District), sheet.At(row.Opened), sheet.Text(row.Name), sheet.Text(row.Phone), sheet.Text(whose),
		}); err != nil {
			return nil, err
		}
	}
	last := make([]sheet.Cell, len(columns))
	last[0] = sheet.Text(v.p.T("brain.copy.notice", "Who", r.holder(v, c), "Purpose", c.Purpose, "Until", v.p.Lang.Date(c.Until), "Rows", c.Rows, "Control", c.Canaries()))
	if err := f.Write(last); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// holder is who holds a list.
func (r *Room) holder(v visit, c leak.Copy) string {
	if c.Recipient != "" {
		return c.Recipient
	}
	return r.Name(v.ctx, c.Actor) + " · " + r.City.Orgs.Name(c.Unit, v.p.Lang)
}

// copiesShown is how many lines of the register the page shows.
const copiesShown = 50

func (r *Room) showCopies(w http.ResponseWriter, q *http.Request, v visit, in copyForm, err error) error {
	made, errMade := r.Leak.Copies(v.ctx, v.actor, copiesShown)
	if errMade != nil {
		return errMade
	}
	view := copiesView{Desk: r.desk(v, v.p.T("brain.copy.title"), "copies"), Form: in, FormID: web.FormID(q)}
	view.Errors = ui.Errors(v.p, err, "purpose", v.p.T("brain.copy.purpose"), "recipient", v.p.T("brain.copy.recipient"), "until", v.p.T("brain.copy.until"), "rows", v.p.T("brain.copy.list"))
	if view.Form.Until == "" {
		view.Form.Until = v.now.In(clock.City).AddDate(0, 0, 30).Format(time.DateOnly)
	}
	for _, list := range copyLists() {
		view.Lists = append(view.Lists, ui.Option{Value: list, Label: v.p.T("brain.list." + list)})
	}
	for _, code := range r.copyAreas(v) {
		view.Areas = append(view.Areas, ui.Option{Value: code, Label: r.City.Areas.Name(code, v.p.Lang)})
	}
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		view.Formats = append(view.Formats, ui.Option{Value: string(f), Label: strings.ToUpper(string(f))})
	}
	for _, c := range made {
		view.Made = append(view.Made, r.copyItem(v, c))
	}
	return web.Show(w, q, err, copiesPage(view))
}

// copyAreas are the reader's own area and its parts that lists of cases know.
func (r *Room) copyAreas(v visit) []string {
	codes := []string{v.home()}
	for _, a := range r.City.Areas.Children(v.home()) {
		if a.Kind != area.Community && a.Kind != area.Grid {
			codes = append(codes, a.Code)
		}
	}
	return codes
}

// copyItem is a line of the register.
func (r *Room) copyItem(v visit, c leak.Copy) ui.TimelineItem {
	item := ui.TimelineItem{
		At: v.p.Lang.DateTime(c.At), Who: r.Name(v.ctx, c.Actor) + " · " + r.City.Orgs.Short(c.Unit, v.p.Lang), What: v.p.T("brain.copy.for", "Who", r.holder(v, c)), Words: c.Purpose,
		Effect: v.p.T("brain.copy.line", "People", c.People, "Control", c.Canaries(), "Format", strings.ToUpper(c.Format), "Until", v.p.Lang.Date(c.Until), "Digest", c.Digest[:16]),
	}
	if c.Until.Before(v.now) {
		item.Effect += " " + v.p.T("brain.copy.over")
	}
	return item
}
