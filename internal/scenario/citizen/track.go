package citizen

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/web/ui"
)

type trackForm struct {
	Number string `form:"number" max:"40" required:"true"`
	Phone  string `form:"phone" max:"40"`
	Why    string `form:"why" max:"10"` // proof: sent here because nothing was proven
}

// TrackStart asks for number and phone; a code on a slip brings the number along.
func (r *Room) TrackStart(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var f trackForm
	_ = web.Decode(q, &f) // what is missing is asked for
	return r.showTrack(w, q, v, f, nil)
}

// Track proves a request by number and phone. The phone never stands in an address.
func (r *Room) Track(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var f trackForm
	if err := web.Decode(q, &f); err != nil {
		if !again(err) {
			return err
		}
		return r.showTrack(w, q, v, f, err)
	}
	head, err := r.Requests.Track(v.ctx, f.Number, f.Phone)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.New(fault.Invalid, "request.not_found").Wrap(err)
	}
	if again(err) {
		return r.showTrack(w, q, v, f, err)
	}
	if err != nil {
		return err
	}
	how := byPhone
	if head.Anonymous {
		how = byNumber
	}
	if v.proof.Request != head.ID || v.proof.How != bySender {
		r.prove(w, q, proof{head.ID, how})
	}
	return web.Redirect(w, q, "/mine/"+head.ID)
}

func (r *Room) showTrack(w http.ResponseWriter, q *http.Request, v visit, f trackForm, wrong error) error {
	view := trackView{CitizenView: r.task(v, v.p.T("citizen.track.title"), "/"), trackForm: f}
	view.errs = ui.Errors(v.p, wrong, "number", v.p.T("citizen.track.number"), "phone", v.p.T("citizen.track.phone"))
	return web.Show(w, q, wrong, track(view))
}
