// Package app plugs the house together. City loads a pack into registers; Open
// builds every service over one store; reactions.go is the nervous system on
// one page ("when X happened, do Y"); routes.go is the site map; serve.go runs
// the program. What each subcommand does stands in a file of its own: install,
// demo, load (import), report, train, inspect (doctor, packs).
//
// It owns no tables and decides nothing.
package app
