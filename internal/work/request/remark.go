package request

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// RemarkMost is how long a remark may be, in characters.
const RemarkMost = 2000

// Occasions of a remark.
const (
	OnContest  = "contest"   // the requester says that it is not solved
	OnFollowUp = "follow_up" // what the requester told the centre
	OnRating   = "rating"    // the words of a service rating
	OnMessage  = "message"   // what came in later by e-mail, SMS or WeChat
)

// Remark is what a requester said later. The request itself never changes.
type Remark struct {
	At       time.Time
	Occasion string
	Words    string
	Acted    access.Acted // who said it for the requester
}

// RemarkTx keeps what a requester said later, inside the transaction of the step it belongs to. Words without
// a letter keep nothing. Invalid on words that are too long or hold control characters.
func (s *Service) RemarkTx(tx *db.Tx, id, occasion, words string) error {
	return s.RemarkByTx(tx, access.Actor{}, id, occasion, words)
}

// RemarkByTx is RemarkTx for an actor: what somebody says for another is marked.
func (s *Service) RemarkByTx(tx *db.Tx, by access.Actor, id, occasion, words string) error {
	words = strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n"))
	switch {
	case words == "":
		return nil
	case utf8.RuneCountInString(words) > RemarkMost:
		return fault.Field("words", "request.too_long", "most", RemarkMost)
	case unprintable(words, "\n\t"):
		return fault.Field("words", "request.control")
	}
	now := s.Clock.Now()
	if err := s.in(tx).insertRemark(db.NewID(now), id, Remark{At: now, Occasion: occasion, Words: words, Acted: by.Mark()}); err != nil {
		return fmt.Errorf("keep a remark on request %s: %w", id, err)
	}
	return nil
}

// Remarks gives what was said later about one request on one occasion, oldest first, and writes that r read it;
// without any nothing is written. The caller has asked the policy for request.read.
func (s *Service) Remarks(tx *db.Tx, r trail.Reader, id, occasion string) ([]Remark, error) {
	h, err := s.Get(tx, id)
	if err != nil {
		return nil, err
	}
	list, err := s.in(tx).selectRemarks(id, occasion)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, s.Trail.LookAgain(tx, r, trail.Words, h.PersonID)
}
