package citizen

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/consent"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

// ownData is everything the city holds about a person, in a form that another program reads (Personal Information Protection Law,
// article 45). Times are RFC 3339.
type ownData struct {
	At       time.Time     `json:"at"`
	Person   ownPerson     `json:"person"`
	Requests []ownRequest  `json:"requests"`
	Looks    []ownLook     `json:"looks"` // by others; the person's own are left out
	Sessions []ownSignedIn `json:"sessions"`
	Apps     []ownApp      `json:"apps"`    // that may or might sign the person in
	Surveys  []ownSurvey   `json:"surveys"` // that run; of those that ended nothing is left

	Consents []consent.Receipt `json:"consents"` // also those taken back
	Mandates []ownMandate      `json:"mandates"`
	Passkeys []ownPasskey      `json:"passkeys"`

	Credentials []ownCredential `json:"credentials"`
	Sheet       *ownSheet       `json:"sheet,omitempty"`
	Proofs      []ownProof      `json:"proofs"` // of who they are
}

type ownPerson struct {
	ID       string    `json:"id"`
	Name     string    `json:"name,omitempty"`
	Phone    string    `json:"phone,omitempty"`
	Email    string    `json:"email,omitempty"`
	WeChat   string    `json:"wechat,omitempty"`
	Language string    `json:"language,omitempty"`
	Since    time.Time `json:"since"`
}

type ownRequest struct {
	Number   string      `json:"number"`
	At       time.Time   `json:"at"`
	Kind     string      `json:"kind"`
	Channel  string      `json:"channel"`
	Subject  string      `json:"subject,omitempty"`
	Words    string      `json:"words"`
	Address  string      `json:"address,omitempty"`
	Area     string      `json:"area,omitempty"`
	Lat      float64     `json:"lat,omitempty"`
	Lon      float64     `json:"lon,omitempty"`
	Photos   int         `json:"photos"`
	Public   bool        `json:"public"` // consent to publish holds now
	Remarks  []ownRemark `json:"remarks,omitempty"`
	Progress string      `json:"progress"` // path of the page
}

type ownRemark struct {
	At    time.Time `json:"at"`
	On    string    `json:"on"`
	Words string    `json:"words"`
}

type ownLook struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Unit    string    `json:"unit,omitempty"`
	Purpose string    `json:"purpose"`
	Fields  []string  `json:"fields"`
	For     string    `json:"for,omitempty"`     // purpose of the city's register
	Law     string    `json:"law,omitempty"`     // of a grant that was given beside a post
	Delayed string    `json:"delayed,omitempty"` // the rule by which it was told later
}

type ownSignedIn struct {
	Since  time.Time `json:"since"`
	Device string    `json:"device"`
}

// ownPasskey is a key of the person's device; the city holds its public half.
type ownPasskey struct {
	Name string    `json:"name"`
	Made time.Time `json:"made"`
	Used time.Time `json:"used,omitzero"`
}

// ownSheet is the sheet of paper with codes to sign in; the city holds their digests.
type ownSheet struct {
	Made time.Time `json:"made"`
	Left int       `json:"left"` // codes that are still good
}

type ownApp struct {
	Name   string    `json:"name"`
	Unit   string    `json:"unit"`
	Scopes []string  `json:"scopes"`
	Given  time.Time `json:"given"`
	Until  time.Time `json:"until"`
	Ended  time.Time `json:"ended,omitzero"`
}

type ownSurvey struct {
	Title   string            `json:"title"`
	Purpose string            `json:"purpose"`
	Basis   string            `json:"basis"`
	Unit    string            `json:"unit"`
	Until   time.Time         `json:"until"` // then everything of it is destroyed
	Page    string            `json:"page"`
	Name    string            `json:"name"`
	Phone   string            `json:"phone,omitempty"`
	Address string            `json:"address"`
	Answers map[string]string `json:"answers,omitempty"` // by question
}

// ownMandate is who may or might act for the person, or for whom the person may.
type ownMandate struct {
	Given    bool      `json:"given"` // by the person; else held
	Relation string    `json:"relation"`
	Scope    []string  `json:"scope"`
	Way      string    `json:"way"`
	Basis    string    `json:"basis,omitempty"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Accepted time.Time `json:"accepted,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
}

// ownCredential is what a counter stated about the person.
type ownCredential struct {
	Kind     string         `json:"kind"`
	Facts    map[string]any `json:"facts"`
	Evidence string         `json:"evidence"`
	Unit     string         `json:"unit"`
	Issued   time.Time      `json:"issued"`
	Until    time.Time      `json:"until"`
	State    string         `json:"state"`
	Ended    time.Time      `json:"ended,omitzero"`
	On       []string       `json:"on"` // wallet, paper
}

// looksGiven is how many rows of the trail one file holds at most.
const looksGiven = 10_000

// MyData gives a signed-in citizen everything the city holds about them as one file. It is a look of their own, with its row.
func (r *Room) MyData(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return r.toSignIn(w, q)
	}
	data := ownData{
		At: v.now, Requests: []ownRequest{}, Looks: []ownLook{}, Sessions: []ownSignedIn{}, Apps: []ownApp{}, Surveys: []ownSurvey{}, Consents: []consent.Receipt{}, Mandates: []ownMandate{}, Credentials: []ownCredential{}, Passkeys: []ownPasskey{},
	}
	if err := r.DB.Write(v.ctx, func(tx *db.Tx) error {
		return errors.Join(r.said(tx, v, &data), r.agreed(tx, v, &data, r.url(q, "")), r.stated(tx, v, &data), r.proved(tx, v, &data))
	}); err != nil {
		return err
	}
	if err := r.surveyed(v, &data); err != nil {
		return err
	}
	if err := r.looked(v, &data); err != nil {
		return err
	}
	sessions, err := r.Identity.Sessions(v.ctx, v.p.Visitor.Account)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		data.Sessions = append(data.Sessions, ownSignedIn{Since: s.CreatedAt, Device: s.Agent})
	}
	keys, err := r.Identity.Passkeys(v.ctx, v.p.Visitor.Account)
	if err != nil {
		return err
	}
	for _, k := range keys {
		data.Passkeys = append(data.Passkeys, ownPasskey{Name: k.Name, Made: k.Made, Used: k.Used})
	}
	sheet, ok, err := r.Identity.SheetOf(v.ctx, v.p.Visitor.Account)
	if err != nil {
		return err
	}
	if ok {
		data.Sheet = &ownSheet{Made: sheet.Made, Left: sheet.Left}
	}
	apps, err := r.SignOn.GrantsOf(v.ctx, v.actor.ID)
	if err != nil {
		return err
	}
	for _, a := range apps {
		data.Apps = append(data.Apps, ownApp{
			Name: a.App.Name, Unit: r.Cases.City.Orgs.Name(a.App.Unit, v.lang()), Scopes: a.Grant.Scopes, Given: a.Grant.Given, Until: a.Grant.Until, Ended: a.Grant.Ended,
		})
	}
	if err := r.DB.Read(v.ctx, func(tx *db.Tx) error { return r.allowed(tx, v, &data) }); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="banyan-my-data.json"`)
	w.Header().Set("Cache-Control", "no-store")
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(data)
}

// allowed fills in who may act for the person, and for whom they may.
func (r *Room) allowed(tx *db.Tx, v visit, data *ownData) error {
	given, err := r.Mandates.GivenBy(tx, v.actor.ID)
	if err != nil {
		return err
	}
	held, err := r.Mandates.HeldBy(tx, v.actor.ID)
	data.Mandates = data.Mandates[:0]
	for _, m := range append(given, held...) {
		data.Mandates = append(data.Mandates, ownMandate{
			Given: m.Giver == v.actor.ID, Relation: m.Relation, Scope: m.ScopeWords(), Way: string(m.Way), Basis: m.Basis,
			From: m.From, Until: m.Until, Accepted: m.Accepted, Ended: m.Ended,
		})
	}
	return err
}

// stated fills in what counters stated about the person.
func (r *Room) stated(tx *db.Tx, v visit, data *ownData) error {
	list, err := r.Credentials.Of(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForOwn}, v.actor.ID)
	data.Credentials = data.Credentials[:0]
	for _, c := range list {
		one := ownCredential{
			Kind: c.Kind, Facts: c.Facts, Evidence: c.Evidence, Unit: r.Cases.City.Orgs.Name(c.Unit, v.lang()), Issued: c.Issued, Until: c.Until, State: string(c.State(v.now)), Ended: c.EndedAt, On: []string{},
		}
		for _, copied := range c.Copies {
			one.On = append(one.On, string(copied.Medium))
		}
		data.Credentials = append(data.Credentials, one)
	}
	return err
}

// ownProof is how the person proved who they are.
type ownProof struct {
	Level    int       `json:"level"`
	Method   string    `json:"method"`
	Document string    `json:"document,omitempty"`
	Service  string    `json:"service,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	Unit     string    `json:"unit,omitempty"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"until"`
	Ended    time.Time `json:"ended,omitzero"`
}

// proved fills in how the person proved who they are.
func (r *Room) proved(tx *db.Tx, v visit, data *ownData) error {
	list, err := r.Assure.ProofsTx(tx, v.actor.ID)
	data.Proofs = []ownProof{}
	for _, p := range list {
		data.Proofs = append(data.Proofs, ownProof{
			Level: int(p.Level), Method: string(p.Method), Document: p.Document, Service: p.Issuer, Subject: p.Subject, Unit: r.Cases.City.Orgs.Name(p.Unit, v.lang()), At: p.At, Until: p.Until, Ended: p.Ended,
		})
	}
	return err
}

// said fills in the person and what they said.
func (r *Room) said(tx *db.Tx, v visit, data *ownData) error {
	reader := trail.Reader{Actor: v.actor, Purpose: trail.ForOwn}
	own, err := r.People.Contact(tx, reader, v.actor.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	data.Person = ownPerson{ID: v.actor.ID, Name: own.Name, Phone: string(own.Phone), Email: own.Email, WeChat: own.WeChat, Language: own.Language, Since: own.Since}
	heads, err := r.Requests.OfPersonTx(tx, v.actor.ID)
	if err != nil || len(heads) == 0 {
		return err
	}
	byID, ids := map[string]request.Headline{}, make([]string, len(heads))
	for i, h := range heads {
		byID[h.ID], ids[i] = h, h.ID
	}
	said, err := r.Requests.Words(tx, reader, ids...)
	if err != nil {
		return err
	}
	data.Requests = data.Requests[:0]
	for _, s := range said {
		data.Requests = append(data.Requests, ownRequestOf(byID[s.ID], s))
	}
	return nil
}

// agreed fills in what the person agreed to, as receipts.
func (r *Room) agreed(tx *db.Tx, v visit, data *ownData, portal string) error {
	data.Consents = data.Consents[:0]
	list, err := r.Requests.Consents.Of(tx, v.actor.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		receipt, err := r.receiptOf(tx, v, c, portal)
		if err != nil {
			return err
		}
		data.Consents = append(data.Consents, receipt)
	}
	return nil
}

func ownRequestOf(h request.Headline, s request.Said) ownRequest {
	o := ownRequest{
		Number: h.Number, At: h.ReceivedAt, Kind: h.Kind, Channel: h.Channel, Subject: s.Subject, Words: s.Words, Address: s.Address, Area: h.Area,
		Lat: h.Point.Lat, Lon: h.Point.Lon, Photos: len(s.Photos), Public: h.Publish, Progress: "/mine/" + h.ID,
	}
	for _, m := range s.Remarks {
		o.Remarks = append(o.Remarks, ownRemark{At: m.At, On: m.Occasion, Words: m.Words})
	}
	return o
}

// looked fills in who looked at the person.
func (r *Room) looked(v visit, data *ownData) error {
	ids, err := r.watchedIDs(v)
	if err != nil {
		return err
	}
	before := ""
	for len(data.Looks) < looksGiven {
		rows, err := r.Trail.ForPersons(v.ctx, ids, before, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, l := range rows {
			if !own(l, ids) {
				by, err := r.by(v, l)
				if err != nil {
					return err
				}
				data.Looks = append(data.Looks, ownLook{ID: l.ID, At: l.At, Unit: r.Cases.City.Orgs.Name(l.Unit, v.lang()), Purpose: v.p.T(l.Purpose), Fields: l.Fields, For: by.name, Law: by.law, Delayed: delayedBy(l)})
			}
		}
		before = rows[len(rows)-1].ID
	}
	return nil
}

// delayedBy is the rule by which a look was told later; "" for nearly all.
func delayedBy(l trail.Look) string {
	if l.Delayed == nil {
		return ""
	}
	return l.Delayed.Law
}
