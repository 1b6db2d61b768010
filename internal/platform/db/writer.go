package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

const (
	queueLength  = 1024
	groupBudget  = 20 * time.Millisecond // a group that has taken this long commits before going on
	nestedLookup = 50 * time.Millisecond // after this wait a caller looks whether it waits for itself
)

// writer is the one goroutine that writes to SQLite. It takes every write that waits, runs each in
// a savepoint and commits them together: a shared commit costs the same as a single one.
type writer struct {
	session *session
	batch   int
	queue   chan *job
	drained chan struct{}
	tally   tally
	thread  atomic.Pointer[[]byte] // the goroutine's own number

	mu     sync.RWMutex // guards closed against senders
	closed bool

	// Only the goroutine uses these; they survive a closure that ends its goroutine.
	waiting []*job
	kept    []*job // have run in the open transaction and wait for its commit
	inTx    bool
}

func newWriter(s *session, o Options) *writer {
	w := &writer{session: s, batch: o.Batch, tally: tally{patience: o.Patience}, queue: make(chan *job, queueLength), drained: make(chan struct{})}
	go w.loop()
	return w
}

// write queues fn and waits for the commit it is part of.
func (w *writer) write(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{}), queued: time.Now()}
	if err := w.enqueue(j); err != nil {
		return nil, err
	}
	if err := w.await(j); err != nil {
		return nil, err
	}
	if j.exited {
		runtime.Goexit() // the closure ended its goroutine, as t.FailNow does: so ends the caller's
	}
	if j.panic != nil {
		panic(j.panic)
	}
	return j.tx.hooks, nil
}

func (w *writer) enqueue(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.queue <- j:
		return nil
	default:
	}
	timer := time.NewTimer(w.tally.patience)
	defer timer.Stop()
	select {
	case w.queue <- j:
		return nil
	case <-timer.C:
		return w.tally.tooLong()
	case <-j.ctx.Done():
		return j.ctx.Err()
	}
}

// await waits for the answer. A job that has not begun can be given up; one that runs cannot,
// because it may still assign to the caller's variables.
func (w *writer) await(j *job) error {
	lookup := time.NewTimer(nestedLookup)
	defer lookup.Stop()
	ended := j.ctx.Done()
	for {
		select {
		case <-j.done:
			return j.err
		case <-ended:
			if j.claim() {
				return j.ctx.Err()
			}
			ended = nil
		case <-lookup.C:
			if w.isSelf() && j.claim() {
				return ErrNested
			}
			wait := w.tally.patience - time.Since(j.queued)
			if wait <= 0 && j.claim() {
				return w.tally.tooLong()
			}
			if wait > 0 {
				lookup.Reset(wait)
			}
		}
	}
}

// loop serves until the queue is closed and empty. When a closure ends the goroutine, a new one
// goes on with the same transaction.
func (w *writer) loop() {
	finished := false
	defer func() {
		if !finished {
			go w.loop()
		}
	}()
	thread := goroutine()
	w.thread.Store(&thread)
	for w.collect() {
		w.group()
	}
	finished = true
	close(w.drained)
}

// collect waits for work and takes what is there, up to one batch.
func (w *writer) collect() bool {
	if len(w.waiting) > 0 || w.inTx {
		return true
	}
	j, ok := <-w.queue
	if !ok {
		return false
	}
	w.waiting = append(w.waiting[:0], j)
	w.more()
	return true
}

// more takes what has come meanwhile, up to one batch with what waits for the commit.
func (w *writer) more() {
	for len(w.waiting)+len(w.kept) < w.batch {
		select {
		case j, ok := <-w.queue:
			if !ok {
				return
			}
			w.waiting = append(w.waiting, j)
		default:
			return
		}
	}
}

// group runs the waiting jobs, and those that come while it does, in one transaction and commits it.
func (w *writer) group() {
	began := time.Now()
	for len(w.waiting) > 0 && (len(w.kept) == 0 || time.Since(began) < groupBudget) {
		j := w.waiting[0]
		w.waiting = w.waiting[1:]
		w.turn(j)
		if len(w.waiting) == 0 {
			w.more()
		}
	}
	w.commit()
}

// turn runs a job whose caller still waits for it.
func (w *writer) turn(j *job) {
	if !j.claim() {
		return
	}
	if err := j.ctx.Err(); err != nil {
		j.answer(err)
		return
	}
	w.tally.writeWait.Add(int64(time.Since(j.queued)))
	w.one(j)
}

// one runs a job in its savepoint. Its error or panic undoes the job alone.
func (w *writer) one(j *job) {
	if err := w.begin(); err != nil {
		j.answer(err)
		return
	}
	j.tx = &Tx{ctx: j.ctx, dialect: SQLite, writable: true, run: w.session}
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			j.panic = &Panic{Value: v, Stack: debug.Stack()}
		} else {
			j.exited = true
		}
		w.undo(j, nil)
	}()
	err := j.fn(j.tx)
	returned = true
	w.session.endRows()
	if err != nil {
		w.undo(j, err)
		return
	}
	if err := w.do("RELEASE one"); err != nil {
		w.lose(j, fmt.Errorf("release savepoint: %w", err))
		return
	}
	w.kept = append(w.kept, j)
}

func (w *writer) begin() error {
	if !w.inTx {
		if err := w.do("BEGIN IMMEDIATE"); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		w.inTx = true
	}
	if err := w.do("SAVEPOINT one"); err != nil {
		return fmt.Errorf("set savepoint: %w", err)
	}
	return nil
}

// undo takes back one job and answers it with err.
func (w *writer) undo(j *job, err error) {
	w.session.endRows()
	if back := errors.Join(w.do("ROLLBACK TO one"), w.do("RELEASE one")); back != nil {
		w.lose(j, errors.Join(err, back))
		return
	}
	j.answer(err)
}

// lose gives up the whole transaction: SQLite itself rolls back when the disk is full or broken.
func (w *writer) lose(j *job, err error) {
	_ = w.do("ROLLBACK") // none may be open any more
	w.inTx = false
	for _, k := range w.kept {
		k.answer(fmt.Errorf("the shared commit was lost to another write: %w", err))
	}
	w.kept = w.kept[:0]
	j.answer(err)
}

// commit makes the kept jobs durable, then answers them all alike.
func (w *writer) commit() {
	if !w.inTx {
		return
	}
	end := "COMMIT"
	if len(w.kept) == 0 {
		end = "ROLLBACK"
	}
	began := time.Now()
	err := w.do(end)
	if err == nil && len(w.kept) > 0 {
		w.tally.committed(len(w.kept), began)
	}
	if err != nil {
		err = fmt.Errorf("commit: %w", err)
		_ = w.do("ROLLBACK") // a failed commit leaves its transaction open
	}
	w.inTx = false
	for _, j := range w.kept {
		j.answer(err)
	}
	w.kept = w.kept[:0]
}

func (w *writer) do(query string) error {
	_, err := w.session.exec(context.Background(), query, nil)
	return err
}

// drain refuses new writes and waits for those already queued. It is called once.
func (w *writer) drain() {
	w.mu.Lock()
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.drained
}

// isSelf tells whether the calling goroutine is the writer: then it waits for itself.
func (w *writer) isSelf() bool {
	own := w.thread.Load()
	return own != nil && bytes.Equal(goroutine(), *own) // on a busy machine it may not have begun yet
}

// goroutine gives the number of the calling goroutine. Go hides it on purpose; it is read here only
// to turn a certain deadlock into an error.
func goroutine() []byte {
	buf := make([]byte, 64)
	buf = buf[:runtime.Stack(buf, false)]
	number, _, _ := bytes.Cut(bytes.TrimPrefix(buf, []byte("goroutine ")), []byte(" "))
	return number
}

// job is one Write on its way through the writer.
type job struct {
	ctx     context.Context
	fn      func(*Tx) error
	tx      *Tx
	claimed atomic.Bool
	done    chan struct{}
	queued  time.Time

	// Set before done is closed.
	err    error
	panic  *Panic
	exited bool
}

// claim is won once: by the writer that runs the job, or by the caller who gives it up.
func (j *job) claim() bool { return j.claimed.CompareAndSwap(false, true) }

func (j *job) answer(err error) {
	j.err = err
	close(j.done)
}
