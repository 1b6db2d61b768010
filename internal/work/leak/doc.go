// Package leak finds out whose screen a list of people came from.
//
// Every mobile number in a list is masked, and which digits are hidden depends on who looks and at whom (person.Mark). Somebody
// who passes a list on, typed off, sorted or photographed, passes those marks on too. Trace reads the rows of such a list, finds
// for each the person it is about, asks the trail who had seen that person masked, and compares each of these viewers' marks
// with what the rows show.
//
// How sure it is, is a number with a guarantee: for each viewer the rows give an e-value, whose mean over random marks is at
// most 1 whatever errors the list has, so with n viewers an innocent one reaches n/α with a probability of at most α (Markov's
// inequality over the union). A viewer is named from n/10⁻⁶ on. The trace is evidence for a person to weigh, never a sanction
// by itself; five rows of one column are never enough, people who put their lists together can hide, and cropped columns cost
// rows.
//
// A list that leaves the house is made for one recipient (MakeCopy): masked for them, with a few canaries, rows about nobody whose
// numbers are theirs alone, and kept in a register with its digest. Recipients are then viewers like any other.
//
// It owns the tables leak_trace, leak_copy, leak_copied and leak_canary and says no facts. A trace keeps who asked, why and what came of it, not the list.
package leak
