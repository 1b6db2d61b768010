package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// OpenPostgres gives a migrated store in a database of its own on the server, copied from a template.
func OpenPostgres(t testing.TB, server string, schemas ...db.Schema) *db.DB {
	t.Helper()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatalf("BANYAN_TEST_POSTGRES: %v", err)
	}
	defer admin.Close() //nolint:errcheck // nothing is left unsaved in it
	template := "banyan_template_" + digest(t, schemas)
	if err := postgresTemplate(t, admin, server, template, schemas); err != nil {
		t.Fatalf("make the PostgreSQL template: %v", err)
	}
	name := "banyan_test_" + strings.ToLower(db.NewID(time.Now()))
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + template + " STRATEGY file_copy"); err != nil {
		t.Fatalf("create the test database: %v", err)
	}
	d := open(t, address(t, server, name))
	t.Cleanup(func() { drop(t, server, name, d) })
	return d
}

// postgresTemplate makes the template once; an advisory lock lets one test process do it.
func postgresTemplate(t testing.TB, admin *sql.DB, server, name string, schemas []db.Schema) error {
	ctx := context.Background()
	if there, err := exists(ctx, admin, name); err != nil || there {
		return err
	}
	conn, err := admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // ends the session and with it the lock
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext('banyan test template'))"); err != nil {
		return err
	}
	if there, err := exists(ctx, conn, name); err != nil || there {
		return err
	}
	// Under a working name first: a template that exists is complete.
	work := name + "_new"
	for _, q := range []string{"DROP DATABASE IF EXISTS " + work, "CREATE DATABASE " + work} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	d := open(t, address(t, server, work))
	if err := errors.Join(d.Migrate(ctx, schemas...), d.Close()); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+work+" RENAME TO "+name)
	return err
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func exists(ctx context.Context, q queryer, name string) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&n)
	return n == 1, err
}

// address is the server's address with another database name.
func address(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("BANYAN_TEST_POSTGRES is not a postgres:// address")
	}
	u.Path = "/" + name
	return u.String()
}

func drop(t testing.TB, server, name string, d *db.DB) {
	t.Helper()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Error(err)
		return
	}
	defer admin.Close() //nolint:errcheck // nothing is left unsaved in it
	err = d.Close()
	if _, e := admin.Exec(fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name)); e != nil {
		err = errors.Join(err, e)
	}
	if err != nil {
		t.Errorf("remove the test database: %v", err)
	}
}
