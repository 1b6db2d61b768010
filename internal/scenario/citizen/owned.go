package citizen

import (
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// owned is a request whose owner is reading.
type owned struct {
	visit
	head request.Headline
	file *casework.File
	who  access.Actor // the owner, as proven
	acts bool         // may say something about it, not only see its progress
}

// own finds the request of the path and proves it is the reader's. Whoever cannot prove it is sent to /track, the
// same for a request that does not exist; ok is false then.
func (r *Room) own(w http.ResponseWriter, q *http.Request) (o owned, ok bool, err error) {
	v, err := r.visit(q)
	if err != nil {
		return owned{}, false, err
	}
	o.visit = v
	id := q.PathValue("id")
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		o.head, err = r.Requests.Get(tx, id)
		return err
	})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return owned{}, false, err
	}
	if err != nil || !o.proven() {
		return owned{}, false, web.Redirect(w, q, "/track?why=proof")
	}
	if err := r.lookFor(v, mandate.Follow, trail.Matters, id); err != nil {
		return owned{}, false, err
	}
	if o.file, err = r.Cases.OfRequest(v.ctx, id); err != nil {
		return owned{}, false, err
	}
	if o.byNumber() {
		o.acts = !o.file.Case.Published
	}
	return o, true, nil
}

// byNumber tells that nothing but the request's number speaks for the reader, whoever is signed in.
func (o *owned) byNumber() bool { return o.who.Kind != access.Citizen && o.proof.How == byNumber }

// proven decides whose request it is and who acts. An anonymous requester acts under the request's own name.
func (o *owned) proven() bool {
	if o.actor.Acts() {
		o.who, o.acts = o.actor, o.allows(mandate.Follow)
		return o.acts && o.head.PersonID == o.actor.For.Person
	}
	if o.signedIn() && o.head.PersonID == o.actor.ID {
		o.who, o.acts = o.actor, true
		return true
	}
	if o.proof.Request != o.head.ID {
		return false
	}
	o.who, o.acts = access.Actor{Kind: access.Guest, ID: o.head.PersonID}, true
	if o.head.Anonymous {
		o.who.ID = "request:" + o.head.ID
	}
	return true
}

// mustAct refuses those who may only see the progress.
func (o *owned) mustAct() error {
	if !o.acts {
		return fault.New(fault.Forbidden, "citizen.mine.number_only")
	}
	return nil
}

// reader is the owner reading their own data.
func (o *owned) reader() trail.Reader {
	why := trail.ForOwn
	if o.who.Acts() {
		why = trail.ForMandate
	}
	return trail.Reader{Actor: o.who, Purpose: why, Subject: o.head.ID}
}

// can tells whether the loop has this step for the case now. Whether the requester may take it, the use case says:
// a requester's rights hang on the proof, which the file does not know.
func (o *owned) can(a casework.Action) bool {
	if !o.acts {
		return false
	}
	for _, s := range casework.Steps() {
		if s.Action != a {
			continue
		}
		for _, st := range s.From {
			if st == o.file.Case.State {
				return true
			}
		}
	}
	return false
}
