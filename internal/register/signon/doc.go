// Package signon lets apps of others sign people in through the city: which apps there are, what each person allowed them, and the
// tokens by which they come.
//
// An App is registered by an administrator for a unit that answers for it, with its exact redirect addresses and the most it may ask
// for. It asks (Ask); the person allows it, which is a Grant with an end, or does not; a code that is good once and for a minute
// becomes tokens. Every token hangs on the grant: when the person takes it back, none of them opens anything. A code that comes a
// second time, or a refresh token that was used up already, ends every token that came of the same ask: one of the two who hold it
// is a thief.
//
// An app knows a person by a subject of its sector (Subject): HMAC-SHA-256 under a key of the sector. The apps of one unit are one
// sector; two sectors cannot join what they know. Signing keys follow from the data folder's key and the calendar (SigningKeys).
//
// Codes, tokens and secrets have at least 128 random bits and are stored as SHA-256. It owns the tables signon_app, signon_grant, signon_ask
// and signon_token and says no facts. It holds no name and no phone; whoever hands these over does so by package person.
package signon
