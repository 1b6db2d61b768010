package trust

import (
	"context"
	"net/http"
	"strconv"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// askForm is what somebody says on the phone or at the counter.
type askForm struct {
	Purpose string `form:"purpose" max:"40" required:"true"`
	Version string `form:"version" max:"6"`
	Way     string `form:"way" max:"10" required:"true"`
	Agrees  bool   `form:"agrees"`
}

type askView struct {
	Desk   ui.DeskView
	To     string
	Number string
	Case   string // address
	Errors []ui.FieldError
	Asks   []askCard
}

// askCard is one purpose with the words to read out.
type askCard struct {
	id, version, name, ask, what, after, refused string
	chip                                         ui.ChipView
	agreed                                       bool
}

// matter is the request somebody calls about: only so does the centre come to a person.
type matter struct {
	head  request.Headline
	place string
}

// matterOf finds the request and asks the policy. A request without anybody known is not found: nobody could take it back.
func (r *Room) matterOf(v deskVisit, id string) (m matter, err error) {
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		m.head, err = r.Requests.Get(tx, id)
		return err
	})
	if err != nil {
		return m, err
	}
	at, _ := r.Areas.Get(m.head.Area) // an area no longer in the pack gives nobody the right
	m.place = at.Path
	if err := r.Policy.Check(v.actor, access.ConsentGive, access.Resource{Kind: "person", AreaPath: m.place}); err != nil {
		return m, err
	}
	if m.head.PersonID == "" {
		return m, fault.New(fault.NotFound, "consent.nobody")
	}
	return m, nil
}

// Ask is the page from which the centre reads a text out and notes the answer.
func (r *Room) Ask(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	m, err := r.matterOf(v, q.PathValue("request"))
	if err != nil {
		return err
	}
	return r.showAsk(w, q, v, m, nil)
}

// Answer notes what somebody says about a purpose.
func (r *Room) Answer(w http.ResponseWriter, q *http.Request) error {
	v, err := r.desk(q)
	if err != nil {
		return err
	}
	m, err := r.matterOf(v, q.PathValue("request"))
	if err != nil {
		return err
	}
	var f askForm
	if err = web.Decode(q, &f); err == nil {
		err = r.answer(v, m, f)
	}
	if web.Again(err) || consent.Refused(err) {
		return r.showAsk(w, q, v, m, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/desk/consents/"+m.head.ID)
}

func (r *Room) answer(v deskVisit, m matter, f askForm) error {
	way := consent.Way(f.Way)
	if way != consent.Phone && way != consent.Counter {
		return fault.Field("way", "consent.way")
	}
	version, _ := strconv.Atoi(f.Version) // what is no number is no text that is in force
	if f.Agrees && version == 0 {
		return fault.New(fault.Conflict, "consent.changed")
	}
	if f.Purpose == consent.ForPublish {
		return r.Requests.Choose(v.ctx, v.actor, request.Choosing{Request: m.head.ID, Grant: f.Agrees, Way: way, Lang: string(v.p.Lang), Version: version})
	}
	said := consent.Said{Person: m.head.PersonID, Purpose: f.Purpose, Version: version, Way: way, Lang: string(v.p.Lang), By: v.actor}
	if f.Agrees {
		_, err := r.Consents.Agree(v.ctx, said, m.place)
		return err
	}
	return r.Consents.TakeBack(v.ctx, said, m.place)
}

func (r *Room) showAsk(w http.ResponseWriter, q *http.Request, v deskVisit, m matter, failed error) error {
	asks, err := r.asks(v.ctx, v.p, m)
	if err != nil {
		return err
	}
	view := askView{
		Desk: r.frame(v, v.p.T("trust.ask.title"), ""), To: "/desk/consents/" + m.head.ID, Number: request.DisplayNumber(m.head.Number), Case: "/desk/cases/" + m.head.CaseID,
		Errors: ui.Errors(v.p, failed), Asks: asks,
	}
	return web.Show(w, q, failed, askPage(view))
}

// asks are the purposes that this person can be asked about: what is asked for once, and publication of this request.
func (r *Room) asks(ctx context.Context, p web.Page, m matter) (list []askCard, err error) {
	kind, _ := r.Requests.Terms().Kind(m.head.Kind) // an unknown one is never public
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		for _, one := range r.Consents.Purposes.All() {
			inMatter := one.ID == consent.ForPublish && kind.Public
			if one.Asked != consent.Standing && !inMatter {
				continue
			}
			card, err := r.askCard(tx, p, one, m)
			if err != nil {
				return err
			}
			list = append(list, card)
		}
		return nil
	})
	return list, err
}

func (r *Room) askCard(tx *db.Tx, p web.Page, one consent.Purpose, m matter) (card askCard, err error) {
	text, err := r.Consents.Live(tx, one.ID)
	if err == nil && one.Asked == consent.Standing {
		err = r.Consents.Need(tx, m.head.PersonID, one.ID)
	}
	card = askCard{id: one.ID, version: strconv.Itoa(text.Version), name: one.Name.In(p.Lang), what: text.What.In(p.Lang)}
	if text.Ask != nil {
		card.ask, card.after = text.Ask.In(p.Lang), text.After.In(p.Lang)
	}
	card.agreed = err == nil
	if one.ID == consent.ForPublish {
		card.agreed = m.head.Publish
	}
	card.chip = ui.ChipView{Text: p.T("consent.state.no")}
	if card.agreed {
		card.chip = ui.ChipView{Kind: "ok", Text: p.T("consent.state.yes")}
	}
	if f, ok := fault.As(err); ok && consent.Refused(err) {
		if f.Key != consent.NotGiven {
			card.chip = ui.ChipView{Kind: "warn", Text: p.T(f.Key + ".chip")}
		}
		if f.Key != consent.NotGiven && f.Key != consent.Renewed {
			card.refused = p.T(f.Key)
		}
		err = nil
	}
	return card, err
}
