// Package behalf is where people let each other act for them, and where a holder begins and leaves: the citizen's pages under
// /me/family, and the desk of a counter or call-taker under /desk/mandates, where somebody without a phone of their own does all of it
// by word and paper.
//
// Acting itself happens on the citizen's own pages (package citizen), under a line that says so on every page; staff act on the page
// of the mandate. A name is shown to the other side once a mandate was accepted, masked, with a row in that person's trail; the slip
// that is printed at the counter holds both names.
//
// It owns no table and says no facts; package mandate keeps what is given.
package behalf
