// Package lease lets one of several processes do what must not be done by all: let time act, tidy, sweep. It makes doing
// things twice rare, not impossible: what is done under a lease must bear being done by two, because a process that was
// stopped for a while wakes up as a holder of yesterday.
//
// A lease is a row with its holder and a beat that the holder raises every second. Whoever sees the same beat for three
// seconds of its own clock takes the lease; a holder that could not raise its beat for two seconds holds it no longer. Each
// process measures spans on its own clock only, so clocks that disagree do no harm. A holder that ends gives the lease back;
// one that is killed, cut off or whose machine lost power is followed within four seconds. An advisory lock would last as
// long as PostgreSQL believes in a dead connection, which can be hours.
//
// A chore is something done under a lease now and then; when it was done last is kept, so that a restart does not repeat it.
//
// SQLite has one process, which holds every lease.
//
// It owns the tables lease_lease and lease_chore and says no facts.
package lease
