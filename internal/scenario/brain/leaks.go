package brain

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/ocr"
	"banyan/internal/platform/web"
	"banyan/internal/work/leak"
	"banyan/web/ui"
)

// TakenFile is an export of the house that was found by the digest of a file.
type TakenFile struct {
	At          time.Time
	Actor, Unit string
	What        string // cases.csv
}

// leakForm is a list that turned up where it should not be.
type leakForm struct {
	Reason string `form:"reason" max:"300"`
	Text   string `form:"text" max:"100000"`
}

type leaksView struct {
	Desk    ui.DeskView
	Errors  []ui.FieldError
	Form    leakForm
	FormID  string
	Verdict *verdict
	Taken   []ui.TimelineItem
	Asked   []ui.TimelineItem
}

// verdict is what a trace says, in words.
type verdict struct {
	kind, title, text string
	rows              []ui.TableRow
}

// Leaks is the page on which a supervisor finds out whose screen a list came from.
func (r *Room) Leaks(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	return r.showLeaks(w, q, v, leaksView{}, nil)
}

// Trace answers whose screen a list came from: typed off, pasted, photographed, or a file of ours.
func (r *Room) Trace(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var view leaksView
	if err = web.Decode(q, &view.Form); err == nil {
		err = r.trace(v, q, &view)
	}
	if err != nil && !web.Again(err) {
		return err
	}
	return r.showLeaks(w, q, v, view, err)
}

func (r *Room) trace(v visit, q *http.Request, view *leaksView) error {
	if err := r.Leak.May(v.actor); err != nil {
		return err // before a machine reads a picture for somebody
	}
	in := leak.Ask{Reason: view.Form.Reason, Source: leak.Pasted, Text: view.Form.Text}
	file, err := fileOf(q)
	if err != nil {
		return err
	}
	if len(file) > 0 {
		if view.Taken, err = r.taken(v, file); err != nil {
			return err
		}
		if in.Source, in.Text, err = textOf(v.ctx, file); err != nil {
			return err
		}
	}
	t, err := r.Leak.Trace(v.ctx, v.actor, in)
	if err != nil && len(view.Taken) > 0 && len(fault.FieldsOf(err)) == 1 && fault.FieldsOf(err)[0].Field == "text" {
		return nil // the file itself says whose it is
	}
	if err != nil {
		return err
	}
	view.Verdict = r.verdictOf(v, t)
	return nil
}

// fileMost is what a picture or file may have, in bytes.
const fileMost = 20 << 20

// fileOf reads the file of the form, if there is one.
func fileOf(q *http.Request) ([]byte, error) {
	f, head, err := q.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "web.error.form").Wrap(err)
	}
	defer f.Close() //nolint:errcheck // only read
	if head.Size > fileMost {
		return nil, fault.Field("file", "brain.leak.file_large", "MB", fileMost>>20)
	}
	return io.ReadAll(f)
}

// textOf is what a file says, and how the list came by it.
func textOf(ctx context.Context, file []byte) (source, text string, err error) {
	text, picture, err := ocr.Text(ctx, file)
	switch {
	case errors.Is(err, ocr.ErrMissing):
		return "", "", fault.Field("file", "brain.leak.no_ocr").Wrap(err)
	case err != nil:
		return "", "", fault.Field("file", "brain.leak.no_picture").Wrap(err)
	case picture:
		return leak.Picture, text, nil
	}
	return leak.File, text, nil
}

// taken tells who took a file out of the house.
func (r *Room) taken(v visit, file []byte) ([]ui.TimelineItem, error) {
	digest := sha256.Sum256(file)
	list, err := r.Taken(v.ctx, hex.EncodeToString(digest[:]))
	var items []ui.TimelineItem
	for _, e := range list {
		items = append(items, ui.TimelineItem{At: v.p.Lang.DateTime(e.At), Who: r.Name(v.ctx, e.Actor), What: e.What + " · " + r.City.Orgs.Name(e.Unit, v.p.Lang)})
	}
	return items, err
}

func (r *Room) verdictOf(v visit, t leak.Trace) *verdict {
	who, most, named := t.Names()
	out := &verdict{kind: "info", title: v.p.T("brain.leak.nobody"), text: v.p.T("brain.leak.read", "Rows", t.Rows, "Matched", t.Matched, "Viewers", t.Viewers)}
	if named {
		out.kind, out.title = "warn", v.p.T("brain.leak.named", "Name", r.Name(v.ctx, who), "Bound", bound(most))
	}
	for _, c := range t.Controls {
		out.text += " " + v.p.T("brain.leak.control", "Name", r.Name(v.ctx, c.Viewer), "Found", c.Found, "Bound", bound(c.Bound))
	}
	for _, s := range t.Suspects {
		out.rows = append(out.rows, ui.TableRow{Cells: []string{
			r.Name(v.ctx, s.Viewer), fmt.Sprintf("%.4f %%", 100*s.Share), strconv.Itoa(s.Agree) + " / " + strconv.Itoa(s.Seen),
		}})
	}
	return out
}

// bound writes a small probability as one in so many.
func bound(p float64) string {
	if p >= 0.5 {
		return "1 : 1"
	}
	return "1 : " + strconv.FormatFloat(1/p, 'g', 2, 64)
}

// leaksShown is how many earlier questions the page shows.
const leaksShown = 20

func (r *Room) showLeaks(w http.ResponseWriter, q *http.Request, v visit, view leaksView, err error) error {
	asked, errAsked := r.Leak.Asked(v.ctx, v.actor, leaksShown)
	if errAsked != nil {
		return errAsked
	}
	view.Desk, view.FormID = r.desk(v, v.p.T("brain.leak.title"), "leaks"), web.FormID(q)
	view.Errors = ui.Errors(v.p, err, "reason", v.p.T("brain.leak.reason"), "text", v.p.T("brain.leak.text"), "file", v.p.T("brain.leak.file"))
	name := r.namer(v)
	for _, a := range asked {
		came := v.p.T("brain.leak.nobody")
		if a.Named != "" {
			came = name(a.Named)
		}
		view.Asked = append(view.Asked, ui.TimelineItem{
			At: v.p.Lang.DateTime(a.At), Who: name(a.Actor), What: v.p.T("brain.leak.asked", "Rows", a.Rows, "Named", came), Words: a.Reason,
		})
	}
	return web.Show(w, q, err, leaksPage(view))
}
