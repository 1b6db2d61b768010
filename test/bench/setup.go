package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"

	"banyan/internal/app"
)

// setup is where a bench works: a data folder, and a PostgreSQL when that is the engine.
type setup struct {
	options
	progress io.Writer
	dir      string // for everything; removed when it is temporary
	keep     bool
	cluster  *cluster
	profiled *os.File
	closers  []func() error
}

func prepare(ctx context.Context, o options, progress io.Writer) (*setup, error) {
	s := &setup{options: o, progress: progress, dir: o.sqlite, keep: o.sqlite != ""}
	var err error
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "banyan-bench-"); err != nil {
			return nil, err
		}
	}
	if o.engine == "postgres" && o.db == "" && o.bench != "seed" {
		if s.cluster, err = startCluster(ctx, filepath.Join(s.dir, "pg")); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	if o.profile != "" {
		if s.profiled, err = os.Create(o.profile); err != nil {
			return nil, errors.Join(err, s.close())
		}
		if err := pprof.StartCPUProfile(s.profiled); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *setup) stopProfile() {
	if s.profiled != nil {
		pprof.StopCPUProfile()
		_ = s.profiled.Close() // a profile is a help, not a result
		s.profiled = nil
	}
}

func (s *setup) close() error {
	var err error
	for _, c := range s.closers {
		err = errors.Join(err, c())
	}
	if s.cluster != nil {
		err = errors.Join(err, s.cluster.stop())
	}
	if !s.keep {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}

func (s *setup) say(format string, args ...any) { fmt.Fprintf(s.progress, format+"\n", args...) }

// database gives the address of a fresh database: "" is the SQLite file of the data folder.
func (s *setup) database(ctx context.Context, name string) (string, error) {
	switch {
	case s.engine == "sqlite":
		return "", nil
	case s.db != "" && name == "city":
		return s.db, nil
	case s.db != "":
		return makeDatabase(ctx, s.db, name)
	}
	return makeDatabase(ctx, s.cluster.address("postgres"), name)
}

// config is a new data folder of the name with the pack of Fuzhou in force.
func (s *setup) config(ctx context.Context, name string) (app.Config, error) {
	address, err := s.database(ctx, name)
	if err != nil {
		return app.Config{}, err
	}
	c := app.Config{Data: filepath.Join(s.dir, name), DB: address}
	if err := install(ctx, c); err != nil {
		return c, err
	}
	return c, nil
}

// house opens the program in this process over a new data folder.
func (s *setup) house(ctx context.Context, name string) (*app.App, app.Config, error) {
	c, err := s.config(ctx, name)
	if err != nil {
		return nil, c, err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, c, err
	}
	s.closers = append(s.closers, a.Close)
	return a, c, nil
}

// cityOf reads the pack in force in a data folder.
func cityOf(ctx context.Context, c app.Config) (*app.City, error) {
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	return a.City, a.Close()
}
