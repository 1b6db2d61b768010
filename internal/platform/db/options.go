package db

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options are the pool sizes; a zero field takes its default. The same words with underscores
// may be given in the address and win: "data/banyan.db?readers=8", "postgres://…?conns=40".
type Options struct {
	Readers  int // SQLite: read-only connections, default 4
	CacheMiB int // SQLite: page cache of each connection in MiB, default 24
	Batch    int // SQLite: most writes in one commit, default 256
	Conns    int // PostgreSQL: most connections, default 20

	Patience time.Duration // the longest wait for a turn, default 8 s; who would wait longer is told fault.Busy
}

func (o Options) withDefaults() Options {
	set := func(v *int, def int) {
		if *v == 0 {
			*v = def
		}
	}
	set(&o.Readers, 4)
	set(&o.CacheMiB, 24)
	set(&o.Batch, 256)
	set(&o.Conns, 20)
	if o.Patience == 0 {
		o.Patience = 8 * time.Second
	}
	return o
}

// address is a parsed DSN: which engine, and what to open there.
type address struct {
	dialect Dialect
	path    string // SQLite: the file
	url     string // PostgreSQL: the address without our own parameters
	opts    Options
}

// postgresParams are the connection settings of libpq that pgx understands or the server needs.
// Anything else in an address is a mistake, not a silent session setting.
func postgresParams() []string {
	return []string{"host", "port", "user", "password", "dbname", "database", "passfile", "service", "servicefile",
		"sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslsni", "sslnegotiation", "channel_binding",
		"connect_timeout", "target_session_attrs", "application_name", "search_path"}
}

func parseAddress(dsn string, opts Options) (address, error) {
	a := address{opts: opts}
	scheme, _, hasScheme := strings.Cut(dsn, "://")
	switch {
	case dsn == "":
		return a, errors.New("the database address is empty: give a file path, or postgres://user@host/name")
	case hasScheme && (scheme == "postgres" || scheme == "postgresql"):
		return a, a.parsePostgres(dsn)
	case hasScheme:
		return a, fmt.Errorf("database address begins with %q: give a file path for SQLite, or postgres://user@host/name", scheme+"://")
	case strings.HasPrefix(dsn, ":memory:"), strings.HasPrefix(dsn, "file:"):
		return a, fmt.Errorf("database address %q: give a plain file path", dsn)
	}
	return a, a.parseSQLite(dsn)
}

func (a *address) parseSQLite(dsn string) error {
	a.dialect = SQLite
	path, query, _ := strings.Cut(dsn, "?")
	a.path = path
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("database address %q: %w", dsn, err)
	}
	known := map[string]*int{"readers": &a.opts.Readers, "cache_mib": &a.opts.CacheMiB, "batch": &a.opts.Batch}
	for _, name := range sortedNames(values) {
		field, ok := known[name]
		if !ok {
			return fmt.Errorf("database address: unknown parameter %q for SQLite; known are batch, cache_mib, readers", name)
		}
		if err := setNumber(field, name, values.Get(name)); err != nil {
			return err
		}
	}
	return a.opts.valid()
}

func (a *address) parsePostgres(dsn string) error {
	a.dialect = Postgres
	u, err := url.Parse(dsn)
	if err != nil {
		// The parser's own error would repeat the address with its password.
		return errors.New("database address: not a valid URL: expected postgres://user:password@host:port/name")
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("database address: the part after ? is not valid")
	}
	if values.Has("conns") {
		if err := setNumber(&a.opts.Conns, "conns", values.Get("conns")); err != nil {
			return err
		}
		values.Del("conns")
	}
	for _, name := range sortedNames(values) {
		if !slices.Contains(postgresParams(), name) {
			return fmt.Errorf("database address: unknown parameter %q for PostgreSQL; known are conns, %s",
				name, strings.Join(postgresParams(), ", "))
		}
	}
	u.RawQuery = values.Encode()
	a.url = u.String()
	return a.opts.valid()
}

func setNumber(field *int, name, text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fmt.Errorf("database address: %s=%q is not a whole number above zero", name, text)
	}
	*field = n
	return nil
}

func (o Options) valid() error {
	for name, n := range map[string]int{"readers": o.Readers, "cache_mib": o.CacheMiB, "batch": o.Batch, "conns": o.Conns} {
		if n < 0 {
			return fmt.Errorf("database options: %s is %d, it cannot be below zero", name, n)
		}
	}
	return nil
}

func sortedNames(v url.Values) []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
