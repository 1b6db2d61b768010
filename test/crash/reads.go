package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"banyan/internal/platform/db"
)

// readsReport is what `crash reads` prints.
type readsReport struct {
	Crash    string   `json:"crash"`
	Engine   string   `json:"engine"`
	Seed     uint64   `json:"seed"`
	Kills    int      `json:"kills"`
	Answered int      `json:"answered"` // reads of somebody's words whose answer arrived whole
	Rows     int      `json:"rows"`     // in the trail of those reads; more than answered where the kill came between
	Unlogged int      `json:"unlogged"` // answered and not in the trail
	Seconds  float64  `json:"seconds"`
	Findings []string `json:"findings,omitempty"`
}

func (r *readsReport) bad() bool { return r.Unlogged > 0 || r.Answered == 0 }

// readers read what requesters said through the API, each call one look at one person.
type readers struct {
	*place
	options
	report   *readsReport
	secret   string
	cases    []string
	mu       sync.Mutex
	answered map[string]int // by case
}

// readersAtOnce is how many calls are under way when the kill comes.
const readersAtOnce = 8

// reads kills the program at random moments while others read personal data, and looks for each answer that arrived in the trail: an
// answer leaves only when its row is durable.
func reads(ctx context.Context, o options) (outcome, error) {
	began := time.Now()
	r := &readers{options: o, report: &readsReport{Crash: "reads", Engine: o.engine, Seed: o.seed}, answered: map[string]int{}}
	var err error
	if r.place, err = newPlace(ctx, o); err != nil {
		return nil, err
	}
	if err = r.prepare(ctx); err == nil {
		err = r.lives(ctx)
	}
	r.report.Seconds = time.Since(began).Seconds()
	return r.report, errors.Join(err, r.place.close())
}

// prepare lets one account look as often as it likes, makes it a key, and finds cases with somebody's words.
func (r *readers) prepare(ctx context.Context) error {
	path := filepath.Join(r.place.data, "banyan.yaml")
	settings, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(settings, "trail: {hour: {alarm: 1000000000, refuse: 1000000000}}\n")
	if err := errors.Join(err, settings.Close()); err != nil {
		return err
	}
	args := append([]string{"key", "create", "--name", "reader", "--scope", "words.read", "--role", "dispatcher", "--per-second", "100000", "--burst", "100000"}, r.store()...)
	out, err := exec.CommandContext(ctx, r.place.binary, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("make a key: %w: %s", err, out)
	}
	if r.secret = regexp.MustCompile(`bk_[A-Za-z0-9_-]+`).FindString(string(out)); r.secret == "" {
		return errors.New("the program gave no key")
	}
	if err := r.grant(ctx, string(out)); err != nil {
		return err
	}
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		r.cases, err = db.Column(tx, `SELECT c.id FROM casework_case c JOIN request_request r ON r.case_id = c.id WHERE r.person_id <> '' GROUP BY c.id HAVING count(*) = 1`)
		return err
	})
	if err == nil && len(r.cases) == 0 {
		err = errors.New("the city has no case to read")
	}
	return errors.Join(err, d.Close())
}

// grant lets the key read, as often as a grant may at most.
func (r *readers) grant(ctx context.Context, made string) error {
	id := regexp.MustCompile(`key ([0-9A-Z]{26}) of`).FindStringSubmatch(made)
	if id == nil {
		return errors.New("the program tells no id of the key")
	}
	args := append([]string{
		"grant", "give", "--to", id[1], "--purpose", "handling", "--law", "test of the trail", "--reason", "test of the trail", "--use", "dispatch,handling",
		"--field", "name,phone,words,address,photos", "--daily", "100000",
	}, r.store()...)
	if out, err := exec.CommandContext(ctx, r.place.binary, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("give a grant: %w: %s", err, out)
	}
	return nil
}

func (r *readers) lives(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(r.seed, 2)) //nolint:gosec // moments, not secrets
	for r.report.Kills < r.times {
		if err := r.life(ctx, rng); err != nil {
			return fmt.Errorf("life %d: %w", r.report.Kills+1, err)
		}
		if n := r.report.Kills; n%50 == 0 || n == r.times {
			if err := r.compare(ctx); err != nil {
				return err
			}
			r.say("%d kills, %d answered, %d rows, %d unlogged", n, r.report.Answered, r.report.Rows, r.report.Unlogged)
		}
		if r.report.Unlogged > 0 {
			return nil
		}
	}
	return nil
}

// life reads until a random moment after the first answers, and kills.
func (r *readers) life(ctx context.Context, rng *rand.Rand) error {
	s, err := r.start()
	if err != nil {
		return err
	}
	defer s.kill()
	base, err := s.address(ctx)
	if err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	var wait sync.WaitGroup
	for i := range readersAtOnce {
		draw := rand.New(rand.NewPCG(r.seed+uint64(r.report.Kills), uint64(i))) //nolint:gosec // cases, not secrets
		wait.Go(func() { r.read(reading, base, draw) })
	}
	enough, patience := r.count()+1+rng.IntN(100), time.Now().Add(20*time.Second)
	for r.count() < enough && time.Now().Before(patience) && ctx.Err() == nil {
		sleep(ctx, time.Millisecond)
	}
	sleep(ctx, time.Duration(rng.IntN(20))*time.Millisecond)
	s.kill()
	stop()
	wait.Wait()
	r.report.Kills++
	return nil
}

func (r *readers) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.report.Answered
}

// read reads one case after another until the program is gone. What counts as answered came whole.
func (r *readers) read(ctx context.Context, base string, draw *rand.Rand) {
	own := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	defer own.CloseIdleConnections()
	for ctx.Err() == nil {
		id := r.cases[draw.IntN(len(r.cases))]
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v1/cases/"+id+"/words?purpose=handling", nil)
		if err != nil {
			return
		}
		q.Header.Set("Authorization", "Bearer "+r.secret)
		answer, err := own.Do(q)
		if err != nil {
			return
		}
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close() // the copy's error tells
		if err != nil {
			return
		}
		if answer.StatusCode != http.StatusOK {
			r.mu.Lock()
			if len(r.report.Findings) < 5 {
				r.report.Findings = append(r.report.Findings, fmt.Sprintf("a read is answered %d", answer.StatusCode))
			}
			r.mu.Unlock()
			return
		}
		r.mu.Lock()
		r.report.Answered++
		r.answered[id]++
		r.mu.Unlock()
	}
}

// compare counts the trail's rows of each case against the answers.
func (r *readers) compare(ctx context.Context) error {
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	rows := map[string]int{}
	err = d.Read(ctx, func(tx *db.Tx) error {
		clear(rows)
		all, err := db.Column(tx, `SELECT subject FROM trail_look WHERE actor_kind = 'partner' AND purpose = 'trail.purpose.handling'`)
		for _, id := range all {
			rows[id]++
		}
		r.report.Rows = len(all)
		return err
	})
	for id, n := range r.answered {
		if missing := n - rows[id]; missing > 0 {
			r.report.Unlogged += missing
			r.report.Findings = append(r.report.Findings, fmt.Sprintf("%d answers about case %s left no row", missing, id))
		}
	}
	return errors.Join(err, d.Close())
}
