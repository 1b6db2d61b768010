package open311

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/web"
	"banyan/internal/register/apikey"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// house is a city hall with this door in front, a client's key, and the reaction that folds.
type house struct {
	*roomtest.House
	room *Room
	key  string // secret of a client
	id   string // its key's id
}

func schemas() []db.Schema { return append(worktest.Schemas(), Schema()) }

func open(t *testing.T, s Settings) *house {
	t.Helper()
	return over(t, dbtest.OpenSQLite(t, schemas()...), s)
}

// each runs a test on every engine there is.
func each(t *testing.T, s Settings, test func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, schemas(), func(t *testing.T, d *db.DB) { test(over(t, d, s)) })
}

func over(t *testing.T, d *db.DB, s Settings) *house {
	t.Helper()
	h := &house{House: roomtest.Over(worktest.New(t, d, worktest.Town(t)), nil)}
	files, err := blob.Open(t.TempDir())
	h.Must(err)
	catalogue, err := Load(h.City.Pack, h.City.Duties)
	h.Must(err)
	h.room = New(Deps{
		DB: h.DB, Clock: h.Clock, Cases: h.Cases, Requests: h.Requests, People: h.People, Files: files, Keys: h.Keys,
		Catalogue: catalogue, Settings: s, Pack: h.City.Pack.Name,
	})
	h.key, h.id = h.newKey(apikey.Report)
	h.Facts.React(fact.Reaction{Name: "open311", On: factNames(), Batch: 100, Do: h.fold})
	h.Web.RefuseAt("/open311/", Refuse)
	h.room.Slow(h.Web.Limit(Strangers(), h.Web.Address))
	h.Serve(h.routes())
	return h
}

func factNames() (names []string) {
	for _, a := range Shows() {
		names = append(names, casework.FactPrefix+string(a))
	}
	return names
}

func (h *house) fold(tx *db.Tx, facts []fact.Fact) error {
	var all []casework.Happened
	for _, f := range facts {
		one, err := fact.Decode[casework.Happened](f)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	return h.room.FoldTx(tx, all...)
}

func (h *house) routes() map[string]web.Handler {
	list := map[string]web.Handler{}
	for _, format := range formats() {
		list["GET /open311/discovery."+format] = h.room.Discovery
		for base, r := range map[string]*Room{"/open311/v2": h.room, "/open311/test/v2": h.room.Test()} {
			list["GET "+base+"/services."+format] = r.Services
			list["GET "+base+"/requests."+format] = r.List
			list["POST "+base+"/requests."+format] = r.Report
			list["GET "+base+"/servicerequestupdates."+format] = r.Updates
			list["POST "+base+"/servicerequestupdates."+format] = r.Say
			list["GET "+base+"/services/{file}"] = r.Definition
			list["GET "+base+"/requests/{file}"] = r.One
			list["GET "+base+"/tokens/{file}"] = r.Token
		}
	}
	return list
}

func formats() []string { return []string{asJSON, asXML} }

func (h *house) newKey(scopes ...string) (secret, id string) {
	h.Helper()
	k, secret, err := h.Keys.Create(h.Context(), "", apikey.New{Name: "FixMyStreet", Unit: "3501.12345", Area: "3501", Scopes: scopes})
	h.Must(err)
	return secret, k.ID
}

// got is what a client gets, in either format: a list of objects with texts.
type got struct {
	h      *house
	status int
	header http.Header
	body   string
	rows   []map[string]string
}

// get asks as a client with a key, or without when it is "".
func (h *house) get(key, path string) got {
	h.Helper()
	if key != "" {
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		path += sign + "api_key=" + key
	}
	return h.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form with the key in it.
func (h *house) post(key, path string, form url.Values) got {
	h.Helper()
	form = clone(form)
	if key != "" {
		form.Set("api_key", key)
	}
	q := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.do(q)
}

// upload sends a form with pictures photo1, photo2 … as FixMyStreet does.
func (h *house) upload(key, path string, form url.Values, files ...[]byte) got {
	h.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	form = clone(form)
	form.Set("api_key", key)
	for name, values := range form {
		for _, v := range values {
			h.Must(m.WriteField(name, v))
		}
	}
	for i, content := range files {
		part, err := m.CreateFormFile("photo"+string(rune('1'+i)), "1.0.full.jpeg")
		h.Must(err)
		_, err = part.Write(content)
		h.Must(err)
	}
	h.Must(m.Close())
	q := httptest.NewRequest(http.MethodPost, path, &body)
	q.Header.Set("Content-Type", m.FormDataContentType())
	return h.do(q)
}

func clone(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		out[name] = values
	}
	return out
}

func (h *house) do(q *http.Request) got {
	h.Helper()
	rec := httptest.NewRecorder()
	h.Handler.ServeHTTP(rec, q)
	a := got{h: h, status: rec.Code, header: rec.Header(), body: rec.Body.String()}
	var err error
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/xml") {
		a.rows, err = readXML(a.body)
	} else {
		a.rows, err = readJSON(a.body)
	}
	if err != nil {
		h.Fatalf("%s %s: %v in %s", q.Method, q.URL.Path, err, a.body)
	}
	return a
}

// want fails the test unless the got has the status, and so many rows when n is not negative.
func (a got) want(status, n int) got {
	a.h.Helper()
	if a.status != status || n >= 0 && len(a.rows) != n {
		a.h.Fatalf("status %d with %d rows, want %d with %d: %s", a.status, len(a.rows), status, n, a.body)
	}
	return a
}

// readJSON reads a list of flat objects, or one object as a list of one.
func readJSON(body string) (rows []map[string]string, err error) {
	var list []map[string]any
	if strings.HasPrefix(body, "{") {
		body = "[" + body + "]"
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		return nil, err
	}
	for _, one := range list {
		row := map[string]string{}
		for name, v := range one {
			text, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			if s, ok := v.(string); ok {
				text = []byte(s)
			}
			if v != nil {
				row[name] = string(text)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// readXML reads the elements two levels below the root as rows.
func readXML(body string) (rows []map[string]string, err error) {
	d := xml.NewDecoder(strings.NewReader(body))
	var path []string
	var text strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
			text.Reset()
			if len(path) == 2 {
				rows = append(rows, map[string]string{})
			}
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if len(path) == 3 && text.Len() > 0 {
				rows[len(rows)-1][t.Name.Local] = text.String()
			}
			path = path[:len(path)-1]
		}
	}
}

// lamp is what a client reports about a street lamp in 军门社区.
func lamp() url.Values {
	return url.Values{
		"service_code": {"street-lamp"}, "lat": {"26.0853"}, "long": {"119.2965"}, "description": {"军门社区3号楼前路灯坏了三盏，我叫张三"},
		"attribute[FAULT]": {"out"}, "phone": {"13900000001"}, "first_name": {"三"}, "last_name": {"张"}, "publish": {"true"},
	}
}

// but is a form with other values; an empty one takes the field out.
func but(form url.Values, pairs ...string) url.Values {
	form = clone(form)
	for i := 0; i < len(pairs); i += 2 {
		form[pairs[i]] = []string{pairs[i+1]}
		if pairs[i+1] == "" {
			delete(form, pairs[i])
		}
	}
	return form
}

// reported is a report about the lamp that was taken in.
func (h *house) reported(pairs ...string) (number string, head request.Headline) {
	h.Helper()
	number = h.post(h.key, "/open311/v2/requests.json", but(lamp(), pairs...)).want(http.StatusCreated, 1).rows[0]["service_request_id"]
	return number, h.head(number)
}

func (h *house) head(number string) (head request.Headline) {
	h.Helper()
	h.Read(func(tx *db.Tx) (err error) {
		head, err = h.Requests.ByNumber(tx, number)
		return err
	})
	return head
}

// replied is a report whose case was dispatched and answered by the lead.
func (h *house) replied(pairs ...string) (string, *casework.File) {
	h.Helper()
	number, head := h.reported(pairs...)
	f := h.File(head.CaseID)
	f, err := h.Cases.Dispatch(h.Context(), worktest.Desk(), casework.Dispatch{
		Case: f.Case.ID, Version: f.Case.Version, Duty: h.City.LedBy(h, "350102.cgj"), Lead: "350102.cgj",
	})
	h.Must(err)
	h.Drain()
	f, err = h.Cases.Sign(h.Context(), h.Cast["lamps"], h.Lead(f).ID)
	h.Must(err)
	f = h.Reply(f, h.Cast["lamps"])
	h.Drain()
	return number, f
}

// published is an answered report that everybody may see.
func (h *house) published(pairs ...string) (string, *casework.File) {
	h.Helper()
	number, f := h.replied(pairs...)
	return number, h.show(f)
}

// show lets the requester say that it is solved and puts the case before the public.
func (h *house) show(f *casework.File) *casework.File {
	h.Helper()
	_, err := h.Cases.FollowUp(h.Context(), h.Cast["asker"], casework.FollowingUpWith{Case: f.Case.ID, Channel: "phone", Solved: "yes", Satisfied: "yes"})
	h.Must(err)
	f, err = h.Cases.Publish(h.Context(), worktest.Desk(), f.Case.ID)
	h.Must(err)
	h.Drain()
	return f
}
