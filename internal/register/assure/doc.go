// Package assure keeps how surely the city knows who a citizen is: levels 0 to 3, and the proofs behind them.
//
// A proof comes from a counter where somebody saw a document, or from an identity service of others (package idp); it says the level, how it
// was made, by whom and until when. Of a document only its kind is kept, of a service only its pairwise id. The level is the highest of
// the proofs that count; a phone that took a code is 1. Nobody has to have more: services here ask for no level, and whoever uses no
// network certificate is served alike (Order 173: its use is voluntary).
//
// A proof of a service is also a way to sign in: Linked finds whose it is. A Start is somebody on the way to a service and back, good once,
// for ten minutes, in the browser that began it.
//
// It owns the tables assure_proof and assure_start and says no facts.
package assure
