package app

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/merkle"
	"banyan/internal/register/trail"
)

// TrailSettings say what the log of the trail is called, who witnesses it and whom this city witnesses.
type TrailSettings struct {
	Name       string            `yaml:"name"`        // for ever the same, such as 12345.fuzhou.example/trail; empty: made from the key
	Keep       string            `yaml:"keep"`        // how long rows are kept, "26304h"; empty: three years
	Witnesses  []WitnessSettings `yaml:"witnesses"`   // cities asked to cosign this one's log
	WitnessFor []string          `yaml:"witness_for"` // keys of the logs that this city cosigns
	Hour       trail.Limits      `yaml:"hour"`        // looks of one account in an hour; 0: what package trail has
}

// WitnessSettings is another city that is asked to cosign.
type WitnessSettings struct {
	URL string `yaml:"url"` // https://…/trail/witness
	Key string `yaml:"key"` // what its banyan trail key prints
}

// keepTrailFor is how long rows are kept when the settings do not say: the law wants records of sensitive processing for three
// years (Personal Information Protection Law, article 56).
const keepTrailFor = 3 * 366 * 24 * time.Hour

// keep is how long rows are kept.
func (s TrailSettings) keep() time.Duration {
	if d, err := time.ParseDuration(s.Keep); err == nil {
		return d
	}
	return keepTrailFor
}

// check refuses what cannot be meant.
func (s TrailSettings) check() error {
	if d, err := time.ParseDuration(s.Keep); s.Keep != "" && (err != nil || d < trail.LeastKept) {
		return fmt.Errorf("trail.keep: %q is not a time of at least %s: the law wants it kept so long", s.Keep, trail.LeastKept)
	}
	if s.Hour.Alarm < 0 || s.Hour.Refuse < 0 {
		return errors.New("trail.hour: a number is below zero")
	}
	_, errWitnesses := s.witnesses()
	_, errLogs := s.logs()
	return errors.Join(errWitnesses, errLogs)
}

// limits are how often one account may look in an hour.
func (s TrailSettings) limits() trail.Limits {
	d := trail.DefaultLimits()
	return trail.Limits{Alarm: cmp.Or(s.Hour.Alarm, d.Alarm), Refuse: cmp.Or(s.Hour.Refuse, d.Refuse)}
}

func (s TrailSettings) witnesses() (all []merkle.Witness, err error) {
	for _, w := range s.Witnesses {
		one, err := merkle.NewWitness(w.URL, w.Key)
		if err != nil {
			return nil, fmt.Errorf("trail.witnesses: %w", err)
		}
		all = append(all, one)
	}
	return all, nil
}

func (s TrailSettings) logs() (all []note.Verifier, err error) {
	for _, key := range s.WitnessFor {
		one, err := note.NewVerifier(key)
		if err != nil {
			return nil, fmt.Errorf("trail.witness_for: %q: %w", key, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// tree makes the log of the trail. Its key comes from the data folder's secret, so every process on one store signs alike.
func (a *App) tree() (*merkle.Log, error) {
	seed, err := hkdf.Key(sha256.New, a.key, nil, "banyan: the key of the trail's log", 32)
	if err != nil {
		return nil, fmt.Errorf("make the key of the trail's log: %w", err)
	}
	name := a.Settings.Trail.Name
	if name == "" {
		id, err := hkdf.Key(sha256.New, a.key, nil, "banyan: the name of the trail's log", 6)
		if err != nil {
			return nil, fmt.Errorf("make the name of the trail's log: %w", err)
		}
		name = "banyan-" + hex.EncodeToString(id) + "/trail"
	}
	tree, err := merkle.New(a.DB, a.Clock, name, seed)
	if err == nil {
		err = tree.Use(a.Settings.suite())
	}
	return tree, err
}

// How often what was looked at is folded into the log, and how often witnesses are asked.
const (
	sequenceEvery = time.Second
	witnessEvery  = 10 * time.Second
)

// keepTrail folds rows of the trail into the log and has its heads witnessed, while this process holds the lease.
func (a *App) keepTrail(ctx context.Context) {
	witnesses, err := a.Settings.Trail.witnesses()
	if err != nil {
		a.Log.ErrorContext(ctx, "witnesses of the trail", "err", err) // checked when the settings were read
	}
	client := &http.Client{Timeout: witnessEvery}
	beat, asked := time.NewTicker(sequenceEvery), time.Time{}
	defer beat.Stop()
	for {
		if a.Lease.Held() {
			err := a.fold(ctx)
			if now := time.Now(); err == nil && now.Sub(asked) >= witnessEvery {
				asked, err = now, a.Tree.Ask(ctx, client, witnesses)
			}
			if err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "the log of the trail", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
	}
}

// fold takes what is new, and what is older than the log, into the log.
func (a *App) fold(ctx context.Context) error {
	if !a.adopted {
		if err := a.Trail.Adopt(ctx); err != nil {
			return err
		}
		a.adopted = true
	}
	_, err := a.Tree.Sequence(ctx)
	return err
}

// expireTrail deletes rows that were kept long enough.
func (a *App) expireTrail(ctx context.Context) error {
	n, err := a.Trail.Expire(ctx, a.Settings.Trail.keep())
	if n > 0 {
		a.Log.InfoContext(ctx, "old rows of the trail were deleted", "rows", n)
	}
	if err != nil {
		return err
	}
	return a.Leak.Expire(ctx, a.Clock.Now().Add(-a.Settings.Trail.keep()))
}

// lookTrail compares the trail with its log.
func lookTrail(ctx context.Context, e *exam) (Finding, error) {
	var bad tally
	n, err := e.Trail.Audit(ctx, e.Settings.Trail.keep(), bad.add)
	if err != nil {
		return Finding{}, err
	}
	if bad.n > 0 {
		return wrongly(fmt.Sprintf("%d findings, first: %s", bad.n, bad.first),
			"somebody changed the database past the program: keep the database and its log files as they are and call the data protection officer"), nil
	}
	waiting, _, err := e.Tree.Lag(ctx)
	if err != nil {
		return Finding{}, err
	}
	if signed, err := e.Tree.SignedByAll(ctx); err != nil || !signed {
		return warn("the newest head lacks the signature of a key that the settings ask for", "start banyan serve: it signs the head anew within a second"), err
	}
	if waiting > 10_000 {
		return warn(fmt.Sprintf("%d rows wait to be folded into the log", waiting), "start banyan serve: it folds them in; see its log when they stay"), nil
	}
	return well(fmt.Sprintf("%d rows, %d in the log, %d wait", n.Stored, n.Logged, waiting)), nil
}

// TrailKeys gives what others need to check receipts and to witness: the keys of the log, one a line, Ed25519 first.
func TrailKeys(ctx context.Context, c Config) (lines string, err error) {
	err = within(ctx, c, func(a *App) (err error) {
		lines, err = a.Tree.Keys(ctx)
		return err
	})
	return lines, err
}

// TrailAudited is what AuditTrail compared and found.
type TrailAudited struct {
	trail.Audited
	Witnessed int64    `json:"witnessed"` // size of the newest head that a witness cosigned
	Findings  []string `json:"findings"`
}

// AuditTrail compares every row of the trail with its log, and the newest head with keys, one a line, that the caller has from somewhere
// else than the data folder; "" compares with the folder's own alone.
func AuditTrail(ctx context.Context, c Config, keys string) (got TrailAudited, err error) {
	got.Findings = []string{}
	err = within(ctx, c, func(a *App) (err error) {
		got.Audited, err = a.Trail.Audit(ctx, a.Settings.Trail.keep(), func(finding string) { got.Findings = append(got.Findings, finding) })
		if err != nil {
			return err
		}
		if got.Witnessed, _, err = a.Tree.WitnessedAt(ctx); err != nil || keys == "" {
			return err
		}
		head, err := a.Tree.Checkpoint(ctx)
		if err != nil {
			return fmt.Errorf("read the newest head: %w", err)
		}
		if err := merkle.SignedBy(head, keys); err != nil {
			got.Findings = append(got.Findings, "the newest head is not signed by the keys given: "+err.Error())
		}
		return nil
	})
	return got, err
}
