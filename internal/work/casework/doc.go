// Package casework moves a matter of the city from the first word to the end:
// collect, call, respond, follow up, supervise.
//
// # Words
//
// A Case is the matter in the world; one or more requests are linked to it. An
// Order is one unit's task in it, in the role lead, assisting or called. A Call
// is a subdistrict or community summoning units to a place. A Clock is a time
// limit with its segments. A Change is one approval: extension, park, return,
// dispute, out of scope. A Ruling ends a dispute and becomes precedent. A
// FollowUp asks the requester whether it is solved. The Journal holds one entry
// per transition and is never edited.
//
// # States
//
//	case   received -> answered | declined | dispatched
//	       dispatched -> working -> replied -> following_up -> closed
//	       replied, following_up -> contested, or overseen after too many
//	       reworks ; answered -> received (contested)
//	       contested -> working ; overseen -> working | closed
//	       any open state -> merged ; merged -> received (taken out again)
//	order  offered -> signed -> working -> replied -> accepted
//	       offered, signed, working -> returned | disputed | withdrawn
//	       disputed -> signed | withdrawn
//
// The table itself is data in flow.go and is checked by Check. Overdue, paused,
// parked and escalated are facts on clocks and changes, never states.
//
// # One transition
//
// Every use case loads the File of one case, decides on it in a pure function
// (decide_*.go) and stores what changed, one journal entry and one fact in one
// transaction. The entry carries the records as they became, so folding the
// journal (Replay) rebuilds the File to the letter.
//
// # Tables
//
// casework_case holds the File as a document beside the columns that lists
// need; casework_order, casework_clock, casework_call and casework_change are
// narrow index rows of the same File; casework_link says which request belongs
// to which case and since when; casework_ruling is the precedent book;
// casework_journal is the journal; casework_file is which stored files the
// replies name.
//
// # Facts
//
// It says casework.<Done> for every journal entry (see facts.go) with a
// Happened as body, and reacts to nothing by itself: app wires what follows.
package casework
