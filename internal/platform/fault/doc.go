// Package fault holds the six kinds of error a person can meet.
//
// An error carries the key of a message in the catalogue and its arguments, never a sentence:
// the page decides the language. HTTP status codes are chosen from the kind in one place,
// platform/web. What went wrong inside is kept in Err for the log and is not shown to people.
package fault
