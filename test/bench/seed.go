package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
)

// seedCommand fills a data folder with many cases: go run ./test/bench seed --cases 1000000 --data D [--db postgres://…]
func seedCommand(ctx context.Context, s *setup) error {
	if s.data == "" || s.cases < 1 {
		return errors.New("seed needs --data FOLDER and --cases N")
	}
	c := app.Config{Data: s.data, DB: s.db}
	if _, err := os.Stat(filepath.Join(s.data, "banyan.yaml")); errors.Is(err, os.ErrNotExist) {
		if err := install(ctx, c); err != nil {
			return err
		}
	}
	return s.fill(ctx, c, s.cases)
}

// filled is a data folder that holds the number of cases the options ask for: the one given with --data, or a new one.
func (s *setup) filled(ctx context.Context) (app.Config, int, error) {
	if s.data != "" {
		c := app.Config{Data: s.data, DB: s.db}
		n, err := s.stored(ctx, c)
		return c, n, err
	}
	c, err := s.config(ctx, "city")
	if err != nil || s.cases == 0 {
		return c, 0, err
	}
	return c, s.cases, s.fill(ctx, c, s.cases)
}

// stored counts the cases of a store.
func (s *setup) stored(ctx context.Context, c app.Config) (n int, err error) {
	a, err := app.Open(ctx, c)
	if err != nil {
		return 0, err
	}
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM casework_case`).Scan(&n)
	})
	return n, errors.Join(err, a.Close())
}

// fill copies lives that the program itself has played, with other ids, times and numbers, straight into the tables.
func (s *setup) fill(ctx context.Context, c app.Config, cases int) error {
	begun := time.Now()
	lives, err := s.lives(ctx)
	if err != nil {
		return fmt.Errorf("play the lives to copy: %w", err)
	}
	s.say("%d lives to copy, played in %s", len(lives), time.Since(begun).Round(time.Second))
	t, err := openTarget(ctx, c)
	if err != nil {
		return err
	}
	if err := errors.Join(t.fill(ctx, s, lives, cases), t.close(ctx), app.SealOlder(ctx, t.Config)); err != nil {
		return fmt.Errorf("fill the store: %w", err)
	}
	if err := logged(ctx, c); err != nil {
		return fmt.Errorf("take the trail into its log: %w", err)
	}
	s.say("%d cases in %s", cases, time.Since(begun).Round(time.Second))
	return nil
}

// logged folds the copied rows of the trail into its log, as a serving program does.
func logged(ctx context.Context, c app.Config) error {
	a, err := app.Open(ctx, c)
	if err != nil {
		return err
	}
	err = a.Trail.Adopt(ctx)
	if err == nil {
		_, err = a.Tree.Sequence(ctx)
	}
	return errors.Join(err, a.Close())
}

// templates is how many lives are played. Of twenty, eleven end at the desk, six are worked and followed up, three are
// still open.
const templates = 240

// lives plays whole lives through the services in a small store of its own.
func (s *setup) lives(ctx context.Context) ([]life, error) {
	c := app.Config{Data: filepath.Join(s.dir, "templates")}
	now := clock.NewManual(time.Now().AddDate(0, 0, -9))
	c.Clock = now
	if err := install(ctx, c); err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	p := player{App: a, now: now, areas: a.City.Areas.All(area.Community)}
	var ids []string
	for n := range templates {
		id, err := p.play(ctx, n)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("life %d: %w", n, err), a.Close())
		}
		ids = append(ids, id)
	}
	err = a.Facts.Drain(ctx)
	if err = errors.Join(err, a.Close()); err != nil {
		return nil, err
	}
	return readLives(ctx, c, ids)
}

// player plays the people of the loop.
type player struct {
	*app.App
	now   *clock.Manual
	areas []area.Area
}

func benchDesk() access.Actor {
	return access.Actor{Kind: access.Staff, ID: "bench-desk", Unit: "3501.12345", Area: "/3501/",
		Roles: []string{access.CallTaker, access.Dispatcher, access.FollowUp}}
}

// handler is somebody who works for a unit.
func (p player) handler(unit string) access.Actor {
	u, _ := p.City.Orgs.Get(unit)
	a, _ := p.City.Areas.Get(u.Area)
	return access.Actor{Kind: access.Staff, ID: "bench-handler", Unit: unit, Area: a.Path, Roles: []string{access.Handler}}
}

// play plays life n up to where it is left and gives its case.
func (p player) play(ctx context.Context, n int) (string, error) {
	in := said(p.areas, 1_000_000+n)
	in.ClientID = db.NewID(p.now.Now())
	r, err := p.Requests.Receive(ctx, access.Actor{Kind: access.Guest}, in)
	if err != nil {
		return "", err
	}
	if err := p.Facts.Drain(ctx); err != nil {
		return "", err
	}
	p.now.Advance(20 * time.Minute)
	switch kind := n % 20; {
	case kind < 11:
		_, err = p.Cases.Answer(ctx, benchDesk(), casework.Answering{Case: r.CaseID, Public: "您好，所反映的问题已经安排处理，三个工作日内会有结果，请留意现场变化。"})
	case kind < 17:
		err = p.work(ctx, r.CaseID, 4)
	case kind < 19:
		err = p.work(ctx, r.CaseID, kind-17)
	}
	return r.CaseID, errors.Join(err, p.Facts.Drain(ctx))
}

// work sends a case to the unit that the program suggests and plays the steps after it: sign, reply, follow up.
func (p player) work(ctx context.Context, id string, steps int) error {
	duty, unit, why, err := p.suggested(ctx, id)
	if err != nil {
		return err
	}
	f, err := p.Cases.Dispatch(ctx, benchDesk(), casework.Dispatch{Case: id, Duty: duty, Lead: unit, Instruction: "请尽快到现场核实处理", Explanation: why})
	if err != nil {
		return err
	}
	lead, _ := f.LeadOrder()
	who := p.handler(unit)
	for _, step := range []func() error{
		func() error { _, err := p.Cases.Sign(ctx, who, lead.ID); return err },
		func() error { _, err := p.Cases.Respond(ctx, who, lead.ID, "phone", "已电话联系"); return err },
		func() error { _, err := p.Cases.Reply(ctx, who, lead.ID, benchReply(p.now.Now())); return err },
		func() error {
			_, err := p.Cases.FollowUp(ctx, benchDesk(), casework.FollowingUpWith{Case: id, Channel: "phone", Solved: "yes", Satisfied: "yes"})
			return err
		},
	}[:steps] {
		p.now.Advance(35 * time.Minute)
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func benchReply(at time.Time) casework.Reply {
	return casework.Reply{
		True: "yes", Ours: "yes", Solved: "yes", Contacted: true, ContactedAt: at, Means: "phone", Visited: true,
		Internal: "已到现场处理完毕，留存照片。", Public: "您反映的问题已经处理完毕，工作人员已到现场核实，感谢您的监督。",
	}
}

// suggested is the duty and unit the program proposes, with its reasons.
func (p player) suggested(ctx context.Context, id string) (duty, unit string, why []byte, err error) {
	got, err := p.Triage.Of(ctx, []string{id})
	if err != nil {
		return "", "", nil, err
	}
	for _, c := range got[id].Candidates {
		if _, ok := p.City.Orgs.Get(c.Lead); ok && c.Lead != benchDesk().Unit {
			return c.Duty, c.Lead, []byte(`{"score":` + strconv.FormatFloat(c.Score, 'f', 3, 64) + `}`), nil
		}
	}
	for _, d := range p.City.Duties.All() {
		if d.Lead.Dept == "zmzx" {
			return d.Code, "3501.zmzx", nil, nil
		}
	}
	return "", "", nil, errors.New("nobody to send a case to")
}
