package mandate

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Limits of codes.
const (
	codeLives    = 15 * time.Minute
	codeTries    = 5
	attemptsMost = 10 // wrong codes by one account in an hour
	attemptsSpan = time.Hour
)

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// digest is what the store knows of a mandate's code.
func (s *Service) digest(mandate, code string) string {
	mac := hmac.New(sha256.New, s.Key)
	mac.Write([]byte("mandate\x00" + mandate + "\x00" + code))
	return hex.EncodeToString(mac.Sum(nil))
}

func tidyCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKC.String(code))
}

// EnterTx gives the mandate of a giver's code to the person who enters it, who may then accept it. giver is "" when the phone that was
// typed is nobody's: the answer is the same, and so is the work. ok is false for a wrong code, one that is too old, used or tried too
// often; the try is kept, so the caller must not undo the transaction. Busy when the holder tried too often.
func (s *Service) EnterTx(tx *db.Tx, holder, giver, code string) (m Mandate, ok bool, err error) {
	now := s.Clock.Now()
	failed, since, err := selectAttempts(tx, holder)
	if err != nil {
		return m, false, fmt.Errorf("read the tries of person %s: %w", holder, err)
	}
	if now.Sub(since) >= attemptsSpan {
		failed, since = 0, now
	}
	if failed >= attemptsMost {
		return m, false, fault.New(fault.Busy, "mandate.refuse.tries")
	}
	waiting, err := selectCodes(tx, giver)
	if err != nil {
		return m, false, fmt.Errorf("read the codes of person %s: %w", giver, err)
	}
	for _, one := range waiting {
		same := hmac.Equal([]byte(one.code), []byte(s.digest(one.ID, tidyCode(code))))
		if same && one.tries < codeTries && now.Before(one.CodeUntil) && one.State(now) == Waiting && giver != holder {
			one.Holder = holder
			if err := s.hands(tx, one); err != nil {
				return m, false, err
			}
			return one, true, wrapped(claim(tx, one.ID, holder), "enter a code")
		}
	}
	if err := countTry(tx, giver); err != nil {
		return m, false, fmt.Errorf("count a try: %w", err)
	}
	return m, false, wrapped(putAttempts(tx, holder, failed+1, since), "count a try")
}
