package request

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/consent"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// Opener opens the case of a new request, or joins it to one, inside the transaction that stores the
// request: a number without a case must never exist. casework is a room on the same floor, hence this.
type Opener interface {
	// Open decides before the transaction, as far as it can; Opened.Tx is the write.
	Open(o Opening) (Opened, error)
}

// Opened is a case decided and ready to be stored.
type Opened struct {
	Case string                                 // its id; empty when Tx finds out which one is joined
	Tx   func(tx *db.Tx) (id string, err error) // may run again when its transaction was undone
}

// Opening is what a case may know of the request that opens it.
type Opening struct {
	RequestID  string
	Number     string
	Kind       string
	AreaCode   string
	Point      geo.Point
	Channel    string
	Anonymous  bool
	HasContact bool
	Publish    bool // consent to publish
	Urgent     bool // by the pack's urgent words; the words themselves stay here
	At         time.Time
	JoinCase   string // the case to join, or empty
	Actor      access.Actor
}

// City is what the pack says about taking in.
type City struct {
	Prefix string // letters of the numbers: FZ
	Terms  Terms
	Areas  *area.Register
	Urgent func(text string) bool // nil: nothing is urgent by its words
}

// Deps are what the service stands on.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Facts  *fact.Log
	Trail  *trail.Log
	People *person.Service
	Policy *access.Policy

	Consents *consent.Service
}

// Service takes requests in and tells what was said.
type Service struct {
	Deps
	city   City
	cases  Opener
	redact *Redactor
}

// New makes the service.
func New(d Deps, city City, cases Opener) *Service {
	return &Service{Deps: d, city: city, cases: cases, redact: NewRedactor()}
}

// Receipt is what the requester gets.
type Receipt struct {
	RequestID string
	Number    string
	CaseID    string
	Repeated  bool // this client id was here before: nothing was stored, the first one counts
}

// Receive stores a request and opens its case. Refusals: Forbidden; Invalid with every wrong field.
func (s *Service) Receive(ctx context.Context, actor access.Actor, in Intake) (r Receipt, err error) {
	d, err := s.Prepare(actor, in)
	if err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		r, err = s.StoreTx(tx, d)
		if err == nil && r.Repeated {
			err = errResend // takes back the person that a resend with another phone has made
		}
		return err
	})
	if errors.Is(err, errResend) {
		err = nil
	}
	return r, err
}

// errResend undoes a transaction that found its request stored.
var errResend = errors.New("request: a resend")

// ReceiveTx is Receive inside the caller's transaction, for imports that keep their own books.
func (s *Service) ReceiveTx(tx *db.Tx, actor access.Actor, in Intake) (Receipt, error) {
	d, err := s.Prepare(actor, in)
	if err != nil {
		return Receipt{}, err
	}
	if r, err := s.RepeatedTx(tx, d.in.ClientID); err != nil || r.Repeated {
		return r, err
	}
	return s.StoreTx(tx, d)
}

// Prepared is an intake decided and ready to be stored: what needs no look at the store is done before the transaction,
// for on SQLite all that is written waits for one writer, and on PostgreSQL a short transaction collides less.
type Prepared struct {
	actor  access.Actor
	in     Intake
	row    row
	opened Opened
	said   fact.Said
}

// Prepare decides an intake. Refusals are those of Receive.
func (s *Service) Prepare(actor access.Actor, in Intake) (d Prepared, err error) {
	in = in.tidy()
	wrong := in.check(actor, s.city.Terms)
	place, ok := s.place(in)
	if !ok {
		wrong = append(wrong, fault.Field("area", "request.area_unknown"))
	}
	if err := wrong.OrNil(); err != nil {
		return d, err
	}
	if err := s.Policy.Check(actor, access.RequestReceive, access.Resource{Kind: "request", AreaPath: place.Path}); err != nil {
		return d, err
	}
	d = Prepared{actor: actor, in: in, row: s.row(in, place)}
	d.row.Acted = actor.Mark()
	return d, s.open(&d)
}

// open draws the number and decides how the case opens under it.
func (s *Service) open(d *Prepared) (err error) {
	r := &d.row
	if r.Number, err = newNumber(s.city.Prefix, r.ReceivedAt); err != nil {
		return err
	}
	d.opened, err = s.cases.Open(Opening{
		RequestID: r.ID, Number: r.Number, Kind: r.Kind, AreaCode: r.Area, Point: r.Point, Channel: r.Channel,
		Anonymous: r.Anonymous, HasContact: !r.Anonymous, Publish: r.Publish,
		Urgent: d.in.Urgent && (d.actor.Posted() || d.actor.Kind == access.System) || s.urgent(d.in),
		At:     r.ReceivedAt, JoinCase: d.in.JoinCase, Actor: d.actor,
	})
	if err != nil {
		return err
	}
	r.CaseID = d.opened.Case
	d.said, err = s.received(*r)
	return err
}

// received is the fact of a new request.
func (s *Service) received(r row) (fact.Said, error) {
	return s.Facts.Prepare(FactReceived, r.ID, r.ReceivedAt, Received{
		RequestID: r.ID, CaseID: r.CaseID, Number: r.Number, Kind: r.Kind, Area: r.Area, Channel: r.Channel, At: r.ReceivedAt,
	})
}

// StoreTx stores a prepared intake, unless its client's id was here before; then the caller undoes the transaction, which
// may have made a person for nothing. It works on a copy: the transaction may run again. It reads nothing on its way: on
// PostgreSQL a look at an index collides with every intake that writes beside it.
func (s *Service) StoreTx(tx *db.Tx, d Prepared) (Receipt, error) {
	var err error
	if d.row.PersonID = d.in.Person; d.row.PersonID == "" {
		d.row.PersonID, err = s.People.Ensure(tx, d.in.Contact)
	}
	if err != nil {
		return Receipt{}, err
	}
	if err := s.mayPublish(tx, &d); err != nil {
		return Receipt{}, err
	}
	if r, err := s.number(tx, &d); err != nil || r.Repeated {
		return r, err
	}
	if err := s.store(tx, &d); err != nil {
		return Receipt{}, fmt.Errorf("receive request %s: %w", d.row.ID, err)
	}
	return Receipt{RequestID: d.row.ID, Number: d.row.Number, CaseID: d.row.CaseID}, nil
}

// place finds the area: the one named, else the one under the point, else the city.
func (s *Service) place(in Intake) (area.Area, bool) {
	if in.Area != "" {
		return s.city.Areas.Get(in.Area)
	}
	if in.Point.Valid() {
		if a, ok := s.city.Areas.Locate(in.Point); ok {
			return a, true
		}
	}
	return s.city.Areas.City(), true
}

// RepeatedTx gives the receipt of an earlier request with the client's id, or one that is not Repeated.
func (s *Service) RepeatedTx(tx *db.Tx, clientID string) (Receipt, error) {
	if clientID == "" {
		return Receipt{}, nil
	}
	r, err := selectReceipt(tx, clientID)
	if errors.Is(err, sql.ErrNoRows) {
		return Receipt{}, nil
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("look for request of client %s: %w", clientID, err)
	}
	r.Repeated = true
	return r, nil
}

func (s *Service) row(in Intake, place area.Area) row {
	at := s.Clock.Now()
	if !in.ReceivedAt.IsZero() {
		at = in.ReceivedAt
	}
	kind, _ := s.city.Terms.Kind(in.Kind) // known since check
	id := db.NewID(at)
	client := cmp.Or(in.ClientID, "own:"+id) // no client may send a colon: whoever knows the id cannot pass for a resend
	return row{
		Headline: Headline{
			ID: id, Kind: in.Kind, Text: s.redact.Headline(in.Subject, in.Words), Area: place.Code, Point: in.Point,
			Channel: in.Channel, Anonymous: in.Contact.Anonymous && in.Person == "", Publish: in.Publish && kind.Public,
			ReceivedAt: at, Likes: in.Likes,
		},
		clientID: client, subject: in.Subject, words: in.Words, address: in.Address,
		language: in.Language, source: in.Source,
	}
}

// number inserts the row under its number. A number already taken is drawn again; a client id that came
// in at the same moment elsewhere gives that one's receipt.
func (s *Service) number(tx *db.Tx, d *Prepared) (Receipt, error) {
	const tries = 5
	for range tries {
		done, err := s.in(tx).insertRequest(d.row)
		if err != nil {
			return Receipt{}, fmt.Errorf("store request %s: %w", d.row.ID, err)
		}
		if done {
			return Receipt{}, nil
		}
		if again, err := s.RepeatedTx(tx, d.row.clientID); err != nil || again.Repeated {
			return again, err
		}
		if err := s.open(d); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{}, fault.New(fault.Busy, "request.busy").Wrap(fmt.Errorf("no free number in %d tries", tries))
}

// store writes what hangs on the row, opens the case and says the fact.
func (s *Service) store(tx *db.Tx, d *Prepared) error {
	r := &d.row
	if err := insertPhotos(tx, r.ID, d.in.Photos); err != nil {
		return err
	}
	if err := insertConsent(tx, db.NewID(r.ReceivedAt), r.ID, r.Publish, r.ReceivedAt, d.actor); err != nil {
		return err
	}
	if err := s.agreed(tx, d); err != nil {
		return err
	}
	id, err := d.opened.Tx(tx)
	if err != nil {
		return err
	}
	if id != r.CaseID {
		r.CaseID = id
		if err := s.SetCase(tx, r.ID, id); err != nil {
			return err
		}
		if d.said, err = s.received(*r); err != nil {
			return err
		}
	}
	return s.Facts.Write(tx, d.said)
}

func (s *Service) urgent(in Intake) bool {
	return s.city.Urgent != nil && s.city.Urgent(in.Subject+"\n"+in.Words)
}

// SetCase moves a request to another case. Only the code that merges and takes out again calls it, in the
// transaction of the merge or in a reaction to it: casework decides which request belongs where.
func (s *Service) SetCase(tx *db.Tx, id, caseID string) error {
	n, err := updateCase(tx, id, caseID)
	if err != nil {
		return fmt.Errorf("move request %s to case %s: %w", id, caseID, err)
	}
	if n == 0 {
		return notFound()
	}
	return nil
}

// ParseNumber reads a number as people write it, with the city's letters when they are left out.
func (s *Service) ParseNumber(text string) (string, error) { return ParseNumber(s.city.Prefix, text) }

// Terms gives the kinds and channels requests are taken in with.
func (s *Service) Terms() Terms { return s.city.Terms }

func notFound() *fault.Error { return fault.New(fault.NotFound, "request.not_found") }
