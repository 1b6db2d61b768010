package open311

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

func upper(status string) string { return strings.ToUpper(strings.TrimSpace(status)) }

// Say takes an update from the client that handed the request in.
func (r *Room) Say(w http.ResponseWriter, q *http.Request) error {
	var f updateForm
	decoded := web.Decode(q, &f)
	wrong := fault.FieldsOf(decoded)
	if decoded != nil && len(wrong) == 0 {
		return decoded
	}
	v, err := r.visit(w, q)
	if err != nil {
		return err
	}
	if v.key == "" {
		return fault.New(fault.Forbidden, "open311.wrong.key")
	}
	if err := append(wrong, f.check()...).OrNil(); err != nil {
		return err
	}
	id := f.Update
	if id == "" {
		id = digest("update", f.Request, f.At, f.Status, f.Description, strings.Join(f.Media, " "))
	}
	var x Record
	var s said
	again := false
	take := func(tx *db.Tx) error {
		if x, err = r.ownRecord(tx, v, f.Request); err != nil {
			return err
		}
		if s, err = selectSaid(tx, v.key, id); err == nil {
			again = true
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		s = said{Key: v.key, Update: id, ID: db.NewID(v.now), Request: x.ID, At: v.now}
		if s.Did, err = r.hear(tx, x, f); err != nil {
			return err
		}
		return insertSaid(tx, s)
	}
	if err = r.DB.Write(v.ctx, take); db.IsUnique(err) {
		err = r.DB.Write(v.ctx, take) // the same update came in twice at once: the other one counts
	}
	if err != nil {
		return fmt.Errorf("take an update of request %s: %w", x.ID, err)
	}
	code := http.StatusCreated
	if again {
		code = http.StatusOK
	}
	return r.answered(w, v.p, v.format, code, s, x.Number, x.Open)
}

// ownRecord is the request an update is about. Only the key that handed it in may speak about it: of a public one of
// somebody else that is said, a hidden one does not exist.
func (r *Room) ownRecord(tx *db.Tx, v visit, number string) (Record, error) {
	list, err := listRecords(tx, Filter{Realm: r.realm, Key: v.key, Numbers: r.numbers([]string{strings.TrimSpace(number)})})
	if err != nil {
		return Record{}, err
	}
	if len(list) == 0 {
		return Record{}, missing()
	}
	if list[0].Key != v.key {
		return Record{}, fault.New(fault.Forbidden, "open311.wrong.owner")
	}
	return list[0], nil
}

// hear does what an update asks for and tells what that was. The words are kept with the request, whatever becomes of
// the wish.
func (r *Room) hear(tx *db.Tx, x Record, f updateForm) (string, error) {
	words := f.words()
	if x.Realm == trial {
		return did(wishOf(upper(f.Status), x.Open), x.State, true, false, words != ""), nil
	}
	head, err := r.Requests.Get(tx, x.ID)
	if err != nil {
		return "", err
	}
	file, err := r.Cases.FileOfRequestTx(tx, x.ID)
	if err != nil {
		return "", err
	}
	speaks, err := r.speaks(tx, head.PersonID, f)
	if err != nil {
		return "", err
	}
	open := !file.Case.State.Ended()
	what := did(wishOf(upper(f.Status), open), file.Case.State, speaks, head.Anonymous, words != "")
	return r.do(tx, what, head, words)
}

// speaks tells whether an update names the requester's own phone or e-mail address.
func (r *Room) speaks(tx *db.Tx, who string, f updateForm) (bool, error) {
	if same, err := r.People.VerifyPhoneTx(tx, who, f.Phone); err != nil || same {
		return same, err
	}
	email, err := person.ParseEmail(f.Email)
	if err != nil {
		return false, nil
	}
	id, found, err := r.People.FindEmail(tx, email)
	return found && id == who && who != "", err
}

// do takes the step. A step that the case no longer allows (too late, joined after the answer) leaves the remark.
func (r *Room) do(tx *db.Tx, what string, head request.Headline, words string) (string, error) {
	who := access.Actor{Kind: access.Guest, ID: head.PersonID}
	if head.Anonymous {
		who.ID = "request:" + head.ID
	}
	occasion := request.OnUpdate
	var err error
	switch what {
	case didContest:
		occasion = request.OnContest
		_, err = r.Cases.ContestTx(tx, who, head.ID, words)
	case didConfirm:
		_, err = r.Cases.ConfirmTx(tx, who, head.ID, "")
	}
	if fault.KindOf(err) == fault.Conflict {
		what, occasion, err = didRemark, request.OnUpdate, nil
		if words == "" {
			what = didNothing
		}
	}
	if err != nil {
		return "", err
	}
	return what, r.Requests.RemarkTx(tx, head.ID, occasion, words)
}

// words is what an update says, with the addresses of its pictures.
func (f updateForm) words() string {
	lines := []string{f.Description}
	for _, address := range f.Media {
		lines = append(lines, "图片："+address)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
