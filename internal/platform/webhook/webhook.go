package webhook

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema gives the package's migrations.
func Schema() db.Schema { return db.Schema{Module: "webhook", Files: schemaFiles} }

// Config is what a Service needs.
type Config struct {
	DB     *db.DB
	Clock  clock.Clock
	Logger *slog.Logger
	Key    []byte // 32 bytes of the data folder; secrets are sealed with a key derived from it
	// Private allows http, and addresses inside the operator's own network. Off, a key's holder cannot make the
	// program knock at doors inside.
	Private bool
	// Holds tells whether an owner may still receive messages; nil: always. It is asked outside any transaction.
	Holds func(ctx context.Context, owner string) (bool, error)
}

// Service keeps endpoints and delivers messages.
type Service struct {
	Config
	vault  vault
	client *http.Client
	wake   chan struct{}
	lanes  *lanes
}

// New makes a Service over a migrated store.
func New(c Config) (*Service, error) {
	v, err := newVault(c.Key)
	if err != nil {
		return nil, fmt.Errorf("make the key of webhook secrets: %w", err)
	}
	return &Service{Config: c, vault: v, client: client(c.Private), wake: make(chan struct{}, 1), lanes: newLanes()}, nil
}

// Wish is what an owner asks for.
type Wish struct {
	URL         string
	Types       []string // "a.b", "a.*" or "*"
	Description string
}

// Create makes an endpoint with a secret of its own. Invalid with every wrong field; Conflict when the owner has too
// many.
func (s *Service) Create(ctx context.Context, owner string, w Wish) (Endpoint, error) {
	now := s.Clock.Now()
	e := Endpoint{ID: db.NewID(now), Owner: owner, URL: w.URL, Types: w.Types, Description: w.Description, Enabled: true, Made: now}
	if err := e.check(s.Private); err != nil {
		return Endpoint{}, err
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		have, err := countOf(tx, owner)
		if err == nil && have >= mostEndpoints {
			return fault.New(fault.Conflict, "webhook.too_many", "Most", mostEndpoints)
		}
		if err != nil {
			return err
		}
		return insertEndpoint(tx, e, s.vault.seal(e.ID, newSecret()))
	})
	if err != nil {
		return Endpoint{}, fmt.Errorf("make an endpoint of %s: %w", owner, err)
	}
	return e, nil
}

// Secret shows the secret with which an endpoint's messages are signed, to its owner.
func (s *Service) Secret(ctx context.Context, owner, id string) (string, error) {
	var t target
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if _, err = ofOwner(tx, owner, id); err != nil {
			return err
		}
		t, err = selectTarget(tx, id)
		return err
	})
	if err != nil {
		return "", err
	}
	key, err := s.vault.open(id, t.sealed)
	if err != nil {
		return "", fmt.Errorf("endpoint %s: %w", id, err)
	}
	return key.shown(), nil
}

// Get gives an endpoint of its owner; NotFound for anybody else's.
func (s *Service) Get(ctx context.Context, owner, id string) (e Endpoint, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		e, err = ofOwner(tx, owner, id)
		return err
	})
	return e, err
}

// ofOwner reads an endpoint; one of somebody else is not there.
func ofOwner(tx *db.Tx, owner, id string) (Endpoint, error) {
	e, err := selectEndpoint(tx, id)
	if err == nil && e.Owner != owner {
		err = missing()
	}
	if err != nil {
		return Endpoint{}, fmt.Errorf("endpoint %s: %w", id, err)
	}
	return e, nil
}

func missing() error { return fault.New(fault.NotFound, "webhook.missing") }

// List gives the endpoints of an owner, oldest first.
func (s *Service) List(ctx context.Context, owner string) (list []Endpoint, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectOf(tx, owner)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list endpoints of %s: %w", owner, err)
	}
	return list, nil
}

// Change is what is to be different; nil leaves a field as it is.
type Change struct {
	URL, Description *string
	Types            []string
	Enabled          *bool
}

// Change changes an endpoint. Enabling one takes its note away and forgets its failures; disabling one fails
// what waits for it, which Replay sends later.
func (s *Service) Change(ctx context.Context, owner, id string, c Change) (e Endpoint, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if e, err = ofOwner(tx, owner, id); err != nil {
			return err
		}
		was := e.Enabled
		c.apply(&e, s.Clock.Now())
		if err := e.check(s.Private); err != nil {
			return err
		}
		if err := updateEndpoint(tx, e); err != nil || e.Enabled || !was {
			return err
		}
		return failWaiting(tx, id, clock.Ms(s.Clock.Now()))
	})
	return e, err
}

func (c Change) apply(e *Endpoint, now time.Time) {
	if c.URL != nil {
		e.URL = *c.URL
	}
	if c.Description != nil {
		e.Description = *c.Description
	}
	if c.Types != nil {
		e.Types = c.Types
	}
	switch {
	case c.Enabled == nil || *c.Enabled == e.Enabled:
	case *c.Enabled:
		e.Enabled, e.Note, e.Disabled, e.FailingSince = true, "", time.Time{}, time.Time{}
	default:
		e.Enabled, e.Disabled = false, now
	}
}

// mostOverlap is how long the old secret may sign beside a new one.
const mostOverlap = 7 * 24 * time.Hour

// Rotate gives an endpoint a new secret. Until the overlap has passed (at most seven days) messages carry a signature
// by the old one too; zero ends the old one at once.
func (s *Service) Rotate(ctx context.Context, owner, id string, overlap time.Duration) (e Endpoint, err error) {
	if overlap < 0 || overlap > mostOverlap {
		return Endpoint{}, fault.Field("overlap", "webhook.need.overlap", "Hours", int(mostOverlap.Hours()))
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if e, err = ofOwner(tx, owner, id); err != nil {
			return err
		}
		e.OldUntil = time.Time{}
		if overlap > 0 {
			e.OldUntil = s.Clock.Now().Add(overlap)
		}
		return rotate(tx, id, s.vault.seal(id, newSecret()), clock.Ms(e.OldUntil))
	})
	return e, err
}

// Delete takes an endpoint away with all its deliveries.
func (s *Service) Delete(ctx context.Context, owner, id string) error {
	off := false
	if _, err := s.Change(ctx, owner, id, Change{Enabled: &off}); err != nil {
		return err
	}
	for {
		var left bool
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			left, err = deleteDeliveries(tx, id, chunk)
			if err != nil || left {
				return err
			}
			return deleteEndpoint(tx, id)
		})
		if err != nil {
			return fmt.Errorf("delete endpoint %s: %w", id, err)
		}
		if !left {
			return nil
		}
	}
}

// Listening gives the enabled endpoints, so that a caller can choose who hears of what.
func (s *Service) Listening(tx *db.Tx) ([]Endpoint, error) {
	list, err := selectEnabled(tx)
	if err != nil {
		return nil, fmt.Errorf("list enabled endpoints: %w", err)
	}
	return list, nil
}

// longestBody is what one message may hold: it names things, it does not carry them.
const longestBody = 32 << 10

// Message is one thing to tell. Data becomes JSON: ids and states, nothing about a person.
type Message struct {
	Type string
	At   time.Time // when it happened
	Data any
}

// body is the payload as the specification proposes it.
func (m Message) body() (string, error) {
	text, err := json.Marshal(struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      any       `json:"data"`
	}{m.Type, m.At.UTC(), m.Data})
	if err == nil && len(text) > longestBody {
		err = fmt.Errorf("%d bytes, at most %d are allowed", len(text), longestBody)
	}
	if err != nil {
		return "", fmt.Errorf("write webhook message %s: %w", m.Type, err)
	}
	return string(text), nil
}

// Post puts a message on its way to endpoints, in the caller's transaction: all get it under one webhook-id.
func (s *Service) Post(tx *db.Tx, m Message, to ...Endpoint) error {
	ids := make([]string, len(to))
	for i, e := range to {
		ids[i] = e.ID
	}
	_, err := s.post(tx, m, ids...)
	return err
}

// post gives the ids of the deliveries, in the order of the endpoints.
func (s *Service) post(tx *db.Tx, m Message, endpoints ...string) ([]string, error) {
	if len(endpoints) == 0 {
		return nil, nil
	}
	body, err := m.body()
	if err != nil {
		return nil, err
	}
	now, ids := s.Clock.Now(), []string(nil)
	message := "msg_" + db.NewID(now)
	for _, endpoint := range endpoints {
		d := delivery{id: db.NewID(now), endpoint: endpoint, message: message, kind: m.Type, body: body, made: clock.Ms(now)}
		if err := insertDelivery(tx, d); err != nil {
			return nil, fmt.Errorf("post %s to endpoint %s: %w", m.Type, endpoint, err)
		}
		ids = append(ids, d.id)
	}
	tx.AfterCommit(s.nudge)
	return ids, nil
}

func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake already
	}
}
