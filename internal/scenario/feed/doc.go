// Package feed is the room in which other systems are told of the city's cases and take tables away: webhooks, the
// bulk feed of changes, and exports.
//
// # The feed
//
// The reaction "announce" folds the facts of casework into feed_change. A place in the feed is given by one counter
// row whose lock is held until the commit: so places become visible in their order and without holes, on PostgreSQL
// with several processes too, and a reader who goes on behind the last place they saw never misses a change that was
// committed later. The order is that of folding; of two changes of one case the version tells the newer.
//
// A copy begins with a snapshot: its first page names the place at which the feed goes on. Whatever a later page
// does not show yet is folded behind that place. Changes are kept for ninety days; a reader who comes later begins
// with a snapshot again.
//
// # Webhooks
//
// The same reaction posts a message to each endpoint that wants its type and whose key may read the case. Messages
// hold ids and states.
//
// # Exports
//
// Tables of cases and rates as CSV or XLSX, by the policy's scope of the post that asks, for keys and for members of
// staff alike. No column holds anything of a requester. Each leaves a row in the register of exports before its first
// byte leaves the house; so do the feed and the snapshot, one row a day and reader.
//
// It owns the tables feed_head, feed_change and feed_export and says no facts.
package feed
