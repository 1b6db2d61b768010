// Package trail keeps who looked at whom: one row for every read of a person's data.
//
// The row is written in the transaction of the read, so an answer that holds personal data exists only
// together with its row. That is why the packages that hold such data (person, request) take a Log and a
// Reader, and why their reads need a writing transaction. Nothing here changes or removes a row: there is
// no such function, and the schema refuses it as well.
//
// It owns the table trail_look and says no facts. A row holds ids, the purpose as a message key and the
// names of the fields read, never their values.
package trail
