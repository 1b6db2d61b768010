package api

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// words adds what requesters said and how they are reached. Every answer leaves a row in the trail that the
// requester can read.
func (r *Room) words(a *openapi.API) {
	openapi.Add(a, openapi.Op{
		ID: "read-words", Method: http.MethodGet, Path: "/cases/{id}/words", Tag: onCases, Scope: apikey.WordsRead, Summary: "Read what requesters said",
		More: "Leaves a row in the trail of each requester: who looked, for what purpose.",
	}, r.readWords)
	openapi.Add(a, openapi.Op{
		ID: "read-contacts", Method: http.MethodGet, Path: "/cases/{id}/contacts", Tag: onCases, Scope: apikey.WordsRead, Summary: "Read how requesters are reached",
		More: "Names and phones. Leaves a row in the trail of each requester: who looked, for what purpose.",
	}, r.readContacts)
}

type lookIn struct {
	ID      string `path:"id" maxLength:"40"`
	Purpose string `query:"purpose" required:"true" enum:"intake,dispatch,handling,call,followup,ruling,oversight" doc:"What for; the requester reads it."`
}

func (in lookIn) reader(by access.Actor) trail.Reader {
	return trail.Reader{Actor: by, Purpose: "trail.purpose." + in.Purpose, Subject: in.ID}
}

// said is what one requester said.
type said struct {
	Request  string      `json:"request"`
	Number   string      `json:"number"`
	Subject  string      `json:"subject,omitempty"`
	Words    string      `json:"words"`
	Address  string      `json:"address,omitempty"`
	Language string      `json:"language,omitempty"`
	Erased   bool        `json:"erased,omitempty" doc:"What was said is gone on the requester's wish."`
	Photos   []saidPhoto `json:"photos,omitempty" nullable:"false"`
	Later    []saidLater `json:"later,omitempty" nullable:"false" doc:"What was said after the request."`
}

type saidPhoto struct {
	Key  string `json:"key" doc:"See /cases/{id}/files/{key}."`
	Type string `json:"type" example:"image/jpeg"`
	Size int64  `json:"size" doc:"bytes"`
}

type saidLater struct {
	At       time.Time `json:"at"`
	Occasion string    `json:"occasion" enum:"contest,follow_up,rating"`
	Words    string    `json:"words"`
}

type wordsOut struct {
	Body struct {
		Requests []said `json:"requests" nullable:"false"`
	}
}

// look reads personal data of a case for an actor whom the policy lets do action with it.
func (r *Room) look(ctx context.Context, in lookIn, action string, read func(tx *db.Tx, f *casework.File, by trail.Reader) error) error {
	actor := r.Actor(ctx)
	f, err := r.Cases.Get(ctx, actor, in.ID)
	if err != nil {
		return err
	}
	if err := r.Policy.Check(actor, action, f.Resource()); err != nil {
		return err
	}
	return r.DB.Write(ctx, func(tx *db.Tx) error { return read(tx, f, in.reader(actor)) })
}

func (r *Room) readWords(ctx context.Context, in *lookIn) (*wordsOut, error) {
	out := &wordsOut{}
	err := r.look(ctx, *in, access.RequestRead, func(tx *db.Tx, f *casework.File, by trail.Reader) error {
		list, err := r.Requests.Words(tx, by, f.Requests()...)
		out.Body.Requests = make([]said, len(list))
		for i, x := range list {
			out.Body.Requests[i] = saidOf(f, x)
		}
		return err
	})
	return out, err
}

func saidOf(f *casework.File, x request.Said) said {
	s := said{Request: x.ID, Subject: x.Subject, Words: x.Words, Address: x.Address, Language: x.Language, Erased: x.Erased}
	for _, l := range f.Case.Links {
		if l.Request == x.ID {
			s.Number = l.Number
		}
	}
	for _, p := range x.Photos {
		s.Photos = append(s.Photos, saidPhoto{Key: p.Key, Type: p.Type, Size: p.Size})
	}
	for _, l := range x.Remarks {
		s.Later = append(s.Later, saidLater{At: l.At, Occasion: l.Occasion, Words: l.Words})
	}
	return s
}

type contact struct {
	Request string `json:"request"`
	Number  string `json:"number"`
	Name    string `json:"name,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

type contactsOut struct {
	Body struct {
		Contacts []contact `json:"contacts" nullable:"false" doc:"Anonymous requesters are not among them."`
	}
}

func (r *Room) readContacts(ctx context.Context, in *lookIn) (*contactsOut, error) {
	out := &contactsOut{}
	err := r.look(ctx, *in, access.PersonContact, func(tx *db.Tx, f *casework.File, by trail.Reader) error {
		heads, err := r.Requests.Headlines(tx, f.Requests()...)
		if err != nil {
			return err
		}
		out.Body.Contacts = []contact{}
		for _, h := range heads {
			if h.PersonID == "" {
				continue
			}
			p, err := r.People.Contact(tx, by, h.PersonID)
			if err != nil {
				return err
			}
			out.Body.Contacts = append(out.Body.Contacts, contact{Request: h.ID, Number: h.Number, Name: p.Name, Phone: string(p.Phone)})
		}
		return nil
	})
	return out, err
}
