package messages

import (
	"container/heap"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/work/casework"
	"banyan/internal/work/triage"
)

// scanEvery is how often the due times are looked at in the messages' time.
const scanEvery = time.Hour

// event is the next thing to happen to one message.
type event struct {
	at   time.Time
	seq  int // file order breaks ties
	m    Message
	kind string // receive, work
	id   string // the case, once there is one
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].seq < a[j].seq
	}
	return a[i].at.Before(a[j].at)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	e := old[len(old)-1]
	*a = old[:len(old)-1]
	return e
}

// play lets the messages of one batch happen in the order of their times, and
// time itself act in between. What lies after now is left to the running city.
func (im *Import) play(ctx context.Context, batch []Message, now time.Time, res *Result) error {
	var todo agenda
	for i, m := range batch {
		heap.Push(&todo, event{at: m.Time.Time, seq: i, m: m, kind: "receive"})
	}
	var scanned time.Time
	for n := 0; len(todo) > 0; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := heap.Pop(&todo).(event)
		if err := im.until(ctx, e.at, &scanned); err != nil {
			return err
		}
		next, err := im.happen(ctx, e, res)
		if err != nil {
			return fmt.Errorf("message %s: %w", e.m.ID, err)
		}
		if next != nil && !next.at.After(now) {
			heap.Push(&todo, *next)
		}
		if n%500 == 499 {
			im.report(ctx, *res)
		}
	}
	if err := im.Settle(ctx); err != nil {
		return err
	}
	im.report(ctx, *res)
	return nil
}

func (im *Import) report(_ context.Context, res Result) {
	if im.Progress != nil {
		im.Progress(res)
	}
}

// until advances the clock, letting due times act every hour of it.
func (im *Import) until(ctx context.Context, at time.Time, scanned *time.Time) error {
	if scanned.IsZero() {
		*scanned = at
	}
	for step := scanned.Add(scanEvery); !step.After(at); step = step.Add(scanEvery) {
		im.Clock.Set(step)
		if _, err := im.Cases.Scan(ctx, 1000); err != nil {
			return fmt.Errorf("scan at %s: %w", step.Format(time.RFC3339), err)
		}
		*scanned = step
	}
	im.Clock.Set(at)
	return nil
}

// happen lets one event happen and returns the message's next one.
func (im *Import) happen(ctx context.Context, e event, res *Result) (*event, error) {
	if e.kind == "receive" {
		return im.receive(ctx, e, res)
	}
	return im.work(ctx, e, res)
}

func (im *Import) receive(ctx context.Context, e event, res *Result) (*event, error) {
	got, err := im.Requests.Receive(ctx, actor(), im.intake(e.m))
	if isInvalid(err) {
		return nil, im.reject(res, e.m.from, err)
	}
	if err != nil {
		return nil, err
	}
	if got.Repeated {
		res.Repeated++
	} else {
		res.Requests++
		res.Cases++
	}
	if e.m.Reply == "" {
		return nil, nil
	}
	e.kind, e.id = "work", got.CaseID
	return &e, nil
}

// work does the next step of a message with a reply, read from its case.
func (im *Import) work(ctx context.Context, e event, res *Result) (*event, error) {
	f, err := im.Cases.Get(ctx, actor(), e.id)
	if err != nil {
		return nil, err
	}
	switch lead, _ := f.LeadOrder(); {
	case f.Case.State == casework.Received:
		err = im.dispatch(ctx, e, f)
	case lead.State == casework.Offered:
		_, err = im.Cases.Sign(ctx, actor(), lead.ID)
		e.at = e.m.ReplyTime.Time
	case lead.State == casework.Signed || lead.State == casework.Working:
		if im.Clock.Now().Before(e.m.ReplyTime.Time) { // a run that was cut off goes on here
			e.at = e.m.ReplyTime.Time
			return &e, nil
		}
		_, err = im.Cases.Reply(ctx, actor(), lead.ID, reply(e.m))
	case f.Case.State == casework.Replied:
		return im.expire(ctx, e, f, res)
	default:
		return nil, nil
	}
	if fault.KindOf(err) == fault.Conflict {
		return nil, fmt.Errorf("case %s in state %s: %w", f.Case.ID, f.Case.State, err)
	}
	return &e, err
}

// dispatch follows the best candidate and keeps its reasons.
func (im *Import) dispatch(ctx context.Context, e event, f *casework.File) error {
	s := im.Triage.Suggest(triage.Input{Subject: e.m.Subject, Text: e.m.Text, Area: f.Case.Area, Kind: f.Case.Kind, At: im.Clock.Now()})
	if len(s.Candidates) == 0 {
		return errors.New("triage gave no candidate")
	}
	why, err := json.Marshal(s)
	if err != nil {
		return err
	}
	best := s.Candidates[0]
	_, err = im.Cases.Dispatch(ctx, actor(), casework.Dispatch{Case: e.id, Duty: best.Duty, Lead: best.Lead, Explanation: why})
	return err
}

// reply is the official reply as the form's public answer. The file does not
// say whether it was true or solved, and neither does the form.
func reply(m Message) casework.Reply {
	return casework.Reply{True: casework.Unknown, Ours: casework.Unknown, Solved: casework.Unknown, Public: m.Reply}
}

// expire waits for the end of the time to contest and lets the timeout rule
// close the case. A closing is counted with the transition, so that a run cut
// off right after it has counted it too.
func (im *Import) expire(ctx context.Context, e event, f *casework.File, res *Result) (*event, error) {
	due := f.ConfirmDue()
	if !im.Clock.Now().After(due) {
		e.at = due.Add(time.Millisecond)
		return &e, nil
	}
	n, err := im.Cases.Pass(ctx, e.id) // breaches and reminders come first, one transition each
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fmt.Errorf("case %s does not close after %s", e.id, due.In(clock.City).Format(time.RFC3339))
	}
	if f, err = im.Cases.Get(context.WithoutCancel(ctx), actor(), e.id); err != nil {
		return nil, err
	}
	if f.Case.State != casework.Closed {
		return &e, nil
	}
	res.Closed++
	return nil, nil
}
