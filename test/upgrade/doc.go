// Package upgrade builds the program of an earlier commit, lets it make a store, and opens the store with the
// present program: nothing is lost, doctor finds nothing wrong, and the earlier program refuses to go back. It
// has nothing but tests.
//
// BANYAN_UPGRADE_FROM names the commit; without it, it is the oldest one whose stores have to open.
package upgrade
