// Package sdjwt issues, presents and verifies SD-JWT VC credentials (RFC 9901 and draft-ietf-oauth-sd-jwt-vc): the holder shows
// some of the claims and proves with a key of their own that the credential is theirs. Everything else stays hidden, salted and
// hashed inside the signed token.
//
// Signatures are ES256 (P-256), hashes SHA-256. A status list (draft-ietf-oauth-status-list) tells of thousands of credentials in
// one signed list whether they were taken back, so that nobody is asked about a single one.
//
// It owns no table and says no facts.
package sdjwt
