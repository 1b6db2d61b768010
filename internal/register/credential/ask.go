package credential

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// AskLives is how long somebody who was asked may take.
const AskLives = 5 * time.Minute

// codeDigits is the length of an ask's code: it is typed when a camera cannot read it.
const codeDigits = 8

// Ask is a question of somebody who wants to be shown something.
type Ask struct {
	Unit     string // of staff who ask; "" for anybody
	Name     string // what anybody calls themselves
	Kind     string
	Claims   []string
	Code     string // by which the holder finds it
	Nonce    string
	Made     time.Time
	Expires  time.Time
	Answered time.Time
	Result   *Result // nil until it is answered

	id string
}

// Audience is whom an answer must be for: the unit that asks, or anybody at the city's page.
func (a Ask) Audience(issuer string) string {
	if a.Unit == "" {
		return issuer + "/verify"
	}
	return issuer + "/verify#" + a.Unit
}

// Begin keeps a question and gives the secret of the page that asked. Staff ask for their unit (credential.ask); anybody else by a name
// that nobody checks. Invalid for what no credential says.
func (s *Service) Begin(ctx context.Context, by access.Actor, a Ask) (secret string, _ Ask, err error) {
	kind, known := s.Kinds.Get(a.Kind)
	if !known || len(a.Claims) == 0 || slices.ContainsFunc(a.Claims, func(name string) bool { _, ok := kind.Fact(name); return !ok }) {
		return "", a, fault.Field("claims", "credential.need.claims")
	}
	if by.Posted() {
		if err := s.Policy.Check(by, access.CredentialAsk, access.Resource{Kind: "person", Unit: by.Unit}); err != nil {
			return "", a, err
		}
		a.Unit, a.Name = by.Unit, ""
	} else {
		a.Unit, a.Name = "", cleanName(a.Name)
	}
	secret = rand.Text()
	now := s.Clock.Now()
	a.id, a.Nonce, a.Made, a.Expires, a.Answered, a.Result = digest(secret), rand.Text(), now, now.Add(AskLives), time.Time{}, nil
	a.Claims = slices.Compact(slices.Sorted(slices.Values(a.Claims)))
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		for range draws {
			n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
			if err != nil {
				return fmt.Errorf("draw a code: %w", err)
			}
			a.Code = fmt.Sprintf("%0*d", codeDigits, n)
			if free, err := insertAsk(tx, a); err != nil || free {
				return err
			}
		}
		return fault.New(fault.Busy, "credential.refuse.busy")
	})
	return secret, a, wrapped(err, "keep a question")
}

// Asked gives the question of a code, while it waits for an answer. NotFound otherwise.
func (s *Service) Asked(ctx context.Context, code string) (a Ask, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = selectAsk(tx, "code", TidyCode(code))
		return err
	})
	if missing(err) || err == nil && (!a.Answered.IsZero() || !s.Clock.Now().Before(a.Expires)) {
		return Ask{}, fault.New(fault.NotFound, "credential.refuse.code")
	}
	return a, wrapped(err, "read a question")
}

// Mine gives the question of a page that asked, with its answer once there is one. NotFound when it is over.
func (s *Service) Mine(ctx context.Context, secret string) (a Ask, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err = selectAsk(tx, "id", digest(secret))
		return err
	})
	if missing(err) || err == nil && !s.Clock.Now().Before(a.Expires.Add(AskLives)) {
		return Ask{}, fault.New(fault.NotFound, "credential.refuse.over")
	}
	return a, wrapped(err, "read a question")
}

// Answer keeps what somebody showed in answer to the question of a code, once. NotFound when it does not wait; who answers is not
// asked.
func (s *Service) Answer(ctx context.Context, issuer, code, text string) (Result, error) {
	a, err := s.Asked(ctx, code)
	if err != nil {
		return Result{}, err
	}
	return s.settle(ctx, issuer, a, text)
}

// AnswerHere is Answer from the page that asked: the text was pasted or read by its camera. A sheet of paper is taken here, too.
func (s *Service) AnswerHere(ctx context.Context, issuer, secret, text string) (Result, error) {
	a, err := s.Mine(ctx, secret)
	if err == nil && (!a.Answered.IsZero() || !s.Clock.Now().Before(a.Expires)) {
		err = fault.New(fault.NotFound, "credential.refuse.over")
	}
	if err != nil {
		return Result{}, err
	}
	if Plain(text) {
		return s.settleBy(ctx, a, func(tx *db.Tx) (Result, error) { return s.judge(tx, issuer, nil, a, text) })
	}
	return s.settle(ctx, issuer, a, text)
}

func (s *Service) settle(ctx context.Context, issuer string, a Ask, text string) (Result, error) {
	return s.settleBy(ctx, a, func(tx *db.Tx) (Result, error) { return s.judge(tx, issuer, &a, a, text) })
}

func (s *Service) settleBy(ctx context.Context, a Ask, judge func(tx *db.Tx) (Result, error)) (res Result, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		now := s.Clock.Now()
		first, err := useAsk(tx, a.id, now)
		if err != nil {
			return err
		}
		if !first {
			return fault.New(fault.NotFound, "credential.refuse.code")
		}
		if res, err = judge(tx); err != nil {
			return err
		}
		if err := count(tx, now.In(clock.City).Format(time.DateOnly), a.Unit, a.Kind, string(res.State)); err != nil {
			return err
		}
		return saveResult(tx, a.id, res)
	})
	return res, wrapped(err, "answer a question")
}

// Counts tells how often a unit was shown something since a day, by kind and state; "" is anybody.
func (s *Service) Counts(ctx context.Context, unit string, since time.Time) (list []Count, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = selectCounts(tx, unit, since.In(clock.City).Format(time.DateOnly))
		return err
	})
	return list, wrapped(err, "count what was shown")
}

// Count is how often something was shown.
type Count struct {
	Kind  string
	State Outcome
	N     int64
}

// TidyCode is a code as it is kept, however it was typed.
func TidyCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKC.String(code))
}
