package credential

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/sdjwt"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// nonceLives is how long a browser may take to sign a question.
const nonceLives = 5 * time.Minute

// Nonce gives the person a question for one of their credentials, to be signed by the key that it shall be bound to. NotFound for one that
// is not theirs; Conflict for one that ended.
func (s *Service) Nonce(ctx context.Context, by access.Actor, id string) (nonce string, err error) {
	nonce = rand.Text()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.own(tx, by, id); err != nil {
			return err
		}
		return insertNonce(tx, digest(nonce), id, s.Clock.Now().Add(nonceLives))
	})
	return nonce, wrapped(err, "ask for the key of credential "+id)
}

// own gives a credential that the person holds and that can have a copy.
func (s *Service) own(tx *db.Tx, by access.Actor, id string) (Credential, error) {
	if by.Kind != access.Citizen || by.Acts() {
		return Credential{}, unknown()
	}
	c, err := selectBy(tx, "id", id)
	if missing(err) || err == nil && c.Person != by.ID {
		return c, unknown()
	}
	if err != nil {
		return c, err
	}
	if st := c.State(s.Clock.Now()); st == Ended || st == Expired {
		return c, fault.New(fault.Conflict, "credential.refuse."+string(st))
	}
	return c, s.copies(tx, &c)
}

// Claim gives the person their credential, bound to the key that signed the question, and ends the copy on another device. Invalid for a
// proof that does not answer the question; NotFound and Conflict as Nonce. What it says is a look of their own.
func (s *Service) Claim(ctx context.Context, by access.Actor, issuer, id, nonce, proof string) (text string, err error) {
	key, err := sdjwt.Proven(proof, issuer, nonce, s.Clock.Now())
	if err != nil {
		return "", fault.New(fault.Invalid, "credential.refuse.proof").Wrap(err)
	}
	jwk, err := sdjwt.JWKOf(key)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.own(tx, by, id)
		if err != nil {
			return err
		}
		fresh, err := useNonce(tx, digest(nonce), id, s.Clock.Now())
		if err == nil && !fresh {
			err = fault.New(fault.Invalid, "credential.refuse.proof")
		}
		if err != nil {
			return err
		}
		if err := s.open(tx, &c); err != nil {
			return err
		}
		if err := s.Trail.Look(tx, trail.Reader{Actor: by, Purpose: trail.ForOwn, Subject: c.ID}, []string{trail.Facts}, c.Person); err != nil {
			return err
		}
		if _, moved := c.On(Wallet); moved {
			if err := s.Tell(tx, c.Person, c.ID+":moved:"+digest(nonce)[:16], NoteMoved); err != nil {
				return err
			}
		}
		text, err = s.copy(tx, c, Copy{Medium: Wallet, Holder: jwk.Thumbprint()}, issuer, c.Facts, key)
		return err
	})
	return text, wrapped(err, "give out credential "+id)
}

// PrintTx gives a copy for paper with the facts that are named and the person's masked name, by the post's area that issued it
// (credential.issue). It ends the sheet before it. What it says is a look at the person.
func (s *Service) PrintTx(tx *db.Tx, by access.Actor, issuer, id, name string, show []string) (c Credential, text string, err error) {
	if c, err = s.At(tx, by, id); err != nil {
		return c, "", err
	}
	facts := c.Facts.Only(show...)
	switch st := c.State(s.Clock.Now()); {
	case st == Ended || st == Expired:
		return c, "", fault.New(fault.Conflict, "credential.refuse."+string(st))
	case len(facts) == 0:
		return c, "", fault.Field("show", "credential.need.facts")
	case name == "":
		return c, "", fault.Field("name", "credential.need.name")
	}
	if err := s.Trail.LookAgain(tx, trail.Reader{Actor: by, Purpose: trail.ForCredential, Subject: c.ID}, trail.Facts, c.Person); err != nil {
		return c, "", err
	}
	facts[PaperName] = name
	text, err = s.copy(tx, c, Copy{Medium: Paper, MadeBy: by.ID}, issuer, facts, nil)
	return c, text, wrapped(err, "print credential "+id)
}

// copy signs a credential for a place of its own, and ends the copy and the credentials it stands in for.
func (s *Service) copy(tx *db.Tx, c Credential, one Copy, issuer string, facts Facts, holder *ecdsa.PublicKey) (string, error) {
	keys, err := s.SigningKeys()
	if err != nil {
		return "", err
	}
	now := s.Clock.Now()
	one.Credential, one.Made, one.Until = c.ID, now, c.Until
	if err := endCopies(tx, c.ID, one.Medium, now); err != nil {
		return "", err
	}
	if err := s.place(tx, &one); err != nil {
		return "", err
	}
	if err := s.replace(tx, c); err != nil {
		return "", err
	}
	return sdjwt.Issue(sdjwt.Credential{
		Issuer: issuer, Type: TypeOf(issuer, c.Kind), Holder: holder, Issued: now.Truncate(time.Hour), Expires: c.Until,
		Status: &sdjwt.StatusRef{Index: int(one.Place), URI: ListOf(issuer, one.List)}, Hidden: facts,
	}, keys[0].Key, keys[0].ID)
}

// replace ends earlier credentials of the kind.
func (s *Service) replace(tx *db.Tx, c Credential) error {
	all, err := selectOf(tx, c.Person)
	if err != nil {
		return err
	}
	for _, old := range all {
		if old.Kind == c.Kind && old.ID < c.ID && old.EndedAt.IsZero() {
			if err := endCredential(tx, old.ID, Renewed, "", "", s.Clock.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Places of a list. A list that is half full is followed by the next, so that a free place is found by drawing.
const (
	places   = 1 << 17
	fullFrom = places / 2
	draws    = 64
)

// place draws a free place at random: its number says nothing of when, where or to whom.
func (s *Service) place(tx *db.Tx, one *Copy) error {
	list, n, err := selectLastList(tx)
	if err != nil {
		return err
	}
	if n >= fullFrom {
		list++
	}
	one.List = max(list, 1)
	for range draws {
		drawn, err := rand.Int(rand.Reader, big.NewInt(places))
		if err != nil {
			return fmt.Errorf("draw a place: %w", err)
		}
		one.Place = drawn.Int64()
		if free, err := insertCopy(tx, *one); err != nil || free {
			return err
		}
	}
	return errors.New("credential: no free place was found in a list that is half empty")
}

// TypeOf is the address of a kind, which names it and describes it (vct).
func TypeOf(issuer, kind string) string { return issuer + "/credentials/types/" + kind }

// ListOf is the address of a status list.
func ListOf(issuer string, list int64) string {
	return fmt.Sprintf("%s/credentials/status/%d", issuer, list)
}

// ListLives is how long a signed status list holds: whoever keeps one learns of what was taken back that much later.
const ListLives = 15 * time.Minute

// StatusList signs a list as it stands. NotFound for one that has no place taken.
func (s *Service) StatusList(ctx context.Context, issuer string, list int64) (string, error) {
	var ended []int64
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		last, _, err := selectLastList(tx)
		if err == nil && (list < 1 || list > max(last, 1)) {
			err = fault.New(fault.NotFound, "credential.unknown")
		}
		if err == nil {
			ended, err = selectEnded(tx, list)
		}
		return err
	})
	if err != nil {
		return "", wrapped(err, fmt.Sprintf("read status list %d", list))
	}
	l := sdjwt.NewStatusList(places)
	for _, place := range ended {
		if err := l.Revoke(int(place)); err != nil {
			return "", err
		}
	}
	keys, err := s.SigningKeys()
	if err != nil {
		return "", err
	}
	return l.Sign(ListOf(issuer, list), s.Clock.Now(), ListLives, keys[0].Key, keys[0].ID)
}

// At gives a credential of the area of a post that may issue, with its facts.
func (s *Service) At(tx *db.Tx, by access.Actor, id string) (Credential, error) {
	c, err := selectBy(tx, "id", id)
	if missing(err) {
		return c, unknown()
	}
	if err == nil {
		err = s.Policy.Check(by, access.CredentialIssue, access.Resource{Kind: "person", AreaPath: c.Area, Unit: c.Unit})
	}
	if err != nil {
		return Credential{}, err
	}
	return c, errors.Join(s.open(tx, &c), s.copies(tx, &c))
}

// copies fills in the copies that count.
func (s *Service) copies(tx *db.Tx, c *Credential) (err error) {
	c.Copies, err = selectCopies(tx, c.ID)
	c.Copies = slices.DeleteFunc(c.Copies, func(x Copy) bool { return !x.Ended.IsZero() })
	return err
}
