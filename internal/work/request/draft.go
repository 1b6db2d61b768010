package request

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
)

// PiecesMost is how many pieces one draft may have.
const PiecesMost = 60

// Draft names what somebody is saying piece by piece: by which channel, and under which reference where one
// person can have several at once.
type Draft struct {
	Person  string // id
	Channel string
	Ref     string
}

// Piece is one message of a draft. Pieces stand in the order of Ordinal; 0 is behind those that are there.
type Piece struct {
	Ordinal int
	Words   string
	Address string
	Point   geo.Point
	Photo   Photo // the zero Photo: none
	At      time.Time
}

// Keep adds a piece to a draft and tells how many there are. Conflict when there are too many or the words of all
// would be more than a request may hold.
func (s *Service) Keep(tx *db.Tx, d Draft, p Piece) (int, error) {
	pieces, err := s.in(tx).selectPieces(d)
	if err != nil {
		return 0, fmt.Errorf("read a draft of person %s: %w", d.Person, err)
	}
	length := utf8.RuneCountInString(p.Words)
	for _, one := range pieces {
		length += utf8.RuneCountInString(one.Words) + 1
	}
	if len(pieces) >= PiecesMost || length > WordsMost {
		return len(pieces), fault.New(fault.Conflict, "request.draft_full")
	}
	if p.Ordinal == 0 {
		p.Ordinal = len(pieces) + 1
	}
	if err := s.in(tx).insertPiece(db.NewID(s.Clock.Now()), d, p); err != nil {
		return 0, fmt.Errorf("keep a piece of person %s: %w", d.Person, err)
	}
	return len(pieces) + 1, nil
}

// Pieces counts the pieces of a draft and the photos among them.
func (s *Service) Pieces(tx *db.Tx, d Draft) (pieces, photos int, err error) {
	list, err := s.in(tx).selectPieces(d)
	for _, p := range list {
		if p.Photo.Key != "" {
			photos++
		}
	}
	return len(list), photos, err
}

// Finish makes a request of a draft: words in their order, the last place, the first nine photos; what is left
// of in is filled in by the caller. The draft is gone with it. NotFound when there is none.
func (s *Service) Finish(tx *db.Tx, actor access.Actor, d Draft, in Intake) (Receipt, error) {
	pieces, err := s.in(tx).selectPieces(d)
	if err != nil {
		return Receipt{}, fmt.Errorf("read a draft of person %s: %w", d.Person, err)
	}
	if len(pieces) == 0 {
		return Receipt{}, notFound()
	}
	in.Channel, in.Person, in.Contact.Anonymous = d.Channel, d.Person, true
	in = gathered(in, pieces)
	r, err := s.ReceiveTx(tx, actor, in)
	if err != nil {
		return Receipt{}, err
	}
	return r, s.Drop(tx, d)
}

// gathered puts the pieces of a draft into an intake.
func gathered(in Intake, pieces []Piece) Intake {
	var words []string
	for _, p := range pieces {
		if strings.TrimSpace(p.Words) != "" {
			words = append(words, p.Words)
		}
		if p.Point.Valid() {
			in.Point = p.Point
		}
		if p.Address != "" {
			in.Address = p.Address
		}
		if p.Photo.Key != "" && len(in.Photos) < PhotosMost {
			in.Photos = append(in.Photos, p.Photo)
		}
	}
	in.Words = strings.Join(append(words, strings.TrimSpace(in.Words)), "\n")
	return in
}

// Drop forgets a draft.
func (s *Service) Drop(tx *db.Tx, d Draft) error {
	if err := deletePieces(tx, d); err != nil {
		return fmt.Errorf("drop a draft of person %s: %w", d.Person, err)
	}
	return nil
}

// Drafts lists the drafts of a channel to which nothing was added since an instant, at most limit.
func (s *Service) Drafts(tx *db.Tx, channel string, since time.Time, limit int) ([]Draft, error) {
	list, err := selectDrafts(tx, channel, since, limit)
	if err != nil {
		return nil, fmt.Errorf("look for drafts by %s: %w", channel, err)
	}
	return list, nil
}

// DraftWords gives the words of a draft in one, for the program to go on with; nobody sees them.
func (s *Service) DraftWords(tx *db.Tx, d Draft) (string, error) {
	pieces, err := s.in(tx).selectPieces(d)
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Words)
	}
	return b.String(), err
}
