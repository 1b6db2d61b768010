// Package mandate keeps who may act for whom: a person lets a relative, a community worker or a counter report, follow and rate for
// them, for a while.
//
// A Mandate has a giver, a holder, a scope and an end that cannot be empty: at most a year for a person, seven days for staff. It is
// given by the giver in their own account (by the holder's phone, or a code the holder enters), at a counter on paper, or on the
// phone. A person accepts it before it holds; either side ends it at any time, and both are told. For somebody without capacity to
// act, staff note on which basis a guardian acts and what they saw; no number of a document is kept.
//
// A holder switches to acting for somebody for an hour (Switch), bound to their session. What the switch says is never enough: every
// act asks CheckTx in its own transaction, so a mandate that ended, was erased, or whose holder left the post stops at once in every
// process. What must not be done for another at all is decided above, by a list of what may be.
//
// Codes have six digits, live for fifteen minutes, die after five wrong tries and are looked for among one giver's only; who tries too
// often waits. They are stored as keyed hashes.
//
// It owns the tables mandate_mandate, mandate_acting and mandate_attempt and says no facts. It holds ids, no name and no phone.
package mandate
