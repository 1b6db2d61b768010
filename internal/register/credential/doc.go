// Package credential keeps which credentials the city gave to whom: a statement of coarse facts, such as over 60 or living in a
// district, that a clerk made at a counter after seeing evidence. No birth date, no address and no number of a document is kept.
//
// A Kind is pack data (credentials.yaml): its facts, what evidence it needs, and for how long it holds. A Credential becomes a Copy: in
// the holder's browser, bound to a key that the browser made and never gives away, or on paper, bound to nobody, to be compared with
// the person's document. A credential has one copy of each medium; the next one ends the one before. Renewing ends the earlier credential of the
// kind as soon as the new one has a copy.
//
// Copies are SD-JWT VC (package sdjwt), signed by a key that follows from the data folder's key and the calendar (SigningKeys), and are not
// kept. Each has a place of its own, drawn at random, in a status list (StatusList): whoever checks one reads a whole list and asks
// nobody about a person. A place stays marked after an erasure, until the copy would have expired.
//
// An Ask is a question of somebody who wants to be shown something: one nonce, good once and for five minutes. Of what is shown, the
// answer alone lives for those minutes, without who gave it; a count by day stays.
//
// It owns the tables credential_credential, credential_copy, credential_nonce, credential_ask and credential_count and says no facts. Facts of
// a person are sealed under their key and given with a row in the trail.
package credential
