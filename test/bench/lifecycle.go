package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"banyan/internal/app"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/area"
)

// lifecycle leads cases through their whole life by the JSON API: hand in, dispatch, sign, reply, follow up (which
// closes), read, search. One operation is one whole life. Over a filled store it also measures an empty one in the same
// run and tells how much more the full one costs.
func lifecycle(ctx context.Context, s *setup) (report, error) {
	c, cases, err := s.filled(ctx)
	if err != nil {
		return report{}, err
	}
	r, err := s.lifetimes(ctx, c)
	r.Bench, r.Cases = "lifecycle", cases
	if err != nil || cases == 0 {
		return r, err
	}
	empty, err := s.config(ctx, "empty")
	if err != nil {
		return r, err
	}
	e, err := s.lifetimes(ctx, empty)
	r.More = map[string]any{"empty_cpu_us": e.CPU, "times_empty": r.CPU / e.CPU, "empty_p99_ms": e.P99}
	return r, err
}

func (s *setup) lifetimes(ctx context.Context, c app.Config) (report, error) {
	m, err := newLoop(ctx, c)
	if err != nil {
		return report{}, err
	}
	if m.v, err = s.serve(ctx, c); err != nil {
		return report{}, err
	}
	callers := min(s.callers, 8)
	if err := m.run(ctx, callers, 3*time.Second); err != nil {
		return report{}, err
	}
	m.done, m.all = 0, nil
	before, err := m.v.cpu(ctx)
	if err != nil {
		return report{}, err
	}
	begun := time.Now()
	if err := m.run(ctx, callers, time.Duration(s.seconds)*time.Second); err != nil {
		return report{}, err
	}
	took := time.Since(begun)
	after, err := m.v.cpu(ctx)
	r := report{
		Engine: s.engine, N: m.done, Callers: callers, PerS: float64(m.done) / took.Seconds(),
		P50: m.all.ms(0.5), P99: m.all.ms(0.99), CPU: micros(after-before, m.done), RSS: m.v.rss(),
	}
	return r, errors.Join(err, m.v.stop())
}

// loop is the desk and the units as other systems with keys.
type loop struct {
	v     *server
	areas []area.Area
	desk  string // secret of the desk's key
	units []unitKey
	n     atomic.Int64

	mu   sync.Mutex
	done int
	all  latencies
}

// unitKey is a unit that leads a duty, and its key.
type unitKey struct{ duty, unit, secret string }

// newLoop makes the keys, before the program runs.
func newLoop(ctx context.Context, c app.Config) (*loop, error) {
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	m := &loop{areas: a.City.Areas.All(area.Community)}
	err = m.makeKeys(ctx, a)
	return m, errors.Join(err, a.Close())
}

func (m *loop) makeKeys(ctx context.Context, a *app.App) error {
	key := func(name, unit string, roles ...string) (string, error) {
		_, secret, err := a.Keys.Create(ctx, "", apikey.New{
			Name: name, Unit: unit, Area: "3501", Roles: roles, PerSecond: 100_000, Burst: 100_000,
			Scopes: apikey.Loop(),
		})
		return secret, err
	}
	var err error
	if m.desk, err = key("bench desk", "3501.12345", access.CallTaker, access.Dispatcher, access.FollowUp); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, d := range a.City.Duties.All() {
		unit := "3501." + d.Lead.Dept
		if _, ok := a.City.Orgs.Get(unit); !ok || seen[unit] || len(m.units) == 12 {
			continue
		}
		seen[unit] = true
		secret, err := key("bench "+unit, unit, access.Handler)
		if err != nil {
			return err
		}
		m.units = append(m.units, unitKey{d.Code, unit, secret})
	}
	return nil
}

func (m *loop) run(ctx context.Context, callers int, d time.Duration) error {
	end := time.Now().Add(d)
	g, ctx := errgroup.WithContext(ctx)
	for range callers {
		g.Go(func() error {
			for time.Now().Before(end) {
				begun := time.Now()
				if err := m.live(ctx, int(m.n.Add(1))); err != nil {
					return err
				}
				m.mu.Lock()
				m.done, m.all = m.done+1, append(m.all, time.Since(begun))
				m.mu.Unlock()
			}
			return nil
		})
	}
	return g.Wait()
}

// outcome is what the API answers to a change of a case.
type outcome struct {
	Case, Number, State string
	Orders              []struct{ ID, Unit, Role, State string }
}

// live leads one case from the first word to the end.
func (m *loop) live(ctx context.Context, n int) error {
	in, u := said(m.areas, n), m.units[n%len(m.units)]
	var got, o outcome
	var page struct{ Cases []struct{ ID, Number string } }
	type body map[string]any
	if err := m.call(ctx, m.desk, http.MethodPost, "/requests", body{
		"client_id": fmt.Sprintf("%s-%d", in.ClientID, time.Now().UnixNano()), "kind": "complaint", "words": in.Words, "address": in.Address, "area": in.Area,
		"lat": in.Point.Lat, "lon": in.Point.Lon, "channel": "phone", "name": "张三", "phone": in.Contact.Phone, "publish": in.Publish,
	}, &got); err != nil {
		return err
	}
	if err := m.call(ctx, m.desk, http.MethodPost, "/cases/"+got.Case+"/dispatch", body{"duty": u.duty, "lead": u.unit, "instruction": "请尽快到现场核实处理"}, &o); err != nil {
		return err
	}
	if len(o.Orders) == 0 {
		return fmt.Errorf("case %s has no order after its dispatch", got.Case)
	}
	order := "/orders/" + o.Orders[0].ID
	for _, step := range []struct {
		secret, path string
		body         body
	}{
		{u.secret, order + "/sign", nil},
		{u.secret, order + "/reply", body{
			"true": "yes", "ours": "yes", "solved": "yes", "contacted": true, "contacted_at": time.Now().UTC().Format(time.RFC3339), "means": "phone",
			"visited": true, "internal": "已到现场处理完毕，留存照片。", "public": "您反映的问题已经处理完毕，工作人员已到现场核实，感谢您的监督。",
		}},
		{m.desk, "/cases/" + got.Case + "/follow-up", body{"channel": "phone", "solved": "yes", "satisfied": "yes"}},
	} {
		if err := m.call(ctx, step.secret, http.MethodPost, step.path, step.body, &o); err != nil {
			return err
		}
	}
	if o.State != "closed" {
		return fmt.Errorf("case %s is %s after its follow-up", got.Case, o.State)
	}
	if err := m.call(ctx, m.desk, http.MethodGet, "/cases/"+got.Case, nil, &struct{}{}); err != nil {
		return err
	}
	return m.call(ctx, m.desk, http.MethodGet, "/cases?limit=20&q="+url.QueryEscape(string([]rune(in.Words)[:4])), nil, &page)
}

// call speaks to the API with a key and reads the answer into out.
func (m *loop) call(ctx context.Context, secret, method, path string, in any, out any) error {
	var text []byte
	var err error
	if in != nil {
		if text, err = json.Marshal(in); err != nil {
			return err
		}
	}
	q, err := http.NewRequestWithContext(ctx, method, m.v.base+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	q.Header.Set("Authorization", "Bearer "+secret)
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Accept", "application/json")
	q.Header.Set("Accept-Language", "zh-CN")
	res, err := m.v.client.Do(q)
	if err != nil {
		return err
	}
	text, err = drainBody(res)
	if err != nil {
		return err
	}
	if res.StatusCode == http.StatusServiceUnavailable {
		return errBusy
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s\n%s", method, filepath.Dir(path), res.Status, text)
	}
	return json.Unmarshal(text, out)
}

// open311 reads the newest thousand requests as JSON, as often as there is time.
func open311(ctx context.Context, s *setup) (report, error) {
	return s.reading(ctx, "open311", func(*loop, int) (string, string) {
		return "", "/open311/v2/requests.json?page_size=1000&start_date=2020-01-01T00:00:00Z&end_date=2100-01-01T00:00:00Z"
	})
}

// list reads the newest 20 of a district and state, a page of the desk's queue.
func list(ctx context.Context, s *setup) (report, error) {
	districts := []string{"350102", "350103", "350104", "350105", "350111"}
	states := []string{"received", "working", "closed", "answered"}
	return s.reading(ctx, "list", func(m *loop, n int) (string, string) {
		return m.desk, "/api/v1/cases?limit=20&sort=newest&district=" + districts[n%len(districts)] + "&state=" + states[n/len(districts)%len(states)]
	})
}

// find searches for words of requests.
func find(ctx context.Context, s *setup) (report, error) {
	words := []string{"路灯", "井盖 夜里", "油烟", "自来水 发黄", "工资", "红绿灯", "栏杆 断了", "垃圾桶"}
	return s.reading(ctx, "search", func(m *loop, n int) (string, string) {
		return m.desk, "/api/v1/cases?limit=20&q=" + url.QueryEscape(words[n%len(words)])
	})
}

// reading measures one request that reads, over a store that holds cases.
func (s *setup) reading(ctx context.Context, name string, what func(m *loop, n int) (secret, path string)) (report, error) {
	c, cases, err := s.filled(ctx)
	if err != nil {
		return report{}, err
	}
	m, err := newLoop(ctx, c)
	if err != nil {
		return report{}, err
	}
	if m.v, err = s.serve(ctx, c); err != nil {
		return report{}, err
	}
	bytes, err := m.read(ctx, what, 3*time.Second)
	if err != nil {
		return report{}, err
	}
	m.done, m.all = 0, nil
	before, err := m.v.cpu(ctx)
	if err != nil {
		return report{}, err
	}
	begun := time.Now()
	if bytes, err = m.read(ctx, what, time.Duration(s.seconds)*time.Second); err != nil {
		return report{}, err
	}
	took := time.Since(begun)
	after, err := m.v.cpu(ctx)
	return report{
		Bench: name, Engine: s.engine, N: m.done, Callers: 1, Cases: cases, PerS: float64(m.done) / took.Seconds(),
		P50: m.all.ms(0.5), P99: m.all.ms(0.99), CPU: micros(after-before, m.done), RSS: m.v.rss(), More: map[string]any{"bytes": bytes},
	}, err
}

// read asks one after the other and gives the length of the last answer.
func (m *loop) read(ctx context.Context, what func(m *loop, n int) (secret, path string), d time.Duration) (int, error) {
	length := 0
	for end := time.Now().Add(d); time.Now().Before(end); {
		secret, path := what(m, m.done)
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, m.v.base+path, nil)
		if err != nil {
			return 0, err
		}
		if secret != "" {
			q.Header.Set("Authorization", "Bearer "+secret)
		}
		q.Header.Set("X-Forwarded-For", fmt.Sprintf("10.9.%d.%d", m.done>>8&255, m.done&255))
		begun := time.Now()
		res, err := m.v.client.Do(q)
		if err != nil {
			return 0, err
		}
		text, err := drainBody(res)
		if err != nil {
			return 0, err
		}
		if res.StatusCode != http.StatusOK {
			head, _, _ := strings.Cut(string(text), "\n")
			return 0, fmt.Errorf("GET %s: %s %s", path, res.Status, head)
		}
		m.done, m.all, length = m.done+1, append(m.all, time.Since(begun)), len(text)
	}
	return length, nil
}
