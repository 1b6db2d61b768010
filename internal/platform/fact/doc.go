// Package fact carries what happened from the module that says it to those who react.
//
// A fact is a row written in the transaction of the change it tells of: a change that is rolled
// back leaves no fact. For every reaction that waits for it a pending row is written beside it.
// A reaction runs in one transaction that claims pending rows, does its work and removes them, so
// it has exactly one effect inside the database, however many processes run and wherever one stops.
//
// A batch that fails is tried one fact at a time, later each time; after maxAttempts the fact is
// set aside as failed, where Failures shows it and Retry takes it up again. A reaction must not
// reach outside the database: an outbox row does that. What may be lost, such as a signal to open
// screens, is no reaction: Hear it.
//
// Owned tables: fact_log (what happened, kept), fact_pending (reaction, fact: what is still to do).
// Facts may come to a reaction in another order than they were said.
package fact
