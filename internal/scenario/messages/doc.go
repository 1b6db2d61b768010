// Package messages brings messages from a file into the loop.
//
// A file is JSONL: one message a line with id, user, subject, text, time and
// optionally reply, reply_time, likes. A message without a reply becomes a
// request that waits for dispatch. One with a reply is played through the loop
// at its own times: received when it was written, dispatched and signed in the
// same instant (the file knows no other), replied at its reply time, closed by
// the timeout rule when its writer could no longer contest. Nothing is invented:
// nobody is called, nobody follows up, nobody is satisfied.
//
// The run is safe to interrupt and to repeat. A message is known by its id, and
// the next step of each is read from the case itself, so a second run goes on
// where the first was cut off and adds nothing twice. A bad line is kept aside
// with its number and the reason.
//
// The package owns no tables and says no facts of its own.
package messages
