package open311

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
)

// List lists requests by their filters, newest first. A full page names the next one in its Link header.
func (r *Room) List(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	f, err := ParseFilter(q.URL.Query(), v.now)
	if err != nil {
		return err
	}
	f.Realm, f.Key = r.realm, v.key
	f.Numbers = r.numbers(f.Numbers)
	var list []Record
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		list, err = listRecords(tx, f)
		return err
	})
	if err != nil {
		return err
	}
	if len(list) > 0 && len(list) == f.Limit {
		last := list[len(list)-1]
		next(w, q, place{f.runsBy(last), last.ID})
	}
	return r.show(w, q, v, f.around(list))
}

// numbers reads numbers as people write them; what is none is looked for as it is and not found.
func (r *Room) numbers(list []string) []string {
	for i, text := range list {
		if n, err := r.Requests.ParseNumber(text); err == nil {
			list[i] = n
		}
	}
	return list
}

// next names the following page, without the page number that the place makes needless.
func next(w http.ResponseWriter, q *http.Request, after place) {
	values := q.URL.Query()
	values.Del("page")
	values.Del("api_key") // a secret does not belong into an address that is handed on
	values.Set("after", after.String())
	u := url.URL{Path: q.URL.Path, RawQuery: values.Encode()}
	w.Header().Set("Link", "<"+u.String()+`>; rel="next"`)
}

// around leaves out what lies in a cell the circle touches but not in the circle.
func (f Filter) around(list []Record) []Record {
	if !f.Near.Valid() {
		return list
	}
	var inside []Record
	for _, r := range list {
		if r.Point.Distance(f.Near) <= f.Radius {
			inside = append(inside, r)
		}
	}
	return inside
}

// One gives one request. One that does not exist and one that may not be seen are the same NotFound.
func (r *Room) One(w http.ResponseWriter, q *http.Request) error {
	if err := addressed(q); err != nil {
		return err
	}
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	f := Filter{Realm: r.realm, Key: v.key, Numbers: r.numbers([]string{named(q)})}
	var list []Record
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		list, err = listRecords(tx, f)
		return err
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return missing()
	}
	return r.show(w, q, v, list)
}

func missing() *fault.Error { return fault.New(fault.NotFound, "open311.wrong.request") }

// Token exchanges a token for the number of its request. The token is the proof: nobody can guess one.
func (r *Room) Token(w http.ResponseWriter, q *http.Request) error {
	if err := addressed(q); err != nil {
		return err
	}
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	token := named(q)
	var found Record
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		found, err = byToken(tx, token)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && (found.Realm == trial) != (r.realm == trial) {
		return fault.New(fault.NotFound, "open311.wrong.token")
	}
	if err != nil {
		return fmt.Errorf("exchange a token: %w", err)
	}
	out := newWriter(v.format, 512)
	out.list("service_requests", func() {
		out.item("request", func() {
			out.text("service_request_id", found.Number)
			out.text("token", token)
		})
	})
	return send(w, v.p, http.StatusOK, out)
}

// show writes requests. Names that repeat are looked up once.
func (r *Room) show(w http.ResponseWriter, q *http.Request, v visit, list []Record) error {
	n := r.names(v)
	out := newWriter(v.format, 256+len(list)*700)
	out.list("service_requests", func() {
		for i := range list {
			r.record(out, &list[i], n, q)
		}
	})
	return send(w, v.p, http.StatusOK, out)
}

func (r *Room) record(out *writer, x *Record, n *names, q *http.Request) {
	out.item("request", func() {
		out.text("service_request_id", x.Number)
		out.text("status", status(x.Open))
		out.text("status_notes", n.notes(x.State, x.Reason, x.Answer))
		out.text("service_name", n.service(x.Service))
		out.text("service_code", x.Service)
		out.text("description", x.Description)
		out.text("agency_responsible", n.unit(x.Agency))
		out.text("service_notice", "")
		out.time("requested_datetime", x.RequestedAt)
		out.time("updated_datetime", x.UpdatedAt)
		out.time("expected_datetime", x.ExpectedAt)
		out.text("address", n.area(x.Area))
		out.text("address_id", x.Area)
		out.text("zipcode", "")
		if x.Point.Valid() {
			out.degrees("lat", x.Point.Lat)
			out.degrees("long", x.Point.Lon)
		} else {
			out.text("lat", "")
			out.text("long", "")
		}
		if x.Media == "" {
			out.text("media_url", "")
		} else {
			out.text("media_url", r.url(q, "/photos/"+x.Media))
		}
	})
}

func status(open bool) string {
	if open {
		return "open"
	}
	return "closed"
}

// names looks up what lists say about codes, each once.
type names struct {
	r                      *Room
	p                      web.Page
	services, units, areas map[string]string
	states                 map[casework.State]string
}

func (r *Room) names(v visit) *names {
	return &names{r: r, p: v.p, services: map[string]string{}, units: map[string]string{}, areas: map[string]string{}, states: map[casework.State]string{}}
}

func once[K comparable](known map[K]string, key K, find func() string) string {
	name, ok := known[key]
	if !ok {
		name = find()
		known[key] = name
	}
	return name
}

func (n *names) service(code string) string {
	return once(n.services, code, func() string {
		s, ok := n.r.Catalogue.Get(code)
		if !ok {
			return code // it left the pack
		}
		return s.Name.In(n.p.Lang)
	})
}

func (n *names) unit(id string) string {
	if id == "" {
		return ""
	}
	return once(n.units, id, func() string { return n.r.Cases.City.Orgs.Name(id, n.p.Lang) })
}

func (n *names) area(code string) string {
	return once(n.areas, code, func() string { return n.r.Cases.City.Areas.FullName(code, n.p.Lang) })
}

// notes is the public answer, or what the state means.
func (n *names) notes(state casework.State, reason, answer string) string {
	if reason != "" {
		r, _ := n.r.Cases.City.Duties.Reason(reason) // a reason that left the pack says nothing
		text := r.Name.In(n.p.Lang)
		for _, more := range []string{r.Where.In(n.p.Lang), answer} {
			if more != "" {
				text += " " + more
			}
		}
		return text
	}
	if answer != "" {
		return answer
	}
	return once(n.states, phase(state), func() string { return n.p.T("open311.state." + string(phase(state))) })
}
