// Package trail keeps who looked at whom: one row for every read of a person's data.
//
// The row is written in the transaction of the read, so an answer that holds personal data exists only
// together with its row. That is why the packages that hold such data (person, request) take a Log and a
// Reader, and why their reads need a writing transaction. Nothing here changes a row, and none is removed
// before the time the law wants it kept: the schema refuses both.
//
// Each row is committed to a log that only grows (package merkle), of which the person gets a receipt; Audit
// finds a row that somebody changed, dropped or wrote past the program. Who looks at many people, or at many
// more than they usually do, is told to those who supervise; beyond a limit staff must give a reason, which
// is reviewed (Break, Review). Where the law has a look kept secret for a while, the person is told of it later (Delay).
//
// It owns the tables trail_look, trail_mark and trail_alarm and says no facts. A row holds ids,
// the purpose as a message key and the names of the fields read, never their values.
package trail
