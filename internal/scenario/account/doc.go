// Package account is the room where staff come in: signing in with login,
// password and second factor, choosing the post to act in, one's own sessions,
// password and second factor; and where an administrator keeps staff with their
// posts, and what failed.
//
// A wrong login and a wrong password get one and the same answer. Between the
// two steps of signing in nothing is kept here: the first step travels sealed
// in the form and is worth nothing without the code. A new password is shown
// once, in the answer that made it.
//
// In development it shows what would have been sent and the demo logins; without
// Deps.Dev those pages are not there.
//
// It owns no table and says no facts.
package account
