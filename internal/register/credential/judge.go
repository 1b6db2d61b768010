package credential

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/sdjwt"
)

// Outcome is what became of something that was shown.
type Outcome string

// Outcomes.
const (
	True     Outcome = "true"     // it is so, and the holder's key showed it
	OnPaper  Outcome = "paper"    // it is so of the person whose name stands there
	TakenOff Outcome = "taken"    // it was taken back
	OutOf    Outcome = "expired"  // its time is over, or has not begun
	Foreign  Outcome = "issuer"   // of another issuer
	Forged   Outcome = "forged"   // the issuer did not sign it so
	Nobodys  Outcome = "nobody"   // it needs its holder's key, which did not show it
	Other    Outcome = "question" // it answers another question
	Lacks    Outcome = "lacks"    // it does not show what was asked for
	NotOne   Outcome = "none"     // no credential
)

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	return []Outcome{True, OnPaper, TakenOff, OutOf, Foreign, Forged, Nobodys, Other, Lacks, NotOne}
}

// Result is what a verifier gets to see: of the facts, those that were asked for and shown.
type Result struct {
	State Outcome   `json:"state"`
	Kind  string    `json:"kind,omitempty"`
	Facts Facts     `json:"facts,omitempty"`
	Name  string    `json:"name,omitempty"` // masked, of a sheet of paper
	Until time.Time `json:"until,omitzero"`
	Check string    `json:"check,omitempty"` // two digits that the holder sees, too: who stands here is who answered
}

// Holds tells whether what was shown is so.
func (r Result) Holds() bool { return r.State == True || r.State == OnPaper }

// Plain tells whether a text is a credential that no key shows, as a sheet of paper has it.
func Plain(text string) bool { return strings.HasSuffix(strip(text), "~") }

// strip takes away what comes around a credential: blanks, and the address that a code on paper begins with.
func strip(text string) string {
	text = strings.Join(strings.Fields(text), "")
	if _, after, ok := strings.Cut(text, "#"); ok {
		return after
	}
	return text
}

// CheckPaper reads a sheet of paper without a question: whoever holds it can show it, so the masked name is to be compared with the
// person's document. What it says is not kept.
func (s *Service) CheckPaper(tx *db.Tx, issuer, text string) (Result, error) {
	return s.judge(tx, issuer, nil, Ask{}, text)
}

// judge reads what was shown, in answer to a question or, without one, on paper. want says which facts were asked for; without a kind,
// every one that is shown.
func (s *Service) judge(tx *db.Tx, issuer string, question *Ask, want Ask, text string) (Result, error) {
	text = strip(text)
	e := sdjwt.Expect{Now: s.Clock.Now(), Key: func(iss, kid string) (*ecdsa.PublicKey, error) {
		if iss != issuer {
			return nil, fmt.Errorf("%w: of %q", sdjwt.ErrInvalid, iss)
		}
		return s.publicKey(kid)
	}}
	if question != nil {
		e.Audience, e.Nonce = question.Audience(issuer), question.Nonce
	}
	p, err := sdjwt.Verify(text, e)
	if err != nil {
		if !errors.Is(err, sdjwt.ErrInvalid) {
			return Result{}, err
		}
		return Result{State: outcomeOf(sdjwt.Why(err))}, nil
	}
	kind, known := s.Kinds.Get(strings.TrimPrefix(p.Type, TypeOf(issuer, "")))
	if !known || want.Kind != "" && kind.ID != want.Kind {
		return Result{State: Lacks}, nil
	}
	if p.Keyed && !p.Bound {
		return Result{State: Nobodys}, nil
	}
	res := s.shown(kind, want, p)
	if ended, err := s.ended(tx, issuer, p.Status); err != nil || ended {
		return Result{State: TakenOff, Kind: kind.ID}, err
	}
	if p.Bound {
		res.Check = check(text)
	}
	return res, nil
}

// outcomeOf tells a reason to people.
func outcomeOf(why sdjwt.Reason) Outcome {
	switch why {
	case sdjwt.Issuer:
		return Foreign
	case sdjwt.Signature:
		return Forged
	case sdjwt.Time:
		return OutOf
	case sdjwt.Kind:
		return Lacks
	case sdjwt.Unbound:
		return Nobodys
	case sdjwt.Question:
		return Other
	default:
		return NotOne
	}
}

// shown keeps of what was disclosed what was asked for.
func (s *Service) shown(kind Kind, want Ask, p sdjwt.Presented) Result {
	res := Result{State: True, Kind: kind.ID, Facts: Facts{}}
	asked := want.Claims
	if want.Kind == "" {
		asked = slices.Collect(maps.Keys(p.Claims))
	}
	for _, name := range asked {
		value, has := p.Claims[name]
		if _, ok := kind.Fact(name); ok && has {
			res.Facts[name] = value
		}
	}
	if !p.Keyed {
		res.State = OnPaper
		res.Name, _ = p.Claims[PaperName].(string)
	}
	if len(res.Facts) == 0 || want.Kind != "" && len(res.Facts) < len(want.Claims) || !s.Kinds.fits(kind, res.Facts) {
		return Result{State: Lacks, Kind: kind.ID}
	}
	if n, ok := p.Claims["exp"].(json.Number); ok {
		if seconds, err := n.Int64(); err == nil {
			res.Until = time.Unix(seconds, 0)
		}
	}
	return res
}

// ended looks a place up in the register itself, which is never older than its lists. A credential without a place of ours is not taken.
func (s *Service) ended(tx *db.Tx, issuer string, at *sdjwt.StatusRef) (bool, error) {
	if at == nil {
		return true, nil
	}
	list, err := strconv.ParseInt(strings.TrimPrefix(at.URI, issuer+"/credentials/status/"), 10, 64)
	if err != nil {
		return true, nil //nolint:nilerr // a list of nobody's
	}
	c, err := selectCopy(tx, list, int64(at.Index))
	if missing(err) {
		return true, nil
	}
	return !c.Ended.IsZero(), err
}

// check is two digits of what was shown.
func check(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%02d", int(sum[0])*100/256)
}
