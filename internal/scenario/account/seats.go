package account

import (
	"net/http"
	"net/url"
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/web/ui"
)

func escape(s string) string { return url.QueryEscape(s) }

type seatForm struct {
	Seat string `form:"seat" max:"120"`
	To   string `form:"to" max:"300"`
}

type seatsView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Form   seatForm
	Seats  []ui.Option
}

// SeatForm lists the posts one may act in, one at a time.
func (r *Room) SeatForm(w http.ResponseWriter, q *http.Request) error {
	return r.seatsAgain(w, q, seatForm{To: q.URL.Query().Get("to")}, nil)
}

// TakeSeat chooses the post one acts in from now on.
func (r *Room) TakeSeat(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in seatForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	seats, err := r.Seats(v.ctx, v.who.Staff)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(seats, func(s Seat) bool { return s.ID == in.Seat }) {
		return r.seatsAgain(w, q, in, fault.Field("seat", "account.seat.need"))
	}
	r.Choose(w, q, in.Seat)
	return web.Redirect(w, q, inside(in.To))
}

func (r *Room) seatsAgain(w http.ResponseWriter, q *http.Request, in seatForm, wrong error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	seats, err := r.Seats(v.ctx, v.who.Staff)
	if err != nil {
		return err
	}
	view := seatsView{Desk: r.desk(q, v, v.p.T("account.seat.title"), "seats"), Form: in, Errors: ui.Errors(v.p, wrong, "seat", v.p.T("account.seat.title"))}
	actor, err := r.Actor(q)
	for _, s := range seats {
		if in.Seat == "" && err == nil && actor.Unit == s.Unit && actor.Area == s.Path {
			view.Form.Seat = s.ID
		}
		view.Seats = append(view.Seats, ui.Option{Value: s.ID, Label: r.City.Orgs.Name(s.Unit, v.p.Lang), Hint: roleNames(v.p, s.Roles)})
	}
	return web.Show(w, q, wrong, seatsPage(view))
}
