package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// load is a small city at work. Its people live on when the program is killed and take up where they stopped.
type load struct {
	ledger *ledger
	at     *addresses
	people []*worker
	photo  []byte
}

// worker is one person: what was sent without an answer is kept and sent again first.
type worker struct {
	*client
	ledger *ledger
	login  string // empty: a citizen
	open   func(ctx context.Context) error
	work   func(w *worker, ctx context.Context) error
	signed bool
	rng    *rand.Rand
	photo  []byte
}

// newLoad makes so many citizens, and the staff that handle what they say.
func newLoad(l *ledger, at *addresses, citizens int, seed uint64) (*load, error) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 64, 48)), nil); err != nil {
		return nil, err
	}
	city := &load{ledger: l, at: at, photo: photo.Bytes()}
	add := func(login string, work func(*worker, context.Context) error) {
		n := len(city.people) + 1
		city.people = append(city.people, &worker{
			client: newClient(n, at.next), ledger: l, login: login, work: work, rng: rand.New(rand.NewPCG(seed, uint64(n))), photo: city.photo,
		})
	}
	for range citizens {
		add("", (*worker).reportOne)
	}
	add("dispatcher", (*worker).dispatch)
	add("lighting", (*worker).handle)
	add("followup", (*worker).followUp)
	return city, nil
}

// resume sends again what got no answer in the life before, until everything was answered.
func (c *load) resume(ctx context.Context) error {
	patience := time.Now().Add(30 * time.Second)
	for _, w := range c.people {
		for w.open != nil {
			err := w.open(ctx)
			if err == nil || errors.Is(err, errRefused) {
				w.open = nil
				break
			}
			if time.Now().After(patience) || ctx.Err() != nil {
				return fmt.Errorf("send again: %w", err)
			}
			sleep(ctx, 50*time.Millisecond)
		}
	}
	return nil
}

// run lets everybody work until ctx ends. An error of one is no end: the program may have been killed.
func (c *load) run(ctx context.Context) {
	var all sync.WaitGroup
	for _, w := range c.people {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := w.live(ctx); err != nil {
					sleep(ctx, 20*time.Millisecond) // the program is away, or asks for patience
				}
			}
		})
	}
	all.Wait()
}

// live does one round of a worker's work.
func (w *worker) live(ctx context.Context) error {
	if w.open != nil {
		if err := w.open(ctx); err != nil && !errors.Is(err, errRefused) {
			return err
		}
		w.open = nil
	}
	if w.login != "" && !w.signed {
		if err := w.signIn(ctx, w.login); err != nil {
			return err
		}
		w.signed = true
	}
	return w.work(w, ctx)
}

// attempt keeps a sending open until it is answered.
func (w *worker) attempt(ctx context.Context, send func(ctx context.Context) error) error {
	err := send(ctx)
	if err != nil && !errors.Is(err, errRefused) {
		w.open = send
	}
	return err
}

// reportOne sends one citizen's report, now and then with a photo.
func (w *worker) reportOne(ctx context.Context) error {
	id := db.NewID(time.Now())
	form := url.Values{
		"form_id": {id}, "step": {"check"}, "go": {"send"}, "district": {"350102"}, "subdistrict": {"350102004"}, "kind": {"help"}, "seen": {"1"},
		"words": {"牌坊下的路灯不亮，第" + id + "次来说，请来修。"}, "phone": {fmt.Sprintf("139000000%02d", w.rng.IntN(100))}, "name": {"张三"}, "publish": {"1"},
	}
	photo := w.rng.IntN(8) == 0
	if photo {
		first := url.Values{"form_id": {id}, "step": {"place"}, "district": {"350102"}, "subdistrict": {"350102004"}}
		page, err := w.upload(ctx, "/report", first, w.photo)
		if err != nil {
			return err // the report was not sent: nothing is owed
		}
		kept := between(page, `name="kept" value="`, `"`)
		if len(kept) == 0 || kept[0] == "" {
			return errors.New("the page does not carry the photo on")
		}
		form.Set("kept", kept[0])
	}
	return w.attempt(ctx, func(ctx context.Context) error {
		w.ledger.sending(id, photo)
		where, err := w.post(ctx, "/report", form)
		if err != nil {
			return err
		}
		number, ok := strings.CutPrefix(where, "/report/done/")
		if !ok {
			return fmt.Errorf("report %s: led to %q: %w", id, where, errRefused)
		}
		w.ledger.received(id, number)
		return nil
	})
}

// step does one act on a case once.
func (w *worker) step(ctx context.Context, caseID, action, path string, form url.Values) error {
	d := deed{caseID, action}
	if w.ledger.settled(d) {
		return nil
	}
	err := w.attempt(ctx, func(ctx context.Context) error {
		w.ledger.doing(d)
		where, err := w.post(ctx, path, form)
		switch {
		case err == nil && strings.HasPrefix(where, "/staff/signin"):
			w.signed = false
			return fmt.Errorf("the session of %s is gone: %w", w.login, errRefused)
		case err == nil && where != "":
			w.ledger.did(d, true)
		case errors.Is(err, errRefused), err == nil:
			w.ledger.did(d, false)
			err = errRefused
		}
		return err
	})
	if errors.Is(err, errRefused) {
		return nil
	}
	return err
}

// dispatch sends every new case to the city's lighting centre.
func (w *worker) dispatch(ctx context.Context) error {
	return w.board(ctx, "/desk/queue", func(id, version string) error {
		return w.step(ctx, id, "dispatch", "/desk/cases/"+id+"/dispatch", url.Values{
			"version": {version}, "board": {"queue"}, "duty": {"C-001"}, "unit": {"3501.zmzx"}, "instruction": {"请先看线路。"},
		})
	})
}

// followUp asks the requester of every case that was replied to.
func (w *worker) followUp(ctx context.Context) error {
	return w.board(ctx, "/desk/followup", func(id, version string) error {
		solved := "yes"
		if w.rng.IntN(5) == 0 {
			solved = "no"
		}
		return w.step(ctx, id, "follow_up", "/desk/cases/"+id+"/followup", url.Values{
			"version": {version}, "board": {"followup"}, "channel": {"phone"}, "reached": {"yes"}, "solved": {solved}, "satisfied": {solved}, "words": {"说过了。"},
		})
	})
}

// board goes through the cases of a board that were not dealt with.
func (w *worker) board(ctx context.Context, path string, deal func(id, version string) error) error {
	page, err := w.get(ctx, path)
	if err != nil {
		w.signed = false // perhaps the session is gone; a new one costs little
		return err
	}
	action := map[string]string{"/desk/queue": "dispatch", "/desk/followup": "follow_up"}[path]
	for _, id := range between(page, `href="`+path+`?case=`, `"`) {
		if w.ledger.settled(deed{id, action}) {
			continue
		}
		one, err := w.get(ctx, path+"?case="+id)
		if err != nil {
			return err
		}
		version := between(one, `name="version" value="`, `"`)
		if len(version) == 0 || version[0] == "0" {
			continue // somebody has dealt with it
		}
		if err := deal(id, version[0]); err != nil {
			return err
		}
	}
	return nil
}

// handle signs, responds and replies to the orders of the lighting centre.
func (w *worker) handle(ctx context.Context) error {
	page, err := w.get(ctx, "/work")
	if err != nil {
		w.signed = false
		return err
	}
	for _, link := range between(page, `href="/work/orders/`, `"`) {
		order, caseID, ok := strings.Cut(link, "?case=")
		if !ok {
			continue
		}
		path := func(form string) string { return "/work/orders/" + order + "/" + form + "?case=" + caseID }
		for _, act := range []struct {
			action string
			form   url.Values
		}{
			{"sign", nil},
			{"respond", url.Values{"means": {"phone"}, "words": {"约好下午到现场。"}}},
			{"reply", url.Values{
				"true": {"yes"}, "ours": {"yes"}, "contacted": {"yes"}, "contacted_at": {time.Now().In(clock.City).Format("2006-01-02T15:04")},
				"means": {"phone"}, "visited": {"1"}, "solved": {"yes"}, "public": {"换了灯头，已经亮了。"},
			}},
		} {
			if err := w.step(ctx, caseID, act.action, path(act.action), act.form); err != nil {
				return err
			}
		}
	}
	return nil
}
