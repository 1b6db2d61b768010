package request

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// Headline is what lists and open pages may know of a request: nothing in it leads to a person but the id.
type Headline struct {
	ID         string
	Number     string
	CaseID     string
	Kind       string
	Text       string // redacted, at most 40 characters
	Area       string
	Point      geo.Point // zero when not known
	Channel    string
	PersonID   string // empty when anonymous
	Anonymous  bool
	Publish    bool // consent to publish holds now
	ReceivedAt time.Time
	Likes      int
	Acted      access.Acted // who handed it in for the person
	Erased     bool         // what was said is gone on the requester's wish; Text is empty
}

// Said is what the requester said.
type Said struct {
	ID       string
	PersonID string
	Subject  string
	Words    string
	Address  string
	Language string
	Photos   []Photo
	Remarks  []Remark // what was said later, oldest first
	Erased   bool     // on the requester's wish: all texts are empty
}

// Headlines gives the headlines of ids in their order; unknown ids are left out.
func (s *Service) Headlines(tx *db.Tx, ids ...string) ([]Headline, error) {
	found, err := s.in(tx).selectHeadlines("id", ids)
	if err != nil {
		return nil, fmt.Errorf("read %d headlines: %w", len(ids), err)
	}
	byID := make(map[string]Headline, len(found))
	for _, h := range found {
		byID[h.ID] = h
	}
	list := make([]Headline, 0, len(ids))
	for _, id := range ids {
		if h, ok := byID[id]; ok {
			list = append(list, h)
		}
	}
	return list, nil
}

// Get gives one headline. NotFound when there is none.
func (s *Service) Get(tx *db.Tx, id string) (Headline, error) { return s.one(tx, "id", id) }

// ByNumber gives the headline of a number as stored (see ParseNumber). NotFound when there is none.
func (s *Service) ByNumber(tx *db.Tx, number string) (Headline, error) {
	return s.one(tx, "number", number)
}

// Titles gives what lists call the requests of numbers: the redacted headline, or the number itself where there is
// no request or no headline.
func (s *Service) Titles(ctx context.Context, numbers []string) (map[string]string, error) {
	titles := make(map[string]string, len(numbers))
	for _, n := range numbers {
		titles[n] = n
	}
	var found []Headline
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		found, err = s.in(tx).selectHeadlines("number", numbers)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read %d titles: %w", len(numbers), err)
	}
	for _, h := range found {
		if h.Text != "" {
			titles[h.Number] = h.Text
		}
	}
	return titles, nil
}

func (s *Service) one(tx *db.Tx, column, value string) (Headline, error) {
	found, err := s.in(tx).selectHeadlines(column, []string{value})
	if err != nil {
		return Headline{}, fmt.Errorf("read request by %s: %w", column, err)
	}
	if len(found) == 0 {
		return Headline{}, notFound()
	}
	return found[0], nil
}

// Words gives what was said, in the order of ids, and writes that r read it. The caller has asked the
// policy for request.read. Unknown ids are left out.
func (s *Service) Words(tx *db.Tx, r trail.Reader, ids ...string) ([]Said, error) {
	said, err := s.in(tx).selectSaid(ids)
	if err != nil {
		return nil, fmt.Errorf("read the words of %d requests: %w", len(ids), err)
	}
	slices.SortFunc(said, func(a, b Said) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	var persons []string
	fields := []string{trail.Words, trail.Address}
	for _, one := range said {
		persons = append(persons, one.PersonID)
		if len(one.Photos) > 0 && len(fields) == 2 {
			fields = append(fields, trail.Photos)
		}
	}
	if err := s.Trail.Look(tx, r, fields, persons...); err != nil {
		return nil, err
	}
	return said, nil
}

// Track gives a request to somebody who knows its number and the phone it was made with. An anonymous
// request has no phone: it answers to its number with an empty phone. An unknown number, a wrong phone and
// a mistyped one all give the same NotFound; only a number whose check digit is wrong is said to be so.
func (s *Service) Track(ctx context.Context, number, phone string) (h Headline, err error) {
	number, err = s.ParseNumber(number)
	if err != nil {
		return Headline{}, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := s.in(tx).selectHeadlines("number", []string{number})
		if err != nil {
			return fmt.Errorf("track a request: %w", err)
		}
		var it Headline
		if len(found) == 1 {
			it = found[0]
		}
		known, err := s.People.VerifyPhoneTx(tx, it.PersonID, phone)
		if err != nil {
			return err
		}
		if !known && !(it.ID != "" && it.Anonymous && phone == "") {
			return notFound()
		}
		h = it
		return nil
	})
	return h, err
}

// OfPerson lists a person's own requests, newest first.
func (s *Service) OfPerson(ctx context.Context, person string) (list []Headline, err error) {
	if person == "" {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.in(tx).selectHeadlines("person_id", []string{person})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read requests of person %s: %w", person, err)
	}
	slices.Reverse(list)
	return list, nil
}

// OfCase gives the ids of a case's requests, oldest first.
func (s *Service) OfCase(tx *db.Tx, caseID string) ([]string, error) {
	ids, err := selectIDs(tx, caseID)
	if err != nil {
		return nil, fmt.Errorf("read requests of case %s: %w", caseID, err)
	}
	return ids, nil
}

// PhotoOf gives the request a stored picture belongs to, so that a page can ask who may see it. NotFound
// when it belongs to none.
func (s *Service) PhotoOf(tx *db.Tx, blobKey string) (Headline, error) {
	id, err := selectPhotoRequest(tx, blobKey)
	if err != nil {
		return Headline{}, notFound().Wrap(err)
	}
	return s.Get(tx, id)
}

// SeePhoto writes that r sees a stored picture. The caller has asked the policy; the page that showed the words with their
// pictures a moment ago has said so already. NotFound when the picture belongs to no request.
func (s *Service) SeePhoto(tx *db.Tx, r trail.Reader, blobKey string) error {
	h, err := s.PhotoOf(tx, blobKey)
	if err != nil {
		return err
	}
	return s.Trail.LookAgain(tx, r, trail.Photos, h.PersonID)
}

// Near lists requests around a point, nearest first, at most limit: "has somebody said this already?". Only
// those whose requester agreed to publication; whether the case is public is for casework to say.
func (s *Service) Near(ctx context.Context, at geo.Point, metres float64, since time.Time, limit int) (list []Headline, err error) {
	if !at.Valid() || metres <= 0 {
		return nil, nil
	}
	const metresPerDegree = 111_195.0
	dLat := metres / metresPerDegree
	dLon := dLat / max(math.Cos(at.Lat*math.Pi/180), 0.01)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = s.in(tx).selectNear(at.Lat-dLat, at.Lat+dLat, at.Lon-dLon, at.Lon+dLon, since)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for requests nearby: %w", err)
	}
	list = slices.DeleteFunc(list, func(h Headline) bool { return h.Point.Distance(at) > metres })
	slices.SortStableFunc(list, func(a, b Headline) int {
		return int(math.Round(a.Point.Distance(at))) - int(math.Round(b.Point.Distance(at)))
	})
	return list[:min(len(list), max(limit, 0))], nil
}
