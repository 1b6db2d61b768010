package behalf

import (
	"net/http"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// actForm is a request that staff hand in for somebody.
type actForm struct {
	Kind    string `form:"kind" max:"20"`
	Words   string `form:"words" max:"5000" required:"true"`
	Address string `form:"address" max:"200"`
}

type actView struct {
	Desk    ui.DeskView
	In      actForm
	FormID  string
	Errors  []ui.FieldError
	ID      string
	Name    string
	Until   string
	Scope   []string
	Report  bool
	Follow  bool
	Kinds   []ui.Option
	Matters []matterView
	Done    string // number of what was just handed in
}

// matterView is one request of the giver: how it stands, and what the city answered.
type matterView struct {
	Title, Sub, Answer string
	Chip               ui.ChipView
}

// holding is a visit of staff to a mandate that they hold, acting for its giver. It asks the policy and, in the transaction, whether the
// mandate still holds.
func (r *Room) holding(tx *db.Tx, v visit, id string) (visit, mandate.Mandate, error) {
	m, err := r.Mandates.OfTx(tx, v.actor, id)
	if err != nil {
		return v, m, err
	}
	if err := r.Policy.Check(v.actor, access.MandateAct, access.Resource{Kind: "person", Unit: m.Unit, AreaPath: v.actor.Area}); err != nil {
		return v, m, err
	}
	v.actor.For = m.Behalf()
	return v, m, nil
}

// DeskAct is the page of a mandate that staff hold: what they do for the giver.
func (r *Room) DeskAct(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	return r.showAct(w, q, v, actForm{Kind: "help"}, nil)
}

func (r *Room) showAct(w http.ResponseWriter, q *http.Request, v visit, in actForm, wrong error) error {
	view := actView{Desk: r.desk(v, v.p.T("behalf.deskact.title")), In: in, FormID: web.FormID(q), ID: q.PathValue("id")}
	view.Errors = ui.Errors(v.p, wrong, "words", v.p.T("behalf.deskact.words"), "kind", v.p.T("behalf.deskact.kind"), "address", v.p.T("behalf.deskact.address"))
	if n, err := r.Requests.ParseNumber(q.URL.Query().Get("done")); err == nil {
		view.Done = request.DisplayNumber(n)
	}
	for _, k := range r.Requests.Terms().Kinds {
		view.Kinds = append(view.Kinds, ui.Option{Value: k.Code, Label: k.Name.In(v.p.Lang)})
	}
	err := r.DB.Write(v.ctx, func(tx *db.Tx) error {
		by, m, err := r.holding(tx, v, view.ID)
		if err != nil {
			return err
		}
		if m.State(v.now) != mandate.Holds {
			return fault.New(fault.Forbidden, "mandate.refuse.ended")
		}
		reader := trail.Reader{Actor: by.actor, Purpose: trail.ForMandate, Subject: m.ID}
		called, err := r.People.Called(tx, reader, m.Giver)
		if err != nil {
			return err
		}
		view.Name, view.Until, view.Scope = called.Words(), lastDay(v, m), scopeWords(v.p, m.Scope)
		view.Report = m.Allows(mandate.Report, v.now)
		view.Follow = m.Allows(mandate.Follow, v.now)
		if !view.Follow {
			return nil
		}
		if err := r.Mandates.CheckTx(tx, by.actor, mandate.Follow); err != nil {
			return err
		}
		view.Matters, err = r.matters(tx, by, reader, m)
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Show(w, q, wrong, deskActPage(view))
}

// mattersMost bounds the list: each row opens its case.
const mattersMost = 20

func (r *Room) matters(tx *db.Tx, v visit, reader trail.Reader, m mandate.Mandate) (out []matterView, err error) {
	heads, err := r.Requests.OfPersonTx(tx, m.Giver)
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	if err := r.Trail.LookAgain(tx, reader, trail.Matters, m.Giver); err != nil {
		return nil, err
	}
	for _, h := range heads[:min(len(heads), mattersMost)] {
		f, err := r.Cases.FileOfRequestTx(tx, h.ID)
		if err != nil {
			return nil, err
		}
		one := matterView{Title: h.Text, Chip: ui.ChipView{Text: v.p.T("citizen.state." + string(f.Case.State))}, Answer: answerOf(f)}
		one.Sub = strings.Join([]string{request.DisplayNumber(h.Number), v.p.Lang.Stamp(h.ReceivedAt, v.now)}, " · ")
		out = append(out, one)
	}
	return out, nil
}

// answerOf is what the city answered; "" when it has not yet.
func answerOf(f *casework.File) string {
	if f.Case.Answer != nil {
		return f.Case.Answer.Public
	}
	reply, _ := f.LastReply()
	return reply.Public
}

// DeskReport hands a request in for the giver, marked with who did it, and tells them.
func (r *Room) DeskReport(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	var in actForm
	var got request.Receipt
	if err = web.Decode(q, &in); err == nil {
		got, err = r.report(q, v, in)
	}
	if err != nil && web.Again(err) {
		return r.showAct(w, q, v, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/mandates/"+q.PathValue("id")+"?done="+got.Number)
}

func (r *Room) report(q *http.Request, v visit, in actForm) (got request.Receipt, err error) {
	err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
		by, m, err := r.holding(tx, v, q.PathValue("id"))
		if err != nil {
			return err
		}
		if err := r.Mandates.CheckTx(tx, by.actor, mandate.Report); err != nil {
			return err
		}
		got, err = r.Requests.ReceiveTx(tx, by.actor, request.Intake{
			ClientID: web.FormID(q), Kind: in.Kind, Words: in.Words, Address: in.Address, Area: lastArea(v.actor.Area), Channel: channelOf(v.actor),
			Language: string(v.p.Lang), Person: m.Giver, Contact: person.Contact{Anonymous: true},
		})
		if err != nil {
			return err
		}
		return r.Mandates.FiledTx(tx, by.actor, got.RequestID)
	})
	return got, err
}

// channelOf is the way in of a post's requests: the phone of a call-taker, the counter of a community.
func channelOf(a access.Actor) string {
	if a.Is(access.CallTaker) {
		return "phone"
	}
	return "counter"
}

// lastArea is the area of a post: the last of its path.
func lastArea(path string) string {
	parts := strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// DeskLayDown ends a mandate that staff hold.
func (r *Room) DeskLayDown(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	if err := r.Mandates.LayDown(v.ctx, v.actor, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/mandates")
}
