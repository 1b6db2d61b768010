package casework

import (
	"context"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// Merge moves every request of one case into another: the same matter, answered
// once to all. Both journals say so in one transaction.
func (s *Service) Merge(ctx context.Context, actor access.Actor, from, into, words string) (*File, error) {
	var kept *File
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		target, err := load(tx, ref{Case: into})
		if err != nil {
			return err
		}
		if target.Case.State.Ended() {
			return refuse("into_ended")
		}
		source, err := load(tx, ref{Case: from})
		if err != nil {
			return err
		}
		links, urgent := source.Case.Links, source.Case.Urgent
		if _, err := s.actTx(tx, actor, ActMerge, ref{Case: from}, func(t *turn) error { return t.mergeInto(into, words) }); err != nil {
			return err
		}
		kept, err = s.actTx(tx, actor, ActMerge, ref{Case: into}, func(t *turn) error { return t.take(from, urgent, links) })
		return err
	})
	return kept, err
}

// Unmerge takes one request out of a case again. The case it came from is
// revived and waits for dispatch; a request that had joined on arrival gets a
// case of its own.
func (s *Service) Unmerge(ctx context.Context, actor access.Actor, id, request, words string) (*File, error) {
	var own *File
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		var link Link
		f, err := s.actTx(tx, actor, ActMerge, ref{Case: id}, func(t *turn) (err error) {
			link, err = t.release(request, words)
			return err
		})
		if err != nil {
			return err
		}
		if link.Origin == "" {
			own, err = s.apart(tx, actor, f, link)
			return err
		}
		own, err = s.actTx(tx, actor, ActMerge, ref{Case: link.Origin}, func(t *turn) error {
			if t.Case.State != Merged {
				return t.take(id, false, []Link{link}) // another request of it was taken out before
			}
			return t.revive(link)
		})
		return err
	})
	return own, err
}

// apart opens a case for a request that never had one of its own.
func (s *Service) apart(tx *db.Tx, actor access.Actor, f *File, l Link) (*File, error) {
	c := f.Case
	t := s.turn(nil, actor)
	t.lim = s.profile(s.City.Rules.DefaultProfile)
	t.open(Opening{
		Request: l.Request, Number: l.Number, Kind: c.Kind, Channel: c.Channel, Area: c.Area, Path: c.Path, District: c.District,
		Subdistrict: c.Subdistrict, Community: c.Community, Point: c.Point, Anonymous: l.Anonymous, HasContact: l.HasContact,
		Consent: l.Consent, Pack: s.City.Pack,
	})
	return s.seal(tx, nil, t)
}
