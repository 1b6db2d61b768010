// Package identity knows who is at the other end: accounts of staff and citizens, and their sessions.
//
// Staff sign in with a login, a password (argon2id) and, when the account has one or must have one, a
// second factor (TOTP, RFC 6238). Citizens sign in with a phone and a code of six digits sent to it; who
// signs in for the first time gets an account, so no answer tells whether a phone is known.
//
// Guessing is slowed down per login, known or not, by a counter kept in the database: an attempt is booked
// before the password is looked at, so a flood in parallel gains nothing. An unknown login costs the same
// work as a known one. Hashing runs in a few places at a time; when too many wait, the answer is Busy
// instead of a machine without memory.
//
// Both may sign in with a passkey (Web Authentication, W3C) instead: the device has asked its owner, so it is two
// factors by itself. A question to a passkey is kept here, good once, for five minutes, and for the browser that holds
// its token. A passkey whose counter goes back may have been copied: it is refused from then on, and its owner told.
//
// A session remembers when and how its owner last proved who they are; grave acts ask for a proof of the last ten
// minutes, see Session.Fresh.
//
// A session token has 256 random bits and is stored as its SHA-256 only. Sessions are listed and can be
// revoked one by one; signing in always makes a new one and ends the one carried before. Lookup keeps
// sessions in memory for a few seconds; a revocation empties that memory in this process at once, in others when
// app hands on Ended as Forget, and when that is lost within cacheFor.
//
// It owns the tables identity_account, identity_attempt, identity_challenge, identity_code, identity_passkey and
// identity_session and says no facts. It holds no name and no phone: a citizen's account points to a person, a code to the phone's
// blind index.
package identity
