package open311

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// Channel is the pack's channel of what comes in here.
const Channel = "open311"

// Shows lists the actions after which a request may have to be told of differently.
func Shows() []casework.Action {
	return []casework.Action{
		casework.ActAnswer, casework.ActDecline, casework.ActDispatch, casework.ActReassign, casework.ActRule, casework.ActDecide, casework.ActUnpark,
		casework.ActReply, casework.ActFollowUp, casework.ActConfirm, casework.ActContest, casework.ActRework, casework.ActDirect, casework.ActExpire,
		casework.ActJoin, casework.ActMerge, casework.ActUnmerge, casework.ActPublish, casework.ActUnpublish, casework.ActConsent, casework.ActRecount,
	}
}

// FoldTx follows what happened to cases. It reads how things stand now, so facts may come late, twice or in another
// order; a case that Open311 has nothing of costs one look at an index.
func (r *Room) FoldTx(tx *db.Tx, happened ...casework.Happened) error {
	newest := map[string]casework.Happened{}
	for _, h := range happened {
		all := newest[h.Case]
		h.Joined, h.Left = append(all.Joined, h.Joined...), append(all.Left, h.Left...)
		if mayShow(all) && all.Case != "" {
			h.Action = all.Action
		}
		if all.Seq > h.Seq {
			all.Joined, all.Left, all.Action = h.Joined, h.Left, h.Action
			h = all
		}
		newest[h.Case] = h
	}
	for _, h := range newest {
		if err := r.foldCase(tx, h); err != nil {
			return fmt.Errorf("fold case %s: %w", h.Case, err)
		}
	}
	return nil
}

// foldCase brings the records of a case's requests up to date, and those of requests that moved with it.
func (r *Room) foldCase(tx *db.Tx, h casework.Happened) error {
	moved := slices.Concat(h.Joined, h.Left)
	known, err := recordsOf(tx, h.Case, moved)
	if err != nil {
		return err
	}
	if len(known) == 0 && !mayShow(h) {
		return nil
	}
	shown, err := r.Cases.PublishedTx(tx, h.Case)
	if err != nil || len(known) == 0 && !shown {
		return err
	}
	ids := moved
	if shown {
		ids = slices.Concat(ids, h.Requests)
	}
	for _, k := range known {
		ids = append(ids, k.ID)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		i := slices.IndexFunc(known, func(k Record) bool { return k.ID == id })
		var was Record
		if i >= 0 {
			was = known[i]
		}
		if err := r.foldRequest(tx, id, was, h.At); err != nil {
			return err
		}
	}
	return nil
}

// mayShow tells whether an entry can bring a request before the public that was not there.
func mayShow(h casework.Happened) bool {
	return h.Action == casework.ActPublish || h.Action == casework.ActConsent || h.Action == "" || len(h.Joined) > 0
}

// foldRequest writes how a request stands; was is the zero record when there is none yet.
func (r *Room) foldRequest(tx *db.Tx, id string, was Record, at time.Time) error {
	head, err := r.Requests.Get(tx, id)
	if err != nil {
		return err
	}
	file, err := r.Cases.FileOfRequestTx(tx, id)
	if err != nil {
		return err
	}
	now, err := r.stand(tx, was, file, head)
	if err != nil {
		return err
	}
	switch {
	case now.Realm == own && was.Key == "" && head.Channel != Channel:
		if was.ID == "" {
			return nil
		}
		return deleteRecord(tx, id)
	case now == was:
		return nil
	}
	return r.tell(tx, was, now, file.Case.Version, at)
}

// stand is standing with what the room looks up.
func (r *Room) stand(tx *db.Tx, was Record, file *casework.File, head request.Headline) (Record, error) {
	var photos []string
	if head.Publish && file.Case.Published {
		var err error
		if photos, err = r.Requests.PhotoKeys(tx, head.ID); err != nil {
			return Record{}, err
		}
	}
	now := standing(was, file, head, photos, dues{r.Cases.City.Calendar, r.Cases.City.Profiles})
	if head.Channel != Channel || now.Service == "" {
		now.Service = r.Catalogue.Of(file.Case.Duty)
	}
	return now.stored(), nil
}

// stored cuts times as the store keeps them, so that two records can be compared.
func (r Record) stored() Record {
	for _, at := range []*time.Time{&r.RequestedAt, &r.UpdatedAt, &r.ExpectedAt} {
		*at = clock.FromMs(clock.Ms(*at))
	}
	return r
}

// tell stores a record that changed, and an update when there is something new to hear.
func (r *Room) tell(tx *db.Tx, was, now Record, version int, at time.Time) error {
	news := was.ID == "" || phase(was.State) != phase(now.State) || was.Answer != now.Answer || was.Reason != now.Reason || was.Agency != now.Agency
	if news || was.Realm != now.Realm {
		now.UpdatedAt = at
	}
	if err := saveRecord(tx, now); err != nil {
		return err
	}
	if was.ID != "" && was.Realm != now.Realm {
		if err := moveUpdates(tx, now.ID, now.Realm); err != nil {
			return err
		}
	}
	if !news {
		return nil
	}
	return insertUpdate(tx, now.told(now.Number+"-"+strconv.Itoa(version), at))
}

// phase joins the states between which a requester hears nothing new.
func phase(s casework.State) casework.State {
	switch s {
	case casework.Dispatched:
		return casework.Working
	case casework.FollowingUp:
		return casework.Replied
	case casework.Overseen:
		return casework.Contested
	default:
		return s
	}
}

// caughtUp marks that what was published before this room existed has been folded.
const caughtUp = "published"

// CatchUp folds what was published before the store knew this room. It does so once.
func (r *Room) CatchUp(ctx context.Context) error {
	done := false
	err := r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		done, err = marked(tx, caughtUp)
		return err
	})
	f := casework.Filter{Published: true, Newest: true, Limit: 50} // of one transaction
	for !done && err == nil {
		var rows []casework.Row
		if rows, err = r.Cases.Published(ctx, f); err != nil {
			break
		}
		done = len(rows) == 0
		err = r.DB.Write(ctx, func(tx *db.Tx) error { return r.catchUp(tx, rows) })
		if !done {
			f.After = f.At(rows[len(rows)-1])
		}
	}
	if err != nil {
		return fmt.Errorf("fold what is published for Open311: %w", err)
	}
	return nil
}

func (r *Room) catchUp(tx *db.Tx, rows []casework.Row) error {
	for _, row := range rows {
		requests, err := r.Requests.OfCase(tx, row.ID)
		if err != nil {
			return err
		}
		if err := r.foldCase(tx, casework.Happened{Case: row.ID, Requests: requests, At: row.ChangedAt}); err != nil {
			return err
		}
	}
	if len(rows) > 0 {
		return nil
	}
	return mark(tx, caughtUp, r.Clock.Now())
}
