package dbtest

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
)

// Server is the address of the tests' PostgreSQL; a test that needs it is skipped without.
func Server(t testing.TB) string {
	t.Helper()
	server := os.Getenv("BANYAN_TEST_POSTGRES")
	if server == "" {
		t.Skip("needs PostgreSQL: set BANYAN_TEST_POSTGRES to the address that test/pg/start.sh prints")
	}
	return server
}

// Empty makes an empty database on a server for a program under test and gives its address; it goes with the test. ""
// stands for SQLite and gives "".
func Empty(t testing.TB, server string) string {
	t.Helper()
	if server == "" {
		return ""
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatalf("BANYAN_TEST_POSTGRES: %v", err)
	}
	name := "banyan_empty_" + strings.ToLower(db.NewID(time.Now()))
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("create the test database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)); err != nil {
			t.Errorf("remove the test database: %v", err)
		}
		admin.Close() //nolint:errcheck // nothing is left unsaved in it
	})
	return address(t, server, name)
}
