// Package request keeps what people said: their words, place and photos, as they said them.
//
// A request is immutable. Only three things beside it change: the case it belongs to (merging), the consent to
// publish, whose history is kept, and the person it belongs to, when two turn out to be one (see person.Join). It has an id made by the client, so that a resend is the same
// request, and a number for people (see number.go). Receive stores it and opens its case in one
// transaction through Opener, the only thing this package needs of a sibling.
//
// This is one of the two rooms of personal data. What leaves without a trail row is the headline (redacted,
// see redact.go), the area, the point and ids; words, address and photos leave through Words, which takes a
// trail.Reader and writes the row in the same transaction.
//
// What somebody says piece by piece, as in a chat, waits as a draft until it ends (see draft.go).
//
// It owns the tables request_request, request_photo, request_consent, request_remark and request_draft. It says request.Received,
// request.ConsentGiven and request.ConsentWithdrawn (see facts.go) and reacts to nothing by itself.
package request
