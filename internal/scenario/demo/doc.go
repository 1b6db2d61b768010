// Package demo fills an empty store with a small lively city: the staff and
// requests of the pack's demo.yaml, played through the real use cases on a
// clock that runs from the oldest request to now. Everything in it is invented.
//
// It owns no tables and says no facts of its own.
package demo
