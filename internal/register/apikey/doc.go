// Package apikey keeps the keys with which other systems act.
//
// A Key names the system that holds it, the post it acts in (a unit, roles and an area, as a member of staff has
// them), the scopes it may use and how much it may ask. What a post may do is decided by the access policies, as
// for staff; a scope only takes away. The secret is shown once, when the key is made; what is kept is its SHA-256:
// 128 random bits need no slow hash.
//
// The limit per second is counted by each process for itself. The quota of a day is counted in the store: processes
// take calls from it in blocks, so it is never exceeded, and a restart loses at most a block.
//
// It owns the tables apikey_key and apikey_day and says no facts.
package apikey
