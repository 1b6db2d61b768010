package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

const tagRequests = "requests"

func (r *Room) requests(a *openapi.API) {
	openapi.Add(a, openapi.Op{
		ID: "receive-request", Method: http.MethodPost, Path: "/requests", Tag: tagRequests, Scope: apikey.Report, Made: true,
		Summary: "Hand a request in",
		More:    "Keeps what somebody says and opens its case. A `client_id` sent again gives the first receipt with `repeated`, and keeps nothing.",
	}, r.receive)
}

// saying is what somebody says.
type saying struct {
	ClientID  string   `json:"client_id,omitempty" minLength:"1" maxLength:"200" doc:"Your own id of the request: sent again, it is the same request."`
	Kind      string   `json:"kind" maxLength:"40" example:"complaint" doc:"Code of a kind, see /terms."`
	Words     string   `json:"words" minLength:"2" maxLength:"5000" example:"军门社区3号楼前路灯坏了" doc:"The requester's own words."`
	Subject   string   `json:"subject,omitempty" maxLength:"100"`
	Address   string   `json:"address,omitempty" maxLength:"200"`
	Lat       *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90" doc:"WGS84 degrees."`
	Lon       *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180"`
	Area      string   `json:"area,omitempty" maxLength:"20" example:"350102004001" doc:"Code of an area; without it the point decides."`
	Channel   string   `json:"channel,omitempty" maxLength:"40" doc:"Code of the channel it came by, see /terms; app when not given."`
	Name      string   `json:"name,omitempty" maxLength:"40" example:"张三"`
	Phone     string   `json:"phone,omitempty" maxLength:"40" example:"13900000001" doc:"To be reached by; not needed when anonymous."`
	Anonymous bool     `json:"anonymous,omitempty" doc:"Nothing of who says it is kept."`
	Language  string   `json:"language,omitempty" enum:"zh-Hans,zh-Hant,en" doc:"In which the requester wants to be answered."`
	Publish   bool     `json:"publish,omitempty" doc:"The requester agrees to publication."`
	Urgent    bool     `json:"urgent,omitempty"`
	Photos    []string `json:"photos,omitempty" maxItems:"9" nullable:"false" doc:"Keys of files sent before, see /files."`
	Join      string   `json:"join,omitempty" maxLength:"40" doc:"Id of an open case that this is about: a public one, or one that the key may read. Any other is left alone."`
}

// receipt is what a requester's system gets: ids alone.
type receipt struct {
	Request  string `json:"request" doc:"Id of the request."`
	Number   string `json:"number" example:"FZ261123-7K4M-2" doc:"What the requester is told; it leads to how the request stands."`
	Case     string `json:"case" doc:"Id of the case it belongs to."`
	Repeated bool   `json:"repeated,omitempty" doc:"It was here before: nothing was kept, the first one counts."`
}

type receiveIn struct{ Body saying }

type receiveOut struct {
	Location string `header:"Location"`
	Body     receipt
}

func (r *Room) receive(ctx context.Context, in *receiveIn) (*receiveOut, error) {
	actor := r.Actor(ctx)
	intake := in.Body.intake(actor.ID)
	got, err := r.lookBefore(ctx, in.Body, &intake)
	if err != nil {
		return nil, err
	}
	if !got.Repeated {
		got, err = r.take(ctx, actor, intake)
	}
	if err != nil {
		return nil, err
	}
	return &receiveOut{
		Location: openapi.Prefix + "/requests/" + got.Number,
		Body:     receipt{Request: got.RequestID, Number: got.Number, Case: got.CaseID, Repeated: got.Repeated},
	}, nil
}

// lookBefore completes an intake with what the store knows: its photos and the case it joins; or finds that it was here before.
func (r *Room) lookBefore(ctx context.Context, said saying, in *request.Intake) (got request.Receipt, err error) {
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if got, err = r.Requests.RepeatedTx(tx, in.ClientID); err != nil || got.Repeated {
			return err
		}
		if in.Photos, err = photosOf(tx, r.Clock.Now(), r.Actor(ctx).ID, said.Photos); err != nil {
			return err
		}
		in.JoinCase, err = r.joinable(ctx, tx, said.Join)
		return err
	})
	return got, err
}

// take stores an intake and whose it is. The same one at the same moment elsewhere is told to come again, for its receipt.
func (r *Room) take(ctx context.Context, actor access.Actor, in request.Intake) (got request.Receipt, err error) {
	ready, err := r.Requests.Prepare(actor, in)
	if err != nil {
		return got, err
	}
	err = r.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if got, err = r.Requests.StoreTx(tx, ready); err != nil {
			return err
		}
		if got.Repeated {
			return fault.New(fault.Busy, "request.busy")
		}
		for _, p := range in.Photos {
			if err := spendFile(tx, actor.ID, p.Key); err != nil {
				return err
			}
		}
		return insertOwn(tx, got.RequestID, actor.ID)
	})
	return got, err
}

func (s saying) intake(partner string) request.Intake {
	in := request.Intake{
		ClientID: clientID(partner, s.ClientID), Kind: s.Kind, Words: s.Words, Subject: s.Subject, Address: s.Address, Area: s.Area,
		Channel: cmp.Or(s.Channel, "app"), Language: s.Language, Publish: s.Publish, Urgent: s.Urgent,
		Contact: person.Contact{Name: s.Name, Phone: s.Phone, Anonymous: s.Anonymous, Language: s.Language},
	}
	if s.Lat != nil || s.Lon != nil {
		in.Point = point(s.Lat, s.Lon)
	}
	return in
}

// point is a place of which half may be missing; then it is none that intake accepts.
func point(lat, lon *float64) geo.Point {
	if lat == nil || lon == nil {
		return geo.Point{Lat: 999, Lon: 999}
	}
	return geo.Point{Lat: *lat, Lon: *lon}
}

// clientID makes a key's own id its own: no key can name, or guess, a request of another.
func clientID(partner, id string) string {
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(partner + "\n" + id))
	return "api." + hex.EncodeToString(sum[:24])
}

// joinable is the case a request wants to join, wherever it was merged to. One that has ended or that the key may not
// know of is left alone, as one that is not there.
func (r *Room) joinable(ctx context.Context, tx *db.Tx, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	id, open, err := r.Cases.JoinableTx(tx, id)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	if err != nil || !open {
		return "", err
	}
	f, err := r.Cases.FileTx(tx, id)
	if err != nil {
		return "", err
	}
	reads := web.PageIn(ctx).Visitor.May(apikey.CasesRead) && r.Policy.May(r.Actor(ctx), access.CaseRead, f.Resource()).Allow
	if !f.Case.Published && !reads {
		return "", nil
	}
	return id, nil
}
