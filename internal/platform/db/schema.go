package db

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"github.com/pressly/goose/v3"
)

// words are the type words a schema file may use for what the engines name differently.
type words struct {
	Bytes string // BLOB or BYTEA
}

func wordsOf(d Dialect) words {
	if d == Postgres {
		return words{Bytes: "BYTEA"}
	}
	return words{Bytes: "BLOB"}
}

// schemaFiles gives the folder of migrations and the names in it that are for the engine.
func schemaFiles(files fs.FS, d Dialect) (fs.FS, []string, error) {
	if files == nil {
		return nil, nil, errors.New("no migration files given")
	}
	if info, err := fs.Stat(files, "schema"); err == nil && info.IsDir() {
		if files, err = fs.Sub(files, "schema"); err != nil {
			return nil, nil, err
		}
	}
	all, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, name := range all {
		if only := strings.Split(name, "."); len(only) == 3 && only[1] != string(d) {
			if only[1] != string(SQLite) && only[1] != string(Postgres) {
				return nil, nil, fmt.Errorf("%s: the engine in the name is neither sqlite nor postgres", name)
			}
			continue
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil, nil, errors.New("no migration files found")
	}
	return files, names, nil
}

// newest gives the highest version among the engine's files.
func newest(files fs.FS, d Dialect) (int64, error) {
	_, names, err := schemaFiles(files, d)
	if err != nil {
		return 0, err
	}
	var high int64
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("%s: a migration's name begins with its number: %w", name, err)
		}
		high = max(high, version)
	}
	return high, nil
}

// render fills in the type words. The result lives in a zip archive because that is the standard
// library's file system in memory.
func render(files fs.FS, d Dialect) (fs.FS, error) {
	files, names, err := schemaFiles(files, d)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	archive := zip.NewWriter(&buf)
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		t, err := template.New(name).Parse(string(text))
		if err != nil {
			return nil, err
		}
		w, err := archive.Create(name)
		if err != nil {
			return nil, err
		}
		if err := t.Execute(w, wordsOf(d)); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
}
