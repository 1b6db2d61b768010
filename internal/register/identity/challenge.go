package identity

import (
	"database/sql"
	"errors"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"banyan/internal/platform/db"
)

// ChallengeLives is how long a browser may take to answer, and keeps the token of the question.
const ChallengeLives = 5 * time.Minute

// use is what a question is for; an answer to one is none to another.
type use string

const (
	toMake   use = "make"
	toSignIn use = "signin"
	toProve  use = "prove"
)

// challenge is a question to a browser's passkey.
type challenge struct {
	use           use
	session, site string
	data          webauthn.SessionData
	expires       time.Time
}

func (s *Service) keepChallenge(tx *db.Tx, token string, c challenge) error {
	c.expires = s.Clock.Now().Add(ChallengeLives)
	return insertChallenge(tx, hashOf(token), c)
}

// takeChallenge uses a question up, whatever comes of it. It gives nil when there is none of the token, or it was
// for another use, session or site, or is too old.
func (s *Service) takeChallenge(tx *db.Tx, token string, use use, session string, site Site) (*challenge, error) {
	c, err := selectChallenge(tx, hashOf(token))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = deleteChallenge(tx, hashOf(token))
	}
	if err != nil || c.use != use || c.session != session || c.site != site.Host || !s.Clock.Now().Before(c.expires) {
		return nil, err
	}
	return &c, nil
}
