package db

import (
	"fmt"
	"slices"
	"strings"
)

// Table is a table as the engine's own catalogue describes it.
type Table struct {
	Name    string  `json:"name"`
	Native  bool    `json:"native,omitempty"` // only the engine it comes from can read its rows
	Columns []Field `json:"columns"`
}

// Field is one column of a table, in the order in which a dump gives values.
type Field struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
}

// Module is the owner of the table: the first part of its name.
func (t Table) Module() string {
	module, _, _ := strings.Cut(t.Name, "_")
	return module
}

// names lists the columns for a statement.
func (t Table) names() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// Scope says which modules' tables are meant. Those of Native hold what each engine keeps in its own
// form: a full text index.
type Scope struct {
	Schemas []Schema
	Native  []string
}

func (s Scope) has(module string) bool {
	return slices.ContainsFunc(s.Schemas, func(one Schema) bool { return one.Module == module })
}

// catalogQueries ask an engine for its tables and for the columns of one.
func catalogQueries(d Dialect) (tables, columns string) {
	if d == Postgres {
		return `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY c.relname`,
			`SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
				WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`
	}
	return `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`,
		`SELECT name, type FROM pragma_table_xinfo($1) WHERE hidden = 0 ORDER BY cid`
}

// kindOf maps an engine's type.
func kindOf(typ string) (Kind, bool) {
	kind, ok := map[string]Kind{
		"bigint": Int, "integer": Int, "int": Int, "smallint": Int, "text": Text, "boolean": Bool,
		"double precision": Real, "real": Real, "blob": Bytes, "bytea": Bytes,
	}[strings.ToLower(typ)]
	return kind, ok
}

// queryer runs a catalogue query; the two engines have no common type for it.
type queryer func(each func(Scanner) error, query string, args ...any) error

// catalog lists the tables of a scope by name, without the modules' version tables.
func (s Scope) catalog(d Dialect, query queryer) ([]Table, error) {
	list, columns := catalogQueries(d)
	var tables []Table
	err := query(func(row Scanner) error {
		var t Table
		err := row.Scan(&t.Name)
		if s.has(t.Module()) && t.Name != versionTable(t.Module()) {
			t.Native = slices.Contains(s.Native, t.Module())
			tables = append(tables, t)
		}
		return err
	}, list)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	for i := range tables {
		if err := tables[i].describe(query, columns); err != nil {
			return nil, fmt.Errorf("list columns of %s: %w", tables[i].Name, err)
		}
	}
	return tables, nil
}

func (t *Table) describe(query queryer, columns string) error {
	return query(func(row Scanner) error {
		var c Field
		var typ string
		if err := row.Scan(&c.Name, &typ); err != nil {
			return err
		}
		var known bool
		if c.Kind, known = kindOf(typ); t.Native {
			c.Kind = Native
		} else if !known {
			return fmt.Errorf("column %s has type %q, which a backup cannot carry to another engine", c.Name, typ)
		}
		t.Columns = append(t.Columns, c)
		return nil
	}, columns, t.Name)
}
