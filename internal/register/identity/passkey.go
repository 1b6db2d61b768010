package identity

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Limits of passkeys.
const (
	PasskeysMost   = 10
	passkeyNameMax = 40
)

// Passkey is a key pair that a device keeps for an account (Web Authentication, W3C). The device asks for a
// fingerprint, a face or its PIN before it signs, so one passkey is two factors.
type Passkey struct {
	ID     string
	Name   string
	Made   time.Time
	Used   time.Time // zero: never
	Copied time.Time // since when it is refused because its counter went back; zero: in order
}

// Site is by what name browsers know the city. Passkeys hold for one host.
type Site struct {
	Host   string // without port; an IP address can have no passkeys
	Origin string // scheme://host[:port]
	Name   string // the city's, shown by the device
}

// relying makes the library's view of the site: no attestation, whose makers are none of the city's business; the
// key found by the device itself; its owner verified each time.
func (site Site) relying() (*webauthn.WebAuthn, error) {
	yes := true
	w, err := webauthn.New(&webauthn.Config{
		RPID: site.Host, RPDisplayName: site.Name, RPOrigins: []string{site.Origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &yes, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", site.Host, err)
	}
	return w, nil
}

// owner is an account as the library sees it. The device keeps the account's id and the passkey's name, nothing else.
type owner struct {
	account, name string
	keys          []passkeyRow
}

func (o owner) WebAuthnID() []byte          { return []byte(o.account) }
func (o owner) WebAuthnName() string        { return o.name }
func (o owner) WebAuthnDisplayName() string { return o.name }

func (o owner) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, len(o.keys))
	for i, k := range o.keys {
		out[i] = k.record
	}
	return out
}

// BeginPasskey asks a signed-in browser to make a passkey: options for navigator.credentials.create, and a token
// that only this browser keeps. Conflict when the account has PasskeysMost.
func (s *Service) BeginPasskey(ctx context.Context, site Site, at Session, name string) (options []byte, token string, err error) {
	w, err := site.relying()
	if err != nil {
		return nil, "", err
	}
	name, err = tidyPasskeyName(name)
	if err != nil {
		return nil, "", err
	}
	token = newToken()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		keys, err := selectPasskeys(tx, at.Account)
		if err != nil {
			return err
		}
		if len(keys) >= PasskeysMost {
			return fault.New(fault.Conflict, "identity.passkey_many", "most", PasskeysMost)
		}
		o := owner{at.Account, name, keys}
		ask, data, err := w.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.WebAuthnCredentials()).CredentialDescriptors()))
		if err != nil {
			return err
		}
		if options, err = json.Marshal(ask); err != nil {
			return err
		}
		return s.keepChallenge(tx, token, challenge{use: toMake, session: at.ID, site: site.Host, data: *data})
	})
	return options, token, err
}

// AddPasskey takes the browser's answer and keeps the passkey. Invalid on "passkey" when the answer is not to the
// question of this token, was given elsewhere, or came too late.
func (s *Service) AddPasskey(ctx context.Context, site Site, at Session, token, name, answer string) error {
	w, err := site.relying()
	if err != nil {
		return err
	}
	if name, err = tidyPasskeyName(name); err != nil {
		return err
	}
	parsed, bad := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	now := s.Clock.Now()
	ok := false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ok = false
		c, err := s.takeChallenge(tx, token, toMake, at.ID, site)
		if err != nil || c == nil || bad != nil {
			return err
		}
		made, err := w.CreateCredential(owner{account: at.Account, name: name}, c.data, parsed)
		if err != nil {
			return nil // what a browser sends is a refusal, not a fault of the house
		}
		made.Attestation = webauthn.CredentialAttestation{}
		ok, err = insertPasskey(tx, passkeyRow{Passkey: Passkey{ID: db.NewID(now), Name: name, Made: now}, account: at.Account, site: site.Host, record: *made})
		if err == nil && ok {
			err = s.tell(tx, at.Account, "passkey_added")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a passkey of account %s: %w", at.Account, err)
	}
	if !ok {
		return fault.Field("passkey", "identity.passkey_refused")
	}
	return nil
}

// AskPasskey asks a browser for a passkey: of anybody when at is zero, who signs in, else of the session's account,
// who proves anew.
func (s *Service) AskPasskey(ctx context.Context, site Site, at Session) (options []byte, token string, err error) {
	w, err := site.relying()
	if err != nil {
		return nil, "", err
	}
	token = newToken()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		c := challenge{use: toSignIn, session: at.ID, site: site.Host}
		var ask *protocol.CredentialAssertion
		var data *webauthn.SessionData
		var err error
		if at.ID == "" {
			ask, data, err = w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
		} else {
			c.use = toProve
			all, bad := selectPasskeys(tx, at.Account)
			if bad != nil {
				return bad
			}
			keys := slices.DeleteFunc(all, func(k passkeyRow) bool { return k.site != site.Host || !k.Copied.IsZero() })
			if len(keys) == 0 {
				return fault.New(fault.Conflict, "identity.passkey_none")
			}
			ask, data, err = w.BeginLogin(owner{account: at.Account, keys: keys}, webauthn.WithUserVerification(protocol.VerificationRequired))
		}
		if err != nil {
			return err
		}
		if options, err = json.Marshal(ask); err != nil {
			return err
		}
		c.data = *data
		return s.keepChallenge(tx, token, c)
	})
	return options, token, err
}

// SignInPasskey gives the token of a new session for whoever's passkey answered. Invalid on "passkey":
// identity.passkey_refused for an answer that is wrong, late or of an account of another kind;
// identity.passkey_copied when the passkey's counter went back, which refuses it from then on.
func (s *Service) SignInPasskey(ctx context.Context, site Site, kind Kind, token, answer string, v Visit) (string, error) {
	fresh := newToken()
	_, err := s.answered(ctx, site, toSignIn, Session{}, token, answer, func(tx *db.Tx, k passkeyRow) (bool, error) {
		a, err := selectAccount(tx, "id", k.account)
		if err != nil || a.Disabled || a.Kind != kind {
			return false, err
		}
		return true, s.open(tx, a.Account, fresh, v, ByPasskey)
	})
	if err != nil {
		return "", err
	}
	return fresh, nil
}

// answered checks the answer to a question, counts the passkey and, in the same transaction, does do, which may still refuse.
func (s *Service) answered(ctx context.Context, site Site, use use, at Session, token, answer string, do func(*db.Tx, passkeyRow) (bool, error)) (key passkeyRow, err error) {
	w, err := site.relying()
	if err != nil {
		return key, err
	}
	parsed, bad := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	var ok, copied bool
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ok, copied = false, false
		c, err := s.takeChallenge(tx, token, use, at.ID, site)
		if err != nil || c == nil || bad != nil {
			return err
		}
		if key, err = selectPasskey(tx, base64.RawURLEncoding.EncodeToString(parsed.RawID)); errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil || key.site != site.Host || at.ID != "" && key.account != at.Account {
			return err
		}
		used, err := verify(w, c.data, key, parsed)
		if err != nil {
			return nil // as in AddPasskey
		}
		if copied = used.Authenticator.CloneWarning || !key.Copied.IsZero(); copied {
			return s.refuseCopied(tx, key)
		}
		if ok, err = do(tx, key); err != nil || !ok {
			return err
		}
		key.record = *used
		return updatePasskeyUsed(tx, key, s.Clock.Now())
	})
	switch {
	case err != nil:
		return key, fmt.Errorf("take the answer of a passkey: %w", err)
	case copied:
		return key, fault.Field("passkey", "identity.passkey_copied")
	case !ok:
		return key, fault.Field("passkey", "identity.passkey_refused")
	}
	return key, nil
}

// verify has the library compare the answer with the question and the key.
func verify(w *webauthn.WebAuthn, asked webauthn.SessionData, key passkeyRow, answer *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	o := owner{account: key.account, keys: []passkeyRow{key}}
	if len(asked.UserID) == 0 {
		return w.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return o, nil }, asked, answer)
	}
	asked.AllowedCredentialIDs = [][]byte{key.record.ID} // the question named all of the account's, of which this is one
	return w.ValidateLogin(o, asked, answer)
}

// refuseCopied notes, once, that a passkey's counter went back and tells its owner.
func (s *Service) refuseCopied(tx *db.Tx, key passkeyRow) error {
	if !key.Copied.IsZero() {
		return nil
	}
	if err := updatePasskeyCopied(tx, key.ID, s.Clock.Now()); err != nil {
		return err
	}
	return s.tell(tx, key.account, "passkey_copied")
}

// Passkeys lists an account's, the oldest first.
func (s *Service) Passkeys(ctx context.Context, account string) (out []Passkey, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		keys, err := selectPasskeys(tx, account)
		out = make([]Passkey, len(keys))
		for i, k := range keys {
			out[i] = k.Passkey
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the passkeys of account %s: %w", account, err)
	}
	return out, nil
}

// RemovePasskey forgets one of the account's own; another's is left alone.
func (s *Service) RemovePasskey(ctx context.Context, account, id string) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := deletePasskey(tx, account, id)
		if err == nil && n > 0 {
			err = s.tell(tx, account, "passkey_removed")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("remove passkey %s: %w", id, err)
	}
	return nil
}

// tell has a citizen told what happened to the ways into their account; staff see it on their account's page.
func (s *Service) tell(tx *db.Tx, account, what string) error {
	a, err := selectAccount(tx, "id", account)
	if err != nil || a.Kind != Citizen || s.Tell == nil {
		return err
	}
	return s.Tell(tx, a.PersonID, db.NewID(s.Clock.Now()), what)
}

func tidyPasskeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > passkeyNameMax {
		return "", fault.Field("name", "identity.passkey_name", "most", passkeyNameMax)
	}
	return name, nil
}

// ms is an instant in the store, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return clock.Ms(t)
}

// fromMs is the zero time for 0.
func fromMs(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return clock.FromMs(v)
}
