package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"banyan/internal/platform/db"
)

// killReport is what `crash kill` prints.
type killReport struct {
	Crash        string   `json:"crash"`
	Engine       string   `json:"engine"`
	Seed         uint64   `json:"seed"`
	Kills        int      `json:"kills"`
	AtStart      int      `json:"kills_at_start"`
	ServerKills  int      `json:"database_kills"`
	Acknowledged int      `json:"acknowledged"`
	Reports      int      `json:"reports"`
	Steps        int      `json:"steps"`
	Resent       int      `json:"resent"`
	Refused      int      `json:"refused"`
	Messages     int      `json:"messages"`
	Again        int      `json:"messages_again"` // an SMS may come twice, with the same key, when the program ended between sending and noting it
	Looks        int      `json:"looks"`
	Checked      int      `json:"checked"`
	Lost         int      `json:"lost"`
	Doubled      int      `json:"doubled"`
	Unsound      int      `json:"unsound"`
	Seconds      float64  `json:"seconds"`
	Findings     []string `json:"findings,omitempty"`
}

func (r *killReport) bad() bool { return r.Lost+r.Doubled+r.Unsound > 0 }

// note takes a verdict over; the first twenty findings are named.
func (r *killReport) note(v verdict) {
	r.Looks++
	r.Checked += v.Checked
	r.Lost, r.Doubled, r.Unsound = r.Lost+len(v.Lost), r.Doubled+len(v.Doubled), r.Unsound+len(v.Unsound)
	for kind, list := range map[string][]string{"lost": v.Lost, "doubled": v.Doubled, "unsound": v.Unsound} {
		for _, what := range list {
			if len(r.Findings) < 20 {
				r.Findings = append(r.Findings, kind+": "+what)
			}
		}
	}
}

// trial is a city that is killed again and again.
type trial struct {
	*place
	options
	report *killReport
	ledger *ledger
	at     *addresses
	city   *load
	before before
	rng    *rand.Rand
	took   time.Duration // how long the last start took
}

// kill ends the program at so many random moments of one city's life and looks after each what is there.
func kill(ctx context.Context, o options) (outcome, error) {
	began := time.Now()
	o.databaseKills = max(o.databaseKills, o.times/10)
	p, err := newPlace(ctx, o)
	if err != nil {
		return nil, err
	}
	t, err := newTrial(ctx, p, o)
	if err == nil {
		err = t.lives(ctx)
	}
	t.sum(began)
	return t.report, errors.Join(err, p.close())
}

func newTrial(ctx context.Context, p *place, o options) (*trial, error) {
	t := &trial{
		place: p, options: o, ledger: newLedger(), at: &addresses{}, rng: rand.New(rand.NewPCG(o.seed, 1)),
		report: &killReport{Crash: "kill", Engine: o.engine, Seed: o.seed}, took: time.Second,
	}
	var err error
	if t.city, err = newLoad(t.ledger, t.at, 6, o.seed); err != nil {
		return t, err
	}
	d, err := p.open(ctx)
	if err != nil {
		return t, err
	}
	s, err := take(ctx, d)
	t.before = remember(s)
	return t, errors.Join(err, d.Close())
}

func (t *trial) lives(ctx context.Context) error {
	for t.report.Kills < t.times {
		if err := t.life(ctx); err != nil {
			return fmt.Errorf("life %d: %w", t.report.Kills+1, err)
		}
		if n := t.report.Kills; n%10 == 0 || t.report.bad() {
			t.say("%d kills, %d acknowledged, %d lost, %d doubled, %d unsound", n, t.ledger.acked, t.report.Lost, t.report.Doubled, t.report.Unsound)
		}
		if t.report.bad() {
			return nil
		}
	}
	return t.last(ctx)
}

// life starts the program, in most lives looks at what the last kill left, lets the city work and kills.
func (t *trial) life(ctx context.Context) error {
	s, err := t.start()
	if err != nil {
		return err
	}
	defer s.kill()
	if t.rng.IntN(5) == 0 { // during start-up
		sleep(ctx, time.Duration(t.rng.Int64N(int64(t.took)*3/2)))
		t.report.Kills++
		t.report.AtStart++
		return nil
	}
	if err := t.up(ctx, s); err != nil {
		return err
	}
	if t.rng.IntN(3) > 0 {
		if err := t.look(ctx); err != nil || t.report.bad() {
			return err
		}
	}
	if t.cluster != nil && (t.report.ServerKills < t.databaseKills || t.rng.IntN(6) == 0) {
		if err := t.databaseDies(ctx); err != nil || t.report.bad() {
			return err
		}
	}
	t.workFor(ctx, t.most(80), s.kill)
	t.report.Kills++
	return nil
}

// databaseDies kills the PostgreSQL server below the running program, which has to go on with the server that comes back.
func (t *trial) databaseDies(ctx context.Context) error {
	base := t.at.next()
	var err error
	t.workFor(ctx, t.most(80), func() { err = t.cluster.crash(ctx) })
	t.report.ServerKills++
	t.at.set(base)
	return errors.Join(err, t.look(ctx))
}

// up waits until the program serves and tells the city where it is.
func (t *trial) up(ctx context.Context, s *server) error {
	base, err := s.address(ctx)
	if err != nil {
		return err
	}
	t.took = time.Since(s.began)
	t.at.set(base)
	return nil
}

// workFor lets the city work until a random number of things was acknowledged, at most so many, and does something then.
func (t *trial) workFor(ctx context.Context, most int, end func()) {
	working, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.city.run(working)
	}()
	enough, patience := t.ledger.count()+t.rng.IntN(most), time.Now().Add(20*time.Second)
	for t.ledger.count() < enough && time.Now().Before(patience) && ctx.Err() == nil {
		sleep(ctx, time.Millisecond)
	}
	sleep(ctx, time.Duration(t.rng.IntN(30))*time.Millisecond)
	end()
	t.at.set()
	stop()
	<-done
}

// most is how much is done in one life; little in a short run.
func (t *trial) most(long int) int {
	if t.quick {
		return long / 4
	}
	return long
}

// look sends again what got no answer, lets reactions settle, and judges.
func (t *trial) look(ctx context.Context) error {
	if err := t.city.resume(ctx); err != nil {
		return err
	}
	d, err := t.open(ctx)
	if err != nil {
		return err
	}
	s, err := settled(ctx, d)
	if err == nil {
		v := judge(s, t.ledger, t.before)
		v.blobs(t.place.data, s)
		t.report.note(v)
	}
	return errors.Join(err, d.Close())
}

// settled waits until every reaction has run and reads the store.
func settled(ctx context.Context, d *db.DB) (snapshot, error) {
	most, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		var waiting int
		err := d.Read(most, func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM fact_pending WHERE NOT failed`).Scan(&waiting)
		})
		if err != nil {
			return snapshot{}, fmt.Errorf("wait for reactions, %d to go: %w", waiting, err)
		}
		if waiting == 0 {
			if s, err := take(most, d); err != nil || s.waiting == 0 {
				return s, err
			}
		}
		sleep(most, 20*time.Millisecond)
	}
}

// last lets the program live on until every message is out, asks its doctor, and has it recount from the journals.
func (t *trial) last(ctx context.Context) error {
	s, err := t.start()
	if err != nil {
		return err
	}
	defer s.kill()
	if err := errors.Join(t.up(ctx, s), t.look(ctx)); err != nil {
		return err
	}
	if !t.quick {
		if err := t.messagesOut(ctx); err != nil {
			return err
		}
	}
	if err := s.stop(); err != nil {
		t.report.note(verdict{Unsound: []string{err.Error()}})
	}
	for _, args := range [][]string{{"doctor"}, {"report", "rates", "--replay", "--json"}} {
		if err := command(ctx, t.dir, t.place.binary, append(args, t.store()...)...); err != nil {
			t.report.note(verdict{Unsound: []string{err.Error()}})
		}
	}
	return nil
}

// messagesOut waits until the outbox is empty: a message that was being sent when the program was killed waits for its
// claim to end. Every message that is marked as sent must have come to the gateway.
func (t *trial) messagesOut(ctx context.Context) error {
	d, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // only read
	most, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for {
		s, err := take(most, d)
		if err != nil {
			return err
		}
		waiting := 0
		var v verdict
		for key, state := range s.outbox {
			switch {
			case state == "waiting":
				waiting++
			case state == "sent" && t.sms.got(key) == 0 && !t.before.sent[key]:
				v.add(&v.Lost, "message %s, marked as sent", key)
			}
		}
		if waiting == 0 || v.bad() {
			t.report.note(v)
			return nil
		}
		sleep(most, 200*time.Millisecond)
	}
}

func (t *trial) sum(began time.Time) {
	r := t.report
	r.Acknowledged, r.Resent, r.Refused, r.Seconds = t.ledger.acked, t.ledger.resent, t.ledger.refused, time.Since(began).Seconds()
	for _, one := range t.ledger.reports {
		if one.number != "" {
			r.Reports++
		}
	}
	r.Steps = r.Acknowledged - r.Reports
	r.Messages, r.Again = t.sms.count()
}
