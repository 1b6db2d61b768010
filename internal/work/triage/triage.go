package triage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/work/triage/classify"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the module's tables.
func Schema() db.Schema { return db.Schema{Module: "triage", Files: schema} }

// ModelPath is the classifier's file in a data folder.
func ModelPath(data string) string { return filepath.Join(data, "triage", "model.bin") }

// Deps is what the Service stands on.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Lists *Lists
	Model string // path of the classifier's file; it may be absent
	Log   *slog.Logger
}

// Service suggests duties, keeps what it suggested and learns from rulings.
type Service struct {
	deps Deps
	now  atomic.Pointer[Suggester]

	mu         sync.Mutex // guards the parts of now while it is made anew
	lists      *Lists
	model      *classify.Model
	precedents []Precedent
}

// New makes a Service that knows the duty list alone; Reload adds the classifier and precedents.
func New(deps Deps) *Service {
	s := &Service{deps: deps, lists: deps.Lists}
	s.renew()
	return s
}

// Reload reads the classifier's file and the precedents again. An absent file is a normal state; a
// damaged one is an error and leaves what was loaded before in use.
func (s *Service) Reload(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	model, err := classify.Load(s.deps.Model)
	if errors.Is(err, fs.ErrNotExist) {
		model, err = nil, nil
	}
	if err != nil {
		return fmt.Errorf("reload triage: %w", err)
	}
	var precedents []Precedent
	err = s.deps.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		precedents, err = loadPrecedents(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("reload triage: %w", err)
	}
	s.model, s.precedents = model, precedents
	s.renew()
	return nil
}

// Use puts another version of the duty list in force.
func (s *Service) Use(lists *Lists) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists = lists
	s.renew()
}

func (s *Service) renew() { s.now.Store(NewSuggester(s.lists, s.model, s.precedents)) }

// Suggest ranks the duties for one message; it reads nothing but memory.
func (s *Service) Suggest(in Input) Suggestion { return s.now.Load().Suggest(in) }

// SuggestTx suggests for a case and stores the explanation in the caller's transaction, in place of
// an earlier one.
func (s *Service) SuggestTx(tx *db.Tx, in Input, caseID string) (Suggestion, error) {
	got := s.Suggest(in)
	for _, a := range got.Alarms {
		s.deps.Log.Warn("a rule of the duty list cannot be evaluated", "duty", a.Duty, "what", a.What)
	}
	if err := storeSuggestion(tx, caseID, clock.Ms(s.deps.Clock.Now()), got); err != nil {
		return Suggestion{}, fmt.Errorf("suggest for case %s: %w", caseID, err)
	}
	return got, nil
}

// Of gives the stored suggestions of cases by case id; a case without one is not in the map.
func (s *Service) Of(ctx context.Context, caseIDs []string) (map[string]Stored, error) {
	var out map[string]Stored
	err := s.deps.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = loadSuggestions(tx, caseIDs)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read suggestions: %w", err)
	}
	return out, nil
}
