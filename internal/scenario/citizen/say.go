package citizen

import (
	"net/http"
	"strconv"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/mandate"
	"banyan/internal/work/casework"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// sayForm is what a requester says about the answer.
type sayForm struct {
	Satisfied string   `form:"satisfied" max:"3"` // yes, no or ""
	Words     string   `form:"words" max:"1000"`
	Level     string   `form:"level" max:"1"`
	Reasons   []string `form:"reasons" max:"30"`
	Grant     bool     `form:"grant"`
	Version   int      `form:"version"` // of the text beside the button
}

// say reads a form about an own request, does something, and shows the page again; what is wrong stands on it.
func (r *Room) say(w http.ResponseWriter, q *http.Request, scope mandate.Scope, do func(tx *db.Tx, o owned, f sayForm) error) error {
	o, ok, err := r.own(w, q)
	if err != nil || !ok {
		return err
	}
	var f sayForm
	if err = web.Decode(q, &f); err == nil {
		err = o.mustAct()
	}
	if err == nil {
		err = r.write(o.visit, scope, func(tx *db.Tx) error { return do(tx, o, f) })
	}
	if again(err) {
		return r.showOne(w, q, o, f, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/mine/"+o.head.ID)
}

// MineConfirm is the requester's yes: it is solved.
func (r *Room) MineConfirm(w http.ResponseWriter, q *http.Request) error {
	return r.say(w, q, mandate.Follow, func(tx *db.Tx, o owned, f sayForm) error {
		_, err := r.Cases.ConfirmTx(tx, o.who, o.head.ID, f.Satisfied)
		return err
	})
}

// MineContest is the requester's no, in words.
func (r *Room) MineContest(w http.ResponseWriter, q *http.Request) error {
	return r.say(w, q, mandate.Follow, func(tx *db.Tx, o owned, f sayForm) error {
		if err := r.Requests.RemarkByTx(tx, o.who, o.head.ID, request.OnContest, f.Words); err != nil {
			return err
		}
		_, err := r.Cases.ContestTx(tx, o.who, o.head.ID, f.Words)
		return err
	})
}

// MineRate rates the service, once.
func (r *Room) MineRate(w http.ResponseWriter, q *http.Request) error {
	return r.say(w, q, mandate.Rate, func(tx *db.Tx, o owned, f sayForm) error {
		level, err := strconv.Atoi(f.Level)
		if err != nil || level < 1 || level > 5 {
			return fault.Field("level", "citizen.rate.level_needed")
		}
		if !ratable(o.file) {
			return fault.New(fault.Conflict, "citizen.rate.later")
		}
		c := o.file.Case
		_, err = r.Rates.GiveTx(tx, o.who, rate.Giving{
			Request: o.head.ID, Case: c.ID, Unit: r.judged(o.file), Path: c.Path, Units: o.file.Units(),
			Level: rate.Level(level), Reasons: f.Reasons, Channel: "web",
		})
		if err != nil {
			return err
		}
		return r.Requests.RemarkByTx(tx, o.who, o.head.ID, request.OnRating, f.Words)
	})
}

// ratable says that the requester has an answer to judge and the case is over.
func ratable(f *casework.File) bool {
	return f.Case.State == casework.Closed || f.Case.State == casework.Answered
}

// judged is the unit a rating is about: the lead, or the hotline centre when the desk answered.
func (r *Room) judged(f *casework.File) string {
	if lead := leadOf(f); lead != "" && f.Case.State != casework.Answered {
		return lead
	}
	centre, _ := r.Cases.City.Orgs.Centre(f.Case.Area) // a pack without a centre has nobody at the desk
	return centre.ID
}

// rated fills in the rating that was given, or the form for one.
func (r *Room) rated(o owned, view *oneView) error {
	if !ratable(o.file) {
		return nil
	}
	given, err := r.Rates.Of(o.ctx, o.head.ID)
	if err == nil {
		view.rated, view.ratedBy = o.p.T("ui.rating."+strconv.Itoa(int(given.Level))), r.mark(o.visit, given.Acted.As)
		return nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	view.rate, view.reasons = o.acts && o.allows(mandate.Rate), r.reasons(o.visit)
	return nil
}

// MineConsent gives or withdraws the consent to publish.
func (r *Room) MineConsent(w http.ResponseWriter, q *http.Request) error {
	return r.say(w, q, mandate.Follow, func(tx *db.Tx, o owned, f sayForm) error {
		if f.Grant {
			if err := o.oneself("mandate.never.consent"); err != nil {
				return err
			}
		}
		return r.Requests.ChooseTx(tx, o.who, request.Choosing{Request: o.head.ID, Grant: f.Grant, Lang: string(o.lang()), Version: f.Version})
	})
}

// MineWords shows the requester what they wrote; the look leaves a row in their own trail.
func (r *Room) MineWords(w http.ResponseWriter, q *http.Request) error {
	o, ok, err := r.own(w, q)
	if err != nil || !ok {
		return err
	}
	if err := o.mustAct(); err != nil {
		return err
	}
	var said []request.Said
	err = r.write(o.visit, mandate.Follow, func(tx *db.Tx) (err error) {
		said, err = r.Requests.Words(tx, o.reader(), o.head.ID)
		return err
	})
	if err != nil {
		return err
	}
	view := wordsView{CitizenView: r.task(o.visit, o.title("citizen.words.title", "mandate.words"), "/mine/"+o.head.ID)}
	for _, s := range said {
		view.words, view.address = s.Words, s.Address
		for i, ph := range s.Photos {
			at := "/photos/" + ph.Key
			view.photos = append(view.photos, ui.Photo{Src: at + "/thumb", Href: at, Alt: o.p.T("citizen.photo.alt", "N", i+1)})
		}
	}
	return web.Show(w, q, nil, wordsPage(view))
}
