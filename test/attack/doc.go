// Package attack tries to get at what is not one's own: it plays strangers, other units, other areas and careless browsers
// against the whole handler over a demo city, and looks afterwards at answers, log, trail and every table.
//
// It has nothing but tests. The pages themselves are tested in their rooms; here the wiring is.
package attack
