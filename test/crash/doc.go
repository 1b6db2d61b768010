// Command crash proves that nothing is lost: it starts the real program over a data folder, loads it over HTTP as citizens and
// staff do, ends it in the worst way at random moments, starts it again and compares what the store holds with what was
// acknowledged.
//
//	go run ./test/crash kill  --engine sqlite|postgres --times 100    SIGKILL; on PostgreSQL now and then of the server too
//	go run ./test/crash two   --times 5                               two programs on one PostgreSQL, one is killed
//	go run ./test/crash power --cuts 1000                             writes that were not synced are lost (SQLite and files)
//
// Each prints one JSON line and ends with 1 when anything was lost, doubled or does not fit.
//
// A client keeps a ledger of what it sent and what was acknowledged; what got no answer is sent again after the restart, as a
// real client does. The checks read the store by their own SQL and do not trust the program's own books; the program's
// doctor is asked too.
package main
