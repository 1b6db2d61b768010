// Package relay passes short words between the processes that work on one PostgreSQL: "look again", never what there is
// to see. A word has a kind, which chooses who hears it, and a text. It goes to the other processes only; whoever says it
// acts here by a plain call.
//
// Words are lossy and never the truth. A process that could not hear for a while is told so by OnGap and looks at
// everything again. Without a second process (SQLite) Say does nothing.
//
// The way is LISTEN and NOTIFY over connections apart from the pool of the store. NOTIFY in the transactions of the work
// would make their commits wait for one another, so one goroutine says what came together: the first word at once, then
// at most one batch every 20 ms in which each word stands once.
//
// It owns no table and says no facts.
package relay
