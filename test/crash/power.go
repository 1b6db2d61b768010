package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"banyan/internal/platform/db"
)

// powerReport is what `crash power` prints.
type powerReport struct {
	killReport
	Sync   string `json:"sync"`
	Cuts   int    `json:"cuts"`
	Traces int    `json:"traces"`
	Calls  int    `json:"calls"`  // recorded
	Doctor int    `json:"doctor"` // cuts at which the program's own doctor was asked too
}

// acks is what clients knew at a moment of a recording.
type acks struct {
	line           int
	number         string // of a report
	caseID, action string // of a step; "" stands for the next of sign, respond, reply
}

// power records the program at work under strace, cuts the power at random moments of the recording, and opens what the
// disk may hold then.
func power(ctx context.Context, o options) (outcome, error) {
	if _, err := exec.LookPath("strace"); err != nil {
		return nil, errors.New("strace is not installed (Debian: apt-get install strace)")
	}
	began := time.Now()
	o.engine = "sqlite"
	var tags []string
	if o.sync == "off" {
		tags = append(tags, "banyan_sync_off")
	}
	p, err := newPlace(ctx, o, tags...)
	if err != nil {
		return nil, err
	}
	r := &powerReport{killReport: killReport{Crash: "power", Engine: o.engine, Seed: o.seed}, Sync: o.sync}
	t, err := newTrial(ctx, p, o)
	t.report = &r.killReport
	for n := 0; err == nil && n < o.traces && (o.sync != "" || !r.bad()); n++ {
		if err = t.recorded(ctx, r, n); err == nil {
			r.Traces++
			t.say("%d recordings, %d cuts, %d lost, %d doubled, %d unsound", r.Traces, r.Cuts, r.Lost, r.Doubled, r.Unsound)
		}
	}
	t.sum(began)
	return r, errors.Join(err, p.close())
}

// recorded lives one life under the tracer and cuts it.
func (t *trial) recorded(ctx context.Context, r *powerReport, n int) error {
	base, recording := filepath.Join(t.dir, fmt.Sprintf("base%d", n)), filepath.Join(t.dir, fmt.Sprintf("trace%d", n))
	if err := os.CopyFS(base, os.DirFS(t.place.data)); err != nil {
		return err
	}
	s, err := t.place.start(tracer(recording, t.options.sync)...)
	if err != nil {
		return err
	}
	defer s.kill()
	if err := t.up(ctx, s); err != nil {
		return err
	}
	t.workFor(ctx, t.most(150), func() { t.endTraced(s) })
	calls, lines, err := readTrace(recording)
	if err != nil {
		return err
	}
	r.Calls += len(calls)
	return t.cuts(ctx, r, base, calls, lines)
}

// endTraced kills the program below the tracer, which then writes its last lines and ends.
func (t *trial) endTraced(s *server) {
	pids, err := children(s.cmd.Process.Pid)
	if err != nil || len(pids) == 0 {
		s.kill()
		return
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended already
	}
	<-s.gone
}

// cuts plays a recording once and cuts it at random lines on the way.
func (t *trial) cuts(ctx context.Context, r *powerReport, base string, calls []call, lines int) error {
	d, err := newDisk(base)
	if err != nil {
		return err
	}
	d.rebase(t.place.data)
	at := map[int]bool{}
	for len(at) < min(t.options.cuts/t.options.traces, len(calls)) {
		at[t.rng.IntN(len(calls))] = true
	}
	known := acknowledgements(calls)
	for i, c := range calls {
		if err := d.play(c); err != nil {
			return err
		}
		if !at[i] {
			continue
		}
		if err := t.cut(ctx, r, d, known, c.end); err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if r.bad() && t.options.sync == "" {
			return nil
		}
	}
	_ = lines
	return nil
}

// acknowledgements finds the answers that told a client that something is kept.
func acknowledgements(calls []call) (list []acks) {
	done := regexp.MustCompile(`^HTTP/1\.1 303 [^\x00]*\r\nLocation: (/report/done/([A-Z0-9]+)|/desk/\w+\?did=(\w+)&was=(\w+)|/work/orders/\w+\?case=(\w+))\r\n`)
	for _, c := range calls {
		if c.name != "write" {
			continue
		}
		m := done.FindSubmatch(c.data)
		switch {
		case m == nil:
		case len(m[2]) > 0:
			list = append(list, acks{line: c.begin, number: string(m[2])})
		case len(m[3]) > 0:
			action := string(m[4])
			if action == "followup" {
				action = "follow_up"
			}
			list = append(list, acks{line: c.begin, caseID: string(m[3]), action: action})
		default:
			list = append(list, acks{line: c.begin, caseID: string(m[5])})
		}
	}
	return list
}

// cut makes what one power cut leaves and opens it.
func (t *trial) cut(ctx context.Context, r *powerReport, d *disk, known []acks, line int) error {
	r.Cuts++
	left, err := os.MkdirTemp(t.dir, "cut-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(left) //nolint:errcheck // the run's folder goes at its end
	if err := d.cut(left, luck{rng: rand.New(rand.NewPCG(t.seed, uint64(r.Cuts))), keep: t.rng.IntN(11)}); err != nil {
		return err
	}
	v := t.after(ctx, left, known, line)
	if r.Cuts%40 == 0 && !v.bad() {
		r.Doctor++
		if err := command(ctx, t.dir, t.place.binary, "doctor", "--data", left); err != nil {
			v.add(&v.Unsound, "%v", err)
		}
	}
	if v.bad() {
		v.add(&v.Unsound, "cut %d at line %d", r.Cuts, line)
	}
	r.note(v)
	return nil
}

// after opens what a cut left and looks for what was acknowledged before it.
func (t *trial) after(ctx context.Context, left string, known []acks, line int) (v verdict) {
	store, err := db.Open(ctx, filepath.Join(left, "banyan.db"), db.Options{Readers: 1})
	if err != nil {
		v.add(&v.Unsound, "%v", err)
		return v
	}
	defer store.Close() //nolint:errcheck // it is thrown away
	s, err := take(ctx, store)
	if err := errors.Join(err, store.Check(ctx)); err != nil {
		v.add(&v.Unsound, "%v", err)
		return v
	}
	v.journals(s)
	v.files(s)
	v.facts(s)
	v.known(s, t.before, known, line)
	v.pictures(left, t.place.data, s)
	return v
}

// known looks up what clients knew when the power went.
func (v *verdict) known(s snapshot, b before, known []acks, line int) {
	numbers, done, want := map[string]int{}, map[deed]int{}, map[deed]int{}
	for _, r := range s.requests {
		numbers[r.number]++
	}
	for _, e := range s.journal {
		d := deed{e.caseID, e.action}
		if done[d]++; e.action == "sign" || e.action == "respond" || e.action == "reply" {
			done[deed{e.caseID, ""}]++
		}
	}
	for _, a := range known {
		if a.line > line {
			continue
		}
		v.Checked++
		if a.number != "" {
			v.once(numbers[a.number], "report %s", a.number)
			continue
		}
		want[deed{a.caseID, a.action}]++
	}
	for d, n := range want {
		if done[d] < n {
			v.add(&v.Lost, "%d of %d acknowledged steps %q of case %s", n-done[d], n, d.action, d.caseID)
		}
	}
}

// pictures wants the photos of every stored request to be what they were.
func (v *verdict) pictures(left, data string, s snapshot) {
	for _, p := range s.photos {
		path := filepath.Join("files", p.key[:2], p.key[2:4], p.key)
		was, err := os.ReadFile(filepath.Join(data, path))
		is, err2 := os.ReadFile(filepath.Join(left, path))
		if err := errors.Join(err, err2); err != nil || string(was) != string(is) {
			v.add(&v.Lost, "file %s (%v)", p.key, err)
		}
	}
}
