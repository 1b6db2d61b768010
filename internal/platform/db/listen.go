package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// listenCheck is how long a quiet connection is trusted before it is asked whether it still lives.
const listenCheck = 15 * time.Second

// Shared tells whether several processes may work on this store at once.
func (d *DB) Shared() bool { return d.dialect == Postgres }

// Listen hears what Notify says on a channel, in any process, over a connection of its own. It calls ready when it
// hears, then hear for each payload, and returns when ctx ends or the connection breaks. What was said while nobody
// listened is lost. SQLite has one process and nothing to hear: errors.ErrUnsupported.
func (d *DB) Listen(ctx context.Context, channel string, ready func(), hear func(payload string)) error {
	e, ok := d.engine.(*postgresEngine)
	if !ok {
		return errors.ErrUnsupported
	}
	conn, err := pgx.Connect(ctx, e.url)
	if err != nil {
		return fmt.Errorf("connect to listen: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing is left unsaved in it
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return fmt.Errorf("listen to %s: %w", channel, err)
	}
	ready()
	for {
		if err := hearOne(ctx, conn, hear); err != nil {
			return fmt.Errorf("listen to %s: %w", channel, err)
		}
	}
}

// hearOne waits for one payload; a connection that stays quiet is asked for a sign of life.
func hearOne(ctx context.Context, conn *pgx.Conn, hear func(string)) error {
	wait, stop := context.WithTimeout(ctx, listenCheck)
	defer stop()
	n, err := conn.WaitForNotification(wait)
	if err == nil {
		hear(n.Payload)
		return nil
	}
	if ctx.Err() != nil || wait.Err() == nil {
		return err
	}
	alive, end := context.WithTimeout(ctx, listenCheck/3)
	defer end()
	return conn.Ping(alive)
}

// Notify says payloads, each below 8,000 bytes, to whoever listens to the channel. It is a short transaction of its own:
// PostgreSQL lets the commits of transactions that notify pass one after the other, so a Write must never hold one.
func (d *DB) Notify(ctx context.Context, channel string, payloads ...string) error {
	e, ok := d.engine.(*postgresEngine)
	if !ok {
		return errors.ErrUnsupported
	}
	for _, p := range payloads {
		if _, err := e.pool.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, p); err != nil {
			return fmt.Errorf("notify %s: %w", channel, err)
		}
	}
	return nil
}
